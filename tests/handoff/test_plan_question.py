"""With the good news that a plan is agreed the bot asks, once, whether we may write again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.dialogs.state import State
from bot.models import Conversation, Marker, Message, Plan
from handoff.handoffs import Acting
from handoff.plans import approve
from tests.handoff.world import NOW, World

ASKS = "Må jeg skrive igen om en måned og et par gange senere og høre, hvordan det går? Svar JA eller NEJ."


def approved(db: Database, world: World, **thread: Any) -> tuple[str, dict[str, Any]]:
    """What Line is told, and the state of her talk then."""
    with db.write() as session:
        line = session.get_one(Conversation, world.line)
        values: dict[str, Any] = {
            "held_by": "bot",
            "adviser_id": None,
            "bot_paused": False,
            "priority": "normal",
            "state": {},
        }
        for name, value in (values | thread).items():
            setattr(line, name, value)
        plan = session.scalars(select(Plan).where(Plan.case_id == line.case_id, Plan.status == "proposed")).one()
        acting = Acting(1, "Mette Lind", frozenset({line.organisation_id}))
        approve(session, acting, plan.id, NOW)
        newest = select(Message).where(Message.conversation_id == world.line).order_by(Message.id.desc()).limit(1)
        return session.scalars(newest).one().body, line.state


def test_it_is_asked_with_the_good_news_and_its_answer_is_waited_for(sqlite_db: Database, world: World):
    body, state = approved(sqlite_db, world)
    assert body.startswith("Godt nyt: Mette har sagt ja")
    assert body.endswith(ASKS)
    assert (state["flow"], state["step"]) == ("check_in", "ask")


@pytest.mark.parametrize(
    "thread",
    [
        {"held_by": "adviser", "adviser_id": 1},
        {"held_by": "queue"},
        {"state": State(flow="promise", step="day").to_json()},
        {"language": "tr"},
    ],
    ids=["an adviser holds it", "it waits for a human", "something else is asked", "another language"],
)
def test_it_is_not_asked_where_the_bot_would_not_hear_the_answer(
    sqlite_db: Database, world: World, thread: dict[str, Any]
):
    body, _ = approved(sqlite_db, world, **thread)
    assert ASKS not in body


def test_it_is_not_asked_twice(sqlite_db: Database, world: World):
    with sqlite_db.write() as session:
        session.add(Marker(conversation_id=world.line, kind="check_in_asked", at=NOW))
    assert ASKS not in approved(sqlite_db, world)[0]

"""Closing with a good outcome, an adviser may tick that the resident wants to hear from us again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.check_ins import plan_check_ins
from bot.db import Database
from bot.models import CheckIn, Conversation
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World

TICK = "Beboeren vil gerne høre fra os igen om 30, 90 og 180 dage"


def close(adviser: AdviserAtWork, conversation_id: int, outcome: str, **ticked: str) -> int:
    return adviser.post(f"/inbox/{conversation_id}/close", outcome=outcome, **ticked).status_code


@pytest.mark.parametrize("outcome", ["paid", "plan_agreed", "municipality_paid"])
def test_a_tick_with_a_good_outcome_plans_three_and_the_thread_says_so(
    adviser: AdviserAtWork, world: World, sqlite_db: Database, outcome: str
):
    adviser.claim(world.ahmad)
    assert TICK in adviser.open(world.ahmad).text
    assert close(adviser, world.ahmad, outcome, keep_in_touch="yes") == 303
    with sqlite_db.read() as session:
        case_id = session.get_one(Conversation, world.ahmad).case_id
        rows = list(session.scalars(select(CheckIn).where(CheckIn.case_id == case_id)))
    assert [(row.days, row.status) for row in rows] == [(30, "waits"), (90, "waits"), (180, "waits")]
    assert "Vil gerne høre fra os igen" in adviser.open(world.ahmad).text


def test_without_the_tick_nobody_is_asked_later(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    adviser.claim(world.ahmad)
    assert close(adviser, world.ahmad, "paid") == 303
    with sqlite_db.read() as session:
        assert session.scalars(select(CheckIn)).all() == []


def test_with_another_outcome_the_tick_is_refused_and_nothing_is_closed(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    adviser.claim(world.ahmad)
    assert close(adviser, world.ahmad, "moved_out", keep_in_touch="yes") == 422
    with sqlite_db.read() as session:
        assert session.get_one(Conversation, world.ahmad).closed_at is None
        assert session.scalars(select(CheckIn)).all() == []


@pytest.mark.parametrize(("outcome", "left"), [("evicted", "dropped"), ("moved_out", "dropped"), ("paid", "waits")])
def test_whoever_has_lost_or_left_the_home_is_not_asked_by_a_machine_how_it_goes(
    adviser: AdviserAtWork, world: World, sqlite_db: Database, outcome: str, left: str
):
    with sqlite_db.write() as session:
        case = session.get_one(Conversation, world.ahmad).case
        assert case is not None
        plan_check_ins(session, case, NOW)
    adviser.claim(world.ahmad)
    assert close(adviser, world.ahmad, outcome) == 303
    with sqlite_db.read() as session:
        assert set(session.scalars(select(CheckIn.status))) == {left}

"""What somebody held who no longer works here lies in the queue again. On both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.left_behind import release_left_behind
from bot.models import Adviser, Alarm, AuditEvent, Conversation
from tests.bot.test_left_waiting import DUE, WROTE, Held


@pytest.fixture
def held(db: Database) -> Held:
    return Held(db)


def leaves(held: Held, **values: Any) -> None:
    with held.db.write() as session:
        mette = session.get_one(Adviser, held.mette)
        for name, value in values.items():
            setattr(mette, name, value)


def look(held: Held) -> Conversation:
    release_left_behind(held.db, held.ours, WROTE)
    with held.db.read() as session:
        return session.get_one(Conversation, held.id)


def test_who_works_here_keeps_what_they_hold(held: Held):
    assert look(held).adviser_id == held.mette


@pytest.mark.parametrize("how", [{"is_active": False}, {"organisations": []}])
def test_who_has_left_keeps_nobody_waiting(held: Held, how: dict[str, Any]):
    held.put(snoozed_until=DUE, waiting_since=None)
    leaves(held, **how)
    thread = look(held)
    assert (thread.held_by, thread.adviser_id, thread.snoozed_until) == ("queue", None, None)
    assert thread.waiting_since is not None
    look(held)
    with held.db.read() as session:
        actions = session.scalars(select(AuditEvent.action)).all()
    assert actions == ["conversation_holder_left"], "told twice, it is done once"


def test_a_crisis_rings_again(held: Held):
    held.put(priority="crisis", reason="crisis_self_harm")
    leaves(held, is_active=False)
    look(held)
    with held.db.read() as session:
        rings = session.scalars(select(Alarm).where(Alarm.conversation_id == held.id, Alarm.seen_at.is_(None))).all()
    assert len(rings) == 1


def test_what_is_closed_stays_closed(held: Held):
    held.put(closed_at=WROTE)
    leaves(held, is_active=False)
    assert look(held).held_by == "adviser"

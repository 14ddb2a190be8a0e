"""After a clock was ahead and is right again: nothing waits for the time that was wrong. Asked at every tick.

Leases, rates and replies say "not before"; none of them is ever set further ahead than stands here. What is planned for
later (a wave's SMS, an adviser's, another try) has a time of its own and is left alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Message, Organisation, SenderRate
from bot.models.conversation import WAITING
from bot.organisations import read_settings

log = structlog.get_logger()

#: Longer than any lease or pause between two tries of a message.
_LONGEST_LEASE = timedelta(minutes=10)
#: Longer than the gateway ever tells a number to slow down for.
_LONGEST_BREATH = timedelta(minutes=2)
#: Clocks of two machines may differ by less.
_SLACK = timedelta(minutes=2)
#: In one tick; the rest has its turn in the next.
_AT_MOST = 500


def undo_wrong_future(db: Database, now: datetime, machine: datetime) -> int:
    """Let everything go that waits for a time that no clock of ours would have set; how many rows those were."""
    with db.read() as session:  # nearly always there is nothing, and nobody need be kept from writing
        if not any(session.scalar(query.limit(1)) for query in _wrong(session, now, machine)):
            return 0
    with db.write() as session:
        rates, leased, due = (session.scalars(query).all() for query in _wrong(session, now, machine))
        session.execute(update(SenderRate).where(SenderRate.number.in_(rates)).values(next_at=machine))
        session.execute(update(Message).where(Message.id.in_(leased)).values(lease_until=None))
        session.execute(update(Message).where(Message.id.in_(due)).values(due_at=now))
        count = len(rates) + len(leased) + len(due)
    log.warning("What waited for a clock that was ahead goes on", action="wrong_future_undone", count=count)
    return count


def _wrong(session: Session, now: datetime, machine: datetime) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """Rates, leases and replies that lie too far ahead."""
    slowest = machine + _slowest_pace(session) + _LONGEST_BREATH
    waits = or_(WAITING, and_(Message.direction == "in", Message.status == "received"))
    return (
        select(SenderRate.number).where(SenderRate.next_at > slowest),
        select(Message.id).where(waits, Message.lease_until > machine + _LONGEST_LEASE).limit(_AT_MOST),
        # Due at the moment when it was written, and that moment has not come.
        select(Message.id)
        .where(WAITING, Message.due_at > now + _SLACK, Message.due_at == Message.at, Message.send_at.is_(None))
        .limit(_AT_MOST),
    )


def _slowest_pace(session: Session) -> timedelta:
    settings = [read_settings(stored) for stored in session.scalars(select(Organisation.settings))]
    return timedelta(seconds=max((1 / each.messages_per_second for each in settings), default=0))

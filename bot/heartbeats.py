"""When something that must happen again and again last happened; its silence is an alarm.

"tick", "poll" and "watch" are by the service's clock and move along when the demo's is moved: a jump is no silence.
"inbound:3" is how far the third organisation's SMS have been fetched: it only moves forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import Heartbeat

#: What a process does again and again, as long as one leads.
LIVE = ("tick", "poll", "receipts", "watch")


def beat(session: Session, name: str, now: datetime) -> None:
    """It has just happened ("tick", "poll"); two processes may say so at once."""
    _set(session, name, now)


def last_beat(session: Session, name: str) -> datetime | None:
    """When it last happened; None: never."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def all_beats(session: Session) -> Mapping[str, datetime]:
    """Everything that ever happened, and when it last did."""
    rows = session.execute(select(Heartbeat.name, Heartbeat.at).order_by(Heartbeat.name))
    return {row.name: row.at for row in rows}


def reach(session: Session, name: str, moment: datetime, now: datetime) -> None:
    """Move a cursor forward to ``moment``; back only from a future that the demo's clock has left."""
    _set(session, name, moment, unless_between=(moment, now))


def move_beats(session: Session, by: timedelta) -> None:
    """The clock was moved by hand: nobody was silent meanwhile. What was fetched so far stays where it was."""
    for row in session.scalars(select(Heartbeat).where(Heartbeat.name.in_(LIVE))):
        row.at += by


def _set(session: Session, name: str, at: datetime, unless_between: tuple[datetime, datetime] | None = None) -> None:
    change = update(Heartbeat).where(Heartbeat.name == name)
    if unless_between is not None:
        first, last = unless_between
        change = change.where(or_(Heartbeat.at < first, Heartbeat.at > last))
    if session.execute(change.values(at=at).returning(Heartbeat.name)).first() or last_beat(session, name):
        return
    try:
        with session.begin_nested():
            session.add(Heartbeat(name=name, at=at))
    except IntegrityError:  # another process was first
        session.execute(change.values(at=at))

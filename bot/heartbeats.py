"""When something that must happen again and again last happened; its silence is an alarm.

"tick", "poll" and "watch" are by the service's clock and move along when the demo's is moved: a jump is no silence.
"inbound:3" is how far the third organisation's SMS have been fetched: it only moves forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import Heartbeat

#: What a process does again and again, as long as one leads.
LIVE = ("tick", "poll", "receipts", "watch", "sweep")


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


def reach(session: Session, name: str, moment: datetime, latest: datetime) -> None:
    """Move a cursor forward to ``moment``, never back; but one beyond ``latest`` is of a clock that was set back."""
    _set(session, name, moment, or_(Heartbeat.at < moment, Heartbeat.at > latest))


def move_beats(session: Session, by: timedelta) -> None:
    """The clock was moved by hand: nobody was silent meanwhile. What was fetched so far stays where it was."""
    for row in session.scalars(select(Heartbeat).where(Heartbeat.name.in_(LIVE))):
        row.at += by


def _set(session: Session, name: str, at: datetime, only_if: ColumnElement[bool] | None = None) -> None:
    change = update(Heartbeat).where(Heartbeat.name == name).values(at=at)
    if only_if is not None:
        change = change.where(only_if)
    if session.execute(change.returning(Heartbeat.name)).first() or last_beat(session, name):
        return
    try:
        with session.begin_nested():
            session.add(Heartbeat(name=name, at=at))
    except IntegrityError:  # another process was first
        session.execute(change)

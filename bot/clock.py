"""The one place where a clock is read. Everything else is given a ``Clock`` or a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.db import Database
from bot.heartbeats import move_beats
from bot.models import COPENHAGEN, ClockOffset

#: now(): aware, in Europe/Copenhagen.
Clock = Callable[[], datetime]

_ROW = 1


def machine_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC).astimezone(COPENHAGEN)


def in_utc(clock: Clock) -> Clock:
    """The same clock in UTC, for sums of seconds: Copenhagen's wall clock repeats an hour each October."""
    return lambda: clock().astimezone(UTC)


def database_clock(db: Database) -> Clock:
    """The demo's clock: the machine's plus the offset in the database, so that every process sees the same time."""

    def now() -> datetime:
        with db.read() as session:
            row = session.get(ClockOffset, _ROW)
            seconds = row.seconds if row else 0.0
        return (datetime.now(UTC) + timedelta(seconds=seconds)).astimezone(COPENHAGEN)

    return now


def set_clock(db: Database, now: datetime) -> None:
    """Let the demo's clock show ``now`` (aware) and tick on from there; the heartbeats move along."""
    with db.write() as session:
        row = session.get(ClockOffset, _ROW) or ClockOffset(id=_ROW, seconds=0.0)
        before, row.seconds = row.seconds, (now.astimezone(UTC) - datetime.now(UTC)).total_seconds()
        move_beats(session, timedelta(seconds=row.seconds - before))
        session.add(row)

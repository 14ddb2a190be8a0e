"""When there is something to dispatch of which no bell tells: a number may send again.

What is planned, and what a crashed process had on lease, is found by who looks every other second.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.clock import Clock
from bot.db import Database
from bot.models import SenderRate


def seconds_until(moment: datetime | None, now: datetime) -> float | None:
    """From now until then, never less than nothing; None: it never comes."""
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def next_free_number(db: Database, machine: Clock) -> float | None:
    """In how many seconds the first number that has just sent may send again."""
    now = machine().astimezone(UTC)
    with db.read() as session:
        return seconds_until(session.scalar(select(func.min(SenderRate.next_at)).where(SenderRate.next_at > now)), now)

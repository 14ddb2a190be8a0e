"""When it is told again that a crisis rings and nobody has seen it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.workdays import Window, closing, is_open, next_opening

#: The first goes to who is on duty, the others to everybody.
AFTER = (timedelta(), timedelta(minutes=10), timedelta(minutes=20), timedelta(hours=1))


def call_at(rang_at: datetime, number: int, hours: Window) -> datetime | None:
    """When the call of this number (from 0) is due: within the hour, and once more when the office next opens."""
    if number < len(AFTER):
        return rang_at.astimezone(UTC) + AFTER[number]
    if number > len(AFTER):
        return None
    last = rang_at.astimezone(UTC) + AFTER[-1]
    return next_opening(hours, closing(hours, last) if is_open(hours, last) else last).astimezone(UTC)


def due_call(rang_at: datetime, made: int, hours: Window, now: datetime) -> int | None:
    """The number of the call to make now, when ``made`` is the newest one; those that were missed are not made up."""
    due = None
    for number in range(made + 1, len(AFTER) + 1):
        at = call_at(rang_at, number, hours)
        if at is not None and at <= now.astimezone(UTC):
            due = number
    return due

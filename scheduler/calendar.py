"""Wave days: the 27th, or the day an organisation chose; when that is no working day, the last working day before.

A month's wave day can so fall in the month before (the 1st on a Sunday), and a wave keeps the name of its own month.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.workdays import is_working_day, previous_working_day

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def wave_day(year: int, month: int, day: int = 27) -> date:
    """The day on which the month's wave starts by itself; the 31st of a shorter month is its last day."""
    wanted = date(year, month, min(day, monthrange(year, month)[1]))
    return wanted if is_working_day(wanted) else previous_working_day(wanted)


def wave_month(today: date, day: int = 27) -> str:
    """The wave that ``today`` belongs to ("2026-11"): the calendar month's, or the next one's from its wave day on."""
    year, month = _shift(today.year, today.month, 1)
    if wave_day(year, month, day) > today:
        year, month = today.year, today.month
    return f"{year}-{month:02d}"


def day_of_wave(month: str, day: int = 27) -> date:
    """The wave day of a month that is written "2026-11"."""
    year, number = month.split("-")
    return wave_day(int(year), int(number), day)


def latest_wave_day(now: datetime, day: int = 27) -> date:
    """The latest wave day that is not after the date in Copenhagen at ``now`` (aware)."""
    today = now.astimezone(_COPENHAGEN).date()
    around = (wave_day(*_shift(today.year, today.month, months), day) for months in (1, 0, -1))
    return next(found for found in around if found <= today)


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    years, index = divmod(month - 1 + months, 12)
    return year + years, index + 1

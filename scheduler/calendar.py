"""Wave days: the 27th, or the day an organisation chose; when that is no working day, the nearest before it, or after.

A month's wave day can so fall in the month before (the 1st on a Sunday) or after (the 31st on a Saturday), and a wave
keeps the name of its own month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.workdays import working_day_near

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")

Moves = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class WaveDay:
    """What an organisation decided: the day of the month, and where to it moves when it is no working day."""

    day: int = 27
    moves: Moves = "before"


THE_27TH = WaveDay()


def wave_day(year: int, month: int, wanted: WaveDay = THE_27TH) -> date:
    """The day on which the month's wave starts by itself; the 31st of a shorter month is its last day."""
    return working_day_near(year, month, wanted.day, wanted.moves)


def wave_month(today: date, wanted: WaveDay = THE_27TH) -> str:
    """The wave that ``today`` belongs to ("2026-11"): the calendar month's, or the next one's from its wave day on, or
    still the last one's until its wave day is over."""
    year, month = today.year, today.month
    if wave_day(*_shift(year, month, -1), wanted) >= today:
        year, month = _shift(year, month, -1)
    elif wave_day(*_shift(year, month, 1), wanted) <= today:
        year, month = _shift(year, month, 1)
    return f"{year}-{month:02d}"


def day_of_wave(month: str, wanted: WaveDay = THE_27TH) -> date:
    """The wave day of a month that is written "2026-11"."""
    year, number = month.split("-")
    return wave_day(int(year), int(number), wanted)


def latest_wave_day(now: datetime, wanted: WaveDay = THE_27TH) -> date:
    """The latest wave day that is not after the date in Copenhagen at ``now`` (aware)."""
    today = now.astimezone(_COPENHAGEN).date()
    around = (wave_day(*_shift(today.year, today.month, months), wanted) for months in (1, 0, -1, -2))
    return next(found for found in around if found <= today)


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    years, index = divmod(month - 1 + months, 12)
    return year + years, index + 1

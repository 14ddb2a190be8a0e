"""Reckoning with days: months on, the next such day, the year that is meant. No such day is a ValueError. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta


def full_year(year: str, today: date) -> int:
    """Two digits: up to ten years ahead it is this century, else the last."""
    if len(year) == 4:
        return int(year)
    century = today.year - today.year % 100
    return century + int(year) - (100 if int(year) > today.year % 100 + 10 else 0)


def nearest(of_year: Callable[[int], date], today: date, step: int) -> date:
    """The next (or last) year in which the day exists, this year's included; the 29th of February waits for one."""
    for distance in range(9):
        try:
            day = of_year(today.year + step * distance)
        except ValueError:
            continue
        if (day - today).days * step >= 0:
            return day
    raise ValueError


def in_month(today: date, months: int, day: int) -> date:
    """The day of the month so many months on."""
    index = today.year * 12 + today.month - 1 + months
    return date(index // 12, index % 12 + 1, day)


def next_such(today: date, day: int) -> date:
    """The next such day of a month, strictly after today."""
    return _first_that_exists(today, day, range(13), lambda d: d > today)


def last_such(today: date, day: int) -> date:
    """The last such day of a month, today's included."""
    return _first_that_exists(today, day, range(0, -13, -1), lambda d: d <= today)


def _first_that_exists(today: date, day: int, months: range, fits: Callable[[date], bool]) -> date:
    for ahead in months:
        try:
            found = in_month(today, ahead, day)
        except ValueError:
            continue
        if fits(found):
            return found
    raise ValueError


def last_day(day: date) -> date:
    """The last day of the day's month."""
    return in_month(day, 1, 1) - timedelta(days=1)


def shifted(today: date, count: int, unit: str) -> date:
    """So many days, weeks or months on; a day that the month lacks is its last."""
    if unit.startswith("d"):
        return today + timedelta(days=count)
    if unit.startswith(("u", "w")):
        return today + timedelta(weeks=count)
    return min(in_month(today, count, 1) + timedelta(days=today.day - 1), last_day(in_month(today, count, 1)))

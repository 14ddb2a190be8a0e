"""Danish working days, send windows and when a human answers. Pure.

A working day is a weekday that is no public holiday, nor 24 and 31 December, 1 May or 5 June (contract of the product;
Store Bededag has been an ordinary Friday since 2024, lov nr. 214 of 6.3.2023).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_DAY = timedelta(days=1)
#: Half or whole days off by custom: we start nothing on them.
_QUIET = frozenset({(12, 24), (12, 31), (5, 1), (6, 5)})
_NAMES = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_MONTHS = (
    "januar februar marts april maj juni juli august september oktober november december".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Window:
    """When something may begin: from ``opens`` until before ``closes``, on ``days`` (0: Monday), never on a day off."""

    opens: time
    closes: time
    days: frozenset[int] = frozenset(range(5))

    @property
    def in_words(self) -> str:
        """As a resident reads it: "hverdage kl. 9-15"."""
        days = "hverdage" if self.days == frozenset(range(5)) else _spell(self.days)
        return f"{days} kl. {_hour(self.opens)}-{_hour(self.closes)}"


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


def is_working_day(day: date) -> bool:
    """True on a weekday that is no day off."""
    return day.weekday() < 5 and not _is_off(day)


def is_public_holiday(day: date) -> bool:
    """True on a holiday of the church or the new year; Sundays and half days off are none."""
    return day in _holidays(day.year)


def working_day_near(year: int, month: int, day: int, moves: str) -> date:
    """That day of a month, its last one if it is shorter; if no working day, the nearest ``before`` it, or after."""
    found = date(year, month, min(day, monthrange(year, month)[1]))
    if is_working_day(found):
        return found
    return previous_working_day(found) if moves == "before" else next_working_day(found)


def _is_off(day: date) -> bool:
    return is_public_holiday(day) or (day.month, day.day) in _QUIET


def next_working_day(day: date) -> date:
    """The first working day after ``day``."""
    day += _DAY
    while not is_working_day(day):
        day += _DAY
    return day


def previous_working_day(day: date) -> date:
    """The last working day before ``day``."""
    day -= _DAY
    while not is_working_day(day):
        day -= _DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """``count`` working days after ``day``; for 0 the day itself, or the next working day when it is none."""
    if count == 0:
        return day if is_working_day(day) else next_working_day(day)
    for _ in range(count):
        day = next_working_day(day)
    return day


def is_open(window: Window, moment: datetime) -> bool:
    """True when something may begin at ``moment`` (aware)."""
    local = moment.astimezone(_COPENHAGEN)
    return opens_on(window, local.date()) and window.opens <= local.time() < window.closes


def next_opening(window: Window, moment: datetime) -> datetime:
    """``moment`` itself when the window is open, else the next time it opens."""
    if is_open(window, moment):
        return moment
    local = moment.astimezone(_COPENHAGEN)
    day = local.date() if local.time() < window.opens else local.date() + _DAY
    while not opens_on(window, day):
        day += _DAY
    return datetime.combine(day, window.opens, _COPENHAGEN)


def closing(window: Window, moment: datetime) -> datetime:
    """When the window that is open at ``moment``, or opens next, closes."""
    return datetime.combine(next_opening(window, moment).astimezone(_COPENHAGEN).date(), window.closes, _COPENHAGEN)


def open_time(window: Window, since: datetime, until: datetime) -> timedelta:
    """How long the window was open between two moments (aware): a night, a weekend or a holiday counts nothing."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    total, day = timedelta(), since.astimezone(_COPENHAGEN).date()
    while _at(day, window.opens) < until:
        if opens_on(window, day):
            first, end = max(_at(day, window.opens), since), min(_at(day, window.closes), until)
            total += max(end - first, timedelta())
        day += _DAY
    return total


def after_open_time(window: Window, since: datetime, wanted: timedelta) -> datetime:
    """When the window will have been open for ``wanted`` since then."""
    at, left = next_opening(window, since).astimezone(UTC), wanted
    while (rest := closing(window, at).astimezone(UTC) - at) < left:
        left -= rest
        at = next_opening(window, at + rest).astimezone(UTC)
    return (at + left).astimezone(_COPENHAGEN)


def _at(day: date, clock: time) -> datetime:
    """In UTC, so that what lies between two of them is what a clock on the wall would have counted."""
    return datetime.combine(day, clock, _COPENHAGEN).astimezone(UTC)


def answer_by(now: datetime, hours: Window) -> str:
    """When a human answers at the latest, ready to say after "senest": "i dag kl. 15", "mandag kl. 15"."""
    end = closing(hours, now)
    today = now.astimezone(_COPENHAGEN).date()
    away = (end.date() - today).days
    if away == 0:
        day = "i dag"
    elif away == 1:
        day = "i morgen"
    elif away < 7:
        day = _NAMES[end.weekday()]
    else:
        day = f"{_NAMES[end.weekday()]} d. {end.day}. {_MONTHS[end.month - 1]}"
    return f"{day} kl. {_hour(end.time())}"


def opens_on(window: Window, day: date) -> bool:
    """True when the window opens on ``day`` at all."""
    return day.weekday() in window.days and not _is_off(day)


def _hour(moment: time) -> str:
    return f"{moment.hour}" if moment.minute == 0 else f"{moment.hour}.{moment.minute:02d}"


def _spell(days: frozenset[int]) -> str:
    names = [_NAMES[day] for day in sorted(days)]
    return ", ".join(names[:-1]) + f" og {names[-1]}" if len(names) > 1 else names[0]

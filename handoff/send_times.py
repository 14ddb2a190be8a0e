"""When an adviser's SMS is to go: what is offered, and what was typed. Pure; the night is ``bot.planned``'s."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.workdays import is_working_day, next_working_day

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_NINE = time(9)
#: Nobody knows what is true after that.
LONGEST = timedelta(days=92)
#: Sooner than this it is simply sent.
SHORTEST = timedelta(minutes=2)

Problem = Literal["no_time", "time_past", "time_far"]


@dataclass(frozen=True, slots=True)
class Preset:
    """A time that is often wanted. ``key`` is tomorrow, or monday."""

    key: str
    at: datetime


def presets(now: datetime) -> tuple[Preset, ...]:
    """Tomorrow at nine, and Monday at nine: the next working day where that Monday is none."""
    today = now.astimezone(_COPENHAGEN).date()
    tomorrow, monday = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())
    first = monday if is_working_day(monday) else next_working_day(monday)
    found = [Preset("tomorrow", _at(tomorrow, _NINE))]
    return (*found, Preset("monday", _at(first, _NINE))) if first != tomorrow else tuple(found)


def read_time(key: str, day: str, clock: str, now: datetime) -> datetime | Problem:
    """The time of a preset, else what stands in the fields of day and time."""
    for preset in presets(now):
        if preset.key == key:
            return preset.at
    try:
        wanted = _at(date.fromisoformat(day.strip()), time.fromisoformat(clock.strip().replace(".", ":")))
    except ValueError:
        return "no_time"
    if wanted < now + SHORTEST:
        return "time_past"
    return "time_far" if wanted > now + LONGEST else wanted


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock.replace(tzinfo=None), _COPENHAGEN)

"""The ladder: what is done for one case, in working days after its ladder starts, in order, never late.

Every step expires when the next one's time comes, or when the deadline's day ends; then it is dropped. On the deadline
an adviser gets a task, and nothing automatic follows. See docs/decisions/0003-when-a-ladder-starts.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.workdays import Window, add_working_days, is_working_day, next_opening, previous_working_day
from scheduler.calendar import day_of_wave, wave_month

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
#: The adviser's task on the deadline keeps its number, however long an organisation's ladder is.
DEADLINE_STEP = 999
SMS = "sms"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, ``day`` working days after the start; ``sms`` counts the SMS of the ladder from 0."""

    number: int
    day: int
    kind: str
    sms: int | None = None


@dataclass(frozen=True, slots=True)
class Timed:
    """A step of one case with its time; not done once ``expires_at`` has come (None: late is better than never)."""

    step: Step
    at: datetime
    expires_at: datetime | None


def steps_of(ladder: Iterable[tuple[int, Sequence[str]]]) -> tuple[Step, ...]:
    """The steps of a ladder of (day, kinds), numbered from 0 in their order."""
    flat = [(day, kind) for day, kinds in sorted(ladder, key=lambda rung: rung[0]) for kind in kinds]
    made: list[Step] = []
    for number, (day, kind) in enumerate(flat):
        sms = sum(step.kind == SMS for step in made) if kind == SMS else None
        made.append(Step(number, day, kind, sms))
    return tuple(made)


def due_from(arrived: date, deadline: date, wave_day: int = 27) -> date:
    """The day from which a case's ladder may start by itself.

    The wave day, for a case that came before it and whose deadline is later; else the day it came.
    """
    day = day_of_wave(wave_month(arrived, wave_day), wave_day)
    return day if arrived <= day < deadline else arrived


def timetable(steps: Iterable[Step], starts: datetime, deadline: date, window: Window) -> tuple[Timed, ...]:
    """The steps that fit before the deadline's end, each at its time, in order; the adviser's task comes last."""
    starts = starts.astimezone(_COPENHAGEN)
    end = datetime.combine(deadline, window.closes, _COPENHAGEN)
    timed = [each for each in _times(steps, starts, window) if each.at <= end]
    last = max([_deadline_task(starts, deadline, window), *(each.at for each in timed)])
    with_expiry = (replace(each, expires_at=_expiry(each, timed, end)) for each in timed)
    return (*with_expiry, Timed(Step(DEADLINE_STEP, 0, "other"), last, None))


def opening_of(day: date, window: Window) -> datetime:
    """When a day's work begins."""
    return datetime.combine(day, window.opens, _COPENHAGEN)


def _times(steps: Iterable[Step], starts: datetime, window: Window) -> Iterable[Timed]:
    at, quiet_until = starts, starts
    for step in steps:
        at = max(at, _nominal(step, starts, window))
        if step.kind == SMS:
            at = next_opening(window, max(at, quiet_until))
            quiet_until = datetime.combine(at.date() + timedelta(days=1), time(), _COPENHAGEN)
        yield Timed(step, at, None)


def _nominal(step: Step, starts: datetime, window: Window) -> datetime:
    return starts if step.day == 0 else opening_of(add_working_days(starts.date(), step.day), window)


def _expiry(this: Timed, timed: Sequence[Timed], end: datetime) -> datetime:
    return min((each.at for each in timed if each.at > this.at), default=end)


def _deadline_task(starts: datetime, deadline: date, window: Window) -> datetime:
    """On the deadline; when that is a day off, on the last working day before, when somebody can still act."""
    day = deadline if is_working_day(deadline) else previous_working_day(deadline)
    return max(starts, opening_of(day, window))

"""The ladder: what is done for one case, in working days after its ladder starts or before its deadline; never late.

A step expires when the next one's time comes, or when the deadline's day ends; then it is dropped. On the deadline
an adviser gets a task, and nothing automatic follows. See docs/decisions/0003-when-a-ladder-starts.md and 0014.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.workdays import Window, add_working_days, is_working_day, next_opening, opens_on, previous_working_day
from scheduler.calendar import THE_27TH, WaveDay, day_of_wave, wave_month

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_DAY = timedelta(days=1)
#: The adviser's task on the deadline keeps its number, however long an organisation's ladder is.
DEADLINE_STEP = 999
SMS, CALL = "sms", "call"
#: So many working days after an answer that led to nothing, a human is asked.
PATIENCE = 2


class Planned(Protocol):
    """One line of an organisation's ladder: its day after the start or before the deadline, and what is done then."""

    @property
    def day(self) -> int | None:
        """Working days after the start."""

    @property
    def before_deadline(self) -> int | None:
        """Working days before the deadline, where it has no ``day``."""

    @property
    def kinds(self) -> Sequence[str]:
        """What is done, in order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: ``day`` working days after the start, or that many before the deadline.

    ``sms`` counts a case's SMS from 0; a timetable knows it, for it depends on what fits.
    """

    number: int
    day: int
    kind: str
    is_before_deadline: bool = False
    sms: int | None = None


@dataclass(frozen=True, slots=True)
class Timed:
    """A step of one case with its time; not done once ``expires_at`` has come (None: late is better than never)."""

    step: Step
    at: datetime
    expires_at: datetime | None
    is_after_silence: bool = False  #: a human is asked, because an answer trailed off


def steps_of(ladder: Iterable[Planned]) -> tuple[Step, ...]:
    """The steps of a ladder, numbered from 0: those after the start, then those before the deadline, each in order."""
    lines = sorted(ladder, key=_place)
    flat = [(line, kind) for line in lines for kind in line.kinds]
    return tuple(_step(number, line, kind) for number, (line, kind) in enumerate(flat))


def dump_steps(steps: Iterable[Step]) -> list[list[Any]]:
    """Steps as they are kept with a ladder that has begun; their order is their number."""
    return [[step.day, step.kind, step.is_before_deadline] for step in steps]


def load_steps(kept: Iterable[Sequence[Any]]) -> tuple[Step, ...]:
    """What ``dump_steps`` kept."""
    return _loaded(tuple(tuple(each) for each in kept))


@cache
def _loaded(kept: tuple[tuple[Any, ...], ...]) -> tuple[Step, ...]:
    return tuple(Step(number, day, kind, before) for number, (day, kind, before) in enumerate(kept))


def _place(line: Planned) -> tuple[bool, int]:
    return (False, line.day) if line.day is not None else (True, -(line.before_deadline or 0))


def _step(number: int, line: Planned, kind: str) -> Step:
    if line.day is not None:
        return Step(number, line.day, kind)
    return Step(number, line.before_deadline or 0, kind, is_before_deadline=True)


def due_from(arrived: date, deadline: date, wave_day: WaveDay = THE_27TH) -> date:
    """The day from which a case's ladder may start by itself.

    The wave day, for a case that came before it and whose deadline is later; else the day it came.
    """
    day = day_of_wave(wave_month(arrived, wave_day), wave_day)
    return day if arrived <= day < deadline else arrived


def timetable(steps: Iterable[Step], starts: datetime, deadline: date, window: Window) -> tuple[Timed, ...]:
    """The steps that fit before the deadline's end, each at its time, in order; the adviser's task comes last."""
    starts, steps = starts.astimezone(_COPENHAGEN), tuple(steps)
    end = datetime.combine(deadline, window.closes, _COPENHAGEN)
    from_start = list(_after_start(steps, starts, end, window))
    texted = {t.at.date() for t in from_start if t.step.kind == SMS}
    timed = sorted((*from_start, *_before_deadline(steps, starts, deadline, window, texted)), key=_in_time)
    last = max([_deadline_task(starts, deadline, window), *(each.at for each in timed)])
    with_expiry = [replace(each, expires_at=_expiry(each, timed, end, window)) for each in timed]
    return (*_counted(with_expiry), Timed(Step(DEADLINE_STEP, 0, "other"), last, None))


def with_silence(times: Sequence[Timed], silent_since: datetime, window: Window) -> tuple[Timed, ...]:
    """The same steps for a resident who has answered and then fallen silent: the first call waits until that has
    lasted two working days, and then has until the deadline. It keeps its place where there is no time for it."""
    *steps, last = times
    call = next((each for each in steps if each.step.kind == CALL), None)
    patient_until = opening_of(add_working_days(silent_since.astimezone(_COPENHAGEN).date(), PATIENCE), window)
    if call is None or max(call.at, patient_until) >= last.at:
        return tuple(times)
    asked = replace(call, at=max(call.at, patient_until), expires_at=last.at, is_after_silence=True)
    return (*sorted((asked if each is call else each for each in steps), key=_in_time), last)


def opening_of(day: date, window: Window) -> datetime:
    """When a day's work begins."""
    return datetime.combine(day, window.opens, _COPENHAGEN)


def _in_time(timed: Timed) -> tuple[datetime, int]:
    return timed.at, timed.step.number


def _counted(timed: Iterable[Timed]) -> Iterator[Timed]:
    """Number the SMS by their order in this case's time: who misses the second gets it as the third."""
    count = 0
    for each in timed:
        is_sms = each.step.kind == SMS
        yield replace(each, step=replace(each.step, sms=count)) if is_sms else each
        count += is_sms


def _after_start(steps: Iterable[Step], starts: datetime, end: datetime, window: Window) -> Iterator[Timed]:
    """What there is no window for before the end is left out, and does not hold up the calls and visits after it."""
    at, quiet_until = starts, starts
    for step in steps:
        if step.is_before_deadline:
            continue
        fits = max(at, _nominal(step, starts, window))
        if step.kind == SMS:
            fits = next_opening(window, max(fits, quiet_until))
        if fits > end:
            continue
        at = fits
        if step.kind == SMS:
            quiet_until = datetime.combine(at.date() + _DAY, time(), _COPENHAGEN)
        yield Timed(step, at, None)


def _nominal(step: Step, starts: datetime, window: Window) -> datetime:
    return starts if step.day == 0 else opening_of(add_working_days(starts.date(), step.day), window)


def _before_deadline(
    steps: Iterable[Step], starts: datetime, deadline: date, window: Window, texted: set[date]
) -> Iterator[Timed]:
    """A step that is counted from the deadline keeps its day, or is left out: when the ladder began later, and, of an
    SMS, when another one has that day."""
    taken = set(texted)
    for step in steps:
        if not step.is_before_deadline:
            continue
        day = _day_before(step, deadline, window)
        at = max(opening_of(day, window), starts)
        at = next_opening(window, at) if step.kind == SMS else at
        if at.date() == day and not (step.kind == SMS and day in taken):
            taken |= {day} if step.kind == SMS else set()
            yield Timed(step, at, None)


def _day_before(step: Step, deadline: date, window: Window) -> date:
    """The day of a step that is counted back from the deadline; of an SMS, one on which the window opens."""
    day = deadline
    for _ in range(step.day):
        day = previous_working_day(day)
    while step.kind == SMS and not opens_on(window, day):
        day -= _DAY
    return day


def _expiry(this: Timed, timed: Sequence[Timed], end: datetime, window: Window) -> datetime:
    """An SMS that is counted from the deadline says something of its own day, and dies with it."""
    latest = end
    if this.step.is_before_deadline and this.step.kind == SMS:
        latest = min(end, datetime.combine(this.at.date(), window.closes, _COPENHAGEN))
    return min((each.at for each in timed if this.at < each.at < latest), default=latest)


def _deadline_task(starts: datetime, deadline: date, window: Window) -> datetime:
    """On the deadline; when that is a day off, on the last working day before, when somebody can still act."""
    day = deadline if is_working_day(deadline) else previous_working_day(deadline)
    return max(starts, opening_of(day, window))

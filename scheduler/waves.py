"""Who is contacted, with which step, when; and who is not, and why. Pure: facts of cases in, contacts and skips out.

Payment and outcome end a ladder. A reply, a claim, a promise, a plan or a dispute pauses it: its steps go by. After an
answer that trailed off only the call comes. Opt-out and a wrong number end the SMS only; calls and visits come in their
place. See docs/decisions/0014-a-ladder-that-has-begun.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args

from bot.workdays import Window, next_opening
from scheduler.calendar import THE_27TH, WaveDay, wave_month
from scheduler.ladder import DEADLINE_STEP, SMS, Step, Timed, due_from, opening_of, timetable, with_silence

Why = Literal[
    "opted_out",
    "no_number",
    "wrong_person",
    "shared_phone",
    "settled",
    "closed",
    "held",
    "bot_paused",
    "promise_open",
    "plan_open",
    "disputed",
    "paid_said",
    "replied",
    "feed_too_old",
    "waits_for_release",
    "paused",
    "cancelled",
    "expired",
    "already_contacted",
    "not_due",
]
WHYS: tuple[Why, ...] = get_args(Why)

_NO_SMS: tuple[Why, ...] = ("opted_out", "no_number", "wrong_person", "shared_phone")
#: While one of these is so, a human is on it or the resident has answered.
_BUSY: tuple[Why, ...] = ("held", "bot_paused", "promise_open", "plan_open", "disputed", "paid_said")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What planning knows of one case. ``against`` is what speaks against contacting it now."""

    case_id: int
    arrived: date  #: the day it came to us
    opened_at: datetime
    updated_at: datetime
    deadline: date
    status: str = "open"
    against: frozenset[Why] = frozenset()
    starts_at: datetime | None = None  #: of its ladder; None: not begun
    done: frozenset[int] = frozenset()
    sms_sent: bool = False
    steps: tuple[Step, ...] | None = None  #: with which its ladder began; None: the organisation's present ones
    #: The last SMS of a resident who has answered the ladder, as long as no human has been asked or was there.
    silent_since: datetime | None = None
    month: str = ""  #: of the wave in which its ladder began
    met_before: bool = False  #: this wave has contacted it already, in a row that has been erased since


@dataclass(frozen=True, slots=True)
class Rules:
    """What an organisation has decided, and which of its waves have been started by hand or by the clock."""

    steps: tuple[Step, ...]
    window: Window
    wave_day: WaveDay = THE_27TH
    started: frozenset[str] = frozenset()
    needs_release: bool = False
    released_at: datetime | None = None
    released: frozenset[str] = frozenset()
    feed_max_age: timedelta | None = None
    paused: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Contact:
    """One step to be done for one case. ``sms`` says which of the ladder's SMS it is (0, 1, 2); None for a task."""

    case_id: int
    step: int
    kind: str
    sms: int | None
    send_at: datetime
    expires_at: datetime | None
    ladder_starts_at: datetime
    is_after_silence: bool = False  #: the resident has answered, and then no more


@dataclass(frozen=True, slots=True)
class Skip:
    """A step that is not done, and why. ``at`` is when its time comes, where that is later."""

    case_id: int
    step: int
    why: Why
    at: datetime | None = None
    ladder_starts_at: datetime | None = None  #: None: the ladder does not begin by this


def plan(
    candidates: Iterable[Candidate], rules: Rules, now: datetime, until: datetime | None = None
) -> list[Contact | Skip]:
    """What is to be done now; first contacts also when their time comes no later than ``until``."""
    horizon = max(now, until or now)
    return [item for candidate in candidates for item in _plan_case(candidate, rules, now, horizon)]


def next_moment(candidates: Iterable[Candidate], rules: Rules, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when there may be something to do."""
    moments = (moment for candidate in candidates for moment in _moments(candidate, rules, now))
    return min((moment for moment in moments if moment > now), default=None)


def case_month(candidate: Candidate, rules: Rules) -> str:
    """The wave that a case belongs to, whoever starts it and whenever."""
    return candidate.month or _month(candidate.arrived, rules.wave_day)


#: Thousands of cases come on few days, and their ladders begin at few moments.
_month = lru_cache(maxsize=1000)(wave_month)
_timetable = lru_cache(maxsize=1000)(timetable)


def waits_for_release(candidate: Candidate, rules: Rules) -> bool:
    """True when a second person has still to let it go."""
    if candidate.starts_at is not None or candidate.status != "open" or _ended(candidate, rules):
        return False
    return _is_unreleased(candidate, rules)


def start_of(candidate: Candidate, rules: Rules, now: datetime) -> datetime:
    """When the ladder of a case that has not begun may start: at once when its wave runs, within the window."""
    runs = case_month(candidate, rules) in rules.started
    day = candidate.arrived if runs else due_from(candidate.arrived, candidate.deadline, rules.wave_day)
    return next_opening(rules.window, max(now, opening_of(day, rules.window)))


def _plan_case(candidate: Candidate, rules: Rules, now: datetime, horizon: datetime) -> list[Contact | Skip]:
    first = rules.steps[0].number if rules.steps else DEADLINE_STEP
    if candidate.status != "open":
        return [Skip(candidate.case_id, first, "settled" if candidate.status == "settled" else "closed")]
    if candidate.starts_at is not None:
        return _due(candidate, rules, now)
    starts = start_of(candidate, rules, now)
    if starts > horizon:
        return [Skip(candidate.case_id, first, "not_due", starts)]
    begun, then = replace(candidate, starts_at=starts), max(now, starts)
    ended = _ended(candidate, rules)
    why = ended or _holds_back(candidate, rules, now)
    if why is None:
        return _due(begun, rules, then)
    later = _last(begun, rules).at if ended else None
    return _for_the_adviser(begun, rules, then, Skip(candidate.case_id, first, why, later))


def _holds_back(candidate: Candidate, rules: Rules, now: datetime) -> Why | None:
    """Why a ladder does not begin yet."""
    if _is_unreleased(candidate, rules):
        return "waits_for_release"
    busy = next((why for why in (*_BUSY, "replied") if why in candidate.against), None)
    return busy or _waits(candidate, rules, now)


def _is_unreleased(candidate: Candidate, rules: Rules) -> bool:
    return rules.needs_release and (rules.released_at is None or candidate.opened_at > rules.released_at)


def _waits(candidate: Candidate, rules: Rules, now: datetime) -> Why | None:
    """Why the whole wave stands still, whatever the case."""
    if case_month(candidate, rules) in rules.paused:
        return "paused"
    return "feed_too_old" if _is_stale(candidate, rules, now) else None


def _ended(candidate: Candidate, rules: Rules) -> Why | None:
    """Why a case is contacted no more in its wave, but for the deadline's task."""
    if case_month(candidate, rules) in rules.cancelled:
        return "cancelled"
    return "already_contacted" if candidate.met_before else None


def _for_the_adviser(candidate: Candidate, rules: Rules, now: datetime, skip: Skip) -> list[Contact | Skip]:
    """On the deadline an adviser hears also of who is not written to, so that nobody is forgotten."""
    if DEADLINE_STEP in candidate.done:
        return [replace(skip, why="already_contacted", at=None)]
    last = _last(candidate, rules)
    return [_one(candidate, last, rules, now) if last.at <= now else skip]


def _due(candidate: Candidate, rules: Rules, now: datetime) -> list[Contact | Skip]:
    """The steps whose time has come; when none has, one skip that tells when the next does."""
    times = _table(candidate, rules)
    open_steps = [t for t in times if t.step.number not in candidate.done]
    if DEADLINE_STEP in candidate.done or not open_steps:
        return [Skip(candidate.case_id, times[-1].step.number, "already_contacted")]
    ended = _ended(candidate, rules)
    if ended is not None:
        skip = Skip(candidate.case_id, open_steps[0].step.number, ended, _last(candidate, rules).at)
        return _for_the_adviser(candidate, rules, now, skip)
    due = [_one(candidate, timed, rules, now) for timed in open_steps if timed.at <= now]
    return due or [_later(candidate, open_steps[0])]


def _later(candidate: Candidate, timed: Timed) -> Skip:
    why: Why = "already_contacted" if candidate.done else "not_due"
    return Skip(candidate.case_id, timed.step.number, why, timed.at, candidate.starts_at)


def _one(candidate: Candidate, timed: Timed, rules: Rules, now: datetime) -> Contact | Skip:
    step, starts = timed.step, _begun(candidate)
    send_at = next_opening(rules.window, now) if step.kind == SMS else now
    if timed.expires_at is not None and send_at >= timed.expires_at:
        return Skip(candidate.case_id, step.number, "expired", None, starts)
    why = _objection(candidate, timed, rules, now)
    if why is not None:
        return Skip(candidate.case_id, step.number, why, None, starts)
    # Who got no first SMS is not told "it is Mette again".
    sms = step.sms if step.sms is None or candidate.sms_sent else 0
    return Contact(
        candidate.case_id,
        step.number,
        step.kind,
        sms,
        send_at,
        timed.expires_at,
        starts,
        timed.is_after_silence,
    )


def _objection(candidate: Candidate, timed: Timed, rules: Rules, now: datetime) -> Why | None:
    """The deadline's task comes to everybody whom no human holds: also who replied, promised or has a plan."""
    step = timed.step
    reasons: tuple[Why, ...] = ("held",) if step.number == DEADLINE_STEP else _BUSY
    if step.kind == SMS:
        reasons = (*_NO_SMS, *reasons)
    if step.number != DEADLINE_STEP and not timed.is_after_silence:
        reasons = (*reasons, "replied")
    found = next((why for why in reasons if why in candidate.against), None)
    if found is None and step.number != DEADLINE_STEP:
        return _waits(candidate, rules, now)
    return found


def _is_stale(candidate: Candidate, rules: Rules, now: datetime) -> bool:
    return rules.feed_max_age is not None and now - candidate.updated_at > rules.feed_max_age


def _moments(candidate: Candidate, rules: Rules, now: datetime) -> Iterator[datetime]:
    if candidate.status != "open" or DEADLINE_STEP in candidate.done:
        return
    if candidate.starts_at is None:
        starts = start_of(candidate, rules, now)
        yield from (starts, _last(replace(candidate, starts_at=starts), rules).at)
    elif _ended(candidate, rules):
        yield _last(candidate, rules).at
    else:
        times = [t.at for t in _table(candidate, rules) if t.step.number not in candidate.done]
        yield from times
        if any(at <= now for at in times):
            yield next_opening(rules.window, now)


def _table(candidate: Candidate, rules: Rules) -> tuple[Timed, ...]:
    steps = rules.steps if candidate.steps is None else candidate.steps
    times = _timetable(steps, _begun(candidate), candidate.deadline, rules.window)
    return times if candidate.silent_since is None else with_silence(times, candidate.silent_since, rules.window)


def _last(candidate: Candidate, rules: Rules) -> Timed:
    """The deadline's task alone."""
    return _timetable((), _begun(candidate), candidate.deadline, rules.window)[-1]


def _begun(candidate: Candidate) -> datetime:
    if candidate.starts_at is None:
        raise ValueError("this case's ladder has not begun")
    return candidate.starts_at

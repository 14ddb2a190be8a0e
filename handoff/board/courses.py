"""A course: one case in one month's wave, from the day its ladder began until it ended or the case came again. Pure.

Every figure of the board counts courses, and every course belongs to the month of its wave: so a quarter is the sum of
its months, and "all my organisations" the sum of each. What a figure counts stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

DAY = 86_400
#: How long an agreement must have stood before we say that it holds.
HELD_DAYS = 90
#: A good end: what was owed is paid, or it is agreed how.
GOOD = ("paid", "plan_agreed", "municipality_paid")
#: How a case can stand, in the order of the picture; together they are all cases.
ENDINGS = (*GOOD, "no_contact", "moved_out", "evicted", "other", "open")
#: The funnel, and what the pictures on evictions tell apart.
STAGES = ("delivered", "answered", "recognised", "talked", "agreed")
AVERTED = ("sure", "likely", "not_averted", "not_threatened")
_OF_OUTCOME = {"settled": "paid", "closed": "other", "not_in_a_case": "other"}
_THREATENED_STAGES = ("ophaevet", "foged")

Figure = tuple[str, str]


class Course(NamedTuple):
    """What the tables say of one course. Times are whole seconds since 1970, or None where it did not happen."""

    organisation_id: int
    month: str  #: of the wave: "2026-11"
    department: str
    stage: str
    has_date: bool  #: a date at the foged stood, on or after the day the course began
    ended_as: str  #: open, settled (the rent system says that nothing is owed), or the adviser's outcome
    is_overdue: bool  #: the deadline is over
    began_at: int
    delivered: bool  #: at least one of the wave's SMS has a receipt
    answered_at: int | None  #: the first SMS from the resident's number that no machine wrote
    recognised: bool
    adviser_at: int | None  #: an adviser's first SMS that left
    called_at: int | None  #: the first call that the resident took
    met_at: int | None  #: a caretaker met the resident at the door
    handoff_at: int | None  #: when the bot first asked for a human
    answered_by_sms_at: int | None  #: the first SMS of an adviser from then on
    answered_by_call_at: int | None  #: the first call that was taken from then on
    plan_at: int | None  #: when a human said yes to a plan that has not been broken
    reached_kind: str | None  #: the newest step when the resident was first reached: sms, call, knock, postcard, other
    reached_sms: int  #: how many SMS the ladder had sent by then


def is_reached(course: Course) -> bool:
    """Nået: the resident has written, has taken a call, or was met at the door."""
    return not (course.answered_at is course.called_at is course.met_at is None)


def has_talked(course: Course) -> bool:
    """Talte med et menneske: wrote and was written to by an adviser, took an adviser's call, or was met at the door."""
    by_sms = course.adviser_at is not None and course.answered_at is not None
    return by_sms or course.called_at is not None or course.met_at is not None


def ending(course: Course) -> str:
    """How it stands: one of ``ENDINGS``. Open with an approved plan is agreed; overdue and silent, not reached."""
    if course.ended_as != "open":
        ended = _OF_OUTCOME.get(course.ended_as, course.ended_as)
        return ended if ended in ENDINGS else "other"
    if course.plan_at is not None:
        return "plan_agreed"
    return "no_contact" if course.is_overdue and not is_reached(course) else "open"


def averted(course: Course, now: int) -> str:
    """Whether an eviction was averted: one of ``AVERTED``.

    ``sure``: a date at the foged stood, and what was owed is paid, or a plan has been approved for 90 days and holds.
    ``likely``: the lease was terminated or the case was at the foged, with or without a date, and it ended well or a
    plan still holds. Nobody knows what would have happened without us: so both are told, never one.
    """
    if not (course.has_date or course.stage in _THREATENED_STAGES):
        return "not_threatened"
    end = ending(course)
    is_held = course.plan_at is not None and now - course.plan_at >= HELD_DAYS * DAY
    if course.has_date and (end in ("paid", "municipality_paid") or (end == "plan_agreed" and is_held)):
        return "sure"
    return "likely" if end in GOOD else "not_averted"


def reached_by(course: Course) -> str:
    """The step that reached the resident: sms1, sms2, …, call, knock, postcard, other; ``nobody`` reached yet."""
    if not is_reached(course):
        return "nobody"
    if course.reached_kind is None:
        return "before"
    return f"sms{course.reached_sms}" if course.reached_kind == "sms" else course.reached_kind


def first_human_at(course: Course) -> int | None:
    """The first word of a human: an adviser's SMS, a call that was taken, a caretaker at the door."""
    return min((at for at in (course.adviser_at, course.called_at, course.met_at) if at is not None), default=None)


def answer_at(course: Course) -> int | None:
    """When a human had answered what the bot handed over."""
    times = (course.answered_by_sms_at, course.answered_by_call_at)
    return min((at for at in times if at is not None), default=None)


def tally(course: Course, now: int) -> Iterator[Figure]:
    """Every group that this course counts in."""
    end = ending(course)
    yield "cases", "all"
    yield "ending", end
    yield "reach", reached_by(course)
    yield "averted", averted(course, now)
    yield from (("stage", stage) for stage in _stages(course, end))


def _stages(course: Course, end: str) -> Iterator[str]:
    if is_reached(course):
        yield "reached"
    if course.delivered:
        yield "delivered"
    if course.answered_at is not None:
        yield "answered"
        if course.recognised:
            yield "recognised"
    if has_talked(course):
        yield "talked"
    if end in GOOD:
        yield "agreed"

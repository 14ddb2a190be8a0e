"""Promises to pay, looked at after their day against the arrears of the last feed. Pure.

Nothing is held against a word alone: while the figures are older than the day they say nothing. A broken promise is a
question to a human, never an SMS. See docs/decisions/0017-after-the-answer.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from bot.workdays import Window, add_working_days, next_working_day
from scheduler.ladder import opening_of

#: So many working days after the promised day a human looks, when the rent system has said nothing since.
PATIENCE = 3
#: Thanks that come later than this, in working days, are no thanks any more.
_THANKS_WITHIN = 5


@dataclass(frozen=True, slots=True)
class Given:
    """One promise; no amount means all of it. ``day`` is the day it is looked at where none was said."""

    promise_id: int
    amount_ore: int | None
    day: date
    at: datetime  #: when it was given: those of one moment were given in one breath, and add up
    owed_ore: int | None = None  #: when it was given; None: nobody wrote it down
    status: str = "open"
    task_due: date | None = None  #: of the task to look at it, while that is open
    is_asked: bool = False  #: a human has been told what cannot be seen


@dataclass(frozen=True, slots=True)
class Promised:
    """What is known of one case's promises. ``may_write``: nothing speaks against an SMS to the resident now."""

    given: tuple[Given, ...]
    arrears_ore: int
    told_on: date  #: the day of the rent system's newest word
    may_write: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """The money has come. ``thanks``: that is worth a word, since something is still owed."""

    promise_id: int
    thanks: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """It has not come, or only ``came_ore`` of it: a human asks."""

    promise_id: int
    came_ore: int
    due: date


@dataclass(frozen=True, slots=True)
class Wait:
    """The rent system has yet to speak: nobody need look before ``due``."""

    promise_id: int
    due: date


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A human must look: nothing new has come, or what was owed was never written down (``is_old``)."""

    promise_id: int
    due: date
    is_old: bool


@dataclass(frozen=True, slots=True)
class CameLate:
    """What was missing has come after all: nobody need ask any more."""

    promise_id: int


Due = Kept | Broken | Wait | CannotTell | CameLate


def due(promised: Promised, window: Window, now: datetime) -> list[Due]:
    """What is to be done about a case's promises now."""
    given = sorted(promised.given, key=lambda each: (each.at, each.day, each.promise_id))
    breaths = [list(breath) for _, breath in groupby(given, key=lambda each: each.at)]
    return [item for breath in breaths for item in _of_one_breath(promised, breath, window, now)]


def next_moment(promised: Promised, window: Window, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when there may be something to do."""
    return min((moment for moment in _moments(promised.given, window) if moment > now), default=None)


def _moments(given: Iterable[Given], window: Window) -> Iterator[datetime]:
    for each in given:
        if each.status == "open":
            yield _look_at(each, window)
            if not each.is_asked:
                yield opening_of(_human_day(each), window)


def _of_one_breath(promised: Promised, breath: Sequence[Given], window: Window, now: datetime) -> Iterator[Due]:
    """Money counts once: for what was seen kept before, then for what is due now, then for what was missed."""
    left = _come(promised, breath)
    thanked = any(each.status == "kept" for each in breath)
    looked = [each for each in breath if each.status == "open" and _look_at(each, window) <= now]
    for each in looked:
        if _is_kept(promised, each, left):
            yield Kept(each.promise_id, not thanked and _is_worth_thanks(promised, each, now))
            thanked = True
            left -= each.amount_ore or 0
        else:
            yield from _not_seen(promised, each, max(0, left), window, now)
    for each in breath:
        if each.status == "broken" and _is_kept(promised, each, left):
            yield CameLate(each.promise_id)
            left -= each.amount_ore or 0


def _come(promised: Promised, breath: Sequence[Given]) -> int:
    """How far the arrears have fallen since then, without what counted for a kept promise already."""
    owed = next((each.owed_ore for each in breath if each.owed_ore is not None), None)
    if owed is None:
        return 0
    return owed - promised.arrears_ore - sum(each.amount_ore or 0 for each in breath if each.status == "kept")


def _is_kept(promised: Promised, each: Given, left: int) -> bool:
    """Nothing is owed any more, or as much less as was promised. A part of a promise does not keep it."""
    return promised.arrears_ore <= 0 or (each.amount_ore is not None and 0 < each.amount_ore <= left)


def _is_worth_thanks(promised: Promised, each: Given, now: datetime) -> bool:
    """Once a breath, soon, and while something is owed: a case in which nothing is owed is left in peace."""
    is_soon = now.date() <= add_working_days(each.day, _THANKS_WITHIN)
    return promised.may_write and promised.arrears_ore > 0 and is_soon


def _not_seen(promised: Promised, each: Given, came_ore: int, window: Window, now: datetime) -> Iterator[Due]:
    ask_on = _human_day(each)
    if each.owed_ore is None:
        if not each.is_asked:
            yield CannotTell(each.promise_id, next_working_day(each.day), is_old=True)
    elif promised.told_on > _bank_day(each.day):
        yield Broken(each.promise_id, came_ore, next_working_day(each.day))
    elif opening_of(ask_on, window) <= now:
        if not each.is_asked:
            yield CannotTell(each.promise_id, ask_on, is_old=False)
    elif each.task_due is not None and each.task_due < ask_on:
        yield Wait(each.promise_id, ask_on)


def _look_at(each: Given, window: Window) -> datetime:
    return opening_of(next_working_day(each.day), window)


def _bank_day(day: date) -> date:
    """No bank moves money on a day off: it comes on the next working day."""
    return add_working_days(day, 0)


def _human_day(each: Given) -> date:
    return add_working_days(_bank_day(each.day), PATIENCE)

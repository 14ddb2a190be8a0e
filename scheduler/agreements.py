"""Approved payment plans: when an instalment is reminded of, and when a human looks whether it came. Pure.

A reminder is never late: when its instalment's day is over, it is not sent. A missed instalment is a question to a
human, never an SMS. See docs/decisions/0011-what-follows-an-agreed-plan.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.instalments import Instalment
from bot.workdays import Window, is_working_day, next_opening, next_working_day, previous_working_day
from scheduler.ladder import opening_of

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@dataclass(frozen=True, slots=True)
class Seen:
    """What an earlier look at one instalment saw in the rent system."""

    is_paid: bool
    arrears_ore: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is known of one approved plan. ``may_write``: nothing speaks against an SMS to the resident now."""

    plan_id: int
    instalments: tuple[Instalment, ...]
    arrears_ore: int  #: the rent system's newest word
    decided_at: datetime | None = None
    reminded: frozenset[int] = frozenset()
    seen: Mapping[int, Seen] = field(default_factory=dict)
    may_write: bool = True


@dataclass(frozen=True, slots=True)
class Remind:
    """A short SMS before an instalment."""

    instalment: Instalment
    send_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """An instalment's day has gone by: was it paid? ``asks``: a human is to find out."""

    instalment: Instalment
    is_paid: bool
    asks: bool
    due: date


@dataclass(frozen=True, slots=True)
class CameLate:
    """What was missing at an earlier look has come: nobody need ask any more."""

    instalment: Instalment


@dataclass(frozen=True, slots=True)
class Kept:
    """Nothing is owed any more."""


Due = Remind | Look | CameLate | Kept


def due(agreed: Agreed, window: Window, days_before: int, now: datetime) -> list[Due]:
    """What is to be done about a plan now; ``days_before`` 0 means that nobody is reminded."""
    if agreed.arrears_ore <= 0:
        return [Kept()]
    looks: list[Due] = [*_came_late(agreed), *_looks(agreed, window, now)]
    return [*looks, *_reminders(agreed, window, days_before, now)]


def next_moment(agreed: Agreed, window: Window, days_before: int, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when there may be something to do about a plan."""
    return min((moment for moment in _moments(agreed, window, days_before, now) if moment > now), default=None)


def is_paid(agreed: Agreed, number: int) -> bool:
    """Whether the arrears are as low as agreed after this instalment, or lower by it than when last looked at.

    So whoever pays early is not asked, and whoever fell behind once and then pays again is not asked each month.
    """
    total = sum(payment.amount_ore for payment in agreed.instalments)
    agreed_left = total - _sum(agreed, 0, number)
    over = sum(payment.day < _since(agreed) for payment in agreed.instalments)  # before anybody had agreed
    earlier = max((seen for seen in agreed.seen if seen < number), default=min(over, number - 1))
    before = agreed.seen[earlier].arrears_ore if earlier in agreed.seen else total
    return agreed.arrears_ore <= max(agreed_left, before - _sum(agreed, earlier, number))


def _sum(agreed: Agreed, after: int, upto: int) -> int:
    return sum(payment.amount_ore for payment in agreed.instalments if after < payment.number <= upto)


def _reminders(agreed: Agreed, window: Window, days_before: int, now: datetime) -> Iterator[Remind]:
    if not agreed.may_write:
        return
    for payment in agreed.instalments:
        at = _reminder_at(payment, window, days_before)
        ends = datetime.combine(payment.day, window.closes, _COPENHAGEN)
        send_at = next_opening(window, now)
        is_news = agreed.decided_at is None or agreed.decided_at < at  # else it has just been said
        open_ = payment.number not in agreed.reminded and not _is_paid_ahead(agreed, payment)
        if days_before and at <= now and send_at < ends and is_news and open_:
            yield Remind(payment, send_at, ends)
            return


def _is_paid_ahead(agreed: Agreed, payment: Instalment) -> bool:
    total = sum(each.amount_ore for each in agreed.instalments)
    return agreed.arrears_ore <= total - _sum(agreed, 0, payment.number)


def _looks(agreed: Agreed, window: Window, now: datetime) -> Iterator[Look]:
    """Of several that went by unseen one question is enough: the newest one's."""
    gone = [p for p in _to_look_at(agreed) if _look_at(p, window) <= now]
    for payment in gone:
        paid = is_paid(agreed, payment.number)
        yield Look(payment, paid, not paid and payment is gone[-1], next_working_day(payment.day))


def _to_look_at(agreed: Agreed) -> list[Instalment]:
    """Not what was over before a human had agreed to it."""
    return [p for p in agreed.instalments if p.number not in agreed.seen and p.day >= _since(agreed)]


def _since(agreed: Agreed) -> date:
    return agreed.decided_at.astimezone(_COPENHAGEN).date() if agreed.decided_at else date.min


def _came_late(agreed: Agreed) -> Iterator[CameLate]:
    for payment in agreed.instalments:
        seen = agreed.seen.get(payment.number)
        if seen is not None and not seen.is_paid and is_paid(agreed, payment.number):
            yield CameLate(payment)


def _reminder_at(payment: Instalment, window: Window, days_before: int) -> datetime:
    """Before a weekend or a holiday rather than after it."""
    day = payment.day - timedelta(days=days_before)
    return opening_of(day if is_working_day(day) else previous_working_day(day), window)


def _look_at(payment: Instalment, window: Window) -> datetime:
    return opening_of(next_working_day(payment.day), window)


def _moments(agreed: Agreed, window: Window, days_before: int, now: datetime) -> Iterator[datetime]:
    for payment in _to_look_at(agreed):
        yield _look_at(payment, window)
    for payment in agreed.instalments:
        if days_before and payment.number not in agreed.reminded:
            at = _reminder_at(payment, window, days_before)
            yield at
            if at <= now:
                yield next_opening(window, now)

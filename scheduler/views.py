"""How an organisation's waves stand, counted: what was done, what was not and why, what became of the SMS."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import COPENHAGEN, Case, Contact, Conversation, Ladder, Message, Organisation, Skip, Wave
from bot.wave_desk import State, WaveView
from scheduler.calendar import day_of_wave, wave_month
from scheduler.feed import feed_at, is_stale
from scheduler.gather import clocks, rules_of, waves_of
from scheduler.waves import Rules, waits_for_release

Counts = dict[int, Counter[Any]]


def views(session: Session, organisation: Organisation, now: datetime) -> list[WaveView]:
    """The organisation's waves, newest first; the month at hand is always there."""
    rules = rules_of(session, organisation)
    today = now.astimezone(COPENHAGEN).date()
    known = {wave.month: wave for wave in waves_of(session, organisation.id)}
    at_hand = wave_month(today, rules.wave_day)
    months = sorted({*known, at_hand}, reverse=True)
    ids = [wave.id for wave in known.values()]
    counted = [count(session, ids) for count in (_contacts, _sms, _answered, _skips)]
    # Whoever releases this month's lets them all go, also what came after last month's and was not released.
    waiting = {at_hand: _waiting(session, organisation.id, rules) if rules.needs_release else 0}
    newest = feed_at(session, organisation.id)
    stale = is_stale(newest, rules.feed_max_age, now)
    return [
        _view(month, known.get(month), rules, today, counted, waiting.get(month, 0), newest, stale) for month in months
    ]


def _view(
    month: str,
    wave: Wave | None,
    rules: Rules,
    today: date,
    counted: list[Counts],
    waiting: int,
    newest: datetime | None,
    stale: bool,
) -> WaveView:
    wave = wave or Wave(id=0, month=month, started_by="", paused_by="")
    contacts, sms, answered, skips = (counts.get(wave.id, Counter()) for counts in counted)
    day = day_of_wave(month, rules.wave_day)
    return WaveView(
        month=month,
        state=_state(wave, day <= today, waiting > 0 and rules.needs_release, stale),
        wave_day=day,
        started_at=wave.started_at,
        started_by=wave.started_by,
        released_at=wave.released_at,
        paused_at=wave.paused_at,
        paused_by=wave.paused_by,
        cancelled_at=wave.cancelled_at,
        waiting_for_release=waiting,
        feed_at=newest,
        contacts=contacts,
        sms=sms,
        answered=sum(answered.values()),
        skips=skips,
    )


def _state(wave: Wave, has_come: bool, waits: bool, stale: bool) -> State:
    """The first that is so; what has started runs, even if cases that came since wait for their release."""
    if wave.cancelled_at is not None:
        return "cancelled"
    if wave.paused_at is not None:
        return "paused"
    if wave.started_at is None and not has_come:
        return "not_due"
    if stale:
        return "feed_too_old"
    if wave.started_at is not None:
        return "running"
    return "waits_for_release" if waits and wave.released_at is None else "due"


def _waiting(session: Session, organisation_id: int, rules: Rules) -> int:
    """How many cases wait for a second person."""
    return sum(waits_for_release(each, rules) for each in clocks(session, organisation_id))


def _counts(session: Session, rows: Any, key: Callable[[Any], Any]) -> Counts:
    found: Counts = defaultdict(Counter)
    for row in session.execute(rows):
        found[row.wave_id][key(row)] += row.number
    return found


def _contacts(session: Session, waves: Collection[int]) -> Counts:
    number = func.count(Contact.id).label("number")
    rows = select(Contact.wave_id, Contact.step, Contact.kind, number).where(Contact.wave_id.in_(waves))
    return _counts(
        session, rows.group_by(Contact.wave_id, Contact.step, Contact.kind), lambda row: (row.step, row.kind)
    )


def _sms(session: Session, waves: Collection[int]) -> Counts:
    number = func.count(Message.id).label("number")
    rows = select(Contact.wave_id, Message.status, number).join(Message, Message.contact_id == Contact.id)
    rows = rows.where(Contact.wave_id.in_(waves)).group_by(Contact.wave_id, Message.status)
    return _counts(session, rows, lambda row: row.status)


def _answered(session: Session, waves: Collection[int]) -> Counts:
    """Cases whose resident has written since their ladder began."""
    number = func.count(Ladder.case_id.distinct()).label("number")
    rows = select(Ladder.wave_id, number).join(Case, Case.id == Ladder.case_id)
    rows = rows.join(Conversation, Conversation.case_id == Case.id).join(Message)
    rows = rows.where(Message.direction == "in", ~Message.automatic, Message.at >= Ladder.at)
    rows = rows.where(Ladder.wave_id.in_(waves), Message.conversation_id == Conversation.id)
    return _counts(session, rows.group_by(Ladder.wave_id), lambda row: "in")


def _skips(session: Session, waves: Collection[int]) -> Counts:
    """Cases by reason; one that was skipped at several steps for the same reason counts once."""
    number = func.count(Skip.case_id.distinct()).label("number")
    rows = select(Skip.wave_id, Skip.why, number).where(Skip.wave_id.in_(waves)).group_by(Skip.wave_id, Skip.why)
    return _counts(session, rows, lambda row: row.why)

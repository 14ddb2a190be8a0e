"""Waves carried out: started on their day or by hand, their steps taken. May run twice, or at once.

Gathered and planned in a reading transaction; only cases with something to do are planned again, and written, in small
ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import COPENHAGEN, Organisation
from bot.wave_state import MISSED, pause_wave
from bot.workdays import is_open, next_opening
from scheduler.calendar import day_of_wave, wave_month
from scheduler.feed import watch_feed
from scheduler.gather import Gathered, clocks, gather, rules_of
from scheduler.ladder import SMS
from scheduler.missed import missed_months
from scheduler.release import locked_wave, mark_started, release
from scheduler.waves import Candidate, Contact, Rules, Skip, Why, next_moment, plan, waits_for_release
from scheduler.write import is_new, write_cases
from scheduler.write_together import PASSING

#: Cases that came within this time and have ended stand in the preview, with the reason why they are not contacted.
_LATELY = timedelta(days=31)
#: No case waits longer for its wave day.
_FAR = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class WaveReport:
    """What starting a wave did. ``waits_until``: the SMS wait for the send window to open."""

    month: str
    is_first_start: bool
    sms: int
    tasks: int
    skipped: Counter[Why]
    waits_until: datetime | None


def start_wave(db: Database, organisation_id: int, now: datetime, started_by: str) -> WaveReport:
    """Start this month's wave now, which also releases it. A second start only takes what the first could not.

    ``started_by`` is an adviser's id or "command". Raises WaveRefusedError.
    """
    return _let_go(db, organisation_id, now, started_by, waits_for_its_day=False)


def release_wave(db: Database, organisation_id: int, now: datetime, released_by: str) -> WaveReport:
    """Release this month's cases up to now. Before the wave day only who cannot wait for it begins; the wave then
    starts by itself. From that day on it starts now. Raises WaveRefusedError."""
    return _let_go(db, organisation_id, now, released_by, waits_for_its_day=True)


def _let_go(db: Database, organisation_id: int, now: datetime, by: str, *, waits_for_its_day: bool) -> WaveReport:
    with db.write() as session:
        rules = rules_of(session, session.get_one(Organisation, organisation_id))
        month = wave_month(_day(now), rules.wave_day)
        starts = not waits_for_its_day or day_of_wave(month, rules.wave_day) <= _day(now)
        is_first = release(session, organisation_id, rules, month, now, by, starts=starts)
    until = next_opening(rules.window, now) if starts else now
    written, skipped = _carry_out(db, organisation_id, now, until)
    sms = sum(contact.kind == SMS for contact in written)
    return WaveReport(month, is_first, sms, len(written) - sms, skipped, None if until == now else until)


def planned(session: Session, organisation: Organisation, now: datetime) -> list[Contact | Skip]:
    """What this month's wave would do, as things stand: every first contact at its time; nothing is written."""
    items, _ = planned_and_waiting(session, organisation, now)
    return items


def planned_and_waiting(
    session: Session, organisation: Organisation, now: datetime
) -> tuple[list[Contact | Skip], frozenset[int]]:
    """The same, and the cases that a second person has still to release."""
    rules = rules_of(session, organisation)
    candidates = [each.candidate for each in gather(session, organisation.id, now, ended_since=now - _LATELY)]
    waiting = frozenset(each.case_id for each in candidates if waits_for_release(each, rules))
    # Shown to who is to release it, or to let it go on.
    as_released = replace(rules, needs_release=False, paused=frozenset())
    return plan(candidates, as_released, now, now + _FAR), waiting


def next_wave_moment(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when there is something to do for an organisation's cases."""
    organisation = session.get_one(Organisation, organisation_id)
    return next_moment(clocks(session, organisation_id), rules_of(session, organisation), now)


def run_waves(db: Database, organisation_id: int, now: datetime) -> None:
    """Start the wave whose day has come, take the steps that are due, let new cases join.

    What belongs to a month that went by unstarted is paused until a human lets it go on, or ends it.
    """
    is_stale = watch_feed(db, organisation_id, now)
    rules, ripe, missed = _look(db, organisation_id, now)
    if missed:
        with db.write() as session:
            for month in missed:
                pause_wave(session, locked_wave(session, organisation_id, month), now, MISSED)
    if not is_stale and _starts_by_itself(rules, now):
        with db.write() as session:
            wave = locked_wave(session, organisation_id, wave_month(_day(now), rules.wave_day))
            mark_started(session, wave, now, "scheduler")
        _, ripe, _ = _look(db, organisation_id, now)
    if ripe:  # at most ticks nobody's time has come, and nobody need be asked what speaks against it
        _carry_out(db, organisation_id, now, now, ripe)


def _look(db: Database, organisation_id: int, now: datetime) -> tuple[Rules, list[int], list[str]]:
    """How the organisation's waves stand, the cases for which something may be due, and what has been missed."""
    with db.read() as session:
        organisation = session.get_one(Organisation, organisation_id)
        rules, candidates = rules_of(session, organisation), clocks(session, organisation.id)
        ripe = [each.case_id for each in candidates if _may_be_due(each, rules, now)]
        return rules, ripe, missed_months(candidates, rules, now)


def _may_be_due(candidate: Candidate, rules: Rules, now: datetime) -> bool:
    """False when nothing is to be written for a case now, whatever speaks against contacting it. Errs towards True."""
    # Who answers but wants no SMS has no silence: then the ladder's own times count.
    both = {candidate, replace(candidate, silent_since=None)}
    return any(not _passes(item, candidate) for item in plan(both, rules, now))


def _passes(item: Contact | Skip, candidate: Candidate) -> bool:
    """Nothing but that its time comes later, or is over."""
    begins = item.ladder_starts_at is not None and candidate.starts_at is None
    return isinstance(item, Skip) and item.why in PASSING and not begins


def _carry_out(
    db: Database, organisation_id: int, now: datetime, until: datetime, only: Collection[int] | None = None
) -> tuple[list[Contact], Counter[Why]]:
    with db.read() as session:
        rules = rules_of(session, session.get_one(Organisation, organisation_id))
        everyone = gather(session, organisation_id, now, only=only)
    skipped: Counter[Why] = Counter()
    to_write = []
    for gathered in everyone:
        items = plan([gathered.candidate], rules, now, until)
        skipped.update(item.why for item in items if isinstance(item, Skip))
        if any(_is_due(item, gathered, until) for item in items):
            to_write.append(gathered.candidate.case_id)
    return write_cases(db, organisation_id, to_write, now, until), skipped


def _is_due(item: Contact | Skip, gathered: Gathered, until: datetime) -> bool:
    return is_new(item, gathered) and (isinstance(item, Skip) or item.send_at <= until)


def _starts_by_itself(rules: Rules, now: datetime) -> bool:
    month = wave_month(_day(now), rules.wave_day)
    has_come = day_of_wave(month, rules.wave_day) <= _day(now) and is_open(rules.window, now)
    waits = rules.needs_release and month not in rules.released
    stands_still = month in rules.started | rules.paused | rules.cancelled or waits
    return has_come and not stands_still


def _day(now: datetime) -> date:
    return now.astimezone(COPENHAGEN).date()

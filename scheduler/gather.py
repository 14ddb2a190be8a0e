"""From rows to candidates: what planning knows of an organisation's cases, in a handful of queries however many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.fact_rows import CHUNK, chunks
from bot.models import COPENHAGEN, Case, Organisation, Resident, Wave
from bot.organisations import read_settings
from scheduler.against import Thread, against_by_case, busy, threads_by_phone
from scheduler.asked import dealt_with
from scheduler.calendar import WaveDay, wave_month
from scheduler.chosen import Chosen, choose
from scheduler.keys import case_key
from scheduler.ladder import steps_of
from scheduler.past import Past, Place
from scheduler.waves import Candidate, Rules, Why

#: Who says STOP, or is somebody else, has not answered: calls and visits come in place of the SMS.
_NO_ANSWER: frozenset[Why] = frozenset({"opted_out", "wrong_person"})


#: A case's row, key and place.
_Placed = tuple[Any, str, Place]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A candidate with what only writing needs: its round, wave and key, the skips that are already written."""

    candidate: Candidate
    organisation_id: int
    round: int
    wave_id: int | None  #: None: the wave has no row yet
    case_key: str
    skipped: frozenset[tuple[int, str]]


def rules_of(session: Session, organisation: Organisation) -> Rules:
    """The organisation's settings, and how its waves stand."""
    settings = read_settings(organisation.settings)
    waves = waves_of(session, organisation.id)
    hours = settings.feed_max_age_hours
    return Rules(
        steps=steps_of(settings.ladder),
        window=settings.window,
        wave_day=WaveDay(settings.wave_day, settings.wave_day_moves),
        started=frozenset(wave.month for wave in waves if wave.started_at is not None),
        needs_release=settings.release == "second_person",
        released_at=max((wave.released_at for wave in waves if wave.released_at is not None), default=None),
        released=frozenset(wave.month for wave in waves if wave.released_at is not None),
        feed_max_age=timedelta(hours=hours) if hours is not None else None,
        paused=frozenset(wave.month for wave in waves if wave.paused_at is not None),
        cancelled=frozenset(wave.month for wave in waves if wave.cancelled_at is not None),
    )


def waves_of(session: Session, organisation_id: int) -> Sequence[Wave]:
    """The organisation's waves so far, the oldest first."""
    return session.scalars(select(Wave).where(Wave.organisation_id == organisation_id).order_by(Wave.month)).all()


def gather(
    session: Session,
    organisation_id: int,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    ended_since: datetime | None = None,
) -> list[Gathered]:
    """The open cases, ordered by id; ``ended_since``: also those that came later than that and have ended."""
    if only is not None and len(only) > CHUNK:
        parts = (gather(session, organisation_id, now, only=part) for part in chunks(sorted(only)))
        return [each for part in parts for each in part]
    chosen = choose(organisation_id, only, ended_since)
    placed = _placed(session, organisation_id, chosen, only)
    if not placed:
        return []
    against, threads = against_by_case(session, chosen), threads_by_phone(session, chosen)
    silences = _silences(session, chosen, placed, threads)
    gathered = []
    for row, key, place in placed:
        thread = threads.get(row.phone)
        reasons = against.get(row.id, set()) | busy(thread, place.ladder_at, now)
        if reasons & _NO_ANSWER:
            reasons.discard("replied")
        silent = silences.get(row.id) if "replied" in reasons else None
        candidate = _candidate(row, place, frozenset(reasons), silent)
        gathered.append(Gathered(candidate, organisation_id, place.round, place.wave_id, key, place.skipped))
    return gathered


def clocks(session: Session, organisation_id: int) -> list[Candidate]:
    """The open cases as far as it matters when something falls due, without what speaks against it."""
    chosen = choose(organisation_id, None, None)
    placed = _placed(session, organisation_id, chosen, None)
    has_begun = any(place.ladder_at is not None for _, _, place in placed)
    threads = threads_by_phone(session, chosen) if has_begun else {}
    silences = _silences(session, chosen, placed, threads)
    return [_candidate(row, place, frozenset(), silences.get(row.id)) for row, _, place in placed]


def _silences(
    session: Session, chosen: Chosen, placed: Sequence[_Placed], threads: Mapping[str | None, Thread]
) -> dict[int, datetime]:
    """By case: the last SMS of who has answered the ladder, as long as no human has been asked about the case."""
    answered = {}
    for row, _, place in placed:
        thread = threads.get(row.phone)
        last_in = thread.last_in if thread is not None else None
        if last_in is not None and place.ladder_at is not None and last_in >= place.ladder_at:
            answered[row.id] = last_in
    asked = dealt_with(session, chosen) if answered else set()
    return {case_id: at for case_id, at in answered.items() if case_id not in asked}


def _placed(session: Session, organisation_id: int, chosen: Chosen, only: Collection[int] | None) -> list[_Placed]:
    """Each chosen case's row, key and place, by id."""
    rows = session.execute(_cases(chosen.query), chosen.given).all()
    if not rows:
        return []
    organisation = session.get_one(Organisation, organisation_id)
    settings = read_settings(organisation.settings)
    month_of = cache(partial(wave_month, wanted=WaveDay(settings.wave_day, settings.wave_day_moves)))
    waves = {wave.month: wave.id for wave in waves_of(session, organisation_id)}
    months = {wave_id: month for month, wave_id in waves.items()}
    keys = {row.id: case_key(organisation_id, row.case_ref) for row in rows}
    homes = {row.id: waves.get(month_of(_arrived(row))) for row in rows}
    known = {wave_id for wave_id in homes.values() if wave_id is not None}
    past = Past(session, chosen, months, known, None if only is None else keys.values())
    return [(row, keys[row.id], past.place(row.id, row.opened_at, homes[row.id], keys[row.id])) for row in rows]


def _arrived(row: Any) -> date:
    arrived: date = max(row.received, row.opened_at.astimezone(COPENHAGEN).date())
    return arrived


def _candidate(row: Any, place: Place, against: frozenset[Why], silent_since: datetime | None = None) -> Candidate:
    return Candidate(
        case_id=row.id,
        arrived=_arrived(row),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        deadline=row.deadline,
        status=row.status,
        against=against,
        starts_at=place.starts_at,
        steps=place.steps,
        silent_since=silent_since,
        done=place.done,
        sms_sent=place.sms_sent,
        month=place.month,
        met_before=place.met_before,
    )


@cache
def _cases(chosen: Select[int]) -> Any:
    columns = (Case.id, Case.case_ref, Case.status, Case.received, Case.deadline, Case.opened_at, Case.updated_at)
    return select(*columns, Resident.phone).join(Case.resident).where(Case.id.in_(chosen)).order_by(Case.id)

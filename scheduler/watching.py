"""The watch carried out: gathers what is known, writes incidents down and ends them. May run twice, or at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock, machine_clock
from bot.db import Database
from bot.dead_man import stuck_sms
from bot.heartbeats import all_beats, beat
from bot.incidents import end, open_incidents, report
from bot.lease import LEADER
from bot.models import Case, Lease, Organisation, Wave
from bot.wave_state import MISSED
from scheduler.gather import rules_of
from scheduler.watch import Kind, OfOrganisation, Wrong, changes, wrong_now


def watch(db: Database, clock: Clock, machine: Clock = machine_clock) -> None:
    """Look once. Two that look at once take turns at the lease's row, so nothing is told twice."""
    with db.write() as session:
        session.execute(select(Lease.name).where(Lease.name == LEADER).with_for_update()).all()
        now = clock()
        known = frozenset(
            Wrong(cast(Kind, row.kind), row.organisation_id, row.subject)
            for row in open_incidents(session)
            if row.kind in get_args(Kind)
        )
        found = wrong_now(all_beats(session), _organisations(session, now, machine()), now.astimezone(UTC))
        begin, over = changes(found, known)
        for wrong in begin:
            report(session, wrong.kind, now, organisation_id=wrong.organisation_id, subject=wrong.subject)
        for wrong in over:
            end(session, wrong.kind, now, organisation_id=wrong.organisation_id, subject=wrong.subject)
        beat(session, "watch", now)


def _organisations(session: Session, now: datetime, machine: datetime) -> list[OfOrganisation]:
    stuck = stuck_sms(session, now, machine)
    stale = {(row.organisation_id) for row in open_incidents(session) if row.kind == "feed_too_old"}
    missed = session.scalars(select(Wave).where(Wave.paused_by == MISSED, Wave.cancelled_at.is_(None))).all()
    with_cases = set(session.scalars(select(Case.organisation_id).where(Case.status == "open").distinct()))
    return [
        OfOrganisation(
            organisation_id=each.id,
            rules=rules_of(session, each),
            has_cases=each.id in with_cases,
            is_stuck=each.id in stuck,
            is_stale=each.id in stale,
            missed=tuple(sorted(wave.month for wave in missed if wave.organisation_id == each.id)),
        )
        for each in session.scalars(select(Organisation).order_by(Organisation.id))
    ]

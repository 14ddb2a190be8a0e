"""Waves as JSON objects. The number of queries is the same for one wave and for a hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Contact, Ladder, Wave
from handoff.api import shapes
from handoff.api.door import Caller


def waves_after(session: Session, caller: Caller, after: int, limit: int) -> Sequence[Wave]:
    """The organisation's waves, in the order in which they were made."""
    mine = (Wave.organisation_id == caller.organisation_id, Wave.id > after)
    return session.scalars(select(Wave).where(*mine).order_by(Wave.id).limit(limit)).all()


def show_waves(session: Session, waves: Sequence[Wave]) -> list[shapes.Wave]:
    """What was done in each."""
    ids = [wave.id for wave in waves]
    in_wave = select(Ladder.wave_id, func.count(Ladder.case_id.distinct()).label("cases"))
    cases = {
        row.wave_id: row.cases
        for row in session.execute(in_wave.where(Ladder.wave_id.in_(ids)).group_by(Ladder.wave_id))
    }
    done: dict[int, list[shapes.WaveStep]] = defaultdict(list)
    each = (Contact.wave_id, Contact.step, Contact.kind)
    steps = select(*each, func.count(Contact.id).label("number")).where(Contact.wave_id.in_(ids)).group_by(*each)
    for row in session.execute(steps.order_by(*each)):
        done[row.wave_id].append(shapes.WaveStep(step=row.step, kind=row.kind, number=row.number))
    return [
        shapes.Wave.model_validate(
            {
                name: getattr(wave, name)
                for name in ("id", "month", "started_at", "released_at", "paused_at", "cancelled_at")
            }
            | {"cases": cases.get(wave.id, 0), "contacts": done[wave.id]}
        )
        for wave in waves
    ]

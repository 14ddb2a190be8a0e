"""Whose name stands on what we send by hand: the same as in the first SMS (``bot.facts``)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Adviser, Case, Organisation, membership
from bot.organisations import read_settings
from handoff.formats import first_name


def signed_by(session: Session, case: Case, organisation: Organisation) -> str:
    """The case's own adviser, else the chosen name, else the first adviser, else empty; first names only."""
    if case.adviser is not None:
        return first_name(case.adviser.name)
    chosen = read_settings(organisation.settings).adviser_name
    if chosen:
        return chosen
    first = (
        select(Adviser.name)
        .join(membership, membership.c.adviser_id == Adviser.id)
        .where(membership.c.organisation_id == organisation.id, Adviser.is_active)
        .order_by(Adviser.role != "adviser", Adviser.id)
        .limit(1)
    )
    return first_name(session.scalar(first) or "")

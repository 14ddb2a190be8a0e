"""Who is on duty in an organisation, and who its advisers are. Only those who can log in count."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Adviser, Duty, Organisation


def advisers_of(session: Session, organisation_id: int) -> list[Adviser]:
    """Everybody in the organisation's inbox, as they came."""
    wanted = select(Adviser).where(Adviser.organisations.any(Organisation.id == organisation_id))
    return list(session.scalars(wanted.where(Adviser.is_active.is_(True)).order_by(Adviser.id)))


def on_duty(session: Session, organisation_id: int, day: date) -> list[Adviser]:
    """Who the plan names for the day; nobody when it names nobody who still works there."""
    named = select(Duty.adviser_id).where(
        Duty.organisation_id == organisation_id, Duty.first_day <= day, Duty.last_day >= day
    )
    planned = set(session.scalars(named))
    return [each for each in advisers_of(session, organisation_id) if each.id in planned]

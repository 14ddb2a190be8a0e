"""The plan of duty: who is called first when a crisis comes. Everybody reads it, an admin changes it; changes are kept.

``today_words`` is what stands under one's own name in the rail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.duty import advisers_of
from bot.models import AuditEvent, Duty, Organisation
from bot.organisations import read_settings
from bot.workdays import closing, opens_on
from handoff.formats import clock, full_day
from handoff.handoffs import Acting
from handoff.wording import word

Problem = Literal["not_admin", "nobody", "no_days", "backwards", "past", "too_long", "already"]

_AHEAD = timedelta(days=366)
_LOOK = 14


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the plan."""

    id: int
    name: str
    first: str
    last: str  #: empty for a single day
    is_now: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to come, and the days of the next two weeks on which nobody is named."""

    lines: tuple[Line, ...]
    uncovered: tuple[str, ...]


def read_plan(session: Session, organisation_id: int, today: date) -> Plan:
    """The plan from today on."""
    wanted = select(Duty).where(Duty.organisation_id == organisation_id, Duty.last_day >= today)
    found = session.scalars(
        wanted.options(joinedload(Duty.adviser)).order_by(Duty.first_day, Duty.last_day, Duty.id)
    ).all()
    working = {each.id for each in advisers_of(session, organisation_id)}
    lines = tuple(
        Line(
            id=each.id,
            name=each.adviser.name if each.adviser_id in working else word("duty", "left", name=each.adviser.name),
            first=full_day(each.first_day),
            last=full_day(each.last_day) if each.last_day > each.first_day else "",
            is_now=each.first_day <= today,
        )
        for each in found
    )
    spans = [(each.first_day, each.last_day) for each in found if each.adviser_id in working]
    return Plan(lines, tuple(uncovered(spans, today)))


def uncovered(spans: list[tuple[date, date]], today: date) -> Iterable[str]:
    """The days of the next two weeks that no span covers, neighbours together. Pure."""
    bare = [
        day
        for day in (today + timedelta(days=n) for n in range(_LOOK))
        if not any(first <= day <= last for first, last in spans)
    ]
    while bare:
        length = next((n for n in range(1, len(bare)) if bare[n] != bare[0] + timedelta(days=n)), len(bare))
        first, last = full_day(bare[0]), full_day(bare[length - 1])
        yield first if length == 1 else word("duty", "span", first=first, last=last)
        bare = bare[length:]


def plan_duty(
    session: Session,
    acting: Acting,
    organisation_id: int,
    adviser_id: int | None,
    days: tuple[date | None, date | None],
    now: datetime,
) -> Problem | None:
    """Put a colleague on duty from one day to another; None when it was done."""
    first, last = days
    if not acting.is_admin:
        return "not_admin"
    if adviser_id is None or adviser_id not in {each.id for each in advisers_of(session, organisation_id)}:
        return "nobody"
    if first is None or last is None:
        return "no_days"
    problem = _problem(first, last, now.date())
    same = {"adviser_id": adviser_id, "first_day": first, "last_day": last, "organisation_id": organisation_id}
    if problem is None and session.scalar(select(Duty.id).filter_by(**same)) is not None:
        return "already"
    if problem is None:
        session.add(Duty(**same))
        span = f"{first.isoformat()}/{last.isoformat()}"
        _keep(session, acting, organisation_id, "duty_planned", adviser_id, span, now)
    return problem


def drop_duty(session: Session, acting: Acting, organisation_id: int, duty_id: int, now: datetime) -> bool:
    """Take an entry out; False when there is none, or the adviser is no admin."""
    found = session.get(Duty, duty_id)
    if found is None or found.organisation_id != organisation_id or not acting.is_admin:
        return False
    span = f"{found.first_day.isoformat()}/{found.last_day.isoformat()}"
    _keep(session, acting, organisation_id, "duty_dropped", found.adviser_id, span, now)
    session.delete(found)
    return True


def today_words(session: Session, acting: Acting, now: datetime) -> str:
    """ "På vagt til 15.00" while the office is open today or opens yet; "På vagt i dag" else; empty for others."""
    today = now.date()
    mine = select(Duty.organisation_id).where(Duty.adviser_id == acting.adviser_id)
    mine = mine.where(Duty.first_day <= today, Duty.last_day >= today)
    wanted = select(Organisation).where(Organisation.id.in_(acting.organisations), Organisation.id.in_(mine))
    found = session.scalars(wanted).all()
    hours = [read_settings(each.settings).office_hours for each in found]
    ends = [closing(each, now) for each in hours if opens_on(each, today)]
    still = [end for end in ends if end.date() == today]
    if still:
        return word("duty", "until", clock=clock(max(still)))
    return word("duty", "today") if found else ""


def _problem(first: date, last: date, today: date) -> Problem | None:
    if last < first:
        return "backwards"
    if last < today:
        return "past"
    return "too_long" if last > today + _AHEAD or first < today - _AHEAD else None


def _keep(
    session: Session, acting: Acting, organisation_id: int, action: str, adviser_id: int, span: str, now: datetime
) -> None:
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=organisation_id,
            action=action,
            subject=f"adviser:{adviser_id}",
            detail={"days": span},
        )
    )

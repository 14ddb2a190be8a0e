"""A payment plan beside the thread: the proposal that waits for a human, and what was decided before, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Conversation, Marker, Plan
from handoff.formats import day, genitive, kroner, short_moment
from handoff.plan_answers import has_number, may_tell
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan that waits for a human; ``effect`` is what the resident will notice of the answer."""

    id: int
    title: str
    told: str
    terms: str
    last: str
    effect: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan that a human has answered; ``advice`` when the resident could not be told by SMS."""

    text: str
    advice: str


def read_proposal(session: Session, case: Case, conversation: Conversation, now: datetime) -> PlanCard | None:
    """The newest proposal."""
    plan = session.scalar(
        select(Plan).where(Plan.case_id == case.id, Plan.status == "proposed").order_by(Plan.id.desc()).limit(1)
    )
    if plan is None:
        return None
    last = case.arrears_ore - plan.monthly_ore * (plan.instalments - 1)
    first = day(plan.first_date, now.date())
    name = case.resident.first_name
    effect = f"{name} får en sms. Afviser du, står der, at du ringer."
    return PlanCard(
        id=plan.id,
        title=f"{genitive(name)} forslag til afdrag",
        told=short_moment(plan.at, now),
        terms=f"{kroner(plan.monthly_ore)} om måneden, {plan.instalments} rater, første {first}",
        last=f"Sidste rate {kroner(last)}" if 0 < last < plan.monthly_ore else "",
        effect=effect
        if may_tell(session, case, conversation)
        else f"{name} får ingen sms. {_otherwise(case, conversation)}",
    )


def read_decided(session: Session, case: Case, conversation: Conversation, now: datetime) -> tuple[Decided, ...]:
    """The agreement, and a no until there is another proposal."""
    plans = list(session.scalars(select(Plan).where(Plan.case_id == case.id).order_by(Plan.id.desc())))
    shown = [p for p in plans if p.status == "approved" or (p.status == "declined" and p is plans[0])]
    return tuple(_decided(plan, _marker(session, plan, conversation), case, conversation, now) for plan in shown)


def _decided(plan: Plan, marker: Marker | None, case: Case, conversation: Conversation, now: datetime) -> Decided:
    when = f" {day(marker.at.date(), now.date())}" if marker else ""
    text = word("plans", plan.status, monthly=kroner(plan.monthly_ore)) + when
    if marker is None or marker.detail.get("told", True):
        return Decided(text, "")
    return Decided(text, f"{case.resident.first_name} har ikke fået en sms. {_otherwise(case, conversation)}")


def _marker(session: Session, plan: Plan, conversation: Conversation) -> Marker | None:
    of_the_answer = (Marker.conversation_id == conversation.id, Marker.kind == f"plan_{plan.status}")
    markers = session.scalars(select(Marker).where(*of_the_answer).order_by(Marker.id))
    return next((marker for marker in markers if marker.detail.get("plan") == plan.id), None)


def _otherwise(case: Case, conversation: Conversation) -> str:
    return word("words", "tell_by_phone" if has_number(case, conversation) else "tell_by_letter")

"""A payment plan beside the thread: the proposal that waits for a human, and what was decided before, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.instalments import Instalment, instalments
from bot.models import Case, Conversation, Marker, Plan, PlanStep
from bot.organisations import read_settings
from handoff.case_work.counters import is_within, limits
from handoff.formats import day, genitive, kroner, short_moment
from handoff.plan_answers import has_number, may_tell
from handoff.saying import said
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
    waits: str
    limits: str
    is_within: bool
    yes: str
    no: str
    takes_word: bool  #: an SMS goes, with which a word of the adviser's own can go


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment: its sum, its day, and what was done about it."""

    sum: str
    when: str
    done: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan that a human has answered; ``advice`` when the resident could not be told by SMS.

    ``ends`` is the id of an agreement, by which it can be ended; None for any other plan.
    """

    text: str
    advice: str
    lines: tuple[Line, ...] = ()
    ends: int | None = None


def read_proposal(session: Session, case: Case, conversation: Conversation, now: datetime) -> PlanCard | None:
    """The newest proposal."""
    plan = session.scalar(
        select(Plan).where(Plan.case_id == case.id, Plan.status == "proposed").order_by(Plan.id.desc()).limit(1)
    )
    if plan is None:
        return None
    return _card(plan, case, now, is_told=may_tell(session, case, conversation), advice=_otherwise(case, conversation))


def _card(plan: Plan, case: Case, now: datetime, *, is_told: bool, advice: str) -> PlanCard:
    total = case.arrears_ore if plan.total_ore is None else plan.total_ore  # less, where some is paid beforehand
    last = total - plan.monthly_ore * (plan.instalments - 1)
    name, is_ours = case.resident.first_name, plan.adviser_id is not None
    settings = read_settings(case.organisation.settings)
    first = day(plan.first_date, now.date())
    effect = word("plan_card", "effect_ours" if is_ours else "effect", name=name)
    return PlanCard(
        id=plan.id,
        title=said("Jeres forslag til afdrag")
        if is_ours
        else said("{genitive} forslag til afdrag", genitive=genitive(name)),
        told=short_moment(plan.at, now),
        terms=said(
            "{kroner} om måneden, {instalments} rater, første {first}",
            kroner=kroner(plan.monthly_ore),
            instalments=plan.instalments,
            first=first,
        ),
        last=said("Sidste rate {kroner}", kroner=kroner(last)) if 0 < last < plan.monthly_ore else "",
        effect=effect if is_told else said("{name} får ingen sms. {advice}", name=name, advice=advice),
        waits=word("plan_card", "waits_ours" if is_ours else "waits", name=name),
        limits=limits(settings) if not is_within(plan, plan.at.date(), settings) else word("plan_card", "within"),
        is_within=is_within(plan, plan.at.date(), settings),
        yes=word("plan_card", "yes_ours" if is_ours else "yes", name=name),
        no=word("plan_card", "no_ours" if is_ours else "no"),
        takes_word=is_told and not is_ours,
    )


def read_decided(session: Session, case: Case, conversation: Conversation, now: datetime) -> tuple[Decided, ...]:
    """The agreement, and a no or an end until there is another proposal."""
    plans = list(session.scalars(select(Plan).where(Plan.case_id == case.id).order_by(Plan.id.desc())))
    shown = [p for p in plans if p.status == "approved" or (p.status in ("declined", "broken") and p is plans[0])]
    return tuple(_decided(session, plan, case, conversation, now) for plan in shown)


def _decided(session: Session, plan: Plan, case: Case, conversation: Conversation, now: datetime) -> Decided:
    marker = _marker(session, plan, conversation)
    when = f" {day(marker.at.date(), now.date())}" if marker else ""
    text = word("plans", plan.status, monthly=kroner(plan.monthly_ore)) + when
    lines = _lines(session, plan, now) if plan.status == "approved" else ()
    ends = plan.id if plan.status == "approved" else None
    if marker is None or marker.detail.get("told", True):
        return Decided(text, "", lines, ends)
    advice = said(
        "{first_name} har ikke fået en sms. {otherwise}",
        first_name=case.resident.first_name,
        otherwise=_otherwise(case, conversation),
    )
    return Decided(text, advice, lines, ends)


def _lines(session: Session, plan: Plan, now: datetime) -> tuple[Line, ...]:
    """Every instalment with its day, whether it was reminded of, and what the rent system showed after it."""
    steps = list(session.scalars(select(PlanStep).where(PlanStep.plan_id == plan.id).order_by(PlanStep.id)))
    payments = instalments(plan.monthly_ore, plan.instalments, plan.first_date, plan.total_ore)
    return tuple(_line(each, [step for step in steps if step.number == each.number], now) for each in payments)


def _line(payment: Instalment, steps: list[PlanStep], now: datetime) -> Line:
    words = [word("instalments", _kind(step), day=day(step.at.date(), now.date())) for step in steps]
    missed = any(step.is_paid is False for step in steps)
    return Line(kroner(payment.amount_ore), day(payment.day, now.date()), ", ".join(words), missed)


def _kind(step: PlanStep) -> str:
    return step.kind if step.kind != "look" else "paid" if step.is_paid else "missed"


def _marker(session: Session, plan: Plan, conversation: Conversation) -> Marker | None:
    of_the_answer = (Marker.conversation_id == conversation.id, Marker.kind == f"plan_{plan.status}")
    markers = session.scalars(select(Marker).where(*of_the_answer).order_by(Marker.id))
    return next((marker for marker in markers if marker.detail.get("plan") == plan.id), None)


def _otherwise(case: Case, conversation: Conversation) -> str:
    return word("words", "tell_by_phone" if has_number(case, conversation) else "tell_by_letter")

"""From rows to ``CaseFacts``: what a decision may know."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.contacts import number_of_kommune
from bot.dialogs.state import CaseFacts, Policy, Slot
from bot.instalments import instalments, next_one
from bot.models import COPENHAGEN, Adviser, Case, Conversation, Fact, Organisation, Plan, membership
from bot.organisations import OrganisationSettings, read_settings
from bot.store import inbound_since, is_opted_out, own_words
from bot.workdays import answer_by

#: Within this, nobody types more than a handful of messages.
_LATELY = timedelta(minutes=10)


def case_facts(session: Session, conversation: Conversation, now: datetime) -> CaseFacts:
    """All that one decision may know of the conversation's case and organisation, as it stands at ``now``."""
    organisation = conversation.organisation
    settings = read_settings(organisation.settings)
    case = conversation.case
    about_us = CaseFacts(
        organisation=organisation.name,
        adviser=_adviser_name(session, organisation, settings, case),
        language=conversation.language,
        languages=settings.languages,
        held_by=cast(Literal["bot", "queue", "adviser"], conversation.held_by),
        bot_paused=conversation.bot_paused,
        crisis_told=conversation.crisis_told,
        opted_out=is_opted_out(session, conversation.phone),
        main_number=settings.main_number or "",
        answer_by=answer_by(now, settings.office_hours),
        policy=_policy(settings),
        known=_known(session, conversation),
        inbound_lately=inbound_since(session, conversation.id, now - _LATELY),
        own=own_words(session, organisation.id),
    )
    return about_us if case is None else _with_case(session, about_us, conversation, case, now)


def _with_case(
    session: Session, about_us: CaseFacts, conversation: Conversation, case: Case, now: datetime
) -> CaseFacts:
    resident = case.resident
    plan = session.scalar(
        select(Plan).where(Plan.case_id == case.id, Plan.status == "proposed").order_by(Plan.id.desc()).limit(1)
    )
    return replace(
        about_us,
        case_ref=case.case_ref,
        first_name=resident.first_name,
        arrears_ore=case.arrears_ore,
        deadline=case.deadline,
        stage=case.stage,
        rent_ore=case.rent_ore,
        kommune=case.municipality,
        kommune_number=number_of_kommune(
            read_settings(conversation.organisation.settings).kommune_numbers, case.municipality
        ),
        eviction_date=case.eviction_date,
        status=cast(Literal["open", "settled", "closed"], case.status),
        birth_day=resident.birth_day,
        house_number=_house_number(resident.address),
        verified=conversation.verified,
        wrong_recognitions_today=conversation.wrong_tries if conversation.wrong_tries_day == now.date() else 0,
        proposed_plan=(plan.monthly_ore, plan.instalments) if plan else None,
        next_instalment=_next_instalment(session, case, now),
    )


def _next_instalment(session: Session, case: Case, now: datetime) -> tuple[int, date] | None:
    """Of the agreed plan; what was agreed before the case came again is history."""
    agreed = (Plan.case_id == case.id, Plan.status == "approved", Plan.at >= case.opened_at)
    plan = session.scalar(select(Plan).where(*agreed).order_by(Plan.id.desc()).limit(1))
    if plan is None:
        return None
    payments = instalments(plan.monthly_ore, plan.instalments, plan.first_date, plan.total_ore)
    coming = next_one(payments, now.astimezone(COPENHAGEN).date())
    return (coming.amount_ore, coming.day) if coming else None


def _policy(settings: OrganisationSettings) -> Policy:
    return Policy(
        accepts_plan=settings.accepts_plan,
        max_months=settings.max_months,
        min_monthly_ore=settings.min_monthly * 100,
        first_within_days=settings.plan_first_within_days,
        decided_by=settings.plan_decided_by,
        sms_detail=settings.sms_detail,
        office_hours=settings.office_hours.in_words,
    )


def _adviser_name(
    session: Session, organisation: Organisation, settings: OrganisationSettings, case: Case | None
) -> str:
    """The case's own adviser, else the chosen name, else the first adviser, else empty; first names only."""
    if case is not None and case.adviser is not None:
        return case.adviser.name.split()[0]
    if settings.adviser_name:
        return settings.adviser_name
    first = session.scalar(
        select(Adviser.name)
        .join(membership, membership.c.adviser_id == Adviser.id)
        .where(membership.c.organisation_id == organisation.id, Adviser.is_active)
        .order_by(Adviser.role != "adviser", Adviser.id)
        .limit(1)
    )
    return first.split()[0] if first else ""


def _known(session: Session, conversation: Conversation) -> dict[str, Slot]:
    rows = session.scalars(select(Fact).where(Fact.conversation_id == conversation.id).order_by(Fact.id))
    return {fact.name: fact.value for fact in rows if fact.case_id == conversation.case_id}


def _house_number(address: str) -> str | None:
    """The first number in an address ("Søparken 8, st. th." -> "8", "Lærkevej 12B" -> "12B")."""
    found = re.search(r"\d+\s?[A-Za-z]?\b", address)
    return found.group().replace(" ", "").upper() if found else None

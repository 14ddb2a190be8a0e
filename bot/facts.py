"""From rows to ``CaseFacts``: what a decision may know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal, cast

from sqlalchemy.orm import Session

from bot.dialogs.contacts import number_of_kommune
from bot.dialogs.state import CaseFacts, Policy, Slot
from bot.fact_rows import FactRows
from bot.instalments import instalments, next_one
from bot.models import COPENHAGEN, Case, Conversation
from bot.organisations import OrganisationSettings, read_settings
from bot.workdays import answer_by

#: Within this, nobody types more than a handful of messages.
_LATELY = timedelta(minutes=10)
#: So long after a crisis was ended (closed, or given back to the bot) nothing of this resident is of normal urgency:
#: whoever asks "er der nogen?" the next morning is high in the queue, and what is not understood goes to a human at
#: once. It is no crisis by itself: the alarm rings for what is said now, not for what was said the day before.
_AFTER_A_CRISIS = timedelta(days=3)


def case_facts(session: Session, conversation: Conversation, now: datetime) -> CaseFacts:
    """All that one decision may know of the conversation's case and organisation, as it stands at ``now``."""
    return facts_of(session, [conversation], now)[0]


def facts_of(session: Session, conversations: Sequence[Conversation], now: datetime) -> list[CaseFacts]:
    """The same for many, in a handful of queries."""
    rows = FactRows(session, conversations, now - _LATELY, now - _AFTER_A_CRISIS)
    read = cache(lambda organisation: read_settings(organisation.settings))
    return [_facts(rows, conversation, read(conversation.organisation), now) for conversation in conversations]


def _facts(rows: FactRows, conversation: Conversation, settings: OrganisationSettings, now: datetime) -> CaseFacts:
    organisation, case = conversation.organisation, conversation.case
    about_us = CaseFacts(
        organisation=organisation.name,
        adviser=_adviser_name(rows, organisation.id, settings, case),
        language=conversation.language,
        languages=settings.languages,
        held_by=cast(Literal["bot", "queue", "adviser"], conversation.held_by),
        bot_paused=conversation.bot_paused,
        crisis_told=conversation.crisis_told,
        crisis_lately=conversation.id in rows.after_crisis,
        opted_out=conversation.phone in rows.opted_out,
        main_number=settings.main_number or "",
        answer_by=answer_by(now, settings.office_hours),
        policy=_policy(settings),
        known=_known(rows, conversation),
        inbound_lately=rows.inbound.get(conversation.id, 0),
        own=rows.own[organisation.id],
    )
    return about_us if case is None else _with_case(about_us, rows, conversation, case, settings, now)


def _with_case(
    about_us: CaseFacts,
    rows: FactRows,
    conversation: Conversation,
    case: Case,
    settings: OrganisationSettings,
    now: datetime,
) -> CaseFacts:
    resident, plan = case.resident, rows.proposed.get(case.id)
    return replace(
        about_us,
        case_ref=case.case_ref,
        first_name=resident.first_name,
        arrears_ore=case.arrears_ore,
        deadline=case.deadline,
        stage=case.stage,
        rent_ore=case.rent_ore,
        kommune=case.municipality,
        kommune_number=number_of_kommune(settings.kommune_numbers, case.municipality),
        eviction_date=case.eviction_date,
        status=cast(Literal["open", "settled", "closed"], case.status),
        birth_day=resident.birth_day,
        house_number=_house_number(resident.address),
        verified=conversation.verified,
        wrong_recognitions_today=conversation.wrong_tries if conversation.wrong_tries_day == now.date() else 0,
        proposed_plan=(plan.monthly_ore, plan.instalments) if plan else None,
        next_instalment=_next_instalment(rows, case, now),
    )


def _next_instalment(rows: FactRows, case: Case, now: datetime) -> tuple[int, date] | None:
    """Of the agreed plan; what was agreed before the case came again is history."""
    opened = case.opened_at.timestamp()
    agreed = [plan for plan in rows.approved.get(case.id, ()) if plan.at.timestamp() >= opened]
    if not agreed:
        return None
    plan = agreed[-1]
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


def _adviser_name(rows: FactRows, organisation_id: int, settings: OrganisationSettings, case: Case | None) -> str:
    """The case's own adviser, else the chosen name, else the first adviser, else empty; first names only."""
    if case is not None and case.adviser is not None:
        return case.adviser.name.split()[0]
    return settings.adviser_name or next(iter(rows.first_adviser(organisation_id).split()), "")


def _known(rows: FactRows, conversation: Conversation) -> dict[str, Slot]:
    told = rows.facts.get(conversation.id, ())
    return {name: value for case_id, name, value in told if case_id == conversation.case_id}


def _house_number(address: str) -> str | None:
    """The first number in an address ("Søparken 8, st. th." -> "8", "Lærkevej 12B" -> "12B")."""
    found = re.search(r"\d+\s?[A-Za-z]?\b", address)
    return found.group().replace(" ", "").upper() if found else None

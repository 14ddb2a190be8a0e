"""What speaks against contacting a case now: its own rows, and the resident being busy with us. Queries for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.models import Case, Consent, Conversation, Fact, Message, Plan, Promise, Resident, Task
from scheduler.chosen import ORGANISATION, Chosen
from scheduler.waves import Why

#: A talk this young with an open question is not interrupted by a first SMS.
_TALKING = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Thread:
    """What a conversation says about the resident being busy with us."""

    held_by: str
    bot_paused: bool
    asks: bool  #: a question is open
    last_in: datetime | None


def against_by_case(session: Session, chosen: Chosen) -> dict[int, set[Why]]:
    """By case: what its own rows say against contacting it."""
    found: dict[int, set[Why]] = defaultdict(set)
    for why, query in _reasons(chosen.query).items():
        for case_id in session.scalars(query, chosen.given):
            if case_id is not None:
                found[case_id].add(why)
    for case_id in _second_on_a_phone(session, chosen):
        found[case_id].add("shared_phone")
    return found


@cache
def _reasons(chosen: Select[int]) -> Mapping[Why, Select[Any]]:
    """By reason: the cases of which it is true."""
    phones = select(Case.id).join(Case.resident).where(Case.id.in_(chosen))
    newest = select(func.max(Consent.id)).group_by(Consent.phone)
    opted_out = select(Consent.phone).where(Consent.id.in_(newest), Consent.opted_out)
    disputed = (
        select(Fact.case_id)
        .join(Case, Case.id == Fact.case_id)
        .where(Fact.case_id.in_(chosen), Fact.name == "dispute_arrears", Fact.at >= Case.opened_at)
    )
    looked_for = (
        select(Task.case_id)
        .join(Case, Case.id == Task.case_id)
        .where(Task.case_id.in_(chosen), Task.type == "check_payment", Task.status == "open")
        .where(Task.origin.startswith("message:"), Task.at >= Case.opened_at)
    )
    return {
        "no_number": phones.where(Resident.phone.is_(None)),
        "opted_out": phones.where(Resident.phone.in_(opted_out)),
        "wrong_person": select(Case.id).where(Case.id.in_(chosen), Case.number_taken_off),
        # A promise that was kept or broken holds the ladder as well: nobody who gave their word is chased by it.
        "promise_open": _of_open(Promise, chosen, ("open", "kept", "broken")),
        "plan_open": _of_open(Plan, chosen, ("proposed", "approved")),
        "disputed": disputed,
        "paid_said": looked_for,
    }


def _of_open(table: type[Promise] | type[Plan], chosen: Select[int], statuses: tuple[str, ...]) -> Select[int]:
    """Those of the case's present opening: what was agreed before it came again does not stop a new ladder."""
    mine = select(table.case_id).join(Case, Case.id == table.case_id).where(table.case_id.in_(chosen))
    return mine.where(table.status.in_(statuses), table.at >= Case.opened_at)


def _second_on_a_phone(session: Session, chosen: Chosen) -> set[int]:
    """Open cases whose number belongs to a newer open one: a thread is about one case, and nobody gets two SMS."""
    rows = session.execute(_on_their_phones(chosen.query), chosen.given).all()
    newest = {phone: case_id for case_id, phone in rows}
    return {case_id for case_id, phone in rows if newest[phone] != case_id}


@cache
def _on_their_phones(chosen: Select[int]) -> Select[int, str | None]:
    phones = select(Resident.phone).join(Case).where(Case.id.in_(chosen), Resident.phone.is_not(None))
    return (
        select(Case.id, Resident.phone)
        .join(Case.resident)
        .where(Case.organisation_id == ORGANISATION, Case.status == "open", ~Case.number_taken_off)
        .where(Resident.phone.in_(phones))
        .order_by(Case.opened_at, Case.id)
    )


def threads_by_phone(session: Session, chosen: Chosen) -> dict[str | None, Thread]:
    """What the chosen cases' conversations say, by number."""
    rows = session.execute(_threads(chosen.query), chosen.given)
    return {phone: Thread(held, paused, bool(state.get("flow")), at) for phone, held, paused, state, at in rows}


@cache
def _threads(chosen: Select[int]) -> Select[Any]:
    phones = select(Resident.phone).join(Case).where(Case.id.in_(chosen))
    mine = (Conversation.organisation_id == ORGANISATION, Conversation.phone.in_(phones))
    last_in = (
        select(Message.conversation_id, func.max(Message.at).label("at"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.direction == "in", ~Message.automatic, *mine)
        .group_by(Message.conversation_id)
        .subquery()
    )
    return (
        select(Conversation.phone, Conversation.held_by, Conversation.bot_paused, Conversation.state, last_in.c.at)
        .outerjoin(last_in, last_in.c.conversation_id == Conversation.id)
        .where(*mine)
    )


def busy(thread: Thread | None, ladder_at: datetime | None, now: datetime) -> set[Why]:
    """What the resident's conversation says against it; ``ladder_at``: since when the ladder runs."""
    if thread is None:
        return set()
    found: set[Why] = {"held"} if thread.held_by != "bot" else set()
    if thread.bot_paused:
        found.add("bot_paused")
    if thread.last_in is not None and _answers(thread, thread.last_in, ladder_at, now):
        found.add("replied")
    return found


def _answers(thread: Thread, last_in: datetime, ladder_at: datetime | None, now: datetime) -> bool:
    """Whether the resident's last SMS is a reply to the ladder, or part of a talk that a first SMS would cut off."""
    if ladder_at is not None:
        return last_in >= ladder_at
    return thread.asks and now - last_in < _TALKING

""" "How is it going?", some time after: planned when the resident has said yes, dropped when they say stop.

A settled case gets nothing but these, and these only after that yes. Part of the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.models import COPENHAGEN, Case, CheckIn, Conversation, Marker, Plan, Resident
from bot.store import is_opted_out
from bot.thread import add_marker

#: After the yes.
DAYS = (30, 90, 180)

Why = Literal[
    "opted_out",
    "wrong_person",
    "no_number",
    "number_changed",
    "held",
    "bot_paused",
    "new_case",
    "in_wave",
    "home_lost",
    "expired",
]


def plan_check_ins(session: Session, case: Case, now: datetime) -> bool:
    """Three rows, once: while some of them wait, a second yes changes nothing. A later yes counts anew."""
    mine = select(CheckIn.id).where(CheckIn.case_id == case.id, CheckIn.status == "waits")
    if session.scalar(mine.limit(1)) is not None:
        return False
    newest = session.scalar(select(func.max(CheckIn.round)).where(CheckIn.case_id == case.id))
    today = now.astimezone(COPENHAGEN).date()
    for days in DAYS:
        session.add(
            CheckIn(
                case_id=case.id,
                round=0 if newest is None else newest + 1,
                days=days,
                due=today + timedelta(days=days),
                said_yes_at=now,
            )
        )
    session.flush()
    return True


def drop_check_ins(session: Session, case: Case) -> None:
    """None of those that wait is sent."""
    waiting = (CheckIn.case_id == case.id, CheckIn.status == "waits")
    session.execute(update(CheckIn).where(*waiting).values(status="dropped"))


def drop_of_number(session: Session, phone: str) -> None:
    """The same for all that a number would get, in every organisation: it has said stop."""
    cases = select(Case.id).join(Resident, Resident.id == Case.resident_id).where(Resident.phone == phone)
    waiting = (CheckIn.case_id.in_(cases), CheckIn.status == "waits")
    session.execute(update(CheckIn).where(*waiting).values(status="dropped"))


def may_ask(session: Session, thread: Conversation, case: Case, now: datetime) -> bool:
    """Asked once an opening of the case, by whoever asks; not while a yes still stands."""
    asked = select(Marker.id).where(
        Marker.conversation_id == thread.id, Marker.kind == "check_in_asked", Marker.at >= case.opened_at
    )
    waits = select(CheckIn.id).where(CheckIn.case_id == case.id, CheckIn.status == "waits", CheckIn.due > now.date())
    return session.scalar(asked.limit(1)) is None and session.scalar(waits.limit(1)) is None


def drop(session: Session, check_in: CheckIn, thread: Conversation | None, why: str, now: datetime) -> None:
    """This one is not sent, and the thread says why."""
    check_in.status = "dropped"
    if thread is not None:
        add_marker(session, thread, "check_in_dropped", now, why=why)


def speaks_against(session: Session, check_in: CheckIn, case: Case, thread: Conversation, now: datetime) -> Why | None:
    """Why this one is not sent, as things stand; asked when it is due and once more when it leaves."""
    phone = case.resident.phone
    if phone is None:
        return "no_number"
    if is_opted_out(session, phone):
        return "opted_out"
    if case.number_taken_off or thread.state.get("slots", {}).get("wrong_person"):
        return "wrong_person"
    if thread.phone != phone or _is_anothers(thread, case):
        return "number_changed"
    if case.outcome in ("moved_out", "evicted"):
        return "home_lost"
    if thread.bot_paused:
        return "bot_paused"
    if thread.held_by != "bot":
        return "held"
    return _of_their_cases(session, check_in, case, now)


def _is_anothers(thread: Conversation, case: Case) -> bool:
    """The thread is about another resident now, who has the same number."""
    return thread.case is not None and thread.case.resident_id != case.resident_id


def _of_their_cases(session: Session, check_in: CheckIn, case: Case, now: datetime) -> Why | None:
    """A case that came after the yes is talked of instead; and nobody is asked kindly while a ladder runs."""
    theirs = session.scalars(
        select(Case)
        .join(Resident, Resident.id == Case.resident_id)
        .where(Case.organisation_id == case.organisation_id, Resident.phone == case.resident.phone)
        .where(Case.status == "open")
    ).all()
    if any(each.opened_at > check_in.said_yes_at for each in theirs):
        return "new_case"
    today = now.astimezone(COPENHAGEN).date()
    agreed = select(Plan.case_id).where(Plan.case_id.in_([each.id for each in theirs]), Plan.status == "approved")
    follows_plan = set(session.scalars(agreed))
    runs = any(each.deadline >= today and each.id not in follows_plan for each in theirs)
    return "in_wave" if runs else None

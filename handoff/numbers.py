"""Find a number: an adviser writes the resident's number down. One transaction, given by the caller. Sends nothing.

Another number than the one taken off lifts that; whoever answers there must be recognised anew. What the rent system
says later of the old number, ``bot.case_changes`` weighs against the marker that is left in its thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.contacts import attach
from bot.models import Case, Conversation, Organisation, Task
from bot.sms import read_phone
from bot.thread import add_marker, announce
from handoff.handoffs import Acting
from handoff.tasks import finish


@dataclass(frozen=True, slots=True)
class NumberRefused:
    """It was not kept, and why."""

    why: Literal["not_found", "dropped", "other_type", "no_case", "invalid", "landline", "missing", "same", "ours"]


def write_number(session: Session, acting: Acting, task_id: int, written: str, now: datetime) -> Task | NumberRefused:
    """Keep the number and end every search for one; the ladder goes on as it stands."""
    phone = read_phone(written[:100])
    task = session.scalar(_mine(acting, task_id))
    refused = _objection(session, task, phone.number, phone.problem)
    if refused is not None or task is None or phone.number is None:
        return refused or NumberRefused("not_found")
    if task.status == "done":
        return task
    threads = _lock_threads(session, task, phone.number)
    task = session.scalars(
        _mine(acting, task_id).with_for_update(of=Task).execution_options(populate_existing=True)
    ).one()
    if task.status != "open":
        return NumberRefused("dropped") if task.status == "dropped" else task
    case = session.get_one(Case, task.case_id)
    if case.number_taken_off and case.resident.phone == phone.number:
        return NumberRefused("same")
    _put(session, acting, case, phone.number, threads, now)
    for search in _searches(session, case):
        finish(session, acting, search, now)
    return task


def _objection(session: Session, task: Task | None, number: str | None, problem: str | None) -> NumberRefused | None:
    if task is None:
        return NumberRefused("not_found")
    if task.type != "find_number":
        return NumberRefused("other_type")
    if task.status == "dropped":
        return NumberRefused("dropped")
    if task.case_id is None:
        return NumberRefused("no_case")
    if number is None:
        return NumberRefused("landline" if problem == "landline" else "missing" if problem == "missing" else "invalid")
    is_ours = session.scalar(select(Organisation.id).where(Organisation.number == number))
    return NumberRefused("ours") if is_ours else None


def _put(session: Session, acting: Acting, case: Case, number: str, threads: list[Conversation], now: datetime) -> None:
    """The number is the person's: all of their cases here have it from now on."""
    was, was_taken_off = case.resident.phone, case.number_taken_off
    case.resident.phone = number
    cases = session.scalars(select(Case).where(Case.resident_id == case.resident_id)).all()
    for each in cases:
        each.number_taken_off = each.number_taken_off and was == number
    for thread in threads:
        if thread.phone == number and thread.case_id is None:
            attach(thread, case)
        elif thread.phone != number and thread.case_id in {each.id for each in cases}:
            _leave(thread, was_taken_off)
        if thread.phone in (number, was):
            add_marker(session, thread, "number_found", now, acting.adviser_id, case=case.id)
            announce(session, thread, "task", now)


def _leave(thread: Conversation, was_taken_off: bool) -> None:
    """Whoever has the old number must be recognised again; a stranger's thread is no longer about the case."""
    thread.verified = False
    if was_taken_off:
        thread.case, thread.state = None, {}


def _mine(acting: Acting, task_id: int) -> Select[Task]:
    return select(Task).where(Task.id == task_id, Task.organisation_id.in_(acting.organisations))


def _lock_threads(session: Session, task: Task, number: str) -> list[Conversation]:
    """Those of the case and that of the new number, in order of id, as every other writer locks them."""
    resident = select(Case.resident_id).where(Case.id == task.case_id).scalar_subquery()
    cases = select(Case.id).where(Case.resident_id == resident)
    wanted = select(Conversation).where(Conversation.organisation_id == task.organisation_id)
    wanted = wanted.where(or_(Conversation.case_id.in_(cases), Conversation.phone == number))
    wanted = wanted.order_by(Conversation.id).with_for_update(of=Conversation, key_share=True)
    return list(session.scalars(wanted))


def _searches(session: Session, case: Case) -> list[Task]:
    looking = (Task.case_id == case.id, Task.type == "find_number", Task.status == "open")
    return list(session.scalars(select(Task).where(*looking).order_by(Task.id).with_for_update()))

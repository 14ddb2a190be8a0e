"""Cases as JSON objects. The number of queries is the same for one case and for a thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.models import Case, Conversation, Fact, Plan, Promise, Task
from bot.store import opted_out
from handoff.api import shapes
from handoff.api.door import Caller

_Row = TypeVar("_Row", Fact, Promise, Plan, Task)


def case_named(session: Session, caller: Caller, case_ref: str) -> Case | None:
    """The organisation's case of this name."""
    return session.scalar(select(Case).where(Case.organisation_id == caller.organisation_id, Case.case_ref == case_ref))


def cases_after(session: Session, caller: Caller, case_id: int, limit: int) -> Sequence[Case]:
    """The organisation's cases, oldest first, from behind this one."""
    mine = (Case.organisation_id == caller.organisation_id, Case.id > case_id)
    return session.scalars(select(Case).where(*mine).order_by(Case.id).limit(limit)).all()


def show_cases(session: Session, caller: Caller, cases: Sequence[Case]) -> list[shapes.Case]:
    """All that is known of these cases, in their order."""
    ids = [case.id for case in cases]
    told = _by_case(session.scalars(select(Fact).where(Fact.id.in_(_newest_facts(ids))).order_by(Fact.id)))
    promised, planned = _of_cases(session, Promise, ids), _of_cases(session, Plan, ids)
    to_do = _of_cases(session, Task, ids)
    threads = _threads(session, caller, cases)
    stopped = opted_out(session, {phone for case in cases if (phone := _phone(case))})
    return [
        shapes.Case.model_validate(
            _told_by_case(case, caller.organisation, threads.get(case.id))
            | {
                "opted_out": _phone(case) in stopped,
                "facts": told[case.id],
                "promises": [promise_shape(promise) for promise in promised[case.id]],
                "plans": [plan_shape(plan) for plan in planned[case.id]],
                "tasks": [task_shape(task) for task in to_do[case.id]],
            }
        )
        for case in cases
    ]


def _told_by_case(case: Case, organisation: str, thread: Conversation | None) -> dict[str, Any]:
    return {
        "case_ref": case.case_ref,
        "organisation": organisation,
        "status": case.status,
        "outcome": case.outcome,
        "outcome_note": case.outcome_note,
        "arrears": case.arrears_ore / 100,
        "deadline": case.deadline,
        "stage": case.stage,
        "language": case.resident.language,
        "phone": _phone(case),
        "verified": thread is not None and thread.case_id == case.id and thread.verified,
        "conversation_id": thread.id if thread else None,
    }


def promise_shape(promise: Promise) -> shapes.Promise:
    """What was promised."""
    amount = None if promise.amount_ore is None else promise.amount_ore / 100
    return shapes.Promise.model_validate(
        {"id": promise.id, "amount": amount, "date": promise.day, "status": promise.status}
    )


def plan_shape(plan: Plan) -> shapes.Plan:
    """What was proposed."""
    return shapes.Plan.model_validate(
        {
            "id": plan.id,
            "monthly": plan.monthly_ore / 100,
            "instalments": plan.instalments,
            "first_date": plan.first_date,
            "status": plan.status,
        }
    )


def task_shape(task: Task) -> shapes.Task:
    """What is to be done."""
    return shapes.Task.model_validate(
        {"id": task.id, "type": task.type, "due": task.due_at or task.due, "status": task.status}
    )


def _phone(case: Case) -> str | None:
    """The number that reaches the resident; one that somebody else answered on is taken off the case."""
    return None if case.number_taken_off else case.resident.phone


def _newest_facts(ids: Iterable[int]) -> Any:
    return select(func.max(Fact.id)).where(Fact.case_id.in_(ids)).group_by(Fact.case_id, Fact.name)


def _of_cases(session: Session, table: type[_Row], ids: Sequence[int]) -> dict[int | None, list[_Row]]:
    return _by_case(session.scalars(select(table).where(table.case_id.in_(ids)).order_by(table.id)))


def _by_case(rows: Iterable[_Row]) -> dict[int | None, list[_Row]]:
    found: dict[int | None, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _threads(session: Session, caller: Caller, cases: Sequence[Case]) -> dict[int, Conversation]:
    """Each case's thread: the one that is about it, on its own number if there are two; else its number's."""
    phones = {case.id: _phone(case) for case in cases}
    about = Conversation.case_id.in_(phones) | Conversation.phone.in_({phone for phone in phones.values() if phone})
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.organisation_id == caller.organisation_id, about)
        .order_by(Conversation.id)
    ).all()
    by_phone = {row.phone: row for row in rows}
    found = {case_id: by_phone[phone] for case_id, phone in phones.items() if phone in by_phone}
    for row in rows:
        if row.case_id in phones:
            best = found.get(row.case_id)
            if best is None or best.case_id != row.case_id or best.phone != phones[row.case_id]:
                found[row.case_id] = row
    return found

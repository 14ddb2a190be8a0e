"""A human's word on a proposed payment plan: yes or no. One transaction, given by the caller.

Only a proposal can be decided; the same word again changes nothing, the other word comes too late. What the resident
learns of it, ``handoff.plan_answers`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.models import AuditEvent, Case, Conversation, Plan, Task
from bot.nlu.masking import mask_cpr
from bot.thread import add_marker
from handoff.handoffs import Acting
from handoff.ownership.answered import end_wait
from handoff.plan_answers import see_that_somebody_calls, tell
from handoff.tasks import finish, lock_thread

Verdict = Literal["approved", "declined"]
#: Beside our own words it has to fit in a few SMS.
LONGEST_WORD = 300


@dataclass(frozen=True, slots=True)
class PlanRefused:
    """It was not decided: there is no such plan here, or it is no longer proposed (or agreed) but ``status``."""

    why: Literal["not_found", "not_proposed", "not_approved", "cpr", "word_too_long"]
    status: str = ""


def approve(session: Session, acting: Acting, plan_id: int, now: datetime, own_word: str = "") -> Plan | PlanRefused:
    """Yes: the plan is agreed, and an older agreement of the same case is replaced by it."""
    return _decide(session, acting, plan_id, "approved", now, own_word)


def decline(session: Session, acting: Acting, plan_id: int, now: datetime, own_word: str = "") -> Plan | PlanRefused:
    """No: the proposal is put away. A word of the adviser's own goes with the SMS."""
    return _decide(session, acting, plan_id, "declined", now, own_word)


def break_off(session: Session, acting: Acting, plan_id: int, now: datetime) -> Plan | PlanRefused:
    """The agreement does not hold: no more reminders, no more questions. Only a human says so, and tells it."""
    case_id, organisation_id = _case_of(session, acting, plan_id)
    thread = lock_thread(session, case_id=case_id)
    plan = _locked(session, plan_id) if case_id is not None else None
    if plan is None:
        return PlanRefused("not_found")
    if plan.status == "broken":
        return plan
    if plan.status != "approved":
        return PlanRefused("not_approved", plan.status)
    plan.status = "broken"
    asked = (Task.origin.startswith(f"plan:{plan.id}:", autoescape=True), Task.status == "open")
    session.execute(update(Task).where(*asked).values(status="dropped", done_at=now))
    if thread is not None:
        add_marker(session, thread, "plan_broken", now, acting.adviser_id, plan=plan.id)
    _audit(session, acting, plan, organisation_id, now)
    return plan


def _decide(
    session: Session, acting: Acting, plan_id: int, verdict: Verdict, now: datetime, own_word: str
) -> Plan | PlanRefused:
    own_word = " ".join(own_word.split())
    if len(own_word) > LONGEST_WORD or mask_cpr(own_word)[1]:
        return PlanRefused("word_too_long" if len(own_word) > LONGEST_WORD else "cpr")
    case_id, organisation_id = _case_of(session, acting, plan_id)
    thread = lock_thread(session, case_id=case_id)
    plan = _locked(session, plan_id) if case_id is not None else None
    if plan is None:
        return PlanRefused("not_found")
    if plan.status == verdict:
        return plan
    if plan.status != "proposed":
        return PlanRefused("not_proposed", plan.status)
    if verdict == "approved":
        _replace_older(session, plan)
    plan.status, plan.decided_at = verdict, now
    for task in _waiting_tasks(session, plan):
        finish(session, acting, task, now)
    _tell(session, acting, plan, thread, own_word, now)
    _audit(session, acting, plan, organisation_id, now)
    return plan


def _tell(
    session: Session, acting: Acting, plan: Plan, thread: Conversation | None, own_word: str, now: datetime
) -> None:
    case = session.get_one(Case, plan.case_id)
    if thread is not None:
        told = tell(session, acting, case, thread, plan, now, own_word)
        add_marker(session, thread, f"plan_{plan.status}", now, acting.adviser_id, plan=plan.id, told=told)
        if told:
            end_wait(session, thread, now)
    if plan.status == "declined" and plan.adviser_id is None:
        see_that_somebody_calls(session, case, thread, plan, now)


def is_of_thread(session: Session, plan_id: int, conversation_id: int) -> bool:
    """True when the plan belongs to the case that this conversation is about: a page decides only what it shows."""
    mine = select(Plan.id).join(Conversation, Conversation.case_id == Plan.case_id)
    return session.scalar(mine.where(Plan.id == plan_id, Conversation.id == conversation_id)) is not None


def _case_of(session: Session, acting: Acting, plan_id: int) -> tuple[int, int] | tuple[None, None]:
    found = session.execute(
        select(Case.id, Case.organisation_id)
        .join(Plan, Plan.case_id == Case.id)
        .where(Plan.id == plan_id, Case.organisation_id.in_(acting.organisations))
    ).one_or_none()
    return (found.id, found.organisation_id) if found else (None, None)


def _locked(session: Session, plan_id: int) -> Plan | None:
    wanted = select(Plan).where(Plan.id == plan_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def _replace_older(session: Session, plan: Plan) -> None:
    session.execute(
        update(Plan).where(Plan.case_id == plan.case_id, Plan.status == "approved").values(status="replaced")
    )


def _waiting_tasks(session: Session, plan: Plan) -> list[Task]:
    """What was to be done about the proposal; it has been."""
    waiting = (Task.case_id == plan.case_id, Task.type == "approve_plan", Task.status == "open")
    return list(session.scalars(select(Task).where(*waiting).order_by(Task.id).with_for_update()))


def _audit(session: Session, acting: Acting, plan: Plan, organisation_id: int | None, now: datetime) -> None:
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=organisation_id,
            action=f"plan_{plan.status}",
            subject=f"plan:{plan.id}",
            detail={},
        )
    )

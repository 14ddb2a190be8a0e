"""What follows an approved plan, written down: reminders queued, tasks for a human, the end when all is paid.

Each plan in a transaction of its own, under its conversation's lock; the unique key (plan, instalment, kind) decides,
not who came first. What was queued is asked about again by ``bot.contact_check`` at the moment of sending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

import structlog
from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dialogs.effects import Say
from bot.dialogs.state import CaseFacts, State
from bot.dialogs.wording import kroner, short_day
from bot.facts import case_facts
from bot.instalments import Instalment, instalments
from bot.models import Case, Conversation, Plan, PlanStep, Resident, Task
from bot.organisations import OrganisationSettings
from bot.store import lock_conversation, opted_out, settings_of
from bot.thread import announce
from bot.workdays import add_working_days
from scheduler.agreements import Agreed, CameLate, Due, Kept, Look, Remind, Seen, due, next_moment
from scheduler.thanks import may_thank, thank
from scheduler.unasked import is_talking, queue_unasked

log = structlog.get_logger()

#: Thanks that come later than this, in working days, are no thanks any more.
_THANKS_WITHIN = 5


@dataclass(frozen=True, slots=True)
class _Found:
    """An approved plan with its case and the thread its resident is written to, where there is one."""

    plan: Plan
    case: Case
    thread: Conversation | None
    agreed: Agreed


def keep_plans(db: Database, organisation_id: int, now: datetime) -> None:
    """Do what is due about an organisation's approved plans. A plan that fails does not stop the others."""
    with db.read() as session:
        settings = settings_of(session, organisation_id)
        found = [each for each in _gather(session, organisation_id) if _due(each, settings, now)]
    for each in found:
        try:
            with db.write() as session:
                _keep(session, each, settings, now)
        except Exception as error:
            log.error("A plan failed", action="plan_failed", plan=each.agreed.plan_id, error=type(error).__name__)


def next_plan_moment(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when there is something to do about a plan."""
    settings = settings_of(session, organisation_id)
    found = _gather(session, organisation_id)
    moments = (next_moment(each.agreed, settings.window, settings.plan_reminder_days, now) for each in found)
    return min((moment for moment in moments if moment is not None), default=None)


def _due(found: _Found, settings: OrganisationSettings, now: datetime) -> list[Due]:
    return due(found.agreed, settings.window, settings.plan_reminder_days, now)


def _gather(session: Session, organisation_id: int, plan_id: int | None = None) -> list[_Found]:
    rows = session.execute(_approved(organisation_id, plan_id)).all()
    if not rows:
        return []
    steps = _steps(session, [row.Plan.id for row in rows])
    stopped = opted_out(session, [row.Conversation.phone for row in rows if row.Conversation])
    return [_found(row.Plan, row.Case, row.Conversation, steps[row.Plan.id], stopped) for row in rows]


def _approved(organisation_id: int, plan_id: int | None) -> Select[Plan, Case, Conversation]:
    """Plans of cases that run on; what was agreed before a case came again is history."""
    runs_on = or_(Case.status == "open", and_(Case.status == "closed", Case.outcome == "plan_agreed"))
    wanted = (
        select(Plan, Case, Conversation)
        .join(Case, Case.id == Plan.case_id)
        .join(Resident, Resident.id == Case.resident_id)
        .outerjoin(Conversation, and_(Conversation.case_id == Case.id, Conversation.phone == Resident.phone))
        .where(Case.organisation_id == organisation_id, runs_on)
        .where(Plan.status == "approved", Plan.at >= Case.opened_at)
        .order_by(Plan.id)
    )
    return wanted if plan_id is None else wanted.where(Plan.id == plan_id)


def _steps(session: Session, plan_ids: Collection[int]) -> dict[int, list[PlanStep]]:
    found: dict[int, list[PlanStep]] = defaultdict(list)
    for step in session.scalars(select(PlanStep).where(PlanStep.plan_id.in_(plan_ids))):
        found[step.plan_id].append(step)
    return found


def _found(
    plan: Plan, case: Case, thread: Conversation | None, steps: Iterable[PlanStep], stopped: Collection[str]
) -> _Found:
    looks = {step.number: step for step in steps if step.kind == "look"}
    agreed = Agreed(
        plan_id=plan.id,
        instalments=instalments(plan.monthly_ore, plan.instalments, plan.first_date, plan.total_ore),
        arrears_ore=case.arrears_ore,
        decided_at=plan.decided_at,
        reminded=frozenset(step.number for step in steps if step.kind == "reminder"),
        seen={number: Seen(bool(look.is_paid), look.arrears_ore or 0) for number, look in looks.items()},
        may_write=may_write(case, thread, stopped),
    )
    return _Found(plan, case, thread, agreed)


def may_write(case: Case, thread: Conversation | None, stopped: Collection[str]) -> bool:
    """Nobody is written to who said stop, on another's number, in a crisis, or while a human speaks with them."""
    if thread is None or case.number_taken_off or thread.phone in stopped:
        return False
    return thread.held_by == "bot" and not thread.bot_paused


def _keep(session: Session, before: _Found, settings: OrganisationSettings, now: datetime) -> None:
    """Look at one plan again, now that nobody else can change it, and write what is due."""
    if before.thread is not None:
        lock_conversation(session, before.thread.id)
    plan_id, organisation_id = before.plan.id, before.case.organisation_id
    session.scalar(select(Plan.id).where(Plan.id == plan_id).with_for_update())
    for found in _gather(session, organisation_id, plan_id):
        for item in _due(found, settings, now):
            _write(session, found, item, settings, now)


def _write(session: Session, found: _Found, item: Due, settings: OrganisationSettings, now: datetime) -> None:
    match item:
        case Kept():
            found.plan.status = "kept"
        case Remind():
            _remind(session, found, item, now)
        case Look():
            _look(session, found, item, settings, now)
        case CameLate():
            _came_late(session, found, item.instalment, now)
        case _:
            assert_never(item)


def _remind(session: Session, found: _Found, item: Remind, now: datetime) -> None:
    if found.thread is None:
        return
    step = PlanStep(plan_id=found.plan.id, number=item.instalment.number, kind="reminder", at=now)
    if not _write_once(session, step):
        return
    _leave_old_question(found.thread, now)
    facts = case_facts(session, found.thread, now)
    said = [_reminder(facts, item.instalment)]
    send_at, expires_at = item.send_at, item.expires_at
    message = queue_unasked(session, found.thread, said, facts, now, send_at=send_at, expires_at=expires_at)
    step.message_id = message.id


def _leave_old_question(thread: Conversation, now: datetime) -> None:
    """An "ok" to the reminder is no yes to what was asked weeks ago; a talk of today goes on."""
    if not is_talking(thread, now):
        thread.state = State.from_json(thread.state).evolve(flow=None, step=None, misses=0, asked={}).to_json()


def _reminder(facts: CaseFacts, instalment: Instalment) -> Say:
    """A word about what was agreed, and none about what it was: others see the phone."""
    values = {"name": facts.first_name, "adviser": facts.adviser, "day": instalment.day.isoformat()}
    return Say("plan.reminder", values)


def _look(session: Session, found: _Found, item: Look, settings: OrganisationSettings, now: datetime) -> None:
    number, plan, case = item.instalment.number, found.plan, found.case
    look = PlanStep(
        plan_id=plan.id, number=number, kind="look", is_paid=item.is_paid, arrears_ore=case.arrears_ore, at=now
    )
    if not _write_once(session, look):
        return
    if item.is_paid and number == 1:
        _thank(session, found, settings, now)
    if item.asks:
        _ask(session, found, item, now)


def _thank(session: Session, found: _Found, settings: OrganisationSettings, now: datetime) -> None:
    """Once a plan, for the first instalment and on its day: nobody wants an SMS a month for keeping their word."""
    plan, step = found.plan, PlanStep(plan_id=found.plan.id, number=1, kind="thanks", at=now)
    is_soon = now.date() <= add_working_days(plan.first_date, _THANKS_WITHIN)
    if found.thread is None or not (found.agreed.may_write and is_soon and may_thank(session, found.thread, now)):
        return
    if _write_once(session, step) and (message := thank(session, found.thread, found.case, settings, now)):
        step.message_id = message.id


def _ask(session: Session, found: _Found, item: Look, now: datetime) -> None:
    number, plan, case = item.instalment.number, found.plan, found.case
    session.add(
        Task(
            organisation_id=case.organisation_id,
            case_id=case.id,
            conversation_id=found.thread.id if found.thread else None,
            type="check_payment",
            due=item.due,
            note=_note(plan, item.instalment),
            origin=_origin(plan, number),
            at=now,
        )
    )
    if found.thread is not None:
        announce(session, found.thread, "task", now)


def _note(plan: Plan, instalment: Instalment) -> str:
    of = f"rate {instalment.number} af {plan.instalments}"
    return f"{of}, {kroner(instalment.amount_ore)} {short_day(instalment.day.isoformat())}. Restancen er ikke faldet."


def _origin(plan: Plan, number: int) -> str:
    return f"plan:{plan.id}:{number}:check_payment"


def _came_late(session: Session, found: _Found, instalment: Instalment, now: datetime) -> None:
    """The rent system answers what a human was asked."""
    number, plan = instalment.number, found.plan
    missed = (PlanStep.plan_id == plan.id, PlanStep.number == number, PlanStep.kind == "look")
    session.execute(update(PlanStep).where(*missed).values(is_paid=True))
    asked = (Task.origin == _origin(plan, number), Task.status == "open")
    session.execute(update(Task).where(*asked).values(status="dropped", done_at=now))
    if found.thread is not None:
        announce(session, found.thread, "task", now)


def _write_once(session: Session, step: PlanStep) -> bool:
    """False when another process has done this already."""
    try:
        with session.begin_nested():
            session.add(step)
    except IntegrityError:
        return False
    return True

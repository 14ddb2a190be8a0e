"""What follows a promise to pay, written down: kept and thanked for, or a question to a human.

Each case in a transaction of its own, under its conversation's lock. A promise leaves ``open`` once, whoever looks how
often; its thanks are written in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

import structlog
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dialogs.wording import kroner, short_day
from bot.models import COPENHAGEN, Case, Conversation, Promise, Resident, Task
from bot.organisations import OrganisationSettings
from bot.store import lock_conversation, opted_out, settings_of
from bot.thread import add_marker, announce
from scheduler.keep_plans import may_write
from scheduler.promises import Broken, CameLate, CannotTell, Due, Given, Kept, Promised, Wait, due, next_moment
from scheduler.thanks import thank

log = structlog.get_logger()

#: A promise without a day is looked at after a week.
_NO_DAY_SAID = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Found:
    """One case's promises, and the thread its resident is written to, where there is one."""

    case: Case
    thread: Conversation | None
    promised: Promised


def keep_promises(db: Database, organisation_id: int, now: datetime) -> None:
    """Do what is due about an organisation's promises. A case that fails does not stop the others."""
    with db.read() as session:
        settings = settings_of(session, organisation_id)
        found = [each for each in _gather(session, organisation_id) if due(each.promised, settings.window, now)]
    for each in found:
        try:
            with db.write() as session:
                _keep(session, each, settings, now)
        except Exception as error:
            case_id = each.case.id
            log.error("A promise failed", action="promise_failed", case=case_id, error=type(error).__name__)


def next_promise_moment(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """The next moment later than ``now`` when there is something to do about a promise."""
    window = settings_of(session, organisation_id).window
    moments = (next_moment(each.promised, window, now) for each in _gather(session, organisation_id))
    return min((moment for moment in moments if moment is not None), default=None)


def _gather(session: Session, organisation_id: int, case_id: int | None = None) -> list[_Found]:
    rows = session.execute(_cases(organisation_id, case_id)).all()
    if not rows:
        return []
    promises, tasks = _promises(session, [row.Case for row in rows])
    stopped = opted_out(session, [row.Conversation.phone for row in rows if row.Conversation])
    return [_found(row.Case, row.Conversation, promises[row.Case.id], tasks, stopped) for row in rows]


def _cases(organisation_id: int, case_id: int | None) -> Select[Case, Conversation]:
    """Cases that run on and have a promise of their present opening that is not settled yet."""
    runs_on = or_(Case.status == "open", and_(Case.status == "closed", Case.outcome == "plan_agreed"))
    unsettled = select(Promise.case_id).where(
        Promise.case_id == Case.id, Promise.status.in_(("open", "broken")), Promise.at >= Case.opened_at
    )
    wanted = (
        select(Case, Conversation)
        .join(Resident, Resident.id == Case.resident_id)
        .outerjoin(Conversation, and_(Conversation.case_id == Case.id, Conversation.phone == Resident.phone))
        .where(Case.organisation_id == organisation_id, runs_on, unsettled.exists())
        .order_by(Case.id)
    )
    return wanted if case_id is None else wanted.where(Case.id == case_id)


def _promises(session: Session, cases: Sequence[Case]) -> tuple[dict[int, list[Promise]], dict[str, Task]]:
    """By case what was promised since it was opened, and by origin the tasks to look at it."""
    opened = {case.id: case.opened_at for case in cases}
    found: dict[int, list[Promise]] = defaultdict(list)
    wanted = select(Promise).where(Promise.case_id.in_(opened), Promise.status != "replaced").order_by(Promise.id)
    for promise in session.scalars(wanted):
        if promise.at >= opened[promise.case_id]:
            found[promise.case_id].append(promise)
    checks = select(Task).where(Task.case_id.in_(opened), Task.type == "check_promise", Task.origin.is_not(None))
    return found, {str(task.origin): task for task in session.scalars(checks)}


def _found(
    case: Case,
    thread: Conversation | None,
    promises: Sequence[Promise],
    tasks: dict[str, Task],
    stopped: Collection[str],
) -> _Found:
    promised = Promised(
        given=tuple(_given(promise, tasks.get(_origin(promise.id))) for promise in promises),
        arrears_ore=case.arrears_ore,
        told_on=_day(case.updated_at),
        may_write=may_write(case, thread, stopped),
    )
    return _Found(case, thread, promised)


def _given(promise: Promise, task: Task | None) -> Given:
    is_open = task is not None and task.status == "open"
    return Given(
        promise_id=promise.id,
        amount_ore=promise.amount_ore,
        day=promise.day or _day(promise.at) + _NO_DAY_SAID,
        at=promise.at,
        owed_ore=promise.arrears_ore,
        status=promise.status,
        task_due=task.due if task is not None and is_open else None,
        is_asked=task is not None and (bool(task.note) or task.status == "done"),
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(COPENHAGEN).date()


def _origin(promise_id: int) -> str:
    return f"promise:{promise_id}:check_promise"


def _keep(session: Session, before: _Found, settings: OrganisationSettings, now: datetime) -> None:
    """Look at one case again, now that nobody else can change it, and write what is due."""
    if before.thread is not None:
        lock_conversation(session, before.thread.id)
    case_id, organisation_id = before.case.id, before.case.organisation_id
    session.scalars(select(Promise.id).where(Promise.case_id == case_id).with_for_update()).all()
    for found in _gather(session, organisation_id, case_id):
        for item in due(found.promised, settings.window, now):
            _write(session, found, item, settings, now)


def _write(session: Session, found: _Found, item: Due, settings: OrganisationSettings, now: datetime) -> None:
    promise = session.get_one(Promise, item.promise_id)
    match item:
        case Kept(thanks=thanks):
            _judge(session, found, promise, "kept", now)
            if thanks and found.thread is not None:
                thank(session, found.thread, found.case, settings, now)
        case CameLate():
            _judge(session, found, promise, "kept", now)
        case Broken(came_ore=came, due=day):
            _judge(session, found, promise, "broken", now)
            _ask(session, found, promise, day, _missing(promise, came), now)
        case CannotTell(due=day, is_old=is_old):
            note = f"{_said(promise)} " + (_NOT_WRITTEN_DOWN if is_old else _NOTHING_NEW)
            _ask(session, found, promise, day, note, now)
        case Wait(due=day):
            _task(session, promise).due = day
        case _:
            assert_never(item)


def _judge(session: Session, found: _Found, promise: Promise, status: str, now: datetime) -> None:
    promise.status, promise.looked_at = status, now
    task = session.scalar(select(Task).where(Task.origin == _origin(promise.id)))
    if status == "kept" and task is not None and task.status == "open":
        task.status, task.done_at = "dropped", now
    if found.thread is not None:
        add_marker(session, found.thread, f"promise_{status}", now, promise=promise.id)
        announce(session, found.thread, "task", now)


def _ask(session: Session, found: _Found, promise: Promise, day: date, note: str, now: datetime) -> None:
    """One task a promise: the one that was made with it, and never a second one."""
    task = session.scalar(select(Task).where(Task.origin == _origin(promise.id)))
    if task is None:
        task = Task(
            organisation_id=found.case.organisation_id,
            case_id=found.case.id,
            conversation_id=found.thread.id if found.thread else None,
            type="check_promise",
            due=day,
            origin=_origin(promise.id),
            at=now,
        )
        session.add(task)
    task.due, task.note = max(task.due, day), note
    if task.status == "dropped":  # put away when the case was closed with an agreement, which is followed all the same
        task.status, task.done_at = "open", None
    if found.thread is not None:
        announce(session, found.thread, "task", now)


def _task(session: Session, promise: Promise) -> Task:
    return session.scalars(select(Task).where(Task.origin == _origin(promise.id))).one()


_NOTHING_NEW = "Vi har ikke fået nye tal fra huslejesystemet siden. Se selv efter."
_NOT_WRITTEN_DOWN = "Vi ved ikke, hvad der manglede dengang. Se selv efter."


def _said(promise: Promise) -> str:
    """What was promised, as an adviser reads it."""
    what = kroner(promise.amount_ore) if promise.amount_ore else "det hele"
    return f"Lovet: {what}{' ' + short_day(promise.day.isoformat()) if promise.day else ', uden en dag'}."


def _missing(promise: Promise, came_ore: int) -> str:
    came = f"Restancen er kun faldet {kroner(came_ore)}" if came_ore else "Restancen er ikke faldet"
    return f"{_said(promise)} {came.rstrip('.')}."

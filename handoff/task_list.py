"""What is to be done outside SMS: the adviser's organisations' open tasks by day, and what was done lately.

Every row says what, who, by when and what stands about it; the pages decide which buttons belong to its type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from bot.models import Adviser, Case, Conversation, DoorVisit, Task
from bot.sms import national
from handoff.formats import address_lines, clock, day, first_name, genitive, moment
from handoff.handoffs import Acting
from handoff.priority import Chip, days_left, days_left_chip
from handoff.saying import said
from handoff.task_work import CALLS, holds_back
from handoff.wording import word

Kind = Literal["call", "knock", "postcard", "check_payment", "find_number", "approve_plan", "check_promise", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: A page shows no more; those that are due first are always among them.
PAGE = 300
_LATELY = timedelta(days=14)
_DONE_SHOWN = 50
#: Midnight ends the day before.
_LAST = timedelta(seconds=1)


View = Literal["mine", "today", "overdue", "all"]
VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tasks are asked for."""

    kind: str = ""
    view: str = "all"
    organisation: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One open task, in words."""

    id: int
    kind: str
    title: str
    who: str
    phone: str
    phone_words: str
    address: tuple[str, ...]
    note: str
    standing: str  #: what has come of it so far
    when: str
    is_late: bool
    chip: Chip | None
    conversation_id: int | None
    tries: int
    organisation: str
    adviser: str
    effect: str  #: what the buttons set going, where it is not plain
    whose: str  #: who does it; empty: whoever can
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Done:
    """One task that was done."""

    title: str
    result: str
    when: str


@dataclass(frozen=True, slots=True)
class TaskList:
    """The page: groups with their rows, how many there are, what was done lately."""

    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    total: int
    done: tuple[Done, ...]

    @property
    def shown(self) -> int:
        """How many rows the page holds."""
        return sum(len(rows) for _, rows in self.groups)


def due_count(session: Session, acting: Acting, today: date) -> int:
    """How many tasks are due today or overdue."""
    return session.scalar(select(func.count(Task.id)).where(*_open_to(acting), Task.due <= today)) or 0


def view_counts(session: Session, acting: Acting, wanted: Wanted, today: date) -> dict[str, int]:
    """How many each view holds, of the same kind and organisation."""
    sums = [func.count(Task.id).filter(_seen(view, acting, today)) for view in VIEWS]
    of_kind = tuple(_asked(Wanted(wanted.kind, "all", wanted.organisation), acting, today))
    found = session.execute(_joined(select(*sums)).where(*_open_to(acting), *of_kind)).one()
    return {view: found[index] for index, view in enumerate(VIEWS)}


def read_tasks(session: Session, acting: Acting, wanted: Wanted, now: datetime) -> TaskList:
    """The open tasks that are asked for, those due first on top."""
    chosen = (*_open_to(acting), *_asked(wanted, acting, now.date()))
    total = session.scalar(_joined(select(func.count(Task.id))).where(*chosen)) or 0
    found = session.execute(
        _rows().where(*chosen).order_by(Task.due, Task.due_at.nulls_last(), Case.deadline.nulls_last(), Task.id)
    ).unique()
    rows = _in_words(session, [(row[0], row[1], row[2]) for row in found], acting, now)
    late = tuple(row for row, task in rows if task.due < now.date())
    today = tuple(row for row, task in rows if task.due == now.date())
    later = tuple(row for row, task in rows if task.due > now.date())
    groups = ((said("Over tiden"), late), (said("I dag"), today), (said("Senere"), later))
    return TaskList(tuple(group for group in groups if group[1]), total, _done(session, acting, wanted, now))


def read_task(session: Session, acting: Acting, task_id: int, now: datetime) -> tuple[Row, str] | None:
    """One task of the adviser's organisations with its status; None when there is none."""
    mine = (Task.id == task_id, Task.organisation_id.in_(acting.organisations))
    found = session.execute(_rows().where(*mine)).unique().one_or_none()
    if found is None:
        return None
    ((row, task),) = _in_words(session, [(found[0], found[1], found[2])], acting, now)
    return row, task.status


def _open_to(acting: Acting) -> tuple[ColumnElement[bool], ...]:
    return Task.organisation_id.in_(acting.organisations), Task.status == "open"


def _asked(wanted: Wanted, acting: Acting, today: date) -> Iterable[ColumnElement[bool]]:
    if wanted.kind in KINDS:
        yield Task.type == wanted.kind
    if wanted.organisation in acting.organisations:
        yield Task.organisation_id == wanted.organisation
    yield _seen(wanted.view, acting, today)


def _seen(view: str, acting: Acting, today: date) -> ColumnElement[bool]:
    """What is given to nobody is done by whose case it is."""
    if view == "mine":
        nobodys = and_(Task.adviser_id.is_(None), Case.adviser_id == acting.adviser_id)
        return or_(Task.adviser_id == acting.adviser_id, nobodys)
    if view == "today":
        return Task.due == today
    return Task.due < today if view == "overdue" else Task.id.is_not(None)


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.select_from(Task).outerjoin(Case, Case.id == Task.case_id)


def _rows() -> Select[Task, Case | None, Conversation | None]:
    return (
        select(Task, Case, Conversation)
        .outerjoin(Case, Case.id == Task.case_id)
        .outerjoin(Conversation, Conversation.id == Task.conversation_id)
        .options(joinedload(Case.adviser), joinedload(Case.organisation))
        .options(joinedload(Case.resident, innerjoin=False))  # or a task without a case would be in no list
        .limit(PAGE)
    )


def _in_words(
    session: Session, found: Sequence[tuple[Task, Case | None, Conversation | None]], acting: Acting, now: datetime
) -> list[tuple[Row, Task]]:
    names = _names(session, {task.adviser_id for task, _, _ in found if task.adviser_id is not None})
    threads = _threads(session, [case.id for _, case, _ in found if case is not None])
    links = _links(session, [task.id for task, _, _ in found if task.type == "knock"])
    rows = []
    for task, of_case, own in found:
        whose = whose_words(task.adviser_id, names, acting)
        row = _row(task, of_case, threads.get(task.case_id or 0) or own, links, now)
        rows.append((replace(row, whose=whose, is_mine=task.adviser_id == acting.adviser_id), task))
    return rows


def whose_words(adviser_id: int | None, names: Mapping[int, str], acting: Acting) -> str:
    """Dig, a colleague, or nobody."""
    if adviser_id is None:
        return ""
    return said("dig") if adviser_id == acting.adviser_id else names.get(adviser_id, "en kollega")


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    found = session.execute(select(Adviser.id, Adviser.name).where(Adviser.id.in_(ids))) if ids else ()
    return {row[0]: first_name(row[1]) for row in found}


def _threads(session: Session, case_ids: Sequence[int]) -> dict[int, Conversation]:
    """By case: the newest thread that is about it now."""
    threads = session.scalars(select(Conversation).where(Conversation.case_id.in_(case_ids)).order_by(Conversation.id))
    return {thread.case_id: thread for thread in threads if thread.case_id is not None}


def _links(session: Session, task_ids: Sequence[int]) -> dict[int, DoorVisit]:
    visits = session.scalars(select(DoorVisit).where(DoorVisit.task_id.in_(task_ids)).order_by(DoorVisit.id))
    return {visit.task_id: visit for visit in visits}


def _row(task: Task, case: Case | None, thread: Conversation | None, links: dict[int, DoorVisit], now: datetime) -> Row:
    phone = _phone(case, thread)
    who = case.resident.name if case else national(phone)
    is_open = case is not None and case.status == "open"
    is_shown_at = thread is not None and thread.case_id == task.case_id
    return Row(
        id=task.id,
        kind=task.type,
        title=word("tasks", task.type, name=case.resident.first_name if case else who),
        who=who,
        phone=phone,
        phone_words=national(phone) if phone else "",
        address=_address(case),
        note=task.note,
        standing=_standing(task, links.get(task.id), now),
        when=day(task.due, now.date()) + (f" {clock(task.due_at)}" if task.due_at else ""),
        is_late=task.due < now.date(),
        chip=days_left_chip(days_left(case.deadline, now.date())) if case is not None and is_open else None,
        conversation_id=thread.id if thread is not None and is_shown_at else None,
        tries=task.tries,
        organisation=case.organisation.name if case else "",
        adviser=said("{genitive} sag", genitive=genitive(first_name(case.adviser.name)))
        if case and case.adviser
        else "",
        effect=_effect(task),
        whose="",
        is_mine=False,
    )


def _phone(case: Case | None, thread: Conversation | None) -> str:
    """The number to call; none that belongs to somebody else."""
    if case is None:
        return thread.phone if thread is not None else ""
    return "" if case.number_taken_off else case.resident.phone or ""


def _address(case: Case | None) -> tuple[str, ...]:
    if case is None or not case.resident.address.strip():
        return ()
    resident = case.resident
    return address_lines(resident.address, resident.postal_code, resident.city)


def _effect(task: Task) -> str:
    if task.type == "check_payment":
        return word("task_effects", "check_payment_holds" if holds_back(task) else "check_payment")
    return word("task_effects", task.type) if task.type == "check_promise" else ""


def _standing(task: Task, visit: DoorVisit | None, now: datetime) -> str:
    if task.type == "call" and task.tries:
        return word("task_standing", "call", tries=str(task.tries), most=str(CALLS))
    if task.tries and holds_back(task):
        return word("task_standing", "check_payment")
    if visit is not None and visit.answered_at is None:
        name = "link" if visit.expires_at > now else "link_old"
        return word(
            "task_standing", name, at=moment(visit.at, now), until=day((visit.expires_at - _LAST).date(), now.date())
        )
    return ""


def _done(session: Session, acting: Acting, wanted: Wanted, now: datetime) -> tuple[Done, ...]:
    """The newest first; a caretaker's answer is told as they gave it."""
    found = session.execute(
        select(Task, Case, Adviser, DoorVisit)
        .outerjoin(Case, Case.id == Task.case_id)
        .outerjoin(Adviser, Adviser.id == Task.done_by_id)
        .outerjoin(DoorVisit, (DoorVisit.task_id == Task.id) & DoorVisit.answered_at.is_not(None))
        .where(Task.organisation_id.in_(acting.organisations), Task.status == "done", Task.done_at > now - _LATELY)
        .where(*_asked(_lately(wanted), acting, now.date()), or_(DoorVisit.id.is_(None), DoorVisit.result.is_not(None)))
        .order_by(Task.done_at.desc(), Task.id.desc())
        .limit(_DONE_SHOWN)
    )
    return tuple(_done_row(task, case, adviser, visit, now) for task, case, adviser, visit in found)


def _lately(wanted: Wanted) -> Wanted:
    """What is done has no day that is to come."""
    return wanted if wanted.view == "mine" else replace(wanted, view="all")


def _done_row(task: Task, case: Case | None, adviser: Adviser | None, visit: DoorVisit | None, now: datetime) -> Done:
    result = first_name(adviser.name) if adviser else ""
    if visit is not None:
        result = word("door_results", visit.result) + (f': "{visit.note}"' if visit.note else "")
    name = case.resident.first_name if case else said("nummeret")
    return Done(word("tasks", task.type, name=name), result, moment(task.done_at, now) if task.done_at else "")

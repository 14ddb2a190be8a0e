"""The case beside the thread: the clock, the stage, the proposal, what is to be done and what we know.

Every fact has a source: the resident's words or the rent system, with its day. In a crisis none of it is shown first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.summary import Summary
from bot.models import Case, Conversation, Promise, Task
from handoff.formats import address_lines, clock, day, kroner, short_moment, weekday
from handoff.help_card import HelpCard, read_help
from handoff.plan_cards import Decided, PlanCard, read_decided, read_proposal
from handoff.priority import days_left, days_left_chip
from handoff.summaries import read_summary
from handoff.timelines import Timeline, read_timeline
from handoff.wording import catalogue, word


@dataclass(frozen=True, slots=True)
class Todo:
    """A task, or a promise, which has no ``task_id``: it is not ours to do."""

    text: str
    when: str
    is_late: bool
    task_id: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Something the resident told."""

    label: str
    value: str
    when: str


@dataclass(frozen=True, slots=True)
class CasePanel:
    """All of it, in words."""

    case_ref: str
    figure: str
    figure_words: str
    deadline: str
    tone: str
    arrears: str
    updated: str
    ended: str
    timeline: Timeline
    plan: PlanCard | None
    decided: tuple[Decided, ...]
    todos: tuple[Todo, ...]
    facts: tuple[Known, ...]
    next_steps: tuple[str, ...]  #: suggestions, the most pressing first
    missing: tuple[str, ...]
    answered: tuple[str, ...]  #: what the bot has told about
    help: HelpCard | None
    address: tuple[str, ...]
    place: str


def read_case(session: Session, case: Case, conversation: Conversation, now: datetime) -> CasePanel:
    """What an adviser needs to know of the case, as it stands at ``now``."""
    days = days_left(case.deadline, now.date())
    chip = days_left_chip(days)
    resident = case.resident
    summary = read_summary(session, conversation, now)
    return CasePanel(
        case_ref=case.case_ref,
        figure=str(abs(days)),
        figure_words=_figure_words(days),
        deadline=weekday(case.deadline),
        tone=chip.tone if chip else "outline",
        arrears=kroner(case.arrears_ore),
        updated=f"{day(case.updated_at.date(), now.date())} {clock(case.updated_at)}",
        ended=_ended(case),
        timeline=read_timeline(case, now.date()),
        plan=read_proposal(session, case, conversation, now),
        decided=read_decided(session, case, conversation, now),
        todos=(*_tasks(session, case, now), *_promises(session, case, now)),
        facts=_known(summary, now),
        next_steps=summary.next_steps,
        missing=summary.missing,
        answered=summary.answered,
        help=read_help(session, conversation, now),
        address=address_lines(resident.address, resident.postal_code, resident.city),
        place=_place(case),
    )


def _place(case: Case) -> str:
    department = "" if case.department in case.resident.address else case.department
    return " · ".join(filter(None, (department, case.tenancy_ref and f"Lejemål {case.tenancy_ref}")))


def _known(summary: Summary, now: datetime) -> tuple[Known, ...]:
    return tuple(
        Known(word("facts", row.name).capitalize(), row.words, short_moment(row.at, now)) for row in summary.rows
    )


def _figure_words(days: int) -> str:
    if days < 0:
        return "dag over fristen" if days == -1 else "dage over fristen"
    if days == 0:
        return "fristen er i dag"
    return "dag tilbage" if days == 1 else "dage tilbage"


def _ended(case: Case) -> str:
    if case.status == "settled":
        return "Alt er betalt"
    return f"Afsluttet: {word('outcomes', case.outcome)}" if case.status == "closed" else ""


def _tasks(session: Session, case: Case, now: datetime) -> list[Todo]:
    tasks = session.scalars(
        select(Task).where(Task.case_id == case.id, Task.status == "open").order_by(Task.due, Task.id)
    )
    return [_task(task, case, now) for task in tasks]


def _task(task: Task, case: Case, now: datetime) -> Todo:
    text = word("tasks", task.type, name=case.resident.first_name)
    if task.note:
        text = task.note if task.type == "other" else f"{text}: {task.note}"
    when = day(task.due, now.date()) + (f" {clock(task.due_at)}" if task.due_at else "")
    return Todo(text, when, task.due < now.date(), task.id, task.type)


def _promises(session: Session, case: Case, now: datetime) -> list[Todo]:
    promises = session.scalars(
        select(Promise).where(Promise.case_id == case.id, Promise.status == "open").order_by(Promise.day, Promise.id)
    )
    words: dict[str, str] = catalogue()["promises"]
    return [
        Todo(
            words["open"].format(amount=words["all"] if promise.amount_ore is None else kroner(promise.amount_ore)),
            day(promise.day, now.date()) if promise.day else "ingen dag",
            promise.day is not None and promise.day < now.date(),
        )
        for promise in promises
    ]

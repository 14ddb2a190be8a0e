"""The case beside the thread: the clock, the stage, the proposal, what is to be done and what we know.

Every fact has a source: the resident's words, an adviser's or the rent system's, with its day. In a crisis none of it
is shown first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogs.summary import GROUPS, Summary
from bot.models import Adviser, Case, Conversation, Fact, Promise, Task
from handoff.case_work.changes import Past, read_history
from handoff.case_work.facts import EVENTS
from handoff.case_work.papers import Papers, read_papers
from handoff.case_work.surroundings import Consented, Earlier, on_page, read_consent, read_earlier
from handoff.formats import address_lines, clock, day, first_name, kroner, short_moment, weekday
from handoff.help_card import HelpCard, read_help
from handoff.plan_cards import Decided, PlanCard, read_decided, read_proposal
from handoff.priority import days_left, days_left_chip
from handoff.saying import said
from handoff.summaries import read_summary
from handoff.timelines import Timeline, read_timeline
from handoff.wording import catalogue, word

#: Rows after which the kommune will want to see papers of the resident's own.
_OF_KOMMUNE = frozenset({*EVENTS, "lives_on", "ask_enkeltydelse"}) - {"dispute_arrears", "borrows_to_pay"}


@dataclass(frozen=True, slots=True)
class Todo:
    """A task, or a promise, which has no ``task_id``: it is not ours to do."""

    text: str
    when: str
    is_late: bool
    task_id: int | None = None
    kind: str = ""
    whose: str = ""  #: who does it
    promise_id: int | None = None
    is_broken: bool = False

    @property
    def what(self) -> str:
        """By which it is edited."""
        return f"task-{self.task_id}" if self.task_id else f"promise-{self.promise_id}"


@dataclass(frozen=True, slots=True)
class Known:
    """Something the resident told, where it was said, or who wrote it down."""

    label: str
    value: str
    when: str
    name: str = ""
    by: str = ""
    message_id: int | None = None
    is_on_page: bool = True


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
    addable: tuple[tuple[str, str], ...]  #: rows of "Det ved vi" of which nothing is known
    consent: Consented
    about: tuple[tuple[str, str], ...]  #: language, whose case, kommune
    papers: Papers
    earlier: tuple[Earlier, ...]
    history: tuple[Past, ...]
    outcome_note: str
    is_closed: bool


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
        facts=_known(session, summary, conversation, now),
        next_steps=summary.next_steps,
        missing=summary.missing,
        answered=summary.answered,
        help=read_help(session, conversation, now),
        address=address_lines(resident.address, resident.postal_code, resident.city),
        place=_place(case),
        addable=_addable(summary),
        consent=read_consent(session, conversation, now),
        about=_about(case, conversation),
        papers=read_papers(session, case, now, asks_kommune=bool({row.name for row in summary.rows} & _OF_KOMMUNE)),
        earlier=read_earlier(session, case, conversation, now),
        history=read_history(session, case, conversation, now),
        outcome_note=case.outcome_note,
        is_closed=case.status == "closed",
    )


def _place(case: Case) -> str:
    department = "" if case.department in case.resident.address else case.department
    return " · ".join(
        filter(None, (department, case.tenancy_ref and said("Lejemål {tenancy_ref}", tenancy_ref=case.tenancy_ref)))
    )


def _known(session: Session, summary: Summary, conversation: Conversation, now: datetime) -> tuple[Known, ...]:
    newest = _newest(session, conversation)
    return tuple(_fact(session, row.name, row.words, newest, conversation, now) for row in summary.rows)


def _fact(
    session: Session,
    name: str,
    words: str,
    newest: Mapping[str, tuple[Fact, str]],
    conversation: Conversation,
    now: datetime,
) -> Known:
    told = [newest[each] for each in GROUPS.get(name, (name,)) if each in newest]
    fact, by = max(told, key=lambda each: each[0].id)
    message_id = fact.message_id if not by else None
    shows = message_id is None or on_page(session, conversation, message_id)
    label, when = word("facts", name).capitalize(), short_moment(fact.at, now)
    return Known(label, words, when, name, by, message_id, shows)


def _newest(session: Session, conversation: Conversation) -> dict[str, tuple[Fact, str]]:
    """By name the fact that counts, and which adviser wrote it down, if one did."""
    wanted = select(Fact, Adviser.name).outerjoin(Adviser, Adviser.id == Fact.adviser_id)
    rows = session.execute(wanted.where(Fact.conversation_id == conversation.id).order_by(Fact.id))
    return {row[0].name: (row[0], first_name(row[1] or "")) for row in rows if row[0].case_id == conversation.case_id}


def _addable(summary: Summary) -> tuple[tuple[str, str], ...]:
    known = {row.name for row in summary.rows}
    return tuple((group, word("facts", group)) for group in GROUPS if group not in known)


def _about(case: Case, conversation: Conversation) -> tuple[tuple[str, str], ...]:
    return (
        (said("Sprog"), word("languages", conversation.language)),
        (said("Rådgiver"), case.adviser.name if case.adviser else said("ingen bestemt")),
        (said("Kommune"), case.municipality or said("ikke sat")),
    )


def _figure_words(days: int) -> str:
    if days < 0:
        return said("dag over fristen") if days == -1 else said("dage over fristen")
    if days == 0:
        return said("fristen er i dag")
    return said("dag tilbage") if days == 1 else said("dage tilbage")


def _ended(case: Case) -> str:
    if case.status == "settled":
        return said("Alt er betalt")
    return said("Afsluttet: {words}", words=word("outcomes", case.outcome)) if case.status == "closed" else ""


def _tasks(session: Session, case: Case, now: datetime) -> list[Todo]:
    wanted = select(Task, Adviser.name).outerjoin(Adviser, Adviser.id == Task.adviser_id)
    mine = (Task.case_id == case.id, Task.status == "open")
    rows = session.execute(wanted.where(*mine).order_by(Task.due, Task.id))
    return [_task(row[0], first_name(row[1] or ""), case, now) for row in rows]


def _task(task: Task, whose: str, case: Case, now: datetime) -> Todo:
    text = word("tasks", task.type, name=case.resident.first_name)
    if task.note:
        text = task.note if task.type == "other" else f"{text}: {task.note}"
    when = day(task.due, now.date()) + (f" {clock(task.due_at)}" if task.due_at else "")
    return Todo(text, when, task.due < now.date(), task.id, task.type, whose)


def _promises(session: Session, case: Case, now: datetime) -> list[Todo]:
    """Those that stand open, and those of this opening that were broken."""
    broken = (Promise.status == "broken") & (Promise.at >= case.opened_at)
    mine = (Promise.case_id == case.id, (Promise.status == "open") | broken)
    promises = session.scalars(select(Promise).where(*mine).order_by(Promise.day, Promise.id))
    return [_promise(promise, now) for promise in promises]


def _promise(promise: Promise, now: datetime) -> Todo:
    words: dict[str, str] = catalogue()["promises"]
    amount = words["all"] if promise.amount_ore is None else kroner(promise.amount_ore)
    return Todo(
        words[promise.status].format(amount=amount),
        day(promise.day, now.date()) if promise.day else said("ingen dag"),
        promise.status == "open" and promise.day is not None and promise.day < now.date(),
        promise_id=promise.id,
        is_broken=promise.status == "broken",
    )

"""What the page tells of a year beside the rules: steps taken, who was reached, when a human came, how cases ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands.year.driver import Year
from bot.models import Case, Contact, Conversation, Incident, Ladder, Message, Organisation, Task, Wave
from scheduler.ladder import DEADLINE_STEP

#: Tasks in which a human reaches out; the postcard reaches a letter box.
_BY_A_HUMAN = ("call", "knock")


@dataclass(frozen=True, slots=True)
class Taken:
    """One step that was taken for a case: whether it came through, and whether the resident then wrote."""

    at: datetime
    case_id: int
    step: int
    kind: str
    sms: int  #: the how-manieth SMS of its ladder, from 0; -1 of a task
    came_through: bool
    was_answered: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, counted from the tables."""

    steps: list[Taken]
    waves: list[tuple[str, str, date]]  #: organisation, month, the day it started
    first_human: list[int | None]  #: by case: days from when it came until a human reached out; None: none did
    outcomes: dict[str, int]
    errors: dict[tuple[str, str], int]  #: the gateway's code or our reason, and how the SMS ended
    incidents: list[tuple[datetime, str, datetime | None]]
    tasks: dict[tuple[str, str], int]


def read_happened(year: Year) -> Happened:
    """Count it."""
    with year.world.looking.read() as session:
        cases = list(session.scalars(select(Case)))
        return Happened(
            steps=list(_steps(session)),
            waves=list(_waves(session)),
            first_human=list(_first_human(session, cases)),
            outcomes=dict(Counter(case.outcome or case.status for case in cases)),
            errors=dict(_errors(session)),
            incidents=[(i.at, i.kind, i.ended_at) for i in session.scalars(select(Incident).order_by(Incident.id))],
            tasks=dict(Counter((task.type, task.status) for task in session.scalars(select(Task)))),
        )


def _steps(session: Session) -> Iterator[Taken]:
    written = _written(session)
    sent = {m.contact_id: m for m in session.scalars(select(Message).where(Message.contact_id.is_not(None)))}
    tasks = {task.origin: task for task in session.scalars(select(Task).where(Task.origin.like("contact:%")))}
    by_case: dict[tuple[int, int, int], list[Contact]] = defaultdict(list)
    for contact in session.scalars(select(Contact).where(Contact.step < DEADLINE_STEP).order_by(Contact.id)):
        by_case[contact.case_id, contact.wave_id, contact.round].append(contact)
    for contacts in by_case.values():
        ends = [*(contact.send_at for contact in contacts[1:]), None]
        so_far = 0
        for contact, end in zip(contacts, ends, strict=True):
            is_sms = contact.kind == "sms"
            message, task = sent.get(contact.id), tasks.get(f"contact:{contact.id}")
            through = message is not None and message.status == "delivered" if is_sms else _is_done(task)
            answers = [at for at in written[contact.case_id] if at >= contact.send_at and (end is None or at < end)]
            place = so_far if is_sms else -1
            so_far += is_sms
            yield Taken(contact.send_at, contact.case_id, contact.step, contact.kind, place, through, bool(answers))


def _is_done(task: Task | None) -> bool:
    return task is not None and task.status == "done"


def _written(session: Session) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    wanted = select(Conversation.case_id, Message.at).join(Message.conversation).where(Message.direction == "in")
    for case_id, at in session.execute(wanted):
        found[case_id or 0].append(at)
    return found


def _waves(session: Session) -> Iterator[tuple[str, str, date]]:
    wanted = select(Organisation.slug, Wave.month, Wave.started_at).join(Wave, Wave.organisation_id == Organisation.id)
    for slug, month, started_at in session.execute(wanted.order_by(Wave.started_at, Wave.id)):
        if started_at is not None:
            yield slug, month, started_at.date()


def _first_human(session: Session, cases: list[Case]) -> Iterator[int | None]:
    """Of the newest opening of each case that an SMS or a step was ever due for."""
    replies = select(Conversation.case_id, Message.at).join(Message.conversation).where(Message.author == "adviser")
    found: dict[int, list[datetime]] = defaultdict(list)
    for case_id, at in session.execute(replies):
        found[case_id or 0].append(at)
    for task in session.scalars(select(Task).where(Task.type.in_(_BY_A_HUMAN), Task.status == "done")):
        if task.done_at is not None:
            found[task.case_id or 0].append(task.done_at)
    begun = set(session.scalars(select(Ladder.case_id)))
    for case in cases:
        if case.id in begun:
            days = [(at.date() - case.received).days for at in found[case.id] if at >= case.opened_at]
            yield min(days, default=None)


def _errors(session: Session) -> Counter[tuple[str, str]]:
    wanted = select(Message.error, Message.status).where(Message.direction == "out", Message.error.is_not(None))
    return Counter((str(error), status) for error, status in session.execute(wanted))

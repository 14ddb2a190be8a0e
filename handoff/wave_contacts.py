"""To whom a wave did what, and what became of it; whom it left out, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from bot.models import Case, Contact, Conversation, Message, Resident, Skip, Task, Wave
from handoff.bubbles import why_lost
from handoff.formats import moment
from handoff.wave_summary import Group
from handoff.wave_words import sms_words, why_words
from handoff.wording import knows, word

PAGE = 100
_MOST_NAMES = 40
#: A step that was held back and then done after all is no skip; nor is one that only waits for its release.
_STANDS = and_(
    Skip.why != "waits_for_release",
    ~exists().where(Contact.wave_id == Skip.wave_id, Contact.case_id == Skip.case_id, Contact.step == Skip.step),
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One step that was done for one case."""

    name: str
    case_ref: str
    step: str
    at: str
    status: str
    is_wrong: bool
    conversation_id: int | None


def count_skipped(session: Session, organisation_id: int) -> dict[str, int]:
    """By month: how many cases were skipped at some step."""
    mine = select(Wave.month, func.count(Skip.case_id.distinct()).label("number")).join(Wave, Wave.id == Skip.wave_id)
    mine = mine.where(Wave.organisation_id == organisation_id, _STANDS).group_by(Wave.month)
    return {row.month: row.number for row in session.execute(mine)}


def count_contacts(session: Session, wave_id: int) -> int:
    """How many steps were done in all."""
    return session.scalar(select(func.count(Contact.id)).where(Contact.wave_id == wave_id)) or 0


def read_skips(session: Session, wave_id: int) -> tuple[Group, ...]:
    """Who was not contacted, by reason, with names."""
    rows = session.execute(
        select(Skip.why, Resident.name, Case.case_ref)
        .join(Case, Case.id == Skip.case_id)
        .join(Resident, Resident.id == Case.resident_id)
        .where(Skip.wave_id == wave_id, _STANDS)
        .group_by(Skip.why, Resident.name, Case.case_ref)
        .order_by(Resident.name)
    )
    people: dict[str, list[str]] = defaultdict(list)
    for why, name, case_ref in rows:
        people[why].append(f"{name}, {case_ref}")
    ordered = sorted(people.items(), key=lambda item: -len(item[1]))
    return tuple(_group(why, names) for why, names in ordered)


def _group(why: str, names: Sequence[str]) -> Group:
    instead = word("wave_instead", why) if knows("wave_instead", why) else ""
    shown = tuple(names[:_MOST_NAMES])
    return Group(why, why_words(why), instead, len(names), shown, len(names) - len(shown))


def read_contacts(
    session: Session, wave_id: int, words: Mapping[int, str], now: datetime, page: int
) -> tuple[ContactRow, ...]:
    """One page of what was done."""
    rows = session.execute(
        select(Contact, Resident.name, Case.case_ref)
        .join(Case, Case.id == Contact.case_id)
        .join(Resident, Resident.id == Case.resident_id)
        .where(Contact.wave_id == wave_id)
        .order_by(Contact.step, Resident.name, Contact.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    ids = [contact.id for contact, _, _ in rows]
    messages = _messages(session, ids)
    tasks = {
        task.origin: task
        for task in session.scalars(select(Task).where(Task.origin.in_([f"contact:{id_}" for id_ in ids])))
    }
    threads = _threads(session, [contact.case_id for contact, _, _ in rows])
    shown = []
    for contact, name, case_ref in rows:
        status, is_wrong = _status(messages.get(contact.id), tasks.get(f"contact:{contact.id}"))
        thread = threads.get(contact.case_id)
        step = words.get(contact.step, word("ladder_kinds", contact.kind))
        shown.append(ContactRow(name, case_ref, step, moment(contact.send_at, now), status, is_wrong, thread))
    return tuple(shown)


def _messages(session: Session, ids: list[int]) -> dict[int | None, Message]:
    """The newest SMS of each contact."""
    return {
        message.contact_id: message
        for message in session.scalars(select(Message).where(Message.contact_id.in_(ids)).order_by(Message.id))
    }


def _threads(session: Session, case_ids: list[int]) -> dict[int | None, int]:
    rows = session.execute(
        select(Conversation.case_id, Conversation.id)
        .where(Conversation.case_id.in_(case_ids))
        .order_by(Conversation.id)
    )
    return {row.case_id: row.id for row in rows}


def _status(message: Message | None, task: Task | None) -> tuple[str, bool]:
    if message is not None:
        is_wrong = message.status in ("undelivered", "failed", "refused")
        words = sms_words(message.status)
        return f"{words}: {why_lost(message)}" if is_wrong else words, is_wrong
    return (word("wave_tasks", task.status), False) if task is not None else ("", False)

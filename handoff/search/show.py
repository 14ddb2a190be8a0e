"""What a search has found, as an adviser reads it. No words of a crisis are shown outside the conversation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bot.models import Alarm, Case, Conversation, Handoff, Message, Note, Task
from bot.search_index import WRITERS
from bot.search_words import Term
from bot.sms import national
from handoff.formats import first_name, moment
from handoff.handoffs import Acting
from handoff.search.find import talk_of_case
from handoff.search.marks import Piece, in_name, in_phone, snippet

#: Of the conversations that are shown: in how many of their newest texts the words are looked for.
_NEWEST = 3_000
#: What was written so long before the alarm belongs to the crisis.
_BEFORE_ALARM = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Said:
    """The piece of a message or a note with what was searched for; no pieces: it is shown in the conversation only."""

    by: str  #: resident, adviser or note
    who: str
    when: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of what was found."""

    key: str
    name: tuple[Piece, ...]
    conversation_id: int | None = None
    task_id: int | None = None
    reference: tuple[Piece, ...] = ()
    place: tuple[Piece, ...] = ()
    phone: tuple[Piece, ...] = ()
    organisation: str = ""
    standing: str = ""  #: closed, mine, other, queue, bot, snoozed or none
    holder: str = ""
    when: str = ""
    is_crisis: bool = False
    language: str = "da"
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, what they looked for, and when."""

    session: Session
    acting: Acting
    terms: tuple[Term, ...]
    now: datetime
    organisations: Mapping[int, str] = field(default_factory=dict)  #: their names, when there are several


def show_people(reader: Reader, cases: Sequence[int], numbers: Sequence[int]) -> tuple[Hit, ...]:
    """The cases in the order found, then numbers that belong to none of them."""
    rows = {row.id: row for row in reader.session.scalars(select(Case).where(Case.id.in_(cases)))}
    talks = talk_of_case(reader.session, cases)
    known = _conversations(reader.session, {*talks.values(), *numbers})
    tasks = _tasks(reader.session, [id_ for id_ in cases if id_ not in talks])
    hits = [_of_case(reader, rows[id_], known.get(talks.get(id_, 0)), tasks.get(id_)) for id_ in cases]
    rest = [known[id_] for id_ in numbers if id_ not in talks.values()]
    return *hits, *(_of_conversation(reader, each) for each in rest)


def show_written(reader: Reader, conversations: Sequence[int]) -> tuple[Hit, ...]:
    """The conversations in the order found, each with the newest place where the words stand."""
    known = _conversations(reader.session, conversations)
    crises = _crises(reader.session, conversations)
    found = _written(reader, conversations)
    return tuple(
        replace(
            _of_conversation(reader, known[id_]), said=_said(reader, known[id_], found.get(id_), crises.get(id_, ()))
        )
        for id_ in conversations
    )


def _of_case(reader: Reader, row: Case, conversation: Conversation | None, task_id: int | None) -> Hit:
    hit = _of_conversation(reader, conversation) if conversation else Hit(f"case-{row.id}", (), standing="none")
    street, department = row.resident.address, row.department
    home = street if department and department in street else ", ".join(filter(None, (street, department)))
    phone = conversation.phone if conversation else row.resident.phone or ""
    return replace(
        hit,
        key=f"case-{row.id}",
        task_id=task_id,
        name=in_name(row.resident.name, reader.terms),
        reference=in_name(row.case_ref, reader.terms),
        place=in_name(home, reader.terms),
        phone=in_phone(national(phone), reader.terms) if phone else (),
        organisation=reader.organisations.get(row.organisation_id, ""),
    )


def _of_conversation(reader: Reader, row: Conversation) -> Hit:
    case = row.case
    return Hit(
        key=f"conversation-{row.id}",
        conversation_id=row.id,
        name=in_name(case.resident.name, reader.terms) if case else ((national(row.phone), False),),
        reference=in_name(case.case_ref, reader.terms) if case else (),
        phone=in_phone(national(row.phone), reader.terms) if case else (),
        organisation=reader.organisations.get(row.organisation_id, ""),
        standing=_standing(reader, row),
        holder=first_name(row.adviser.name) if row.adviser else "",
        when=moment(row.last_message_at, reader.now) if row.last_message_at else "",
        is_crisis=row.priority == "crisis",
        language=row.language,
    )


def _standing(reader: Reader, row: Conversation) -> str:
    if row.closed_at is not None:
        return "closed"
    if row.snoozed_until is not None and row.snoozed_until > reader.now:
        return "snoozed"
    if row.held_by == "adviser":
        return "mine" if row.adviser_id == reader.acting.adviser_id else "other"
    return row.held_by


def _conversations(session: Session, ids: Collection[int]) -> dict[int, Conversation]:
    asked = select(Conversation).where(Conversation.id.in_(ids))
    asked = asked.options(joinedload(Conversation.case), joinedload(Conversation.adviser))
    return {row.id: row for row in session.scalars(asked)}


def _tasks(session: Session, cases: Collection[int]) -> dict[int, int]:
    """The newest open task of each case: where a case without a conversation can be gone to."""
    asked = select(Task.case_id, func.max(Task.id)).where(Task.case_id.in_(cases), Task.status == "open")
    return {case_id: id_ for case_id, id_ in session.execute(asked.group_by(Task.case_id)) if case_id is not None}


class _Text(NamedTuple):
    at: datetime
    by: str
    body: str
    who: str
    heard: dict[str, Any]


def _written(reader: Reader, conversations: Sequence[int]) -> dict[int, tuple[_Text, tuple[Piece, ...]]]:
    """The newest text of each conversation in which most of the words stand."""
    found: dict[int, tuple[int, _Text, tuple[Piece, ...]]] = {}
    for id_, text in _texts(reader.session, conversations):
        pieces = snippet(text.body, reader.terms)
        if pieces is None:
            continue
        rank = len({piece.casefold() for piece, is_found in pieces if is_found})
        if id_ not in found or rank > found[id_][0]:
            found[id_] = rank, text, pieces
    return {id_: (text, pieces) for id_, (_, text, pieces) in found.items()}


def _texts(session: Session, conversations: Sequence[int]) -> Iterable[tuple[int, _Text]]:
    """What was written in these conversations, the newest first."""
    messages = select(Message).where(Message.conversation_id.in_(conversations), Message.author.in_(WRITERS))
    notes = select(Note).where(Note.conversation_id.in_(conversations)).options(joinedload(Note.adviser))
    newest = messages.options(joinedload(Message.adviser)).order_by(Message.id.desc()).limit(_NEWEST)
    texts = [
        (
            row.conversation_id,
            _Text(row.at, row.author, row.body, row.adviser.name if row.adviser else "", row.heard or {}),
        )
        for row in session.scalars(newest)
    ]
    texts += [
        (row.conversation_id, _Text(row.at, "note", row.body, row.adviser.name, {}))
        for row in session.scalars(notes.order_by(Note.id.desc()).limit(_NEWEST))
    ]
    return sorted(texts, key=lambda each: each[1].at, reverse=True)


#: From when to when a conversation was about a crisis.
_Crises = Sequence[tuple[datetime, datetime | None]]


def _crises(session: Session, conversations: Sequence[int]) -> dict[int, _Crises]:
    alarms = session.execute(
        select(Alarm.conversation_id, Alarm.at).where(Alarm.conversation_id.in_(conversations))
    ).all()
    asked = select(Handoff.conversation_id, Handoff.ended_at).where(Handoff.conversation_id.in_(conversations))
    ended = session.execute(asked).all() if alarms else []
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for id_, at in alarms:
        later = [end for other, end in ended if other == id_ and end is not None and end >= at]
        found.setdefault(id_, []).append((at - _BEFORE_ALARM, min(later, default=None)))
    return dict(found)


def _said(
    reader: Reader, row: Conversation, found: tuple[_Text, tuple[Piece, ...]] | None, crises: _Crises
) -> Said | None:
    if found is None:
        return None
    text, pieces = found
    who = "" if text.by == "resident" else first_name(text.who)
    said = Said(text.by, who, moment(text.at, reader.now), pieces)
    heard = {str(intent.get("name")) for intent in text.heard.get("intents", ())}
    is_hidden = row.priority == "crisis" or any(name.startswith("crisis") for name in heard)
    is_hidden |= any(start <= text.at and (end is None or text.at <= end) for start, end in crises)
    return replace(said, pieces=()) if is_hidden else said

"""A colleague named in a note by @: who is meant, that they have not seen it yet, and where the names stand.

A first name is enough where only one colleague has it; where two do, both are meant unless the whole name is written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, joinedload

from bot.models import Adviser, Conversation, Mention, Note
from bot.models.organisation import membership
from handoff.formats import first_name, moment

_LISTED = 60


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be named; ``handle`` is what is written after the @."""

    id: int
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One note that names the reader."""

    conversation_id: int
    resident: str
    author: str
    text: str
    at: str
    is_new: bool


def colleagues(session: Session, organisation_id: int, but_not: int | None = None) -> tuple[Colleague, ...]:
    """Those who work for the organisation, by name."""
    wanted = (
        select(Adviser.id, Adviser.name)
        .join(membership, membership.c.adviser_id == Adviser.id)
        .where(membership.c.organisation_id == organisation_id, Adviser.is_active)
        .order_by(Adviser.name)
    )
    rows = [(row.id, row.name) for row in session.execute(wanted)]
    firsts = [first_name(name).casefold() for _, name in rows]
    found = (
        Colleague(id_, name, first_name(name) if firsts.count(first_name(name).casefold()) == 1 else name)
        for id_, name in rows
    )
    return tuple(colleague for colleague in found if colleague.id != but_not)


def named(body: str, known: Sequence[Colleague]) -> frozenset[int]:
    """Who is meant."""
    return frozenset(id_ for _, _, ids in _spans(body, known) for id_ in ids)


def pieces(body: str, known: Sequence[Colleague]) -> tuple[tuple[str, bool], ...]:
    """A note in pieces: those that name a colleague are true."""
    found, last = [], 0
    for start, end, _ in _spans(body, known):
        found += [(body[last:start], False), (body[start:end], True)]
        last = end
    return tuple(piece for piece in (*found, (body[last:], False)) if piece[0])


def _spans(body: str, known: Sequence[Colleague]) -> list[tuple[int, int, frozenset[int]]]:
    found = []
    for at in re.finditer(r"(?<![\w.])@(?=\w)", body):
        for words in (lambda c: c.name, lambda c: first_name(c.name)):
            meant = {c: words(c) for c in known if _stands(body, at.end(), words(c))}
            if meant:
                end = at.end() + max(len(name) for name in meant.values())
                found.append((at.start(), end, frozenset(c.id for c in meant)))
                break
    return found


def _stands(body: str, start: int, name: str) -> bool:
    """Whether the name stands there as a whole word."""
    end = start + len(name)
    return body[start:end].casefold() == name.casefold() and not re.match(r"\w", body[end : end + 1])


def keep_mentions(session: Session, conversation: Conversation, note: Note) -> frozenset[int]:
    """Write down who is named in a new note, but for its writer; their ids."""
    known = colleagues(session, conversation.organisation_id, note.adviser_id)
    meant = named(note.body, known)
    session.flush()
    session.add_all(Mention(note_id=note.id, adviser_id=id_) for id_ in sorted(meant))
    return meant


def unseen_count(session: Session, adviser_id: int, organisations: Collection[int]) -> int:
    """How many conversations name them without their having looked."""
    wanted = select(func.count(Note.conversation_id.distinct())).select_from(Mention).join(Note).join(Conversation)
    return session.scalar(wanted.where(*_unseen(adviser_id), Conversation.organisation_id.in_(organisations))) or 0


def unseen_in(session: Session, adviser_id: int, conversation_ids: Iterable[int]) -> frozenset[int]:
    """In which of these conversations they are named and have not looked: for rows that say so."""
    wanted = select(Note.conversation_id).join(Mention).where(*_unseen(adviser_id))
    return frozenset(session.scalars(wanted.where(Note.conversation_id.in_(list(conversation_ids)))))


def read_mentions(
    session: Session, adviser_id: int, organisations: Collection[int], now: datetime
) -> tuple[MentionRow, ...]:
    """The notes that name them, those not seen first, then the newest."""
    rows = session.execute(
        select(Mention, Note, Conversation)
        .join(Note, Note.id == Mention.note_id)
        .join(Conversation, Conversation.id == Note.conversation_id)
        .where(Mention.adviser_id == adviser_id, Conversation.organisation_id.in_(organisations))
        .options(joinedload(Note.adviser), joinedload(Conversation.case))
        .order_by(Mention.seen_at.is_not(None), Note.id.desc())
        .limit(_LISTED)
    )
    return tuple(
        MentionRow(
            conversation_id=conversation.id,
            resident=conversation.case.resident.name if conversation.case else conversation.phone,
            author=first_name(note.adviser.name),
            text=note.body,
            at=moment(note.at, now),
            is_new=mention.seen_at is None,
        )
        for mention, note, conversation in rows
    )


def see_mentions(session: Session, adviser_id: int, conversation_id: int, now: datetime) -> int:
    """They have opened the conversation; how many notes that named them were new to them."""
    notes = select(Note.id).where(Note.conversation_id == conversation_id)
    mine = update(Mention).where(*_unseen(adviser_id), Mention.note_id.in_(notes))
    return len(session.scalars(mine.values(seen_at=now).returning(Mention.note_id)).all())


def _unseen(adviser_id: int) -> tuple[ColumnElement[bool], ...]:
    return Mention.adviser_id == adviser_id, Mention.seen_at.is_(None)

"""Conversations and handoffs as JSON objects; the number of queries does not grow with the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from bot.models import Adviser, Conversation, Handoff, Marker, Message
from handoff.api import shapes
from handoff.api.door import Caller
from handoff.summaries import read_summary

_Columns = tuple[InstrumentedAttribute[Any], ...]
#: What is shown of the lines of a thread; the thread and the line's own id come first.
_SAID: _Columns = (
    *(Message.conversation_id, Message.id, Message.direction, Message.author),
    *(Message.body, Message.status, Message.at),
)
_MARKED: _Columns = (Marker.conversation_id, Marker.id, Marker.kind, Marker.at)


def conversation_of(session: Session, caller: Caller, conversation_id: int) -> Conversation | None:
    """The organisation's conversation of this id, as it stands in this transaction."""
    mine = (Conversation.organisation_id == caller.organisation_id, Conversation.id == conversation_id)
    return session.scalar(select(Conversation).where(*mine).options(joinedload(Conversation.case)))


def conversations_after(
    session: Session, caller: Caller, after: int, limit: int, phone: str | None
) -> Sequence[Conversation]:
    """The organisation's conversations, oldest first; of one number when it is given."""
    wanted = select(Conversation).where(Conversation.organisation_id == caller.organisation_id, Conversation.id > after)
    if phone is not None:
        wanted = wanted.where(Conversation.phone == phone)
    found = wanted.options(joinedload(Conversation.case)).order_by(Conversation.id).limit(limit)
    return session.scalars(found).all()


def show_conversations(
    session: Session, caller: Caller, conversations: Sequence[Conversation]
) -> list[shapes.Conversation]:
    """The threads with all their messages and markers."""
    ids = [conversation.id for conversation in conversations]
    said, marked = _of_threads(session, _SAID, ids), _of_threads(session, _MARKED, ids)
    advisers = _emails(session, {each.adviser_id for each in conversations if each.adviser_id})
    return [
        shapes.Conversation.model_validate(
            {
                "id": conversation.id,
                "phone": conversation.phone,
                "organisation": caller.organisation,
                "case_ref": conversation.case.case_ref if conversation.case else None,
                "held_by": conversation.held_by,
                "priority": conversation.priority,
                "reason": conversation.reason,
                "language": conversation.language,
                "adviser": advisers.get(conversation.adviser_id or 0),
                "waiting_since": conversation.waiting_since,
                "snoozed_until": conversation.snoozed_until,
                "closed_at": conversation.closed_at,
                "bot_paused": conversation.bot_paused,
                "messages": said[conversation.id],
                "markers": marked[conversation.id],
                "summary": None,
            }
        )
        for conversation in conversations
    ]


def show_conversation(
    session: Session, caller: Caller, conversation: Conversation, now: datetime
) -> shapes.Conversation:
    """One thread, with its summary where it belongs to a case."""
    shown = show_conversations(session, caller, [conversation])[0]
    return shown.model_copy(update={"summary": _summary(session, conversation, now)}) if conversation.case else shown


def _summary(session: Session, conversation: Conversation, now: datetime) -> shapes.Summary:
    found = read_summary(session, conversation, now)
    return shapes.Summary.model_validate(
        {
            "told": [{"name": row.name, "words": row.words, "at": row.at} for row in found.rows],
            "promised": found.promised,
            "answered": found.answered,
            "missing": found.missing,
            "next_steps": found.next_steps,
            "days_left": found.days_left,
        }
    )


def show_handoffs(session: Session, caller: Caller, after: int, limit: int) -> list[shapes.Handoff]:
    """The handoffs that have not ended, oldest first."""
    rows = session.execute(
        select(Handoff, Conversation)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(Conversation.organisation_id == caller.organisation_id, Handoff.ended_at.is_(None), Handoff.id > after)
        .options(joinedload(Conversation.case))
        .order_by(Handoff.id)
        .limit(limit)
    )
    return [_handoff(handoff, conversation) for handoff, conversation in rows]


def _handoff(handoff: Handoff, conversation: Conversation) -> shapes.Handoff:
    return shapes.Handoff.model_validate(
        {
            "id": handoff.id,
            "conversation_id": conversation.id,
            "phone": conversation.phone,
            "case_ref": conversation.case.case_ref if conversation.case else None,
            "reason": handoff.reason,
            "priority": handoff.priority,
            "language": handoff.language,
            "held_by": conversation.held_by,
            "at": handoff.at,
        }
    )


def _emails(session: Session, ids: Collection[int]) -> dict[int, str]:
    return dict(session.execute(select(Adviser.id, Adviser.email).where(Adviser.id.in_(ids))).all())


def _of_threads(session: Session, columns: _Columns, ids: Iterable[int]) -> dict[int, list[Any]]:
    """By columns: a list of a thousand threads has ten thousands of lines, and none of them is changed here."""
    thread, line = columns[0], columns[1]
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(select(*columns).where(thread.in_(ids)).order_by(line)):
        found[row.conversation_id].append(row)
    return found

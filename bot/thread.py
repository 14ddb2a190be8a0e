"""What stands in a thread: markers, and the word to open inboxes that something has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from bot.bell import ring_at_commit
from bot.models import Conversation, LiveEvent, Marker

Change = Literal["message", "status", "queue", "note", "task"]
_TOLD = "announced"
_LIVE_EVENT = insert(LiveEvent)


def add_marker(
    session: Session, conversation: Conversation, kind: str, now: datetime, adviser_id: int | None = None, **detail: Any
) -> Marker:
    """Put a line into the thread that is no SMS."""
    marker = Marker(conversation_id=conversation.id, kind=kind, detail=detail, adviser_id=adviser_id, at=now)
    session.add(marker)
    announce(session, conversation, "queue", now)
    return marker


def announce(session: Session, conversation: Conversation, kind: Change, now: datetime) -> None:
    """Tell the open inboxes of every process that this conversation has changed: once a transaction and kind."""
    announce_all(session, [conversation], kind, now)


def announce_all(session: Session, conversations: Iterable[Conversation], kind: Change, now: datetime) -> None:
    """The same of many, in one statement."""
    told: set[tuple[int, Change]] = session.info.setdefault(_TOLD, set())
    rows = []
    for each in conversations:
        if (each.id, kind) not in told:
            told.add((each.id, kind))
            rows.append({"organisation_id": each.organisation_id, "conversation_id": each.id, "kind": kind, "at": now})
    if rows:
        session.connection().execute(_LIVE_EVENT, rows)
        ring_at_commit(session, "live")


def announce_by_id(session: Session, organisation_id: int, conversation_id: int, kind: Change, now: datetime) -> None:
    """The same where the conversation's row is not at hand."""
    told: set[tuple[int, Change]] = session.info.setdefault(_TOLD, set())
    if (conversation_id, kind) in told:
        return
    told.add((conversation_id, kind))
    row = {"organisation_id": organisation_id, "conversation_id": conversation_id, "kind": kind, "at": now}
    session.connection().execute(_LIVE_EVENT, row)
    ring_at_commit(session, "live")


def _forget_told(session: Session, *_: object) -> None:
    """What is told is for one transaction, and a rollback, of a part of it too, takes back what was written down."""
    session.info.pop(_TOLD, None)


event.listen(Session, "after_commit", _forget_told)
event.listen(Session, "after_soft_rollback", _forget_told)

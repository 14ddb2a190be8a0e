"""What stands in a thread: markers, and the word to open inboxes that something has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.models import Conversation, LiveEvent, Marker

Change = Literal["message", "status", "queue", "note", "task"]


def add_marker(
    session: Session, conversation: Conversation, kind: str, now: datetime, adviser_id: int | None = None, **detail: Any
) -> Marker:
    """Put a line into the thread that is no SMS."""
    marker = Marker(conversation_id=conversation.id, kind=kind, detail=detail, adviser_id=adviser_id, at=now)
    session.add(marker)
    announce(session, conversation, "queue", now)
    return marker


def announce(session: Session, conversation: Conversation, kind: Change, now: datetime) -> None:
    """Tell the open inboxes of every process that this conversation has changed."""
    session.add(
        LiveEvent(organisation_id=conversation.organisation_id, conversation_id=conversation.id, kind=kind, at=now)
    )

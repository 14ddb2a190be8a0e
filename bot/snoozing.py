"""A conversation that an adviser has put off comes up again at its time. What the resident writes ends it at once.

``Conversation.snoozed_until`` is emptied when it is over, by whichever of these comes first.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Conversation
from bot.store import lock_conversation
from bot.thread import add_marker

#: The line in the thread that says that its time has come; it is also the word to the open inboxes.
OVER = "snooze_over"


def wake_snoozed(db: Database, organisation_id: int, now: datetime) -> None:
    """Bring up what was put off until now."""
    slept = (*_held(organisation_id), Conversation.snoozed_until <= now)
    with db.read() as session:
        ids = session.scalars(select(Conversation.id).where(*slept).order_by(Conversation.id)).all()
    for conversation_id in ids:
        with db.write() as session:
            conversation = lock_conversation(session, conversation_id)
            until = conversation.snoozed_until
            if until is None or until > now:
                continue
            conversation.snoozed_until = None
            if conversation.closed_at is None:
                add_marker(session, conversation, OVER, now)


def next_waking(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """When the next one comes up."""
    later = (*_held(organisation_id), Conversation.snoozed_until > now)
    return session.scalar(select(func.min(Conversation.snoozed_until)).where(*later))


def _held(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    """Only who holds a conversation can put it off."""
    return Conversation.organisation_id == organisation_id, Conversation.held_by == "adviser"

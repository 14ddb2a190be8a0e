"""Puts a conversation that an adviser holds back into the queue, in the caller's transaction: a human is still wanted.

The conversation must be locked. The handoff that was taken goes on, with who took it first; where the adviser had taken
it from the bot, one is opened, so that the queue says why it is there. Never back to the bot by this: a resident who
was promised a human gets one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.alarms import ring
from bot.dialogs.state import State
from bot.models import Conversation, Handoff

#: Why it is in the queue when the bot had never asked for anybody.
PUT_BACK = "put_back"


def put_in_queue(session: Session, conversation: Conversation, now: datetime) -> None:
    """Nobody has it any more; a crisis that nobody has rings again."""
    conversation.held_by, conversation.adviser_id = "queue", None
    conversation.waiting_since = conversation.waiting_since or now
    conversation.snoozed_until = None
    conversation.reason = conversation.reason or PUT_BACK
    # Who writes now is told once more that a human will answer.
    conversation.state = State.from_json(conversation.state).evolve(told_handoff=False).to_json()
    _keep_handoff(session, conversation, conversation.reason, now)
    if conversation.priority == "crisis":
        ring(session, conversation, conversation.reason, now)


def _keep_handoff(session: Session, conversation: Conversation, reason: str, now: datetime) -> None:
    going_on = select(Handoff.id).where(Handoff.conversation_id == conversation.id, Handoff.ended_at.is_(None))
    if session.scalar(going_on.limit(1)) is None:
        session.add(
            Handoff(
                conversation_id=conversation.id,
                reason=reason,
                priority=conversation.priority,
                language=conversation.language,
                at=now,
            )
        )

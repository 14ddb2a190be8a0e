"""The outbox: messages not yet accepted by the gateway. Queueing is part of the caller's transaction.

Sending is ``bot.dispatch``'s work, after the commit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.models import Conversation, Message, MessageStatus
from bot.sms import downgrade, segments
from bot.thread import announce

#: Twilio refuses a longer body (error 21617).
MAX_LENGTH = 1600


class TextTooLongError(ValueError):
    """The text is longer than 1,600 characters, the most that an SMS can carry."""


def queue_message(
    session: Session,
    conversation: Conversation,
    body: str,
    *,
    author: str,
    now: datetime,
    adviser_id: int | None = None,
    bulk: bool = False,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    answers_id: int | None = None,
    contact_id: int | None = None,
) -> Message:
    """Queue one SMS to the conversation's number, due now or later.

    ``author`` is bot, wave or adviser; ``answers_id`` and ``contact_id`` are unique, so that a turn or a contact taken
    twice cannot speak twice. Raises TextTooLongError; the caller's transaction is then to be given up.
    """
    text = downgrade(body).strip()
    if len(text) > MAX_LENGTH:
        raise TextTooLongError(TextTooLongError.__doc__)
    message = Message(
        conversation_id=conversation.id,
        direction="out",
        author=author,
        adviser_id=adviser_id,
        body=text,
        status="queued",
        at=now,
        sender=conversation.organisation.number,
        segments=segments(text),
        bulk=bulk,
        due_at=due_at or now,
        expires_at=expires_at,
        answers_id=answers_id,
        contact_id=contact_id,
    )
    session.add(message)
    session.flush()
    session.add(MessageStatus(message_id=message.id, status="queued", source="us", at=now))
    conversation.last_message_at = now
    announce(session, conversation, "message", now)
    return message

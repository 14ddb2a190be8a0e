"""The outbox: messages not yet accepted by the gateway. Queueing is part of the caller's transaction.

Sending is ``bot.dispatch``'s work, after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy.orm import Session

from bot.models import Conversation, Message
from bot.sms import downgrade, segments
from bot.store import record_first
from bot.thread import announce_all

#: Twilio refuses a longer body (error 21617).
MAX_LENGTH = 1600


class Rest(TypedDict, total=False):
    """What only some messages have.

    ``answers_id`` and ``contact_id`` are unique, so that a turn or a contact taken twice cannot speak twice.
    """

    adviser_id: int
    bulk: bool
    must_go: bool
    expires_at: datetime | None
    answers_id: int
    contact_id: int | None


class TextTooLongError(ValueError):
    """The text is longer than 1,600 characters, the most that an SMS can carry."""


def queue_message(
    session: Session,
    conversation: Conversation,
    body: str,
    *,
    author: str,
    now: datetime,
    due_at: datetime | None = None,
    **rest: Unpack[Rest],
) -> Message:
    """Queue one SMS to the conversation's number, due now or later; ``author`` is bot, wave or adviser.

    Raises TextTooLongError; the caller's transaction is then to be given up.
    """
    message = outgoing(conversation, body, author=author, now=now, due_at=due_at, **rest)
    queue_messages(session, [(conversation, message)], now)
    return message


def outgoing(
    conversation: Conversation,
    body: str,
    *,
    author: str,
    now: datetime,
    due_at: datetime | None = None,
    **rest: Unpack[Rest],
) -> Message:
    """An SMS that is not in the outbox yet. Raises TextTooLongError."""
    text = fit_to_send(body)
    return Message(
        conversation_id=conversation.id,
        direction="out",
        author=author,
        body=text,
        status="queued",
        at=now,
        sender=conversation.organisation.number,
        segments=segments(text),
        due_at=due_at or now,
        **rest,
    )


def fit_to_send(body: str) -> str:
    """The text as it goes out. Raises TextTooLongError."""
    text = downgrade(body).strip()
    if len(text) > MAX_LENGTH:
        raise TextTooLongError(TextTooLongError.__doc__)
    return text


def queue_messages(session: Session, messages: Sequence[tuple[Conversation, Message]], now: datetime) -> None:
    """Put many into the outbox at once, each with its thread."""
    if not messages:
        return
    session.add_all(message for _, message in messages)
    for conversation, _ in messages:
        conversation.last_message_at = now
    session.flush()
    record_first(session, (message for _, message in messages), "queued", "us", now)
    announce_all(session, (conversation for conversation, _ in messages), "message", now)

"""Another try at an SMS that the gateway took and that did not arrive. Part of the caller's transaction.

It is a message of its own, so that each keeps its fate and its id at the gateway; ``first_try_id`` holds them together.
What was never taken needs none of this: it goes back to the outbox as it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.models import CheckIn, Message, PlanStep
from bot.organisations import read_settings
from bot.outbox import queue_message
from bot.store import record_status
from bot.workdays import next_opening

#: What did not get away for so long speaks of days that are gone; a human was asked to ring meanwhile.
WORTH_TRYING = timedelta(hours=24)


def moment_of_next_try(message: Message, wait: timedelta, now: datetime, *, is_answer_urgent: bool) -> datetime | None:
    """When it can be tried again: within the window, except for an answer that somebody waits for; None: too late."""
    moment = now + wait
    if message.bulk or not is_answer_urgent:
        moment = next_opening(read_settings(message.conversation.organisation.settings).window, moment)
    return None if message.expires_at is not None and moment > message.expires_at else moment


def try_again(session: Session, message: Message, due_at: datetime, now: datetime) -> Message | None:
    """Queue the same words once more; None when the resident has written since: then the talk has gone on."""
    if has_written_since(session, message):
        return None
    again = queue_message(
        session,
        message.conversation,
        message.body,
        author=message.author,
        now=now,
        due_at=due_at,
        bulk=message.bulk,
        expires_at=message.expires_at,
        must_go=message.must_go,
    )
    again.away_tries = message.away_tries + 1
    again.first_try_id = message.first_try_id or message.id
    again.text_key = message.text_key
    again.adviser_id = message.adviser_id
    _hand_on(session, message, again)
    return again


def call_off_next_try(session: Session, message: Message, now: datetime) -> None:
    """It arrived after all: the try that waits would be the second one."""
    waiting = select(Message).where(
        Message.first_try_id == (message.first_try_id or message.id),
        Message.status == "queued",
        Message.id > message.id,
    )
    # One that a worker has in hand at this moment is under way already: to call it refused would be untrue.
    for again in session.scalars(waiting.with_for_update(of=Message, skip_locked=True)):
        again.status, again.error = "refused", "delivered_after_all"
        record_status(session, again, "refused", "us", now, again.error)
        _hand_on(session, again, message)


def first_asked_at(session: Session, message: Message) -> datetime:
    """Since when these words wait to arrive."""
    first = session.get(Message, message.first_try_id) if message.first_try_id else None
    asked = first or message
    return asked.send_at or asked.at


def has_written_since(session: Session, message: Message) -> bool:
    """True when an SMS came from the resident, and not from a machine, after this one was queued."""
    later = select(Message.id).where(
        Message.conversation_id == message.conversation_id,
        Message.direction == "in",
        Message.id > message.id,
        ~Message.automatic,
    )
    return session.scalar(later.limit(1)) is not None


def _hand_on(session: Session, one: Message, other: Message) -> None:
    """What an SMS was sent for belongs to the newest try: a step of a wave or of a plan, a check-in."""
    contact_id, one.contact_id = one.contact_id, None
    session.flush()  # the contact has one message at a time
    other.contact_id = contact_id
    for carried in (PlanStep, CheckIn):
        session.execute(update(carried).where(carried.message_id == one.id).values(message_id=other.id))

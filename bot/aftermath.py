"""What follows when an SMS did not arrive: consent, a task for a human. Part of the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.delivery import error_class
from bot.models import Consent, Message, PlanStep, Task
from bot.organisations import read_settings
from bot.outbox import queue_message
from bot.store import is_opted_out, record_status
from bot.thread import add_marker, announce
from bot.workdays import next_opening

#: Tries in all for somebody who was away, and the hours between them.
AWAY_TRIES = 3
AWAY_PAUSE = timedelta(hours=3)


def act_on_failure(session: Session, message: Message, now: datetime) -> None:
    """Opted out at the gateway: no more SMS. A dead number: a human finds another. Away: again later, then a call."""
    match error_class(message.error):
        case "opted_out":
            _opt_out(session, message, now)
        case "wrong_number":
            _bury_number(session, message)
            add_task(session, message, "find_number", now)
        case "away" if message.away_tries < AWAY_TRIES:
            _try_again(session, message, now)
        case _:
            add_task(session, message, "call", now)


def _bury_number(session: Session, message: Message) -> None:
    """Nothing more goes to a number that does not exist, until the rent system knows another one."""
    case = message.conversation.case
    if case is not None and case.resident.phone == message.conversation.phone:
        case.number_taken_off = True


def _try_again(session: Session, message: Message, now: datetime) -> None:
    """The same words once more, hours later and within the window; what it is a copy of keeps its fate."""
    conversation = message.conversation
    window = read_settings(conversation.organisation.settings).window
    again = queue_message(
        session,
        conversation,
        message.body,
        author=message.author,
        now=now,
        due_at=next_opening(window, now + AWAY_PAUSE),
        bulk=message.bulk,
        expires_at=message.expires_at,
        must_go=message.must_go,
    )
    again.away_tries = message.away_tries + 1
    carried = PlanStep.message_id == message.id
    session.execute(update(PlanStep).where(carried).values(message_id=again.id))


def call_off_next_try(session: Session, message: Message, now: datetime) -> None:
    """It arrived after all: the copy that waits for a later try would be the second one."""
    copies = select(Message).where(
        Message.conversation_id == message.conversation_id,
        Message.status == "queued",
        Message.away_tries == message.away_tries + 1,
        Message.body == message.body,
        Message.id > message.id,
    )
    for copy in session.scalars(copies):
        copy.status, copy.error = "refused", "delivered_after_all"
        record_status(session, copy, "refused", "us", now, copy.error)


def _opt_out(session: Session, message: Message, now: datetime) -> None:
    conversation = message.conversation
    if not is_opted_out(session, conversation.phone):
        session.add(
            Consent(
                phone=conversation.phone,
                opted_out=True,
                source="gateway",
                organisation_id=conversation.organisation_id,
                at=now,
            )
        )
        add_marker(session, conversation, "opted_out", now, source="gateway")


def add_task(session: Session, message: Message, kind: str, now: datetime) -> None:
    """One open task of a kind a conversation is enough, however many messages failed."""
    conversation = message.conversation
    same = select(Task.id).where(Task.conversation_id == conversation.id, Task.type == kind, Task.status == "open")
    if session.scalar(same.limit(1)) is not None:
        return
    session.add(
        Task(
            organisation_id=conversation.organisation_id,
            case_id=conversation.case_id,
            conversation_id=conversation.id,
            type=kind,
            due=now.date(),
            origin=f"message:{message.id}:{kind}",
            at=now,
        )
    )
    announce(session, conversation, "task", now)

"""What follows when an SMS did not arrive: consent, a task for a human. Part of the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.delivery import error_class
from bot.models import Consent, Message, Task
from bot.store import is_opted_out
from bot.thread import add_marker, announce


def act_on_failure(session: Session, message: Message, now: datetime) -> None:
    """Opted out at the gateway: no more SMS. Anything else: a human finds the number or calls."""
    match error_class(message.error):
        case "opted_out":
            _opt_out(session, message, now)
        case "wrong_number":
            add_task(session, message, "find_number", now)
        case _:
            add_task(session, message, "call", now)


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

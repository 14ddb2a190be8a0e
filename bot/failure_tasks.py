"""The task that a human gets when an SMS did not arrive: one open task of a kind a conversation is enough."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.delivery import ErrorClass, error_class
from bot.models import Message, MessageStatus, Task
from bot.thread import announce

_CAME_TO_NOTHING = ("failed", "undelivered")
_NOTES: dict[ErrorClass, str] = {
    "opted_out": "Beboeren har sagt stop til sms hos teleselskabet. Ring, eller send et postkort.",
    "wrong_number": "Nummeret kan ikke få sms. Find et andet nummer.",
    "away": "Telefonen var slukket eller uden dækning. Ring, eller prøv en anden vej.",
    "filtered": "Teleselskabet stoppede vores sms. Ring i stedet.",
    "rate": "Vores sms kommer ikke af sted lige nu. Ring til beboeren.",
    "our_settings": "Vores sms kommer ikke af sted lige nu. Ring til beboeren.",
    "our_text": "Vores sms kunne ikke sendes, som den var skrevet. Ring i stedet.",
    "unseen": "Vores sms kom ikke frem, og vi ved ikke hvorfor. Ring i stedet.",
}


def add_task(session: Session, message: Message, kind: str, now: datetime, why: ErrorClass | None = None) -> None:
    """Ask a human, unless that is done already: for this message, or by an open task of the same kind."""
    conversation, origin = message.conversation, _origin(message, kind)
    of_it = Task.conversation_id == conversation.id
    if conversation.case_id is not None:
        of_it = or_(of_it, Task.case_id == conversation.case_id)  # the ladder's own task, too
    is_open = of_it & (Task.type == kind) & (Task.status == "open")
    if session.scalar(select(Task.id).where(or_(is_open, Task.origin == origin)).limit(1)) is not None:
        return
    session.add(
        Task(
            organisation_id=conversation.organisation_id,
            case_id=conversation.case_id,
            conversation_id=conversation.id,
            type=kind,
            due=now.date(),
            note=_NOTES[why or error_class(message.error)],
            origin=origin,
            at=now,
        )
    )
    announce(session, conversation, "task", now)


def drop_tasks_of(session: Session, message: Message, now: datetime) -> list[str]:
    """It arrived after all: drop what was asked for its sake and nobody has done; the kinds of what was dropped."""
    made = select(Task).where(Task.conversation_id == message.conversation_id, Task.status == "open")
    made = made.where(Task.origin.in_([_origin(message, kind) for kind in ("call", "find_number")]))
    tasks = [task for task in session.scalars(made) if not _another_failed(session, message, task.at)]
    for task in tasks:
        task.status, task.done_at = "dropped", now
        announce(session, message.conversation, "task", now)
    return [task.type for task in tasks]


def _another_failed(session: Session, message: Message, since: datetime) -> bool:
    """True when another SMS of the thread was told not to have arrived since the task was made, which stands for it,
    or came later than this one and did not either. Whichever of them was written first."""
    told = and_(
        MessageStatus.message_id == Message.id,
        MessageStatus.status.in_(_CAME_TO_NOTHING),
        or_(MessageStatus.at >= since, Message.id > message.id),
    )
    others = select(Message.id).join(MessageStatus, told).where(Message.conversation_id == message.conversation_id)
    others = others.where(Message.id != message.id, Message.status.in_(_CAME_TO_NOTHING))
    return session.scalar(others.limit(1)) is not None


def _origin(message: Message, kind: str) -> str:
    return f"message:{message.id}:{kind}"

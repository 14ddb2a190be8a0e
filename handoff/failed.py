"""What an adviser does about an SMS that did not arrive: the same words again, once, or a call. One transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.delivery import error_class
from bot.models import AuditEvent, Conversation, Message, Task
from bot.thread import announce
from handoff.handoffs import Acting, Refused, Result, locked, reply
from handoff.wording import written_word

#: Of these another try is no use: the number takes no SMS, or we may not send there.
_NO_USE = frozenset({"wrong_number", "opted_out", "our_text"})
LOST = frozenset({"undelivered", "failed"})


def try_again(session: Session, acting: Acting, conversation_id: int, message_id: int, now: datetime) -> Result:
    """Send the adviser's words once more, as a message of its own; a second press is the same one."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    message = session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id:
        return Refused("not_found")
    if not may_try_again(message) or _waits(session, message):
        return Refused("no_retry")
    return reply(session, acting, conversation_id, message.body, now, _token(message))


def may_try_again(message: Message) -> bool:
    """True for an adviser's own SMS that did not arrive for a reason that may pass."""
    is_ours = message.direction == "out" and message.author == "adviser" and not message.bulk
    return is_ours and message.status in LOST and error_class(message.error) not in _NO_USE


def tried_again(session: Session, messages: list[Message]) -> frozenset[int]:
    """Those that an adviser has sent once more already."""
    tokens = {f"{m.conversation_id}-{_token(m)}": m.id for m in messages if m.status in LOST}
    if not tokens:
        return frozenset()
    found = session.scalars(select(Message.form_token).where(Message.form_token.in_(tokens)))
    return frozenset(tokens[token] for token in found if token is not None)


def call_instead(
    session: Session, acting: Acting, conversation_id: int, message_id: int, now: datetime
) -> Task | Refused:
    """The open task to call, whoever made it; a new one where there is none."""
    conversation = locked(session, acting, conversation_id, even_closed=True)
    if isinstance(conversation, Refused):
        return conversation
    message = session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id or message.direction != "out":
        return Refused("not_found")
    return _open_call(session, conversation) or _new_call(session, acting, conversation, now)


def _open_call(session: Session, conversation: Conversation) -> Task | None:
    of_it = Task.conversation_id == conversation.id
    if conversation.case_id is not None:
        of_it = or_(of_it, Task.case_id == conversation.case_id)
    is_open = select(Task).where(of_it, Task.type == "call", Task.status == "open").order_by(Task.due, Task.id)
    return session.scalar(is_open.limit(1))


def _new_call(session: Session, acting: Acting, conversation: Conversation, now: datetime) -> Task:
    task = Task(
        organisation_id=conversation.organisation_id,
        case_id=conversation.case_id,
        conversation_id=conversation.id,
        adviser_id=acting.adviser_id,
        type="call",
        due=now.date(),
        note=written_word("writing", "call_note"),
        at=now,
    )
    session.add(task)
    session.flush()
    announce(session, conversation, "task", now)
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=conversation.organisation_id,
            action="task_made",
            subject=f"task:{task.id}",
            detail={"kind": "call"},
        )
    )
    return task


def _token(message: Message) -> str:
    return f"retry-{message.id}"


def _waits(session: Session, message: Message) -> bool:
    """True while the service itself tries again: two at once would be one too many."""
    again = select(Message.id).where(
        Message.first_try_id == (message.first_try_id or message.id), Message.status.in_(("queued", "sending"))
    )
    return session.scalar(again.limit(1)) is not None

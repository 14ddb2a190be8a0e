"""What an adviser writes goes: at once, or later; taken back while nobody has handed it over. One transaction.

What is written is no draft any more.

To take back is a compare-and-set on the row: of an adviser and the sender exactly one wins, and the other is told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import planned
from bot.models import Conversation, Handoff, Message
from bot.store import record_status
from bot.thread import announce
from handoff.drafts import drop_draft, save_draft
from handoff.handoffs import Acting, Done, Refused, Result, audit, claim, locked, note, reply

WITHDRAWN = "withdrawn"


def claim_and_keep(session: Session, acting: Acting, conversation_id: int, text: str, now: datetime) -> Result:
    """Tag samtalen: what stood in the field is kept, whoever wins."""
    result = claim(session, acting, conversation_id, now)
    if text.strip() and not (isinstance(result, Refused) and result.why == "not_found"):
        save_draft(session, acting.adviser_id, conversation_id, "sms", text, now)
    return result


def send_now(
    session: Session, acting: Acting, conversation_id: int, text: str, now: datetime, form_token: str | None = None
) -> Result:
    """Send."""
    result = reply(session, acting, conversation_id, text, now, form_token)
    if isinstance(result, Done):
        drop_draft(session, acting.adviser_id, conversation_id, "sms")
    return result


def write_note(session: Session, acting: Acting, conversation_id: int, text: str, now: datetime) -> Result:
    """Gem noten."""
    result = note(session, acting, conversation_id, text, now)
    if isinstance(result, Done):
        drop_draft(session, acting.adviser_id, conversation_id, "note")
    return result


def send_later(
    session: Session,
    acting: Acting,
    conversation_id: int,
    text: str,
    wanted: datetime,
    now: datetime,
    form_token: str | None = None,
) -> Result:
    """Keep an SMS for the time that was chosen; at night it waits for the morning."""
    result = reply(session, acting, conversation_id, text, now, form_token, send_at=planned.goes_at(wanted))
    if isinstance(result, Done):
        drop_draft(session, acting.adviser_id, conversation_id, "sms")
    return result


def withdraw(session: Session, acting: Acting, conversation_id: int, message_id: int, now: datetime) -> Result:
    """Fortryd: any colleague may, until the gateway has it or is being asked."""
    conversation = locked(session, acting, conversation_id, even_closed=True)
    if isinstance(conversation, Refused):
        return conversation
    taken_back = _take_back(session, conversation, message_id, now)
    if taken_back is None:
        return _why_not(session, conversation, message_id)
    if conversation.held_by != "bot" and conversation.waiting_since is None and conversation.closed_at is None:
        conversation.waiting_since = _unanswered_since(session, conversation)
    audit(session, acting, conversation, "withdrew", now)
    return Done(conversation.id, taken_back.id)


def send_all_the_same(session: Session, acting: Acting, conversation_id: int, message_id: int, now: datetime) -> Result:
    """The resident has written meanwhile and the adviser has read it: the same words wait on, as a new message."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    message = session.get(Message, message_id)
    if message is None or message.send_at is None or message.conversation_id != conversation.id:
        return Refused("not_found")
    goes = planned.goes_at(max(message.send_at, now))
    with session.begin_nested() as both:  # the old one is not taken back for nothing
        if _take_back(session, conversation, message_id, now) is None:
            return _why_not(session, conversation, message_id)
        result = reply(session, acting, conversation_id, message.body, now, f"again-{message_id}", send_at=goes)
        if isinstance(result, Refused):
            both.rollback()
    return result


def _take_back(session: Session, conversation: Conversation, message_id: int, now: datetime) -> Message | None:
    """Only what still waits: a sender who has it in hand goes before."""
    waits = (
        Message.id == message_id,
        Message.conversation_id == conversation.id,
        Message.status == "queued",
        Message.send_at.is_not(None),
        Message.provider_sid.is_(None),
    )
    won = session.scalar(update(Message).where(*waits).values(status="refused", error=WITHDRAWN).returning(Message.id))
    if won is None:
        return None
    message = session.get_one(Message, won, populate_existing=True)
    record_status(session, message, "refused", "us", now, WITHDRAWN)
    announce(session, conversation, "status", now)
    return message


def _why_not(session: Session, conversation: Conversation, message_id: int) -> Refused:
    message = session.get(Message, message_id, populate_existing=True)
    if message is None or message.conversation_id != conversation.id or message.send_at is None:
        return Refused("not_found")
    return Refused("already_withdrawn" if message.status == "refused" else "already_sent")


def _unanswered_since(session: Session, conversation: Conversation) -> datetime | None:
    """Since when the resident waits for a human, now that the answer is taken back."""
    said = select(func.max(Message.at)).where(
        Message.conversation_id == conversation.id, Message.author == "adviser", Message.status != "refused"
    )
    answered = session.scalar(said)
    asked = session.scalar(
        select(func.max(Handoff.at)).where(Handoff.conversation_id == conversation.id, Handoff.ended_at.is_(None))
    )
    if asked is not None and (answered is None or answered < asked):
        return asked
    wrote = select(func.min(Message.at)).where(
        Message.conversation_id == conversation.id, Message.direction == "in", ~Message.automatic
    )
    return session.scalar(wrote.where(Message.at > answered)) if answered is not None else None

"""What an adviser does with a conversation: claim, reply, note, give back to the bot. Each is one transaction.

The caller gives an open write transaction; the conversation's row is locked, so of two advisers exactly one wins.
What can be expected to go wrong is a value (``Refused``), never an exception. Closing is in ``handoff.closing``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.alarms import silence
from bot.dialogs.state import State
from bot.models import AuditEvent, Conversation, Handoff, Message, Note
from bot.nlu.masking import mask_cpr
from bot.outbox import MAX_LENGTH, queue_message
from bot.sms import downgrade
from bot.store import is_opted_out
from bot.thread import add_marker, announce
from handoff.mentions import keep_mentions

#: So long the same note sent again is the same note.
_AGAIN = timedelta(hours=1)

Why = Literal[
    "not_found",
    "held_by_other",
    "not_yours",
    "opted_out",
    "number_taken_off",
    "cpr",
    "empty",
    "too_long",
    "already_closed",
    "unknown_outcome",
    "no_check_ins",
    "unknown_colleague",
    "not_held",
    "not_closed",
    "unknown_moment",
    "moment_gone",
    "in_crisis",
    "unknown_topic",
    "already_sent",
    "already_withdrawn",
    "no_retry",
    "reason_too_long",
    "reason_cpr",
    "follow_up_past",
    "wrote_meanwhile",
]


@dataclass(frozen=True, slots=True)
class Acting:
    """The adviser who acts, and the organisations they belong to: nothing outside these exists for them."""

    adviser_id: int
    name: str
    organisations: frozenset[int]
    is_admin: bool = False  #: may approve an organisation's own texts, too


@dataclass(frozen=True, slots=True)
class Done:
    """It was done (or had been done before by the same hand); ``message_id`` of an SMS that was queued."""

    conversation_id: int
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done, and why; ``holder`` names the colleague who has the conversation."""

    why: Why
    holder: str = ""


Result = Done | Refused


def claim(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Result:
    """Take the conversation from the queue or the bot. Exactly one adviser wins; the others learn who it was."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    if conversation.held_by == "adviser" and not is_mine(conversation, acting):
        return _held_by_other(conversation)
    silence(session, conversation, acting.adviser_id, now)  # who takes a crisis has seen it
    if is_mine(conversation, acting):
        return Done(conversation.id)
    conversation.held_by, conversation.adviser_id = "adviser", acting.adviser_id
    session.execute(
        update(Handoff)
        .where(Handoff.conversation_id == conversation.id, Handoff.ended_at.is_(None), Handoff.claimed_at.is_(None))
        .values(claimed_by_id=acting.adviser_id, claimed_at=now)
    )
    return _done(session, acting, conversation, "claimed", now)


def reply(
    session: Session,
    acting: Acting,
    conversation_id: int,
    text: str,
    now: datetime,
    form_token: str | None = None,
    *,
    send_at: datetime | None = None,
) -> Result:
    """Queue one SMS in the adviser's name, to go at once or later. One ``form_token`` is one SMS, sent once."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    token = f"{conversation.id}-{form_token}" if form_token else None
    sent_before = _sent_before(session, token)
    if sent_before is not None:
        return Done(conversation.id, sent_before)
    refused = _may_reply(session, acting, conversation) or text_problem(text)
    if refused:
        return refused
    who = acting.adviser_id
    message = queue_message(session, conversation, text, author="adviser", now=now, due_at=send_at, adviser_id=who)
    message.form_token, message.send_at = token, send_at
    conversation.waiting_since = None
    audit(session, acting, conversation, "planned" if send_at else "replied", now)
    return Done(conversation.id, message.id)


def note(session: Session, acting: Acting, conversation_id: int, text: str, now: datetime) -> Result:
    """Keep a private note in the thread: never sent, and open to every colleague of the organisation."""
    conversation = locked(session, acting, conversation_id, even_closed=True)
    if isinstance(conversation, Refused):
        return conversation
    body, has_cpr = mask_cpr(text.strip())
    if not body:
        return Refused("empty")
    if has_cpr:
        return Refused("cpr")
    if _is_noted(session, acting, conversation, body, now):
        return Done(conversation.id)
    session.add(kept := Note(conversation_id=conversation.id, adviser_id=acting.adviser_id, body=body, at=now))
    keep_mentions(session, conversation, kept)
    announce(session, conversation, "note", now)
    audit(session, acting, conversation, "noted", now)
    return Done(conversation.id)


def _is_noted(session: Session, acting: Acting, conversation: Conversation, body: str, now: datetime) -> bool:
    """True when these words are the thread's newest note, by the same hand, just now: a form that was sent again."""
    newest = select(Note).where(Note.conversation_id == conversation.id).order_by(Note.id.desc()).limit(1)
    last = session.scalar(newest)
    return last is not None and (last.adviser_id, last.body) == (acting.adviser_id, body) and now - last.at < _AGAIN


def release(session: Session, acting: Acting, conversation_id: int, now: datetime) -> Result:
    """Give the conversation back to the bot: it may speak again, and the handoff has ended."""
    conversation = locked(session, acting, conversation_id)
    if isinstance(conversation, Refused):
        return conversation
    if not is_mine(conversation, acting):
        return not_mine(conversation)
    silence(session, conversation, acting.adviser_id, now)
    back_to_bot(session, conversation, now)
    return _done(session, acting, conversation, "released", now)


def back_to_bot(session: Session, conversation: Conversation, now: datetime) -> None:
    """The bot holds it, unpaused; nothing of the handoff is left in the state."""
    conversation.held_by, conversation.adviser_id, conversation.snoozed_until = "bot", None, None
    conversation.bot_paused = conversation.crisis_told = False
    conversation.priority, conversation.reason, conversation.waiting_since = "normal", None, None
    conversation.state = State.from_json(conversation.state).evolve(told_handoff=False, misses=0).to_json()
    session.execute(
        update(Handoff)
        .where(Handoff.conversation_id == conversation.id, Handoff.ended_at.is_(None))
        .values(ended_at=now)
    )


def locked(
    session: Session, acting: Acting, conversation_id: int, *, even_closed: bool = False
) -> Conversation | Refused:
    """The conversation, held against every other writer; refused when it is closed or another organisation's."""
    conversation = session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id, Conversation.organisation_id.in_(acting.organisations))
        .with_for_update(of=Conversation, key_share=True)
        .execution_options(populate_existing=True)
    )
    if conversation is None:
        return Refused("not_found")
    if conversation.closed_at is not None and not even_closed:
        return Refused("already_closed")
    return conversation


def is_mine(conversation: Conversation, acting: Acting) -> bool:
    """True when this adviser holds the conversation."""
    return conversation.held_by == "adviser" and conversation.adviser_id == acting.adviser_id


def not_mine(conversation: Conversation) -> Refused:
    """Why somebody who does not hold the conversation may not act in it."""
    return _held_by_other(conversation) if conversation.held_by == "adviser" else Refused("not_yours")


def text_problem(text: str) -> Refused | None:
    """Why this text cannot go out as an SMS, if it cannot."""
    ready = downgrade(text).strip()
    if not ready:
        return Refused("empty")
    if len(ready) > MAX_LENGTH:
        return Refused("too_long")
    return Refused("cpr") if mask_cpr(ready)[1] else None


def audit(
    session: Session, acting: Acting, conversation: Conversation, action: str, now: datetime, **detail: int | str
) -> None:
    """Keep who did what to which conversation: ids and codes only."""
    session.add(
        AuditEvent(
            at=now,
            adviser_id=acting.adviser_id,
            organisation_id=conversation.organisation_id,
            action=f"conversation_{action}",
            subject=f"conversation:{conversation.id}",
            detail=detail,
        )
    )


def _done(session: Session, acting: Acting, conversation: Conversation, kind: str, now: datetime) -> Done:
    add_marker(session, conversation, kind, now, acting.adviser_id)
    audit(session, acting, conversation, kind, now)
    return Done(conversation.id)


def _held_by_other(conversation: Conversation) -> Refused:
    return Refused("held_by_other", conversation.adviser.name if conversation.adviser else "")


def _may_reply(session: Session, acting: Acting, conversation: Conversation) -> Refused | None:
    if not is_mine(conversation, acting):
        return not_mine(conversation)
    if conversation.case is not None and conversation.case.number_taken_off:
        return Refused("number_taken_off")
    return Refused("opted_out") if is_opted_out(session, conversation.phone) else None


def _sent_before(session: Session, token: str | None) -> int | None:
    return session.scalar(select(Message.id).where(Message.form_token == token)) if token else None

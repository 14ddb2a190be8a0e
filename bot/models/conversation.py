"""The thread with one phone number: SMS in and out with their history, markers, notes, handoffs, consent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Id
from bot.models.case import Case
from bot.models.organisation import Adviser, Organisation

#: What the indexes of the inbox are about: a service of some years has many more that have ended.
IS_OPEN, HAS_ENDED = text("closed_at IS NULL"), text("closed_at IS NOT NULL")
SNOOZED = text("snoozed_until IS NOT NULL")


class Conversation(Base):
    """The thread with one phone number. ``held_by`` is bot, queue or adviser: one column says who speaks."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "phone"),
        Index("ix_conversation_queue", "organisation_id", "held_by", "priority"),
        # All that folders, filters and their order ask for: lists and counts are read from here alone.
        Index(
            "ix_conversation_open",
            *("organisation_id", "held_by", "adviser_id", "waiting_since", "snoozed_until"),
            *("priority", "case_id", "reason", "language", "closed_at"),  # SQLite asks for the last one too
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        Index(
            "ix_conversation_newest",
            *("organisation_id", "last_message_at", "closed_at"),
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        Index(
            "ix_conversation_snoozed",
            "organisation_id",
            "snoozed_until",
            sqlite_where=SNOOZED,
            postgresql_where=SNOOZED,
        ),
        Index(
            "ix_conversation_ended", "organisation_id", "closed_at", sqlite_where=HAS_ENDED, postgresql_where=HAS_ENDED
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)  #: None: an unknown number
    held_by: Mapped[str] = mapped_column(String(10), default="bot")
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"), index=True)
    priority: Mapped[str] = mapped_column(String(10), default="normal")  #: crisis, high or normal
    reason: Mapped[str | None] = mapped_column(String(40))  #: of the newest handoff
    language: Mapped[str] = mapped_column(String(3), default="da")
    bot_paused: Mapped[bool] = mapped_column(default=False)
    crisis_told: Mapped[bool] = mapped_column(default=False)
    verified: Mapped[bool] = mapped_column(default=False)
    wrong_tries: Mapped[int] = mapped_column(default=0)
    wrong_tries_day: Mapped[date | None]
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: The oldest inbound message that no human has answered since the conversation left the bot.
    waiting_since: Mapped[datetime | None]
    last_message_at: Mapped[datetime | None] = mapped_column(index=True)
    snoozed_until: Mapped[datetime | None]  #: put away until then, or until the resident writes
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    case: Mapped[Case | None] = relationship()
    adviser: Mapped[Adviser | None] = relationship()


#: The outbox. In these very words wherever it is asked for, or the index that is about it is not used; and in one
#: piece, or SQLite would rather read by other indexes all that never had an id, refused years ago.
WAITING = text("CASE WHEN status IN ('queued', 'sending') AND provider_sid IS NULL THEN 1 END = 1")

#: Handed over, whatever became of it.
ATTEMPTED = text("attempted_at IS NOT NULL")

#: Written to be sent later: few.
PLANNED = text("send_at IS NOT NULL")


#: What waits for its turn: little, however much was ever received. In these very words, as above.
RECEIVED = text("CASE WHEN status = 'received' THEN 1 END = 1")


class Message(Base):
    """One SMS in or out.

    In: ``received`` then ``processed``. Out: ``queued``, ``sending`` (about to call, or taken by the gateway),
    ``sent``, ``delivered``, ``undelivered``, ``failed``, ``refused`` (we did not send it, ``error`` says why).
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_work", "status", "due_at"),
        Index("ix_message_planned", "status", "conversation_id", sqlite_where=PLANNED, postgresql_where=PLANNED),
        Index("ix_message_attempted", "attempted_at", sqlite_where=ATTEMPTED, postgresql_where=ATTEMPTED),
        Index("ix_message_received", "id", sqlite_where=RECEIVED, postgresql_where=RECEIVED),
        # What has not been handed over, number by number, replies apart from bulk: small, however many were sent.
        Index("ix_message_outbox", "sender", "bulk", "due_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    direction: Mapped[str] = mapped_column(String(3))
    author: Mapped[str] = mapped_column(String(10))  #: resident, bot, wave or adviser
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    provider_sid: Mapped[str | None] = mapped_column(String(40), unique=True)
    media: Mapped[int] = mapped_column(default=0)  #: pictures that came with it
    automatic: Mapped[bool] = mapped_column(default=False)  #: a machine answered in somebody's place
    cpr_removed: Mapped[bool] = mapped_column(default=False)  #: a CPR number stood in it and was never stored
    heard: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: Tries so far (turns for one in, calls to the gateway for one out).
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    #: Only for messages out:
    sender: Mapped[str] = mapped_column(String(20), default="")
    segments: Mapped[int] = mapped_column(default=0)
    bulk: Mapped[bool] = mapped_column(default=False)  #: a wave's; replies go first
    must_go: Mapped[bool] = mapped_column(default=False)  #: also when an adviser has taken the conversation
    due_at: Mapped[datetime | None]
    #: When an adviser wants it to go, who wrote it to be sent later; None: at once (see bot.planned).
    send_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  #: not sent after this
    attempted_at: Mapped[datetime | None]  #: written before the first call of which we do not know the outcome
    error: Mapped[str | None] = mapped_column(String(40))  #: the gateway's code, or our reason
    text_key: Mapped[str] = mapped_column(String(80), default="")  #: of what we start: which text of the catalogue
    away_tries: Mapped[int] = mapped_column(default=1)  #: the how-manieth message with these words: see first_try_id
    #: Of another try at what was taken by the gateway and did not arrive: the first message of them.
    first_try_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), unique=True)
    #: The form an adviser sent it with: sent again, it is the same message.
    form_token: Mapped[str | None] = mapped_column(String(40), unique=True)

    conversation: Mapped[Conversation] = relationship()
    adviser: Mapped[Adviser | None] = relationship()


class MessageStatus(Base):
    """One step in a message's history; ``source`` is us, gateway (its answer or a look-up) or receipt."""

    __tablename__ = "message_status"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(12))
    error: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class Correction(Base):
    """What an adviser says a message really meant. Rows are only added; the newest counts."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    intents: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime]
    message: Mapped[Message] = relationship()
    adviser: Mapped[Adviser] = relationship()


class Marker(Base):
    """A line in the thread that is no SMS: claimed, released, handed over, opted out, plan proposed, …"""

    __tablename__ = "marker"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    at: Mapped[datetime]
    adviser: Mapped[Adviser | None] = relationship()


class Note(Base):
    """An adviser's private note in the thread; never sent."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    adviser: Mapped[Adviser] = relationship()


class Handoff(Base):
    """The bot asked for a person; ended when released or closed."""

    __tablename__ = "handoff"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Alarm(Base):
    """A crisis that rings in the inbox until an adviser says to have seen it: who, and when. Rows are only added."""

    __tablename__ = "alarm"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    seen_at: Mapped[datetime | None]


class Consent(Base):
    """Opted in or out, since when, by which words. The newest row of a phone counts, in all organisations."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    opted_out: Mapped[bool]
    words: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(10), default="resident")  #: resident, gateway (21610) or adviser
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]

"""What happened and what the machinery remembers: audit, live events, the sender's rate, the demo's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Id


class AuditEvent(Base):
    """Who did what to what. Ids only: no name, number or text."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60), default="")  #: "conversation:12"
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class LiveEvent(Base):
    """Something in a conversation changed: open inboxes of every process look here."""

    __tablename__ = "live_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  #: message, status, queue, note or task
    at: Mapped[datetime] = mapped_column(index=True)


class SenderRate(Base):
    """When a number may send next: one rate for all workers of all processes."""

    __tablename__ = "sender_rate"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    next_at: Mapped[datetime]


class ClockOffset(Base):
    """How far the demo's clock stands from the machine's, in seconds. No row: the machine's clock."""

    __tablename__ = "clock_offset"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seconds: Mapped[float] = mapped_column(Float(53))


class Heartbeat(Base):
    """When something was last done that must be done again and again ("tick", "inbound:3"): its silence is an alarm."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


class Lease(Base):
    """Who may do what only one process may do, and until when (by the machine's clock)."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]


#: What the unique indexes of incidents are about.
STILL_OPEN = text("ended_at IS NULL")
OF_ALL = text("ended_at IS NULL AND organisation_id IS NULL")


class Incident(Base):
    """Something that is wrong with the service and that a human must know of; open until ``ended_at``.

    ``subject`` tells several of a kind apart; ids and codes only: no name, number or text.
    """

    __tablename__ = "incident"
    __table_args__ = (
        # One that is open, however many processes tell of it at once. NULL equals no NULL, so those of all apart.
        Index(
            "ix_incident_open",
            *("organisation_id", "kind", "subject"),
            unique=True,
            sqlite_where=STILL_OPEN,
            postgresql_where=STILL_OPEN,
        ),
        Index("ix_incident_of_all", "kind", "subject", unique=True, sqlite_where=OF_ALL, postgresql_where=OF_ALL),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)  #: None: of all
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Hold(Base):
    """The database was brought back from a backup: nothing is sent until it is known what was sent since.

    Open until ``ended_at``; the oldest ``since`` of those that are open counts.
    """

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    since: Mapped[datetime]  #: what was done from then on, this database may have forgotten
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

"""How advisers and other systems come in, and who is told what happened: sessions, invitations, codes, webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Id
from bot.models.organisation import Adviser, Organisation


class LoginSession(Base):
    """One browser in which an adviser is logged in; only the hash of its secret is kept."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(String(60), default="")  #: "Firefox, Windows": to know it again
    at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: "code" or "setup": the password was right and the second step is not done; "" is logged in.
    waits_for: Mapped[str] = mapped_column(String(10), default="")


class LoginTry(Base):
    """Wrong attempts at a log-in, counted under a fingerprint of the address; the count holds for all processes."""

    __tablename__ = "login_try"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    at: Mapped[datetime]
    locked_until: Mapped[datetime | None]


class Invitation(Base):
    """A link, good once and for some days, with which an adviser chooses a password. Only its hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))  #: None: from the command line
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    adviser: Mapped[Adviser] = relationship(foreign_keys=[adviser_id])


class RecoveryCode(Base):
    """A code for the day the phone with the other codes is gone; each works once. Only its hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(128))
    used_at: Mapped[datetime | None]


class Webhook(Base):
    """An address of another system that is told what happened, each call signed with ``secret``."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(120))
    events: Mapped[list[str]] = mapped_column(JSON, default=list)
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()


#: What the index of deliveries is about.
UNDELIVERED = text("delivered_at IS NULL AND given_up_at IS NULL")


class WebhookDelivery(Base):
    """One thing that happened, to be told to one address until it says yes or we give up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "key"),
        Index("ix_webhook_delivery_due", "due_at", sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))  #: of what happened: told once ("handoff:12")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: ids and codes only: no name, number or text
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(80))
    webhook: Mapped[Webhook] = relationship()

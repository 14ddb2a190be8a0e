"""Who we write for, and who works in the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Id

membership = Table(
    "membership",
    Base.metadata,
    Column("adviser_id", Id, ForeignKey("adviser.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", Id, ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
)


class Organisation(Base):
    """The housing organisation on whose behalf we write."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(20), unique=True)  #: E.164; residents write to it
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: only what differs from the defaults
    created_at: Mapped[datetime]
    advisers: Mapped[list[Adviser]] = relationship(secondary=membership, back_populates="organisations")


class Adviser(Base):
    """The person in the inbox. ``role`` is adviser or admin."""

    __tablename__ = "adviser"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)  #: in lower case
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(10), default="adviser")
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Raised when all sessions end: releases before ``login_session`` have it in their cookies.
    session_epoch: Mapped[int] = mapped_column(default=0)
    totp_secret: Mapped[str | None] = mapped_column(String(200))  #: encrypted; None: no second step at the log-in
    totp_step: Mapped[int | None]  #: the newest time step whose code was used: none works twice
    oidc_subject: Mapped[str | None] = mapped_column(
        String(400), unique=True, index=True
    )  #: issuer and subject, joined by a space
    failed_logins: Mapped[int] = mapped_column(default=0)  #: wrong codes in the second step; the first has LoginTry
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(String(5), default="da")
    #: What they chose for themselves (handoff.preferences); only what differs from the defaults.
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    organisations: Mapped[list[Organisation]] = relationship(
        secondary=membership, back_populates="advisers", order_by="Organisation.id"
    )


class Token(Base):
    """An API token; only its hash is kept. ``scope`` is read or write (which includes read)."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    scope: Mapped[str] = mapped_column(String(5))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()


class Upload(Base):
    """A file of cases that an adviser laid up, kept until it is taken or thrown away; then only what it came to."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None]  #: None once it was taken or thrown away
    at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: counts only
    adviser: Mapped[Adviser] = relationship()

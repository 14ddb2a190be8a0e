"""What advisers keep for their own work: canned replies, drafts, saved views, duty, who looks, mail to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Id
from bot.models.conversation import Note
from bot.models.organisation import Adviser


class CannedReply(Base):
    """A reply that an organisation's advisers often write, with places such as ``{name}`` to be filled in."""

    __tablename__ = "canned_reply"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(3), default="da")
    body: Mapped[str] = mapped_column(Text)
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))  #: who wrote it last
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Draft(Base):
    """What an adviser has begun to write in a conversation. ``kind`` is sms or note."""

    __tablename__ = "draft"

    adviser_id: Mapped[int] = mapped_column(Id, ForeignKey("adviser.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        Id, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class SavedView(Base):
    """A folder with filters that an adviser has given a name."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: ids and codes only: no name, number or text
    at: Mapped[datetime]


class Presence(Base):
    """Who looks at a conversation, or writes in it, right now. Only a hint: nothing is decided by it."""

    __tablename__ = "presence"

    adviser_id: Mapped[int] = mapped_column(Id, ForeignKey("adviser.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        Id, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime]
    typing_at: Mapped[datetime | None]


class Mention(Base):
    """A colleague named in a note, until they have seen it."""

    __tablename__ = "mention"

    note_id: Mapped[int] = mapped_column(Id, ForeignKey("note.id", ondelete="CASCADE"), primary_key=True)
    adviser_id: Mapped[int] = mapped_column(
        Id, ForeignKey("adviser.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime | None]
    note: Mapped[Note] = relationship()


class Change(Base):
    """One edit by an adviser of what a case says: what it was, what it became, who and when. Rows are only added."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(60))  #: "task:12", "fact:children", "resident"
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[Any] = mapped_column(JSON)
    new: Mapped[Any] = mapped_column(JSON)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    at: Mapped[datetime]
    adviser: Mapped[Adviser] = relationship()


class Duty(Base):
    """Who is called first when a crisis comes, from one day to another, both included."""

    __tablename__ = "duty"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id", ondelete="CASCADE"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    adviser: Mapped[Adviser] = relationship()


#: What the index of mail is about.
UNSENT = text("sent_at IS NULL AND given_up_at IS NULL")


class Mail(Base):
    """An e-mail to an adviser, sent once. It names nobody: who reads it over a shoulder learns nothing."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_unsent", "due_at", sqlite_where=UNSENT, postgresql_where=UNSENT),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  #: waiting, digest, crisis, mention, invitation
    key: Mapped[str | None] = mapped_column(String(120), unique=True)  #: of what it tells: told once
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(80))
    adviser: Mapped[Adviser] = relationship()

"""What is searched by: not words, but what a secret key makes of them (decision 0019), each with whom it leads to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Id


class CaseWord(Base):
    """A case is found by this word; goes with its case."""

    __tablename__ = "case_word"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy's own form

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(
        Id, ForeignKey("case.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


class ConversationWord(Base):
    """Somebody wrote this word in the conversation, or it is its number; goes with its conversation."""

    __tablename__ = "conversation_word"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy's own form

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    conversation_id: Mapped[int] = mapped_column(
        Id, ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


class SearchBuild(Base):
    """How far what was stored before, or under another key, has been made findable. One row."""

    __tablename__ = "search_build"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_mark: Mapped[str] = mapped_column(String(16))  #: tells keys apart without telling them
    case_id: Mapped[int] = mapped_column(BigInteger, default=0)
    conversation_id: Mapped[int] = mapped_column(BigInteger, default=0)
    finished_at: Mapped[datetime | None]

"""What an organisation says in its own words, and when somebody last looked a text's source up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Id
from bot.models.organisation import Adviser

_STANDING = text("status IN ('draft', 'live')")


class Wording(Base):
    """An organisation's own wording of one text. Rows are added and change their status, never their words.

    ``draft`` waits for a second person, ``live`` is said, ``replaced`` gave way to a newer one, ``withdrawn`` to ours.
    """

    __tablename__ = "wording"
    __table_args__ = (
        Index(
            "uq_wording_standing",
            "organisation_id",
            "key",
            "language",
            "status",
            unique=True,  # one draft and one live wording of a text at most
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(3))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default="draft")
    author_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  #: when it was replaced or withdrawn
    author: Mapped[Adviser] = relationship(foreign_keys=[author_id])
    approved_by: Mapped[Adviser | None] = relationship(foreign_keys=[approved_by_id])
    ended_by: Mapped[Adviser | None] = relationship(foreign_keys=[ended_by_id])


class SourceCheck(Base):
    """Somebody looked up whether a text still says what its source says. Rows are only added; the newest counts."""

    __tablename__ = "source_check"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    adviser_id: Mapped[int] = mapped_column(ForeignKey("adviser.id"))
    at: Mapped[datetime]
    adviser: Mapped[Adviser] = relationship()

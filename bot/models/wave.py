"""One month's outreach: its contacts and its skips, kept so that nothing is done twice and everything is explained."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Id
from bot.models.case import Case
from bot.models.organisation import Organisation


class Wave(Base):
    """One organisation's wave of one month ("2026-11").

    It may have cases before it has started: those that could not wait for the wave day.
    """

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("organisation_id", "month"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    month: Mapped[str] = mapped_column(String(7))
    started_at: Mapped[datetime | None]
    started_by: Mapped[str] = mapped_column(String(40), default="")  #: scheduler, command or an adviser's id
    released_at: Mapped[datetime | None]  #: cases that came up to then have been released by a second person
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))  #: None: by the command
    #: While paused nothing more is started of it; what was queued is held back.
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(String(40), default="")  #: adviser's id, command, missed, incident
    #: Ended before its time: it never starts anything again.
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str] = mapped_column(String(40), default="")
    organisation: Mapped[Organisation] = relationship()


class Ladder(Base):
    """When one case's steps began to count, and in which wave; a case that is opened again gets a new one."""

    __tablename__ = "ladder"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    #: The steps as they were when it began; None of a ladder older than this column: the organisation's.
    steps: Mapped[list[Any] | None] = mapped_column(JSON)
    at: Mapped[datetime]
    #: How the case stood when it came again: open, settled or its outcome, its stage, and a date at the foged. None
    #: while this is the case's newest ladder: then the case says it.
    ended_as: Mapped[str | None] = mapped_column(String(40))
    ended_at: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(String(10))
    eviction_date: Mapped[date | None]


class Contact(Base):
    """One message or task planned for one case. The key (wave, case, step) is what makes a wave safe to run twice.

    A case that is opened again within the month starts a new ladder: its steps count on in ``round``.
    """

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("wave_id", "case_id", "round", "step"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    round: Mapped[int] = mapped_column(default=0)
    step: Mapped[int]  #: the place on the ladder
    kind: Mapped[str] = mapped_column(String(10))  #: sms or a task's type
    send_at: Mapped[datetime]
    at: Mapped[datetime]
    wave: Mapped[Wave] = relationship()
    case: Mapped[Case] = relationship()


class StepKey(Base):
    """That a step was taken, in a form that outlives the case: no name, no number, no id of anybody.

    ``case_key`` is a hash of organisation and ``case_ref``. A case that was erased and comes again with the next file
    is not contacted a second time in the same wave.
    """

    __tablename__ = "step_key"
    __table_args__ = (UniqueConstraint("wave_id", "case_key", "round", "step"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    case_key: Mapped[str] = mapped_column(String(64), index=True)
    round: Mapped[int] = mapped_column(default=0)
    step: Mapped[int]


class Skip(Base):
    """A case that was not contacted at a step, and why; written once."""

    __tablename__ = "skip"
    __table_args__ = (UniqueConstraint("wave_id", "case_id", "step", "why"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    step: Mapped[int]
    why: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class BoardMonth(Base):
    """What one organisation's wave of an old month came to, counted ahead: sums, nothing about anybody.

    Written by whoever counts ahead and believed for a short while; without it the board counts for itself.
    """

    __tablename__ = "board_month"

    organisation_id: Mapped[int] = mapped_column(
        Id, ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    counted_at: Mapped[datetime]
    cell: Mapped[dict[str, Any]]

"""A resident and their case: the arrears, the deadline, what was told, promised, proposed and is to be done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.models.base import Base, Id
from bot.models.organisation import Adviser, Organisation


class Resident(Base):
    """The person we write to, as one organisation knows them."""

    __tablename__ = "resident"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20), index=True)  #: E.164; None: no number that takes SMS
    language: Mapped[str] = mapped_column(String(3), default="da")
    birth_day: Mapped[str | None] = mapped_column(String(5))  #: "14-03"; the year is never kept
    address: Mapped[str] = mapped_column(String(200), default="")
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]

    @property
    def first_name(self) -> str:
        """What we call the resident."""
        return self.name.split()[0] if self.name.split() else ""


class Case(Base):
    """One resident's arrears with us. ``status`` is open, settled (paid) or closed (with an outcome)."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("organisation_id", "case_ref"),
        Index("ix_case_deadline", "organisation_id", "status", "deadline"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    case_ref: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(10), default="open", index=True)
    outcome: Mapped[str | None] = mapped_column(String(40))
    outcome_note: Mapped[str] = mapped_column(Text, default="")  #: why it ended so, in the adviser's words
    arrears_ore: Mapped[int]
    rent_ore: Mapped[int | None]
    received: Mapped[date]
    deadline: Mapped[date]
    stage: Mapped[str] = mapped_column(String(10), default="rykker")
    eviction_date: Mapped[date | None]
    municipality: Mapped[str] = mapped_column(String(80), default="")
    department: Mapped[str] = mapped_column(String(120), default="")
    tenancy_ref: Mapped[str] = mapped_column(String(80), default="")
    #: Somebody else answered on the number: it is never written to about this case again.
    number_taken_off: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]  #: of the newest opening: a case that comes again starts a new ladder
    updated_at: Mapped[datetime]  #: the last word of the rent system
    #: The file that an adviser laid up with which it was last opened: whoever did may not release it.
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    closed_at: Mapped[datetime | None]

    # Unnested: within an outer join, an inner one would make SQLite read every case for one conversation.
    resident: Mapped[Resident] = relationship(
        lazy="joined",
        innerjoin="unnested",  # type: ignore[arg-type]  # SQLAlchemy's documents have it, its types do not
    )
    organisation: Mapped[Organisation] = relationship()
    adviser: Mapped[Adviser | None] = relationship()


class Fact(Base):
    """Something the resident told. The newest of a name counts; the older ones are its history."""

    __tablename__ = "fact"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))  #: who wrote it down; None: heard
    at: Mapped[datetime]


class Promise(Base):
    """A promise to pay. ``status`` is open, kept, broken or replaced; no amount means all of it."""

    __tablename__ = "promise"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    amount_ore: Mapped[int | None]
    day: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(10), default="open")
    arrears_ore: Mapped[int | None]  #: what was owed when it was given; None of a promise older than this column
    looked_at: Mapped[datetime | None]  #: when it was seen whether it was kept
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))  #: who wrote it down; None: heard
    at: Mapped[datetime]


class Plan(Base):
    """A payment plan. ``status`` is proposed, approved, declined, replaced, broken or kept; a human approves."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    monthly_ore: Mapped[int]
    instalments: Mapped[int]
    first_date: Mapped[date]
    total_ore: Mapped[int | None]  #: what it pays in all; None of a plan older than this column
    status: Mapped[str] = mapped_column(String(10), default="proposed")
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]  #: when a human said yes or no
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))  #: who proposed it; None: the resident


class PlanStep(Base):
    """What was done about one instalment of an approved plan, once: a reminder sent, or a look whether it came."""

    __tablename__ = "plan_step"
    __table_args__ = (UniqueConstraint("plan_id", "number", "kind"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]  #: of the instalment, from 1
    kind: Mapped[str] = mapped_column(String(10))  #: reminder, look or thanks
    #: Of a reminder or a thanks: the SMS that carries it; the newest copy, when the phone was switched off.
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), unique=True)
    is_paid: Mapped[bool | None]  #: of a look
    arrears_ore: Mapped[int | None]  #: what a look saw
    at: Mapped[datetime]
    plan: Mapped[Plan] = relationship()


class Task(Base):
    """Something an adviser or caretaker does outside SMS. ``status`` is open, done or dropped."""

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"), index=True)  #: whose; None: anybody
    type: Mapped[str] = mapped_column(String(20))
    due: Mapped[date]
    due_at: Mapped[datetime | None]  #: when a time was agreed
    note: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(10), default="open", index=True)
    #: What made it, so that the same thing does not make it twice ("contact:12", "message:5:call").
    origin: Mapped[str | None] = mapped_column(String(80), unique=True)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    printed_at: Mapped[datetime | None]  #: of a postcard: when it was last printed
    tries: Mapped[int] = mapped_column(default=0)  #: calls that nobody took; looks at a payment said to be made


class DoorVisit(Base):
    """A caretaker's page for one knock, by a link that works once. Rows are only added; an older link is void.

    Only the hash of the link's token is kept. ``result`` is met, card_left, moved or worried.
    """

    __tablename__ = "door_visit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("adviser.id"))
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    result: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]


class CheckIn(Base):
    """One "how is it going?", some time after, for a resident who said yes to it. ``status``: waits, sent, answered,
    dropped."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("case_id", "round", "days"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    round: Mapped[int] = mapped_column(default=0)  #: counts the times that the resident said yes
    days: Mapped[int]  #: 30, 90 or 180 after the yes
    due: Mapped[date]
    status: Mapped[str] = mapped_column(String(10), default="waits")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), unique=True)
    said_yes_at: Mapped[datetime]

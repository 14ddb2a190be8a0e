"""The JSON objects that the API gives. The description is generated from these, so the two cannot differ.

Money is a number in kroner, a time is ISO with its offset, a day is a date.
"""

from __future__ import annotations

from datetime import date as Day  # noqa: N812  a field is called "date"
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Kroner = Annotated[float, Field(description="Danish kroner, with øre as decimals")]
Language = Annotated[str, Field(description="ISO 639-1", examples=["da", "en"])]
Phone = Annotated[str, Field(description="E.164", examples=["+4511114027"])]
Email = Annotated[str, Field(description="An adviser's e-mail address", examples=["mette@example.org"])]
Priority = Literal["crisis", "high", "normal"]
HeldBy = Literal["bot", "queue", "adviser"]


class Shape(BaseModel):
    """What all objects share: made once, from a row whose columns have the same names or from values."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Fact(Shape):
    """What the resident told: the newest word on one thing, by the intent's or the slot's name."""

    name: str
    value: bool | int | float | str = Field(description="A sum is in kroner")
    at: AwareDatetime


class Promise(Shape):
    """A promise to pay."""

    id: int
    amount: Kroner | None = Field(description="null: all of it")
    date: Day | None = Field(description="null: no day was said")
    status: Literal["open", "kept", "broken", "replaced"]


class Plan(Shape):
    """A payment plan; it counts once a human has approved it."""

    id: int
    monthly: Kroner
    instalments: int
    first_date: Day
    status: Literal["proposed", "approved", "declined", "replaced", "broken", "kept"]


class Task(Shape):
    """Something that a human does outside SMS."""

    id: int
    type: Literal["call", "knock", "postcard", "check_payment", "find_number", "approve_plan", "check_promise", "other"]
    due: AwareDatetime | Day = Field(description="A time when one was agreed, else a day")
    status: Literal["open", "done", "dropped"]


class Case(Shape):
    """One resident's arrears."""

    case_ref: str = Field(description="The organisation's own key; also what ?after= takes")
    organisation: str = Field(description="The organisation's short name")
    status: Literal["open", "settled", "closed"]
    outcome: str | None = Field(description="How it ended, when it is closed")
    outcome_note: str = Field(description="Why it ended so, in an adviser's words; empty when nobody said")
    arrears: Kroner
    deadline: Day = Field(description="The last day for an answer")
    stage: str = Field(description="rykker, paakrav, advokat, ophaevet or foged")
    language: Language
    phone: Phone | None = Field(description="null: no number that takes SMS, or it was somebody else's")
    opted_out: bool
    verified: bool = Field(description="The resident was recognised")
    facts: list[Fact]
    promises: list[Promise]
    plans: list[Plan]
    tasks: list[Task]
    conversation_id: int | None = Field(description="The thread with the resident, once there is one")


class Message(Shape):
    """One SMS."""

    id: int
    direction: Literal["in", "out"]
    author: Literal["resident", "bot", "wave", "adviser"]
    body: str
    status: Literal[
        "received", "processed", "queued", "sending", "sent", "delivered", "undelivered", "failed", "refused"
    ]
    at: AwareDatetime


class Marker(Shape):
    """A line in the thread that is no SMS: claimed, released, handoff_opened, plan_proposed, …"""

    kind: str
    at: AwareDatetime


class SummaryRow(Shape):
    """One line of what was told."""

    name: str = Field(description="The fact, or the group of facts that belong together")
    words: str
    at: AwareDatetime


class Summary(Shape):
    """What a person who takes over should know, in Danish."""

    told: list[SummaryRow] = Field(
        description="The situation, household, income, letters, what can be paid, when to call"
    )
    promised: list[str]
    answered: list[str] = Field(description="What the bot has told about")
    missing: list[str] = Field(description="What is worth asking about")
    next_steps: list[str] = Field(description="Suggestions, the most pressing first")
    days_left: int | None = Field(description="Until the deadline; negative after it")


class Conversation(Shape):
    """The thread with one phone number."""

    id: int
    phone: Phone
    organisation: str = Field(description="The organisation's short name")
    case_ref: str | None = Field(description="null: a number that belongs to no case")
    held_by: HeldBy = Field(description="Who speaks")
    priority: Priority
    reason: str | None = Field(description="Of the newest handoff")
    language: Language
    adviser: Email | None = Field(description="Who holds it, when held_by is adviser")
    waiting_since: AwareDatetime | None = Field(description="Since when the resident waits for a human's answer")
    snoozed_until: AwareDatetime | None = Field(description="Put off by its adviser; sooner when the resident writes")
    closed_at: AwareDatetime | None = Field(description="null: open; an SMS opens it again")
    bot_paused: bool = Field(description="After a crisis, until an adviser releases it")
    messages: list[Message]
    markers: list[Marker]
    summary: Summary | None = Field(description="null in lists, and for a number that belongs to no case")


class Handoff(Shape):
    """The bot asked for a person, and it has not ended yet."""

    id: int
    conversation_id: int
    phone: Phone
    case_ref: str | None
    reason: str
    priority: Priority
    language: Language
    held_by: HeldBy
    at: AwareDatetime


class WaveStep(Shape):
    """How often one step of the ladder was done."""

    step: int
    kind: Literal["sms", "call", "knock", "postcard", "other"]
    number: int


class Wave(Shape):
    """One month's outreach."""

    id: int = Field(description="Also what ?after= takes")
    month: str = Field(examples=["2026-11"])
    started_at: AwareDatetime | None = Field(description="null: not yet, though cases that could not wait may be in it")
    released_at: AwareDatetime | None = Field(description="By a second person, where the organisation asks for one")
    paused_at: AwareDatetime | None
    cancelled_at: AwareDatetime | None
    cases: int
    contacts: list[WaveStep]


class Error(Shape):
    """What went wrong, in a sentence for the developer."""

    error: str

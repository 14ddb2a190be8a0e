"""The closed list of what a decision can ask for; ``bot.turns`` carries each out in one transaction.

A new effect is added to ``Effect`` here; mypy then points at every ``match`` that must learn it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

Priority = Literal["crisis", "high", "normal"]
TaskType = Literal[
    "call", "knock", "postcard", "check_payment", "find_number", "approve_plan", "check_promise", "other"
]

#: Why a human is asked for. The inbox has a Danish phrase for each.
HandoffReason = Literal[
    "ask_human",
    "crisis_self_harm",
    "crisis_violence",
    "distress",
    "not_understood",
    "unknown_number",
    "media",
    "language",
    "recognition_failed",
    "no_recognition",
    "after_deadline",
    "eviction",
    "plan_outside_policy",
    "more_time",
    "agreement_hard",
    "dispute",
    "case_status",
    "neighbour",
    "left_over",
    "restored",
    "eviction_now",
    "child_alone",
    "abuse",
    "boligstoette",
    "kommune",
    "situation",
    "loop",
    "door_worried",
]


@dataclass(frozen=True, slots=True)
class Say:
    """Say one text of the catalogue. All texts of a turn go out as one SMS, in order."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordFact:
    """Keep what was told, for the adviser: an intent's name or a slot's, and its value (money in whole kroner).

    What is ``apart`` was told of somebody else: it stands in the conversation and not on the resident's own case.
    """

    name: str
    value: str | int | bool
    apart: bool = False


@dataclass(frozen=True, slots=True)
class RecordPromise:
    """Keep a promise to pay; ``amount_ore`` None means all of it, ``day`` None means no day was said."""

    amount_ore: int | None
    day: date | None


@dataclass(frozen=True, slots=True)
class ProposePlan:
    """Put a payment plan before a human; replaces one that is still only proposed.

    ``total_ore`` is what it pays in all, where that is not all of the arrears (some is paid beforehand).
    """

    monthly_ore: int
    instalments: int
    first_date: date
    total_ore: int | None = None


@dataclass(frozen=True, slots=True)
class OpenHandoff:
    """Ask for a human. The conversation is held by the queue from then on."""

    reason: HandoffReason
    priority: Priority = "normal"


@dataclass(frozen=True, slots=True)
class OptOut:
    """No more SMS to this number, in all organisations that share it; ``words`` are the resident's."""

    words: str


@dataclass(frozen=True, slots=True)
class OptIn:
    """SMS again; ``words`` are the resident's."""

    words: str


@dataclass(frozen=True, slots=True)
class PauseBot:
    """The bot is silent until an adviser releases the conversation (after a crisis)."""


@dataclass(frozen=True, slots=True)
class MarkVerified:
    """The resident was recognised: the case may be spoken of."""


@dataclass(frozen=True, slots=True)
class MarkUnverified:
    """Somebody else is at the resident's phone: nothing of the case until the resident is recognised again."""


@dataclass(frozen=True, slots=True)
class MarkRecognitionFailed:
    """One wrong answer to the recognition question; they are counted a day."""


@dataclass(frozen=True, slots=True)
class TakeNumberOff:
    """The number belongs to somebody else: take it off the case and never write to it about this case."""


@dataclass(frozen=True, slots=True)
class CreateTask:
    """Something a human does outside SMS, on ``due`` (None: today), at ``at`` when a time was agreed."""

    type: TaskType
    due: date | None = None
    at: time | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The conversation goes on in this language (ISO 639-1)."""

    language: str


@dataclass(frozen=True, slots=True)
class PlanCheckIns:
    """Ask how it goes, some time after: the resident said yes to it."""


@dataclass(frozen=True, slots=True)
class DropCheckIns:
    """Never mind those that were planned: the resident said no."""


Effect = (
    Say
    | RecordFact
    | RecordPromise
    | ProposePlan
    | OpenHandoff
    | OptOut
    | OptIn
    | PauseBot
    | MarkVerified
    | MarkUnverified
    | MarkRecognitionFailed
    | TakeNumberOff
    | CreateTask
    | SetLanguage
    | PlanCheckIns
    | DropCheckIns
)

"""The values that go into and come out of one decision. All frozen; State goes to and from JSON.

``decide(state, heard, case, today) -> Decision``. Money is whole øre, days are dates, nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, Self

from bot.dialogs.effects import Effect

#: Raised by one when a stored state can no longer be read as it stands.
STATE_VERSION = 1

Slot = str | int | bool


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that was meant; ``confidence`` lies between 0 and 1 (1 when a rule was sure)."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Value:
    """One value read in the text: whole kroner, an ISO date, HH:MM or a part of the day, a count, an E.164 number."""

    entity: str
    value: str | int


@dataclass(frozen=True, slots=True)
class Heard:
    """What one SMS was understood to say: the intents in the order said, only those that are sure enough."""

    text: str
    intents: tuple[Intent, ...] = ()
    values: tuple[Value, ...] = ()
    language: str = "da"
    cpr_removed: bool = False
    media: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The intents' names, in the order said."""
        return tuple(intent.name for intent in self.intents)

    def all(self, entity: str) -> tuple[str | int, ...]:
        """Every value of one entity, in the order said."""
        return tuple(v.value for v in self.values if v.entity == entity)

    def to_json(self) -> dict[str, Any]:
        """A plain dict for the ``heard`` column; the text itself stays in the message."""
        return {
            "intents": [{"name": i.name, "confidence": round(i.confidence, 3)} for i in self.intents],
            "values": [{"entity": v.entity, "value": v.value} for v in self.values],
            "language": self.language,
            "cpr_removed": self.cpr_removed,
            "media": self.media,
        }


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organisation allows; see contract.md, an organisation's settings."""

    accepts_plan: bool = True
    max_months: int = 12
    min_monthly_ore: int = 20_000
    first_within_days: int = 45  #: of a plan: the first instalment is at most so many days ahead
    decided_by: Literal["adviser", "organisation"] = "adviser"  #: who says yes or no to a plan
    sms_detail: Literal["neutral", "recognised"] = "recognised"
    office_hours: str = "hverdage kl. 9-15"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a decision may know of the case and the organisation. ``case_ref`` is None for an unknown number."""

    organisation: str
    adviser: str
    case_ref: str | None = None
    first_name: str = ""
    arrears_ore: int = 0
    deadline: date | None = None
    stage: str = "rykker"
    status: Literal["open", "settled", "closed"] = "open"  #: of a closed case nothing is told
    birth_day: str | None = None  #: "14-03"
    house_number: str | None = None
    verified: bool = False
    opted_out: bool = False
    held_by: Literal["bot", "queue", "adviser"] = "bot"
    bot_paused: bool = False
    crisis_told: bool = False  #: the fixed crisis text has been sent since an adviser last released
    crisis_lately: bool = False  #: a crisis of this conversation was ended within the last days: see ``bot.facts``
    wrong_recognitions_today: int = 0
    inbound_lately: int = 0  #: messages of this number within the last minutes, this one included
    main_number: str = ""
    #: When a human answers next, ready to say after "senest": "i dag kl. 15", "mandag kl. 15".
    answer_by: str = ""
    policy: Policy = field(default_factory=Policy)
    language: str = "da"  #: what the conversation is held in now
    languages: tuple[str, ...] = ("da", "en")  #: what the organisation writes in; see ``bot.dialogs.languages``
    rent_ore: int | None = None  #: a month
    kommune: str = ""
    kommune_number: str = (
        ""  #: where the kommune is phoned about help, E.164; empty when the organisation has named none
    )
    eviction_date: date | None = None
    #: Facts told before in this case, by name (see contract.md, a case's facts).
    known: Mapping[str, Slot] = field(default_factory=dict)
    #: What the organisation says in its own words, by language and key: an SMS has to fit in these too.
    own: Mapping[tuple[str, str], str] = field(default_factory=dict)
    #: A plan that waits for a human: (monthly_ore, instalments); None when there is none.
    proposed_plan: tuple[int, int] | None = None
    #: Of a plan that a human has agreed to: the next instalment in øre and its day; None when none is to come.
    next_instalment: tuple[int, date] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where a conversation stands: the open question (flow and step), what is remembered, what was asked."""

    flow: str | None = None
    step: str | None = None
    slots: Mapping[str, Slot] = field(default_factory=dict)
    misses: int = 0  #: times in a row that nothing was understood
    asked: Mapping[str, int] = field(default_factory=dict)  #: "flow.step" -> times asked
    told_handoff: bool = False  #: "a human will answer" has been said since the handoff
    version: int = STATE_VERSION

    def evolve(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """A plain dict for the ``state`` column."""
        return {
            "version": self.version,
            "flow": self.flow,
            "step": self.step,
            "slots": dict(self.slots),
            "misses": self.misses,
            "asked": dict(self.asked),
            "told_handoff": self.told_handoff,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self:
        """Read a stored state. Another version keeps what was remembered, with no open question."""
        if not data:
            return cls()
        slots = dict(data.get("slots") or {})
        if data.get("version") != STATE_VERSION:
            return cls(slots=slots)
        return cls(
            flow=data.get("flow"),
            step=data.get("step"),
            slots=slots,
            misses=int(data.get("misses", 0)),
            asked=dict(data.get("asked") or {}),
            told_handoff=bool(data.get("told_handoff", False)),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """The next state and what is to be done, in order."""

    state: State
    effects: tuple[Effect, ...] = ()

"""What happened in a simulated year, as plain data: what came to handsets, what was written there, what was told.

``rules`` and ``figures`` read it; ``reading`` makes it from the tables and from what the driver saw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.workdays import Window


@dataclass(frozen=True, slots=True)
class Arrived:
    """One SMS that came to a handset; the network carries it the moment it takes it."""

    at: datetime
    phone: str
    body: str
    message_id: int | None  #: None: the service knows nothing of it
    organisation: str = ""
    author: str = ""
    kind: str = ""  #: of what we started: wave, reminder, thanks, check_in, other; "" of an answer
    case_id: int | None = None
    wave_id: int | None = None
    round: int = 0
    step: int | None = None
    expires_at: datetime | None = None
    tells_decision: bool = False  #: an adviser decided something, and this says so in their name


@dataclass(frozen=True, slots=True)
class Wrote:
    """One SMS that a resident wrote. ``stored_at`` None: the service never got it."""

    at: datetime
    phone: str
    text: str
    case_id: int | None
    is_quiet: bool
    stored_at: datetime | None
    is_processed: bool = False
    is_answered: bool = False
    is_with_human: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """The rent system's word on one case, as the service took it: owed or paid."""

    at: datetime
    case_id: int
    arrears_ore: int


@dataclass(frozen=True, slots=True)
class Held:
    """An adviser had a conversation; ``until`` None: still."""

    phone: str
    organisation: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case stands: its outcome, its open tasks, what a human or an agreement still has of it."""

    case_id: int
    case_ref: str
    status: str
    outcome: str | None
    deadline: date
    opened_at: datetime
    received: date
    open_tasks: int
    closed_at: datetime | None = None
    is_with_human: bool = False
    is_agreed: bool = False


@dataclass(frozen=True, slots=True)
class Agreed:
    """A promise or one instalment of an approved plan: its day, and whether anybody looked."""

    kind: str
    case_id: int
    day: date
    is_looked_at: bool


@dataclass(frozen=True, slots=True)
class Due:
    """One step of one case's ladder: when its time came, and what there is of it."""

    case_id: int
    wave_id: int
    round: int
    step: int
    kind: str
    at: datetime
    is_accounted_for: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message that is neither sent nor given up long after its time."""

    message_id: int
    case_id: int | None
    since: datetime
    status: str


@dataclass(frozen=True, slots=True)
class Record:
    """All of it. ``windows``: by organisation, when it may start something."""

    now: datetime
    windows: dict[str, Window]
    arrived: list[Arrived] = field(default_factory=list)
    wrote: list[Wrote] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)  #: tables and columns where a CPR number stands
    failed: list[tuple[datetime, str]] = field(default_factory=list)  #: what the service logged as an error of its own
    unknown_refs: list[str] = field(default_factory=list)  #: told by the rent system, and no case is there

"""The port to the waves, for rooms that may not know the scheduler: the pages of the inbox, the API, the simulator.

``scheduler.desk`` is the real one; the wiring puts it in. Everything is plain data, so that a page can show it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Organisation

State = Literal["not_due", "due", "waits_for_release", "feed_too_old", "running", "paused", "cancelled"]


@dataclass(frozen=True, slots=True)
class PlannedContact:
    """One step that would be done for one case. ``text`` and ``segments``: of an SMS, else empty and 0."""

    case_id: int
    case_ref: str
    name: str
    phone: str | None
    language: str
    step: int
    kind: str
    send_at: datetime
    expires_at: datetime | None
    text: str
    segments: int


@dataclass(frozen=True, slots=True)
class PlannedSkip:
    """One case that would not be contacted, and why; ``in_words`` in Danish."""

    case_id: int
    case_ref: str
    name: str
    step: int
    why: str
    in_words: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class WavePreview:
    """What this month's wave would do as things stand. ``waits_until``: when the window opens; None: it is open.

    It is told as if it were released; ``waiting`` are the cases that a second person has still to release.
    """

    month: str
    now: datetime
    waits_until: datetime | None
    contacts: tuple[PlannedContact, ...]
    skips: tuple[PlannedSkip, ...]
    waiting: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder as it is drawn. ``at``: for a case that starts on the day asked for."""

    number: int
    kind: str
    at: datetime
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class WaveView:
    """One month's wave as it stands: when, by whom, how far. Counts by step of what was done and by reason of what was
    not."""

    month: str
    state: State
    wave_day: date
    started_at: datetime | None = None
    started_by: str = ""
    released_at: datetime | None = None
    paused_at: datetime | None = None
    paused_by: str = ""
    cancelled_at: datetime | None = None
    waiting_for_release: int = 0
    feed_at: datetime | None = None  #: the newest word of the rent system
    contacts: Counter[tuple[int, str]] = field(default_factory=Counter)  #: by (step, kind)
    sms: Counter[str] = field(default_factory=Counter)  #: by the status of the message
    answered: int = 0
    skips: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Started:
    """What starting a wave did."""

    month: str
    is_first_start: bool
    sms: int
    tasks: int
    waits_until: datetime | None


class WaveRefusedError(Exception):
    """It cannot be done as things stand; ``why`` is own_upload, cancelled, paused or unknown_wave."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class WaveDesk(Protocol):
    """What can be seen of the waves, and done about them. ``by`` is an adviser's id; None: the command.

    What is so already (paused, cancelled) is left as it is: whoever did it first stands there. A wave can be paused
    or cancelled before its day too.
    """

    def preview(self, session: Session, organisation: Organisation, now: datetime) -> WavePreview:
        """This month's wave as it would go; nothing is written. Also inside a transaction that is rolled back."""

    def waves(self, session: Session, organisation: Organisation, now: datetime) -> list[WaveView]:
        """The organisation's waves, newest first; the month at hand is always there."""

    def rungs(self, organisation: Organisation, starts: datetime, deadline: date) -> list[Rung]:
        """The ladder as a case that starts then would go through it, the adviser's task last."""

    def start(self, db: Database, organisation_id: int, now: datetime, by: int | None) -> Started:
        """Start this month's wave now, which also releases it. Raises WaveRefusedError."""

    def release(self, db: Database, organisation_id: int, now: datetime, by: int | None) -> Started:
        """Release the cases that have come up to now. Before its day the wave then waits for that and starts by
        itself; from its day on it starts in the next window. Raises WaveRefusedError."""

    def pause(self, db: Database, organisation_id: int, month: str, now: datetime, by: int | None) -> None:
        """Nothing more of it is started or sent until it is resumed. Raises WaveRefusedError."""

    def resume(self, db: Database, organisation_id: int, month: str, now: datetime, by: int | None) -> None:
        """Go on; what has expired meanwhile is dropped. Raises WaveRefusedError."""

    def cancel(self, db: Database, organisation_id: int, month: str, now: datetime, by: int | None) -> None:
        """End it for good. Its ladders stop; advisers keep the deadline's task. Raises WaveRefusedError."""

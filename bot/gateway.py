"""The port to whoever carries SMS: what is asked of it, and what it can answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.delivery import Status


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has it. Also the answer to a look-up."""

    sid: str
    status: Status
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway will not take it; sending the same again is no use."""

    code: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Certainly not taken (no connection, or told to slow down): it may be sent again, ``after`` so many seconds."""

    why: str
    after: float = 0


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows: it must be looked up before anything is sent again."""

    why: str


@dataclass(frozen=True, slots=True)
class NeverArrived:
    """An unclear attempt was looked up and is not there: the message is as if it had never been tried."""


Answer = Accepted | Refused | NotTaken | Unclear


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One SMS to be sent; ``receipt_url`` carries our message id, so a receipt finds it even if the answer is lost."""

    sender: str
    to: str
    body: str
    receipt_url: str
    valid_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """One SMS that came in, as the gateway lists it; ``at`` is the gateway's time (aware).

    ``body`` is empty where the gateway has forgotten the text.
    """

    sid: str
    sender: str
    to: str
    body: str
    at: datetime
    media: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """One SMS that the gateway took from us, as it lists it; ``at`` is when it took it (aware)."""

    sid: str
    to: str
    body: str
    at: datetime
    status: Status
    error: str | None = None


class GatewayDownError(Exception):
    """The gateway could not be asked; ask again later."""


class Gateway(Protocol):
    """Whoever carries SMS."""

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one SMS over."""

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        """The message that an unclear attempt at ``since`` made, unless its sid is known already.

        Raises GatewayDownError.
        """

    def fetch(self, sid: str) -> Accepted | None:
        """What the gateway knows of one message now; None when it has forgotten it. Raises GatewayDownError."""

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        """All SMS that came in for one of our numbers from then on, the oldest first. Raises GatewayDownError."""

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """True when the gateway itself sent this form to this URL."""


class Records(Gateway, Protocol):
    """A gateway that also tells what it ever took: only who brings a backup back asks for that."""

    def list_outbound(self, number: str, since: datetime) -> Sequence[Left]:
        """All SMS from one of our numbers from then on, the oldest first. Raises GatewayDownError."""

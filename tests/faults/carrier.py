"""A gateway that keeps its own list of all it ever carried: what is there cannot be lost with our database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.gateway import Accepted, Answer, Arrived, GatewayDownError, Left, Outgoing

OURS = "+4511110010"


class Carrier:
    """Carries everything, and tells of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.left: list[Left] = []
        self.arrived: list[Arrived] = []
        self.is_down = False
        self.is_signed = True

    def send(self, outgoing: Outgoing) -> Answer:
        sid = f"SM{len(self.left):032}"
        self.left.append(Left(sid, outgoing.to, outgoing.body, self._clock().replace(microsecond=0), "delivered"))
        return Accepted(sid, "delivered")

    def write(self, phone: str, body: str) -> Arrived:
        """A resident writes; whether a webhook comes is not ours to say."""
        made = Arrived(f"IN{len(self.arrived):032}", phone, OURS, body, self._clock())
        self.arrived.append(made)
        return made

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        same = [each for each in self.left if (each.to, each.body) == (outgoing.to, outgoing.body)]
        found = [each for each in same if each.sid not in known and each.at >= since - timedelta(minutes=2)]
        return Accepted(found[0].sid, "delivered") if found else None

    def fetch(self, sid: str) -> Accepted | None:
        return next((Accepted(sid, each.status) for each in self.left if each.sid == sid), None)

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        return [each for each in self.arrived if each.to == number and each.at >= since]

    def list_outbound(self, number: str, since: datetime) -> Sequence[Left]:
        if self.is_down:
            raise GatewayDownError("down")
        return [each for each in self.left if number == OURS and each.at >= since]

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        return self.is_signed

    def twice(self) -> list[tuple[str, str]]:
        """What somebody got more than once."""
        counted = Counter((each.to, each.body) for each in self.left)
        return [sms for sms, count in counted.items() if count > 1]

    def to(self, phone: str) -> list[str]:
        """What one handset got."""
        return [each.body for each in self.left if each.to == phone]

"""Stand-ins for the ports, for tests that are about one side of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.gateway import Accepted, Answer, Arrived, GatewayDownError, NotTaken, Outgoing, Refused


class FakeGateway:
    """Takes what it is given, or answers as it was told; ``carried`` is what really left."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.carried: list[Outgoing] = []
        self.looked_up: list[Outgoing] = []
        self.arrived: list[Arrived] = []
        self.is_down = False
        self.lists_everything = True

    def send(self, outgoing: Outgoing) -> Answer:
        answer = self.answers.pop(0) if self.answers else None
        if not isinstance(answer, NotTaken | Refused):
            self.carried.append(outgoing)
        return answer or Accepted(f"SM{len(self.carried):032}", "sending")

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        self.looked_up.append(outgoing)
        if self.is_down:
            raise GatewayDownError("down")
        found = [n for n, sms in enumerate(self.carried, 1) if sms.to == outgoing.to and sms.body == outgoing.body]
        sids = [f"SM{n:032}" for n in found]
        new = [sid for sid in sids if sid not in known]
        return Accepted(new[0], "delivered") if new and self.lists_everything else None

    def fetch(self, sid: str) -> Accepted | None:
        return Accepted(sid, "delivered")

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        if self.is_down:
            raise GatewayDownError("down")
        return [arrived for arrived in self.arrived if arrived.to == number and arrived.at >= since]

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        return signature == "genuine"


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

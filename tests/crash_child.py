"""A worker that dies by SIGKILL at its n-th crash point: just before and after each commit and each gateway call."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.clock import database_clock, machine_clock
from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import Accepted, Answer, Arrived, Gateway, Outgoing
from bot.settings import Settings
from bot.turns import Turns
from bot.twilio_gateway import TwilioGateway
from tests.rig import understand


class Points:
    """Counts the crash points passed, and dies at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.passed = fatal, 0

    def __call__(self, *_: object) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    """A gateway with a crash point before and after each send."""

    def __init__(self, gateway: Gateway, point: Points) -> None:
        self._gateway, self._point = gateway, point

    def send(self, outgoing: Outgoing) -> Answer:
        self._point()
        answer = self._gateway.send(outgoing)
        self._point()
        return answer

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        return self._gateway.look_up(outgoing, since, known)

    def fetch(self, sid: str) -> Accepted | None:
        return self._gateway.fetch(sid)

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        return self._gateway.list_inbound(number, since)

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        return self._gateway.is_genuine(url, form, signature)


def work(settings: Settings, receipts: str, fatal: int, minutes_later: int) -> None:
    """Do all there is to do, as a process started ``minutes_later`` would: leases have run out by then.

    ``receipts`` is the address that delivery receipts are asked to; nobody need listen there.
    """
    db, point = Database(settings.database_url), Points(fatal)
    event.listen(db.engine, "commit", point)
    event.listen(Session, "after_commit", point)
    clock = database_clock(db)
    gateway = Dying(
        TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url), point
    )

    def machine() -> datetime:
        return machine_clock() + timedelta(minutes=minutes_later)

    turns = Turns(db, clock, understand, leases=machine)
    dispatch = Dispatch(db, clock, gateway, receipts, machine=machine)
    while turns.take_next() or dispatch.send_next():
        pass
    os._exit(0)

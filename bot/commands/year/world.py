"""The whole service in one thread: the real web, turns, dispatch and jobs, by a virtual clock, with the phone network.

A kill takes all of it at once; what was in the database is there after the restart, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, event, func, or_, select

from bot.app import Service
from bot.commands.year.chance import Chance
from bot.commands.year.clock import VirtualClock
from bot.commands.year.kills import Killed, Points
from bot.commands.year.wire import Post, Wire
from bot.db import Database
from bot.dispatch import Dispatch
from bot.models import Aware, Message, SenderRate
from bot.settings import Settings
from bot.simulator.directory import Directory
from bot.simulator.network import Network
from bot.simulator.tables import SimMessage
from bot.turns import Turns, Understand
from bot.twilio_gateway import TwilioGateway
from scheduler.service import Scheduler

_URL = "http://redningskrans.invalid"
_ACCOUNT = ("AC" + "0" * 32, "invented")
#: What a turn takes, in seconds.
_A_TURN = 0.1
_RESTART = timedelta(seconds=25)
#: More pieces of work than one moment can have; then the service runs in a circle.
_MOST = 20_000
_NOW = bindparam("now", type_=Aware())
_IS_WAITING = Message.status.in_(("received", "queued", "sending")) & (
    (Message.direction == "in") | Message.provider_sid.is_(None)
)
_WAITING = select(Message.id).where(_IS_WAITING).limit(1)
_LEASES = select(func.min(Message.lease_until)).where(_IS_WAITING, Message.lease_until > _NOW)
_QUEUED = select(func.min(Message.due_at)).where(Message.status == "queued", Message.due_at > _NOW)
#: When a number may send again for which something waits.
_SLOTS = select(func.min(SenderRate.next_at)).where(
    SenderRate.next_at > _NOW,
    SenderRate.number.in_(
        select(Message.sender).where(
            Message.direction == "out",
            Message.status == "queued",
            Message.due_at <= _NOW,
            or_(Message.lease_until.is_(None), Message.lease_until <= _NOW),
        )
    ),
)


class CircleError(RuntimeError):
    """The service does not come to rest: it does the same thing again and again."""


class World:
    """The service and its surroundings; ``up_again`` says when a service that is down comes back."""

    def __init__(self, folder: Path, url: str, understand: Understand, chance: Chance, clock: VirtualClock) -> None:
        self.clock, self.chance = clock, chance
        self.db = Database(url)
        self.db.upgrade()
        phones = Database(f"sqlite:///{folder / 'phones.db'}")
        for db in (self.db, phones):
            if db.is_sqlite:  # nothing of it outlives this process, so no disk need be waited for
                event.listen(db.engine, "connect", _hurry)
                db.engine.dispose()
        self.wire, self.post = Wire(chance, clock.take), Post(chance, clock.take)
        self.network = Network(
            phones, clock, *_ACCOUNT, _URL, directory=Directory(self.db), hold=0, machine=clock, post=self.post
        )
        self.gateway = TwilioGateway(*_ACCOUNT, f"{_URL}/simulator/twilio", self.wire)
        settings = Settings.model_construct(
            database_url=url, secret_key="invented", data_key="invented", public_url=_URL,  # noqa: S106  no secret
            twilio_account_sid=_ACCOUNT[0], twilio_auth_token=_ACCOUNT[1],
        )  # fmt: skip
        self.service = Service(
            settings, db=self.db, clock=clock, gateway=self.gateway, understand=understand, network=self.network
        )
        self.wire.connect(self.service.app, self.network)
        self.post.connect(self.service.app)
        self.post.on_kill = self.die
        self.points = Points(self.db)
        self.looking = Database(url)  # the driver's own eyes: a kill does not blind them
        self.up_again: datetime | None = None
        self.kills = 0
        self._read_to = 0
        self._begin()

    def _begin(self) -> None:
        understand = self.service.understand
        self.turns = Turns(self.db, self.clock, understand, leases=self.clock)
        self.scheduler = self._scheduler()
        self.dispatch = Dispatch(self.db, self.clock, self.gateway, _URL, machine=self.clock)

    @property
    def is_up(self) -> bool:
        """True while the service runs."""
        return not self.post.is_down

    def go_down(self, until: datetime) -> None:
        """Nothing of the service runs until then."""
        self.post.is_down = True
        self.up_again = max(until, self.up_again or until)

    def come_up(self) -> None:
        """The service starts, with nothing but its database."""
        self.post.is_down, self.up_again = False, None
        self._begin()

    def die(self) -> None:
        """Killed; somebody starts it again soon."""
        self.kills += 1
        self.points.kill_at(0)
        self.go_down(self.clock() + _RESTART)

    def tick(self, second: bool = False) -> None:
        """The scheduler looks at what is due; ``second``: another one does so in the middle of it, and again after."""
        if not self.is_up:
            return
        if second:
            self.points.cut_in_at(self.chance.between(1, 6, "cut in", self.clock()), self._other_tick)
        self.do(self.scheduler.tick)
        if second:
            self.do(self._other_tick)

    def ask_the_gateway(self) -> None:
        """What the scheduler does every five minutes: fetch the SMS that were missed, look up missing receipts."""
        self.do(self.scheduler.poll)
        self.do(self.scheduler.look_up)

    def _other_tick(self) -> None:
        self._scheduler().tick()

    def _scheduler(self) -> Scheduler:
        """Never started: what its clockwork would do is done by hand, whoever leads."""
        return Scheduler(self.db, self.clock, 60, lambda: None, self.gateway)

    def do(self, deed: Callable[[], Any]) -> None:
        """Something that a person or another system asks of the service; a kill in the middle of it loses it."""
        if self.is_up:
            self._run(deed)

    def _run(self, deed: Callable[[], Any]) -> Any:
        try:
            return deed()
        except Killed:
            self.die()
            return False

    def settle(self) -> int:
        """Let everything happen that can happen now; how much that was."""
        for done in range(_MOST):
            if not self._do_something():
                return done
        raise CircleError(CircleError.__doc__)

    def _do_something(self) -> bool:
        if self.is_up and self._waits():
            if self._run(self.turns.take_next):
                self.clock.take(_A_TURN)
                return True
            if self._run(self.dispatch.send_next):
                return True
        return bool(self.network.postman.deliver_due())

    def _waits(self) -> bool:
        with self.looking.read() as session:
            return session.scalar(_WAITING) is not None

    def wakes_at(self) -> datetime | None:
        """The next moment at which there is something to do without anybody doing anything."""
        now = self.clock()
        found = [self.network.postman.next_due(), self.up_again]
        if self.is_up:
            with self.looking.read() as session:
                if session.scalar(_WAITING) is not None:
                    found += [session.scalar(wanted, {"now": now}) for wanted in (_LEASES, _QUEUED, _SLOTS)]
        a_little = timedelta(milliseconds=1)
        return min((max(moment, now) + a_little for moment in found if moment is not None), default=None)

    def arrived(self) -> list[SimMessage]:
        """What has come to handsets since this was last asked."""
        with self.network.db.read() as session:
            wanted = select(SimMessage).where(SimMessage.direction == "outbound-api", SimMessage.id > self._read_to)
            found = list(session.scalars(wanted.order_by(SimMessage.id)))
        self._read_to = found[-1].id if found else self._read_to
        return [sms for sms in found if sms.status == "delivered"]

    def close(self) -> None:
        """Give everything back."""
        self.db.close()
        self.looking.close()
        self.network.db.close()


def _hurry(dbapi: Any, _record: Any) -> None:
    dbapi.execute("PRAGMA synchronous=OFF")

"""What happened since the backup, done again in order from the gateway's own lists: heard, decided, and not sent.

At each moment when the gateway took or brought an SMS, the clockwork ticks and the SMS that came in has its turn, as
they did then. What we then have to say and the gateway has already is taken for sent. Where the gateway has something
that we would not say, somebody knew more than we do: it is put into the thread, what we had to say to that number is
refused, and a human looks. Only when the gateway was asked for everything, sending is let go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.backup.hold import end_hold, held_since
from bot.backup.ledger import Ledger
from bot.clock import Clock
from bot.db import Database
from bot.gateway import Arrived, Left, Records
from bot.heartbeats import reach
from bot.models import COPENHAGEN, Organisation
from bot.receive import Inbound, receive
from bot.reconcile import OVERLAP
from bot.turns import Turns, Understand

log = structlog.get_logger()

Event = tuple[datetime, Arrived | Left]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many SMS: ``came`` in, were ``known`` to be ours to say, were ``found`` in no other way, ``refused``."""

    since: datetime
    came: int
    known: int
    found: int
    refused: int


class Replay:
    """Does again what was forgotten. ``tick`` is the clockwork's; ``understand`` need not be the one of then."""

    def __init__(
        self, db: Database, gateway: Records, understand: Understand, tick: Callable[[datetime], None], clock: Clock
    ) -> None:
        self._db, self._gateway, self._tick, self._clock = db, gateway, tick, clock
        self._moment = clock()
        self._turns = Turns(db, lambda: self._moment, understand)

    def __call__(self) -> Outcome | None:
        """Do it, and let sending go; None: nothing was held. Raises GatewayDownError: then nothing is changed."""
        since = held_since(self._db)
        if since is None:
            return None
        counted: Counter[str] = Counter()
        began = self._clock()
        ledgers, events = self._ask(since)
        self._moment = since
        self._take_turns(ledgers)
        minute = None
        for at, event in events:
            self._moment = max(self._moment, at)
            if minute != (minute := self._moment.replace(second=0, microsecond=0)):
                self._tick(self._moment)
            counted["came"] += isinstance(event, Arrived) and self._store(event)
            self._take_turns(ledgers)
        for ledger in ledgers:
            ledger.close(began)
            counted.update(ledger.counted)
        self._let_go(began)
        log.info("What was sent since the backup is known", action="hold_ended", **counted)
        return Outcome(since, counted["came"], counted["known"], counted["found"], counted["refused"])

    def _ask(self, since: datetime) -> tuple[list[Ledger], list[Event]]:
        """Everything that the gateway has, in the order of its times; of one second, what came in goes first."""
        with self._db.read() as session:
            organisations = session.execute(select(Organisation.id, Organisation.number)).all()
        ledgers, events = [], list[Event]()
        for organisation_id, number in organisations:
            left = self._gateway.list_outbound(number, since - OVERLAP)
            ledgers.append(Ledger(self._db, organisation_id, left))
            events += [(each.at.astimezone(COPENHAGEN), each) for each in left]
            arrived = self._gateway.list_inbound(number, since - OVERLAP)
            events += [(each.at.astimezone(COPENHAGEN), each) for each in arrived if each.body or each.media]
        return ledgers, sorted(events, key=lambda each: (each[0].timestamp(), isinstance(each[1], Left)))

    def _store(self, arrived: Arrived) -> bool:
        inbound = Inbound(arrived.sid, arrived.sender, arrived.to, arrived.body, arrived.media, arrived.at)
        return receive(self._db, inbound, self._moment) == "stored"

    def _take_turns(self, ledgers: list[Ledger]) -> None:
        while self._turns.take_next():
            pass
        for ledger in ledgers:
            ledger.recognise()

    def _let_go(self, began: datetime) -> None:
        with self._db.write() as session:
            for organisation_id in session.scalars(select(Organisation.id)):
                _reached(session, organisation_id, began)
            end_hold(session, self._clock())


def _reached(session: Session, organisation_id: int, moment: datetime) -> None:
    reach(session, f"inbound:{organisation_id}", moment, latest=moment + OVERLAP)

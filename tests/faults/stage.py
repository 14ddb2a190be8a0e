"""Where a scene is played: a database, a clock and the world outside, with crash points on all of it.

The evening after is the same for every scene: a process that nobody kills does what is left to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import Arrived
from bot.hooks.deliveries import Deliveries
from bot.mailing.postman import Postman
from bot.receive import Receipt, record_receipt
from bot.turns import Turns
from tests.faults.outside import Address, Clock, Lines, MailServer, PhoneNetwork
from tests.faults.picture import Picture, take_picture
from tests.faults.points import Pierced, Points
from tests.rig import understand

PUBLIC_URL = "http://127.0.0.1:8000"
#: In minutes: no lease is longer, and nobody's patience is shorter.
LATER = 6


@dataclass(frozen=True)
class Scene:
    """What stands there before, and what a process does: it is killed in it, and then does it again."""

    name: str
    prepare: Callable[[Stage], None]
    act: Callable[[Stage], None]
    now: datetime
    arrived: list[Arrived] = field(default_factory=list)
    on_postgres: bool = False  #: walked there, too
    later: int = 1  #: minutes until it is played again
    comes_again: bool = False  #: a minute later in any case, as a tick does
    leaves_open: bool = False  #: a command ends without closing its connections; who forks may have none


class Stage:
    """One process's view of it. ``point`` is passed at each commit and around each call."""

    def __init__(self, db: Database, folder: Path, scene: Scene, point: Points) -> None:
        self.db, self.folder, self.point, self.evening = db, folder, point, scene.now
        self.clock = Clock(scene.now)
        self.phones = PhoneNetwork(Lines(folder / "phones"), scene.arrived)
        self.gateway: Any = Pierced(self.phones, point, "send", "look_up", "fetch", "list_inbound")
        mails, address = MailServer(Lines(folder / "mails")), Address(Lines(folder / "calls"))
        mailer: Any = Pierced(mails, point, "send")
        caller: Any = Pierced(address, point, "post")
        self.turns = Turns(self.db, self.clock, understand, leases=self.clock)
        self.dispatch = Dispatch(self.db, self.clock, self.gateway, PUBLIC_URL, machine=self.clock)
        self.postman = Postman(self.db, self.clock, mailer, PUBLIC_URL, machine=self.clock)
        self.deliveries = Deliveries(self.db, self.clock, caller, machine=self.clock)

    def work(self) -> None:
        """All that a worker finds to do at this moment."""
        jobs = (self.turns.take_next, self.dispatch.send_next, self.deliveries.deliver_next, self.postman.send_next)
        while any(self._all(job) for job in jobs):
            pass

    def rest_of_the_evening(self) -> None:
        """A healthy process, and the receipts of all that was sent."""
        for _ in range(2):
            self.clock.move(LATER)
            self.work()
        self.receipts()

    def in_turn(self, *steps: Callable[[], object]) -> None:
        """One after the other; who does it again goes on where no answer came."""
        answered = Lines(self.folder / "answered")
        for step in steps[len(answered.all()) :]:
            step()
            answered.add()

    def receipts(self) -> None:
        """All that was sent has arrived."""
        for message_id, sid in self.phones.receipts():
            record_receipt(self.db, Receipt(message_id, sid, "delivered"), self.clock())

    def picture(self) -> Picture:
        """What stands there now."""
        got = {
            place: [str(line) for line in Lines(self.folder / place).all()] for place in ("phones", "mails", "calls")
        }
        got["calls"] = sorted(set(got["calls"]))  # at least once is the promise, and the id tells that it is the same
        outside = {f"what {place} got": lines for place, lines in got.items()}
        return take_picture(self.db, self.evening, outside)

    def remember(self, **told: Any) -> None:
        """Keep what the scene needs to know when it is played."""
        (self.folder.parent / "told.json").write_text(json.dumps(told))

    def told(self, key: str) -> Any:
        """What was kept."""
        return json.loads((self.folder.parent / "told.json").read_text())[key]

    @staticmethod
    def _all(job: Callable[[], bool]) -> bool:
        did = False
        while job():
            did = True
        return did

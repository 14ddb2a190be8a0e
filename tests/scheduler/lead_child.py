"""A process that runs nothing but the scheduler, at a quick pace, until it is killed or told to stop."""

from __future__ import annotations

import signal
import threading

from bot.clock import machine_clock
from bot.db import Database
from scheduler.service import Pace, Scheduler

#: In seconds: how long the lease lasts in these tests; renewed often, for a busy machine stalls a process for a second.
LEASE = 2.5


def run(url: str) -> None:
    """Stand for the lead with the others."""
    db, stopped = Database(url), threading.Event()
    pace = Pace(watch=0.2, renew=LEASE / 6, lease=LEASE)
    scheduler = Scheduler(db, machine_clock, 0.1, lambda: None, pace=pace)
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    scheduler.start()
    stopped.wait()
    scheduler.stop()
    db.close()

"""The clockwork. Every process may run it; only the one that holds the lease does anything. The truth is in our tables.

The lease is renewed every 15 seconds and lasts 45, so that another process goes on within a minute after a kill; a
clean stop gives it up at once. Two that believe they lead do nothing twice: contacts, SMS and turns have their keys.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.contextvars import bound_contextvars

from bot import lease
from bot.clock import Clock, in_utc, machine_clock
from bot.db import Database
from bot.gateway import Gateway
from bot.heartbeats import beat
from bot.housekeeping import sweep_all
from bot.late_receipts import look_up_receipts
from bot.lease import LEADER
from bot.logs import about
from bot.meters import timed_job
from bot.reconcile import catch_up
from bot.search_build import build_some
from bot.set_back import undo_wrong_future
from bot.worker import PATIENCE_SECONDS
from scheduler import jobs
from scheduler.jumps import JumpWatch
from scheduler.watching import watch

log = structlog.get_logger()

#: More than there are jobs: none waits for another.
_JOBS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things are done, in seconds."""

    poll: float = 300
    receipts: float = 300
    watch: float = 60
    index: float = 60
    sweep: float = 3600
    renew: float = 15
    lease: float = 45


class _Threads(BasePoolExecutor):  # type: ignore[misc]  # apscheduler has no types
    """APScheduler waits for its threads while it holds the lock that a job needs to set another's time: it would wait
    for ever for a process that comes to lead while it stops. These are waited for by us, without the lock.
    """

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        super().__init__(pool)


class Scheduler:
    """Ticks, asks the gateway what we missed, and watches; a failed job is logged and has its next turn.

    Without a ``gateway`` nothing is asked of one. ``tell`` tells advisers by mail what waits, as often as it ticks.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        seconds: float,
        wake: Callable[[], None],
        gateway: Gateway | None = None,
        pace: Pace = Pace(),
        tell: Callable[[Database, datetime], None] | None = None,
    ) -> None:
        self._db, self._clock, self._wake, self._gateway, self._pace = db, clock, wake, gateway, pace
        self._seconds, self._tell = seconds, tell
        self._machine = in_utc(machine_clock)
        self.name = f"{platform.node()[:24]}:{os.getpid()}:{uuid4().hex[:8]}"
        self._until = datetime.min.replace(tzinfo=UTC)
        self._background: BackgroundScheduler | None = None
        self._threads = ThreadPoolExecutor(_JOBS_AT_ONCE, "clockwork")
        self._jumps = JumpWatch(self._machine, self.begin_anew)
        self._stood = time.monotonic()
        self._stopping = threading.Event()

    def start(self) -> None:
        """Stand for the lead; who gets it does everything once, at once."""
        background = BackgroundScheduler(timezone=UTC, executors={"default": _Threads(self._threads)})
        always: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        for name, (seconds, job) in self._jobs().items():
            background.add_job(partial(self._if_leading, job), "interval", seconds=seconds, id=name, **always)
        self._background = background
        now = self._machine()
        background.add_job(self._stand, "interval", seconds=self._pace.renew, next_run_time=now, **always)
        background.start()
        self._jumps.start()

    def stop(self) -> None:
        """End after the jobs at hand, and let another lead."""
        self._stopping.set()
        self._jumps.stop()
        if self._background is not None:
            self._background.shutdown(wait=False)
            self._threads.shutdown(wait=True)
            self._background = None
        if self._until > datetime.min.replace(tzinfo=UTC):  # held, or run out while the last job took its time
            self._until = datetime.min.replace(tzinfo=UTC)
            lease.give_up(self._db, LEADER, self.name)

    def begin_anew(self) -> None:
        """The clock was set back: what was to be done at a time that is now far away is done at once."""
        if self._background is not None:
            for job in self._background.get_jobs():
                job.modify(next_run_time=self._machine())

    def still(self) -> list[str]:
        """Its name when it has not stood for the lead for so long that it must be stuck."""
        is_stuck = time.monotonic() - self._stood > PATIENCE_SECONDS
        return ["scheduler"] if is_stuck or self._background is None or not self._background.running else []

    @property
    def leads(self) -> bool:
        """True while this process holds the lease: a frozen one has lost it when it wakes up."""
        return self._machine() < self._until

    def tick(self) -> None:
        """One look at what is due."""
        self._try("tick", self._tick)
        self._wake()

    def poll(self) -> None:
        """Fetch the SMS that no webhook brought, and have them answered."""
        self._try("poll", self._poll)

    def tell(self) -> None:
        """Tell advisers what waits."""
        tell = self._tell
        if tell is not None:
            self._try("tell", lambda: tell(self._db, self._clock()))

    def look_up(self) -> None:
        """Look up the messages whose last receipt has not come."""
        self._try("receipts", self._look_up)

    def watch(self) -> None:
        """Look for what should have happened and has not."""
        self._try("watch", partial(watch, self._db, self._clock))

    def index(self) -> None:
        """Make findable what was stored before there was an index."""
        self._try("index", self._index)

    def sweep(self) -> None:
        """Throw away what nobody needs any more."""
        self._try("sweep", self._sweep)

    def _sweep(self) -> None:
        """In small batches; it ends when another leads or this process is to stop, and goes on in the next round."""
        sweep_all(self._db, self._clock(), lambda: not self._stopping.wait(0.02) and self.leads)
        with self._db.write() as session:
            beat(session, "sweep", self._clock())

    def _index(self) -> None:
        build_some(self._db, self._clock)

    def _jobs(self) -> Mapping[str, tuple[float, Callable[[], None]]]:
        pace = self._pace
        ours = {
            "tick": (self._seconds, self.tick),
            "watch": (pace.watch, self.watch),
            "index": (pace.index, self.index),
            "tell": (self._seconds, self.tell),
            "sweep": (pace.sweep, self.sweep),
        }
        if self._gateway is None:
            return ours
        return {**ours, "poll": (pace.poll, self.poll), "receipts": (pace.receipts, self.look_up)}

    def _tick(self) -> None:
        undo_wrong_future(self._db, self._clock(), self._machine())
        jobs.tick(self._db, self._clock())
        with self._db.write() as session:
            beat(session, "tick", self._clock())

    def _poll(self) -> None:
        if self._gateway is not None and catch_up(self._db, self._gateway, self._clock):
            self._wake()

    def _look_up(self) -> None:
        if self._gateway is not None:
            look_up_receipts(self._db, self._gateway, self._clock)

    def _stand(self) -> None:
        """Take or renew the lease. While the database is away, what was held runs out by itself."""
        self._stood = time.monotonic()
        led = self.leads
        now = self._machine()
        until = now + timedelta(seconds=self._pace.lease)
        try:
            held = lease.take(self._db, LEADER, self.name, now, until)
        except Exception as error:
            log.error("The lease could not be renewed", action="lease_failed", **about(error))
            return
        self._until = until if held else datetime.min.replace(tzinfo=UTC)
        if held and not led:
            log.info("This process leads", action="leading", name=self.name)
            self._do_all_now()

    def _do_all_now(self) -> None:
        """All but the watch, which gives what was silent while nobody led its time to speak."""
        for name in self._jobs():
            if self._background is not None and not self._stopping.is_set():
                later = timedelta(seconds=self._pace.watch if name == "watch" else 0)
                with suppress(JobLookupError):  # it was told to stop a moment ago
                    self._background.modify_job(name, next_run_time=self._machine() + later)

    def _if_leading(self, job: Callable[[], None]) -> None:
        if self.leads:
            job()

    def _try(self, name: str, job: Callable[[], None]) -> None:
        try:
            with bound_contextvars(job=name), timed_job(name):
                job()
        except Exception as error:
            log.error("A job of the clockwork failed", action=f"{name}_failed", job=name, **about(error))

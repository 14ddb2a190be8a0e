"""The clockwork: one background job that ticks, in exactly one process. The truth is in our tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.clock import Clock, machine_clock
from bot.db import Database
from scheduler import jobs

log = structlog.get_logger()


class Scheduler:
    """Ticks, then wakes the worker; a failed tick is logged and the next one comes."""

    def __init__(self, db: Database, clock: Clock, seconds: int, wake: Callable[[], None]) -> None:
        self._db, self._clock, self._seconds, self._wake = db, clock, seconds, wake
        self._background: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begin with a tick at once."""
        background = BackgroundScheduler(timezone=UTC)
        background.add_job(
            self.tick,
            "interval",
            seconds=self._seconds,
            next_run_time=machine_clock(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        background.start()
        self._background = background

    def stop(self) -> None:
        """End after the tick at hand."""
        if self._background is not None:
            self._background.shutdown(wait=True)
            self._background = None

    def tick(self) -> None:
        """One look at what is due."""
        try:
            jobs.tick(self._db, self._clock())
        except Exception as error:
            log.error("A tick failed", action="tick_failed", error=type(error).__name__)
        self._wake()

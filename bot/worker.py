"""The worker's threads: some take turns, some dispatch. Woken at once, or they look by themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from bot.logs import about

log = structlog.get_logger()

#: How often a thread looks when nobody wakes it: another process may have written.
_LOOK_SECONDS = 0.25


class Worker:
    """Runs each job again and again, in its own threads, until it is stopped.

    A job does one piece of work and says whether there was any.
    """

    def __init__(self, *jobs: Callable[[], bool], threads: int = 2, look_seconds: float = _LOOK_SECONDS) -> None:
        self._look_seconds = look_seconds
        self._wakes = [threading.Event() for _ in range(len(jobs) * threads)]
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(jobs[n % len(jobs)], wake), name=f"worker-{n}", daemon=True)
            for n, wake in enumerate(self._wakes)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        """True between start and stop."""
        return any(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """There is something to do."""
        for wake in self._wakes:
            wake.set()

    def stop(self) -> None:
        """End after the piece of work at hand."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=20)

    def _run(self, job: Callable[[], bool], wake: threading.Event) -> None:
        while not self._stopping.is_set():
            wake.clear()  # before looking: what comes while we look wakes us again
            if not self._do(job):
                wake.wait(self._look_seconds)

    def _do(self, job: Callable[[], bool]) -> bool:
        try:
            return job()
        except Exception as error:  # the database may be away: keep the thread, look again
            log.error("A worker's job failed", action="job_failed", **about(error))
            return False

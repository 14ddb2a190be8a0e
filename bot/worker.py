"""The worker's threads: crews, each of one job. Woken at once, or one of each crew looks by itself now and then.

However large a crew, one of it looks at a time: who finds something lets the next look before the work begins. So
many threads may wait for a slow gateway, and an idle crew asks the database as often as one thread would.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from bot.bell import DEAF_SECONDS
from bot.logs import about

log = structlog.get_logger()

#: Does one piece of work and says whether there was any; calls what it is given as soon as it has found it.
Job = Callable[[Callable[[], None]], bool]

#: Longer than any piece of work, and than a first training of the understanding on a slow machine.
PATIENCE_SECONDS = 600.0
_FAREWELL_SECONDS = 20.0


class Crew:
    """Threads of one job. The last ``reserve`` free ones do only ``urgent``, which others must not keep waiting.

    ``pause`` says for how long an idle crew may sleep; ``soon`` when something is due of which nobody will tell.
    """

    def __init__(
        self,
        name: str,
        job: Job,
        *,
        threads: int = 1,
        urgent: Job | None = None,
        reserve: int = 0,
        pause: Callable[[], float] = lambda: DEAF_SECONDS,
        soon: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.name, self.threads = name, threads
        self._job, self._urgent, self._reserve = job, urgent or job, reserve
        self._pause, self._soon = pause, soon
        self._wake, self._looking = threading.Event(), threading.Lock()
        self._guard, self._busy = threading.Lock(), 0
        self._seen = time.monotonic()

    def wake(self) -> None:
        """There may be something to do."""
        self._wake.set()

    def is_still(self) -> bool:
        """True when nobody has looked for so long that something must be stuck."""
        return time.monotonic() - self._seen > PATIENCE_SECONDS

    def run(self, is_over: Callable[[], bool]) -> None:
        """One thread's life."""
        while not is_over():
            with _Look(self._looking) as look:
                self._one(look, is_over)

    def _one(self, look: _Look, is_over: Callable[[], bool]) -> None:
        self._seen = time.monotonic()
        self._wake.clear()  # before looking: what comes while we look wakes us again
        if is_over():  # asked after that, or the last waking could be missed
            return
        has_begun = False

        def found() -> None:
            nonlocal has_begun
            has_begun = True
            self._count(1)
            self._wake.set()  # where there is one there may be more
            look.pass_on()

        was_any = self._do(self._urgent if self._is_short_of_threads() else self._job, found)
        if has_begun:
            self._count(-1)
            self._wake.set()  # what had to wait for this one, or for a thread
        elif not was_any:
            self._rest()

    def _rest(self) -> None:
        longest = self._pause()
        try:
            soon = self._soon()
        except Exception as error:
            log.warning("When there is more to do could not be asked", action="soon_failed", **about(error))
            soon = None
        self._wake.wait(longest if soon is None else min(longest, soon))

    def _do(self, job: Job, found: Callable[[], None]) -> bool:
        try:
            return job(found)
        except Exception as error:  # the database may be away: keep the thread, look again
            log.error("A worker's job failed", action="job_failed", job=self.name, **about(error))
            return False

    def _is_short_of_threads(self) -> bool:
        with self._guard:
            return self._busy >= self.threads - self._reserve

    def _count(self, by: int) -> None:
        with self._guard:
            self._busy += by


class _Look:
    """One thread's turn to look: passed on when it has found something, or at the end."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock, self._is_mine = lock, False

    def __enter__(self) -> _Look:
        self._is_mine = self._lock.acquire()
        return self

    def pass_on(self) -> None:
        """Let the next one look."""
        if self._is_mine:
            self._is_mine = False
            self._lock.release()

    def __exit__(self, *_: object) -> None:
        self.pass_on()


class Worker:
    """Runs each crew's job again and again until it is stopped."""

    def __init__(self, *crews: Crew) -> None:
        self._crews, self._stopping = crews, threading.Event()
        self._threads = [
            threading.Thread(target=crew.run, args=(self._stopping.is_set,), name=f"{crew.name}-{n}", daemon=True)
            for crew in crews
            for n in range(crew.threads)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        """True between start and stop."""
        return any(thread.is_alive() for thread in self._threads)

    def still(self) -> list[str]:
        """Which crews stand still: a thread has died, or nobody has looked for long."""
        dead = {thread.name.rpartition("-")[0] for thread in self._threads if not thread.is_alive()}
        return [crew.name for crew in self._crews if crew.name in dead or crew.is_still()]

    def wake(self) -> None:
        """There is something to do."""
        for crew in self._crews:
            crew.wake()

    def stop(self) -> None:
        """End after the pieces of work at hand."""
        self._stopping.set()
        deadline = time.monotonic() + _FAREWELL_SECONDS
        for thread in self._threads:
            self.wake()
            if thread.is_alive():
                thread.join(timeout=max(0.0, deadline - time.monotonic()))

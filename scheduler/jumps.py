"""The machine's clock was set back (NTP, a machine that was asleep): what was to be done "later" would wait for it.

Seconds that really passed are counted by a clock that nobody sets. Forward jumps need nothing: what was missed is due.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.clock import Clock

log = structlog.get_logger()

#: A clock that is steered gently never goes back; less than this disturbs nothing.
_NOTICEABLE = 5.0
_LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks at one moment."""

    wall: datetime
    steady: float


def seconds_back(before: Reading, now: Reading) -> float:
    """By how much the wall clock lost against the steady one; less than nothing when it gained."""
    return (now.steady - before.steady) - (now.wall - before.wall).total_seconds()


class JumpWatch:
    """Looks every few seconds, and calls ``act`` when the clock was set back."""

    def __init__(self, machine: Clock, act: Callable[[], None], steady: Callable[[], float] = time.monotonic) -> None:
        self._machine, self._act, self._steady = machine, act, steady
        self._before = self._read()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock-jumps", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def look(self) -> bool:
        """True when it was set back since the last look; then what is to be done about it is done."""
        before, self._before = self._before, self._read()
        lost = seconds_back(before, self._before)
        if lost < _NOTICEABLE:
            return False
        log.warning("The machine's clock was set back", action="clock_set_back", seconds=round(lost))
        self._act()
        return True

    def _read(self) -> Reading:
        return Reading(self._machine(), self._steady())

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            self.look()

"""Whether a neighbour that keeps failing is asked at all. Thread-safe; the clock is passed in; nothing is called here.

closed: everybody asks · open, after some failures in a row: nobody asks · half-open, after a rest: one asks, and how
that one fares decides. Whoever may ask says afterwards how it went; a probe never heard of is replaced after a rest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half-open"]


class Breaker:
    """Opens after ``failures`` in a row and tries again after ``rest_seconds``, one probe at a time."""

    def __init__(self, clock: Callable[[], float], failures: int = 3, rest_seconds: float = 30) -> None:
        self._clock, self._most, self._rest = clock, failures, rest_seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._asks_again_at: float | None = None  #: None: closed
        self._probing = False

    @property
    def state(self) -> State:
        """Half-open when the next to ask is the probe, or while that one is out."""
        with self._lock:
            if self._asks_again_at is None:
                return "closed"
            return "half-open" if self._probing or self._clock() >= self._asks_again_at else "open"

    def may_ask(self) -> bool:
        """Whether this caller may ask now."""
        with self._lock:
            if self._asks_again_at is None:
                return True
            if self._clock() < self._asks_again_at:
                return False
            self._probing, self._asks_again_at = True, self._clock() + self._rest
            return True

    def answered(self) -> None:
        """It works: everybody may ask again."""
        with self._lock:
            self._failures, self._asks_again_at, self._probing = 0, None, False

    def failed(self) -> None:
        """One failure more; enough in a row, or a failed probe, and nobody asks for a while."""
        with self._lock:
            self._failures, self._probing = self._failures + 1, False
            if self._failures >= self._most:
                self._asks_again_at = self._clock() + self._rest

"""Chance that is the same every time: each question has a name, and its answer depends on the seed and the name alone.

So one more question changes no other answer, as it would with a generator that is drawn from in order. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
_WHOLE = 1 << 64


class Chance:
    """Answers questions of chance for one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def share(self, *name: object) -> float:
        """From 0 to just below 1."""
        words = "|".join(str(part) for part in (self._seed, *name))
        return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big") / _WHOLE

    def happens(self, likelihood: float, *name: object) -> bool:
        """True as often as ``likelihood`` says."""
        return self.share(*name) < likelihood

    def between(self, low: int, high: int, *name: object) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.share(*name) * (high - low + 1))

    def among(self, options: Sequence[_T], *name: object) -> _T:
        """One of the options."""
        return options[int(self.share(*name) * len(options))]

    def weighted(self, options: Sequence[tuple[_T, int]], *name: object) -> _T:
        """One of the options, each as likely as its weight."""
        at = self.share(*name) * sum(weight for _, weight in options)
        for option, weight in options:
            at -= weight
            if at < 0:
                return option
        return options[-1][0]

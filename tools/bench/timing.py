"""Times taken one by one, and what is said of many of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import TypeVar

Given = TypeVar("Given")


@dataclass(frozen=True)
class Times:
    """Seconds, in the order taken."""

    seconds: Sequence[float]

    def percentile(self, share: int) -> float:
        """The time that ``share`` of a hundred stay within."""
        if len(self.seconds) == 1:
            return self.seconds[0]
        return quantiles(self.seconds, n=100, method="inclusive")[share - 1]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def a_second(self) -> float:
        """How many are done in a second, one after the other."""
        return len(self.seconds) / sum(self.seconds)


def timed(act: Callable[[Given], object], given: Iterable[Given]) -> list[float]:
    """How long each call takes."""
    seconds = []
    for one in given:
        began = perf_counter()
        act(one)
        seconds.append(perf_counter() - began)
    return seconds

"""Time in office hours: how long somebody waited while an adviser could have answered. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.workdays import Window, opens_on

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_DAY = timedelta(days=1)


class OfficeHours:
    """The opening times of one organisation from ``first`` to ``last``, laid out once for many questions."""

    def __init__(self, window: Window, first: date, last: date) -> None:
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []  # seconds open before this day
        total, day = 0, first
        while day <= last:
            if opens_on(window, day):
                opens = int(datetime.combine(day, window.opens, _COPENHAGEN).timestamp())
                closes = int(datetime.combine(day, window.closes, _COPENHAGEN).timestamp())
                self._opens.append(opens)
                self._closes.append(closes)
                self._before.append(total)
                total += closes - opens
            day += _DAY

    def between(self, start: int, end: int) -> int:
        """Open seconds from ``start`` to ``end``; 0 when a human answered outside office hours."""
        return max(0, self._until(end) - self._until(start))

    def _until(self, moment: int) -> int:
        place = bisect_right(self._opens, moment) - 1
        if place < 0:
            return 0
        return self._before[place] + min(moment, self._closes[place]) - self._opens[place]


def median(values: Sequence[int]) -> float | None:
    """The one in the middle; the mean of the two there when the number is even."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return float(ordered[half]) if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2

"""A clock that nobody waits for: it stands still until it is moved, and only goes forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.models import COPENHAGEN


class VirtualClock:
    """The time of the service and, since both go on alike, of its machine."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        """Aware, in Europe/Copenhagen."""
        return self._now.astimezone(COPENHAGEN)

    def take(self, seconds: float) -> None:
        """Something took so long."""
        self._now += timedelta(seconds=seconds)

    def go(self, moment: datetime) -> None:
        """Be there; an earlier moment changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))

"""Moves the demo's clock: stops at each moment when something falls due, and lets it happen, in order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select

from bot.clock import Clock, set_clock
from bot.db import Database
from bot.models import Message
from bot.store import has_work

_LOOK_SECONDS = 0.02
_PATIENCE_LOOKS = 6000  # two minutes


class Advance:
    """Takes the clock to a moment; everything that falls due on the way happens at its own time."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        tick: Callable[[datetime], None],
        due_moment: Callable[[datetime], datetime | None],
        is_idle: Callable[[], bool],
        wake: Callable[[], None],
    ) -> None:
        self._db, self._clock = db, clock
        self._tick, self._due_moment, self._is_idle, self._wake = tick, due_moment, is_idle, wake
        self._one_at_a_time = threading.Lock()

    def __call__(self, target: datetime) -> None:
        """Go there, and come back when the outbox has nothing more that is due."""
        with self._one_at_a_time:
            while (moment := self.next_step()) is not None and moment < target:
                self._go(moment)
            self._go(target)

    def next_step(self) -> datetime | None:
        """The next moment at which something falls due, later than now."""
        now = self._clock()
        with self._db.read() as session:
            queued = session.scalar(
                select(func.min(Message.due_at)).where(
                    Message.direction == "out", Message.status == "queued", Message.due_at > now
                )
            )
        moments = [m for m in (queued, self._due_moment(now)) if m is not None and m > now]
        return min(moments, default=None)

    def _go(self, moment: datetime) -> None:
        if moment > self._clock():
            set_clock(self._db, moment)
        self._tick(self._clock())
        self._settle()

    def _settle(self) -> None:
        pause = threading.Event()
        self._wake()
        for _ in range(_PATIENCE_LOOKS):
            with self._db.read() as session:
                busy = has_work(session, self._clock())
            if not busy and self._is_idle():
                return
            pause.wait(_LOOK_SECONDS)

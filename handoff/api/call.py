"""One call: who asks, and the parts of the house that answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.db import Database
from handoff.api import shapes
from handoff.api.door import Caller


@dataclass(frozen=True, slots=True)
class House:
    """The parts of the house that the API needs; ``wake`` is called when an SMS has been queued."""

    db: Database
    clock: Clock
    wake: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one caller."""

    house: House
    caller: Caller
    #: The caller's own name for this call (``Idempotency-Key``): called again, it is the same call.
    key: str | None = None

    @property
    def db(self) -> Database:
        """The database."""
        return self.house.db


@dataclass(frozen=True, slots=True)
class Made:
    """The answer is about something that was not there before."""

    shape: shapes.Shape

"""Kills the service at a point where its database begins or commits a transaction, and lets another one cut in there.

A kill is a BaseException, as little to be caught as SIGKILL: transactions are rolled back, leases stay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from bot.db import Database


class Killed(BaseException):
    """The process is gone."""


class Points:
    """Every begin and every commit of a database is a point at which something can happen."""

    def __init__(self, db: Database) -> None:
        self._fatal = 0
        self._until_cut_in = 0
        self._cut_in: Callable[[], None] | None = None
        event.listen(db.engine, "checkout", self._begins)  # before BEGIN, which would take SQLite's one lock
        event.listen(db.engine, "commit", self._commits)

    def kill_at(self, point: int) -> None:
        """Die at the ``point``th point from now, 1 is the next; 0: live on."""
        self._fatal = point

    def cut_in_at(self, begin: int, deed: Callable[[], None]) -> None:
        """Let another process do its whole work at the ``begin``th begin from now: between two transactions."""
        self._until_cut_in, self._cut_in = begin, deed

    def _begins(self, *_: Any) -> None:
        self._commits()
        if self._cut_in is not None:
            self._until_cut_in -= 1
            if self._until_cut_in <= 0:
                deed, self._cut_in = self._cut_in, None
                deed()

    def _commits(self, *_: Any) -> None:
        if self._fatal:
            self._fatal -= 1
            if not self._fatal:
                raise Killed

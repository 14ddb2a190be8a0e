"""A lock that is passed on in the order in which it was asked for, so that nobody is kept out by who comes again and
again: a reply gets its turn between two pieces of a wave."""

from __future__ import annotations

import threading
import time
from collections import deque
from types import TracebackType

from bot.door import Door


class WaitedTooLongError(Exception):
    """Whoever is inside does not come out: something else keeps the database."""


class Turnstile:
    """For the threads of one process; whoever is in may enter once more. Where other processes write to the same file,
    who is first here goes to the ``door`` and takes a turn among them.

    Nobody waits longer than ``patience`` seconds, or all threads of the web would in the end stand here.
    """

    def __init__(self, patience: float = 12, door: Door | None = None) -> None:
        self._patience, self._door = patience, door
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Event]] = deque()
        self._inside: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        deadline = time.monotonic() + self._patience
        self._take_turn()
        if self._door is None or self._door.is_ours:
            return
        is_in = False
        try:
            is_in = self._door.enter(deadline)
        finally:
            if not is_in:
                self._leave()
        if not is_in:
            raise WaitedTooLongError(WaitedTooLongError.__doc__)

    def _take_turn(self) -> None:
        me, turn = threading.get_ident(), threading.Event()
        with self._guard:
            if self._inside in (None, me):
                self._inside, self._depth = me, self._depth + 1
                return
            self._waiting.append((me, turn))
        try:
            if not turn.wait(self._patience):
                raise WaitedTooLongError(WaitedTooLongError.__doc__)
        except BaseException:  # or interrupted: the place in the queue, or the turn itself, is given up
            self._leave_queue((me, turn))
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth == 0:
                if self._door is not None and (not self._waiting or self._door.is_time_up()):
                    self._door.leave()
                self._pass_on()

    def _pass_on(self) -> None:
        self._inside = None
        if self._waiting:
            self._inside, turn = self._waiting.popleft()
            self._depth = 1
            turn.set()

    def _leave_queue(self, place: tuple[int, threading.Event]) -> None:
        with self._guard:
            if place in self._waiting:
                self._waiting.remove(place)
            elif self._inside == place[0]:
                self._depth = 0
                self._pass_on()

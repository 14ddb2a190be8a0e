"""Crash points: just before and after each commit, and around each call of a port. A process dies at one by SIGKILL."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

_OURS = (f"{os.sep}bot{os.sep}", f"{os.sep}scheduler{os.sep}", f"{os.sep}handoff{os.sep}")
_DULL = ("db.py", "turnstile.py", "lease.py")


class Points:
    """Counts the crash points passed, and dies at one of them; ``where`` names the lines that they were passed from."""

    def __init__(self, fatal: int = 0) -> None:
        self.fatal = fatal
        self.where: list[str] = []

    def __call__(self, what: str) -> None:
        self.where.append(f"{what} {_line()}")
        if len(self.where) == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def begin(self, fatal: int) -> None:
        """Count anew."""
        self.fatal = fatal
        self.where.clear()

    def watch(self) -> None:
        """A point before and after each commit of this process, on whatever database."""
        event.listen(Engine, "commit", lambda _: self("before the commit of"))
        event.listen(Session, "after_commit", lambda _: self("after the commit of"))


class Pierced:
    """A port with a point before and after each call of these methods; the others are the port's own."""

    def __init__(self, port: Any, point: Points, *names: str) -> None:
        self._port, self._point, self._names = port, point, names

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        return self._around(name, method) if name in self._names else method

    def _around(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            self._point(f"before {name} of")
            answer = method(*args, **more)
            self._point(f"after {name} of")
            return answer

        return call


def _line() -> str:
    """The line of ours that the point was passed from."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        file = frame.f_code.co_filename
        if any(room in file for room in _OURS) and not file.endswith(_DULL) and "tests" not in file:
            return f"{os.path.basename(file)} {frame.f_code.co_name}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"

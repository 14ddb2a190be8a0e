"""Lets the processes that share a SQLite file write one after the other, each after at most one other's turn.

SQLite itself lets who waits look again after up to 0.1 s, and who comes again at once goes first. Here the kernel
keeps two locks (flock): one on writing, one on being next. It frees them when a process is killed. Nothing but waiting
depends on them: SQLite's own lock still counts, also for programs that do not know this one.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

#: How often who waits asks, which costs some microseconds; a transaction takes milliseconds.
_PAUSE_SECONDS = 0.0005
#: For so long threads of one process may follow each other: a web's commits are many and short, a worker's few, long.
_SLICE_SECONDS = 0.02


def folder_beside(file: str) -> Path:
    """Where processes that share a database file meet: what lies in it may be thrown away while none runs."""
    return Path(f"{file}-beside")


class Door:
    """For one thread of this process at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._locks: tuple[int, int] | None = None
        self._entered = 0.0
        #: True while this process is in.
        self.is_ours = False

    def enter(self, deadline: float) -> bool:
        """Go in; False when nobody came out before ``deadline`` (of ``time.monotonic``)."""
        try:
            to_be_next, to_write = self._locks or self._open()
            if not _taken(to_be_next, deadline):
                return False
            try:
                self.is_ours = _taken(to_write, deadline)
            finally:
                fcntl.flock(to_be_next, fcntl.LOCK_UN)
        except OSError:  # nothing can be made or locked there: SQLite's own lock is left
            return True
        self._entered = time.monotonic()
        return self.is_ours

    def is_time_up(self) -> bool:
        """True when others should have their turn before another thread of this process."""
        return time.monotonic() - self._entered > _SLICE_SECONDS

    def leave(self) -> None:
        """Let the next process in."""
        if self._locks is not None and self.is_ours:
            fcntl.flock(self._locks[1], fcntl.LOCK_UN)
        self.is_ours = False

    def close(self) -> None:
        """Give the files back."""
        locks, self._locks = self._locks or (), None
        for lock in locks:
            os.close(lock)

    def _open(self) -> tuple[int, int]:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        to_be_next = os.open(self._folder / "next", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._locks = to_be_next, os.open(self._folder / "writing", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            os.close(to_be_next)
            raise
        return self._locks


def _taken(lock: int, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE_SECONDS)
        else:
            return True

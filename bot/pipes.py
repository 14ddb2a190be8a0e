"""The bell between processes that share a SQLite file: a named pipe for each who listens, a byte for each chime.

Who rings writes and never waits. A pipe that nobody reads is one of a process that died, and is thrown away. Nothing
depends on it: what is not heard here is found by looking at the file (``bot.wire``).
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from bot.bell import ALL, Chime

_ENDING = ".bell"
_ROOM = 65_536


class Pipes:
    """This process's own pipe, and those of the others in the folder."""

    def __init__(self, folder: Path, awaited: Collection[Chime]) -> None:
        # What is waited for stands in the name, so that nobody is woken for what concerns others.
        wanted = "".join(str(place) for place, chime in enumerate(ALL) if chime in awaited)
        self._folder, self._name = folder, f"{uuid4().hex}-{wanted}{_ENDING}"
        #: Where bytes come in.
        self.ear = self._opened()

    def _opened(self) -> int:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        unread = self._folder / f"{self._name}.new"
        os.mkfifo(unread, 0o600)
        try:
            ear = os.open(unread, os.O_RDWR | os.O_NONBLOCK)
            unread.rename(self._folder / self._name)  # with its reader: nobody takes it for a dead one's
        except OSError:
            unread.unlink()
            raise
        return ear

    def ring(self, chimes: Collection[Chime]) -> None:
        """Tell the others."""
        told = {str(place) for place, chime in enumerate(ALL) if chime in chimes}
        with suppress(OSError):
            for name in os.listdir(self._folder):
                wanted = told.intersection(name.removesuffix(_ENDING).rpartition("-")[2])
                if name.endswith(_ENDING) and name != self._name and wanted:
                    self._write(name, "".join(wanted).encode())

    def _write(self, name: str, said: bytes) -> None:
        path = self._folder / name
        try:
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except FileNotFoundError:
            return
        except OSError:  # nobody reads it
            path.unlink(missing_ok=True)
            return
        try:
            with suppress(BlockingIOError, BrokenPipeError):  # full: it has been told often enough
                os.write(pipe, said)
        finally:
            os.close(pipe)

    def heard(self) -> Collection[Chime]:
        """What was rung since the last time."""
        try:
            said = os.read(self.ear, _ROOM)
        except BlockingIOError:
            return ()
        return [chime for place, chime in enumerate(ALL) if str(place).encode() in said]

    def wake(self) -> None:
        """Let who waits at the ear go on: he has heard nothing."""
        with suppress(BlockingIOError):
            os.write(self.ear, b".")

    def close(self) -> None:
        """Nobody listens any more."""
        with suppress(OSError):
            (self._folder / self._name).unlink(missing_ok=True)
        os.close(self.ear)

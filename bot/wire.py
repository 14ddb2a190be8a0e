"""Carries the bell between processes that share a database, on a thread and a connection of its own.

On PostgreSQL by LISTEN and NOTIFY. A NOTIFY within a transaction lets all such commits go one by one, each with its
wait for the disk; so it is sent beside them, after the commit. On SQLite through pipes beside the file (``bot.pipes``);
the file tells by itself that somebody wrote who has none. It fails nobody: while the database is away it tries again,
and who waits looks by itself meanwhile.
"""

from __future__ import annotations

import os
import select
import selectors
import sqlite3
import threading
import time
from collections.abc import Collection
from contextlib import closing, suppress
from typing import Any
from uuid import uuid4

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.bell import ALL, Bell, Chime
from bot.db import Database
from bot.door import folder_beside
from bot.logs import about
from bot.pipes import Pipes

log = structlog.get_logger()

#: At most so often a second a process rings: in a busy moment many bells become one.
_BREATH_SECONDS = 0.01
#: And so often one listens on SQLite, where ringing costs less.
_SHORT_BREATH_SECONDS = 0.002
#: How often SQLite's file is asked whether somebody wrote who rings nobody: a command at a terminal, or who just died.
_LOOK_SECONDS = 0.1
#: While bells ring all the time, every so manieth such look counts as such a one's writing.
_OWN_LOOKS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
#: What a network has forgotten is given up within half a minute.
_CONNECTION = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 5}


class Wire:
    """Between this process's bell and those of the others. Begun in the very process: after any fork."""

    def __init__(self, db: Database, bell: Bell) -> None:
        self._bell, self._stopping = bell, threading.Event()
        self._end: _OnPostgres | _OnSqlite = _OnSqlite(db) if db.is_sqlite else _OnPostgres(db)
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._end.open(self._bell.awaited)
        self._bell.carry_by(self._end.carry)
        self._thread.start()

    def stop(self) -> None:
        """Ring what is still to be rung, and end."""
        self._stopping.set()
        self._end.poke()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._end.close()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self._end.listen(self._bell, self._stopping)
            except (psycopg.Error, sqlite3.Error, SQLAlchemyError, OSError) as error:
                pause = _FIRST_PAUSE if self._bell.is_open else min(2 * pause, _LONGEST_PAUSE)
                log.warning("The bell of other processes is not heard", action="bell_lost", **about(error))
            self._bell.close()
            self._stopping.wait(pause)


class _OnPostgres:
    """One connection that listens and rings."""

    def __init__(self, db: Database) -> None:
        self._me = uuid4().hex  # what we rang ourselves was heard from memory
        self._engine = db.engine
        self._guard, self._owed = threading.Lock(), set[Chime]()
        self._ends: tuple[int, int] | None = None

    def open(self, awaited: Collection[Chime]) -> None:
        """What wakes the thread while it waits for the database's word."""
        self._ends = os.pipe()
        for end in self._ends:
            os.set_blocking(end, False)

    def carry(self, chimes: Collection[Chime]) -> None:
        """Ring in the other processes, soon."""
        with self._guard:
            self._owed.update(chimes)
        self.poke()

    def poke(self) -> None:
        """Wake the thread."""
        with self._guard, suppress(BlockingIOError):  # it has been told often enough
            if self._ends is not None:
                os.write(self._ends[1], b".")

    def close(self) -> None:
        """Nobody listens any more."""
        with self._guard:
            ends, self._ends = self._ends or (), None
        for end in ends:
            os.close(end)

    def listen(self, bell: Bell, stopping: threading.Event) -> None:
        """Until ``stopping``. Raises psycopg.Error when the connection is lost."""
        with closing(self._connect()) as connection, selectors.DefaultSelector() as either:
            for chime in bell.awaited:
                connection.execute(f"LISTEN {_channel(chime)}")
            bell.open()
            either.register(connection.fileno(), selectors.EVENT_READ)
            either.register(self._out(), selectors.EVENT_READ)
            while not stopping.is_set():
                bell.sound(self._heard(connection))
                either.select()
                self._ring(connection)
                stopping.wait(_BREATH_SECONDS)
            self._ring(connection)

    def _connect(self) -> psycopg.Connection:
        _, given = self._engine.dialect.create_connect_args(self._engine.url)
        connection = psycopg.connect(**{**_CONNECTION, **given}, autocommit=True)
        connection.execute("SET synchronous_commit = off")  # a bell need not be on any disk
        return connection

    def _out(self) -> int:
        if self._ends is None:
            raise ValueError("not opened")
        return self._ends[0]

    def _heard(self, connection: psycopg.Connection) -> Collection[Chime]:
        rung = {told.channel for told in connection.notifies(timeout=0) if told.payload != self._me}
        return [chime for chime in ALL if _channel(chime) in rung]

    def _ring(self, connection: psycopg.Connection) -> None:
        with suppress(BlockingIOError):  # nobody poked
            os.read(self._out(), 65_536)
        with self._guard:
            owed = frozenset(self._owed)
            self._owed.clear()
        if not owed:
            return
        try:
            channels = [_channel(chime) for chime in owed]
            connection.execute("SELECT pg_notify(channel, %s) FROM unnest(%s::text[]) channel", (self._me, channels))
        except psycopg.Error:
            self.carry(owed)  # when there is a connection again
            raise


class _OnSqlite:
    """A pipe in which others ring, and a connection that asks whether somebody has written who rings nobody."""

    def __init__(self, db: Database) -> None:
        self._engine, self._file = db.engine, db.file
        self._guard = threading.Lock()
        self._pipes: Pipes | None = None

    def open(self, awaited: Collection[Chime]) -> None:
        """Where nothing can be made beside the file, it alone is asked."""
        with suppress(OSError):
            self._pipes = Pipes(folder_beside(self._file), awaited) if self._file else None

    def carry(self, chimes: Collection[Chime]) -> None:
        """Ring in the other processes, at once."""
        with self._guard:
            if self._pipes is not None:
                self._pipes.ring(chimes)

    def poke(self) -> None:
        """Wake the thread."""
        with self._guard:
            if self._pipes is not None:
                self._pipes.wake()

    def close(self) -> None:
        """Nobody listens any more."""
        with self._guard:
            pipes, self._pipes = self._pipes, None
        if pipes is not None:
            pipes.close()

    def listen(self, bell: Bell, stopping: threading.Event) -> None:
        """Until ``stopping``. Raises an error of the database when the file cannot be asked."""
        with closing(self._engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            before, rung, owed, heard = _version(cursor), bell.times, 0, 0
            bell.open()
            while not stopping.is_set():
                look_at = time.monotonic() + _LOOK_SECONDS
                while (left := look_at - time.monotonic()) > 0 and not stopping.is_set():
                    heard += self._hear(bell, stopping, left)
                now, times = _version(cursor), bell.times + heard
                owed += bool(owed or now != before)
                # What was rung is heard; whether somebody wrote as well who does not ring the file does not say.
                if owed and (times == rung or owed >= _OWN_LOOKS):
                    owed = 0
                    bell.sound(ALL)
                before, rung = now, times

    def _hear(self, bell: Bell, stopping: threading.Event, seconds: float) -> bool:
        """Wait at the pipe; True when somebody rang."""
        pipes = self._pipes
        if pipes is None:
            stopping.wait(seconds)
            return False
        select.select((pipes.ear,), (), (), seconds)
        chimes = pipes.heard()
        bell.sound(chimes)
        if chimes:
            stopping.wait(_SHORT_BREATH_SECONDS)
        return bool(chimes)


def _version(cursor: Any) -> Any:
    return cursor.execute("PRAGMA data_version").fetchone()[0]


def _channel(chime: Chime) -> str:
    return f"redningskrans_{chime}"

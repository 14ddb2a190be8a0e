"""One database, SQLite (WAL) or PostgreSQL: a transaction to read, to write, to try something out; migrations.

Writers on SQLite begin with BEGIN IMMEDIATE, so that no two of them deadlock on an upgrade of their lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from bot.bell import Bell, note_flushed, to_ring
from bot.door import Door, folder_beside
from bot.search_index import SearchIndex
from bot.turnstile import Turnstile

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 30_000
_MIGRATION_LOCK = 7_249_103  # any number of our own
#: Seconds that a thread waits for one of the pool's connections: who asked us is told before it stops waiting.
_PATIENCE = 8
#: A server that is gone without a word is found out within half a minute, not after PostgreSQL's two hours.
_ALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
#: An error's message never carries the values of a row: they are people's data.
_QUIET: dict[str, Any] = {"hide_parameters": True}


class Database:
    """The engine and its two kinds of transaction. Objects stay readable after the transaction has ended."""

    def __init__(self, url: str, pool_size: int = 20) -> None:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        #: SQLite's file; None: there is none.
        self.file = parsed.database if self.is_sqlite and parsed.database != ":memory:" else None
        # Who waits to write to SQLite takes turns here, and at the door with other processes, not by polling its lock.
        self._door = Door(folder_beside(self.file)) if self.file else None
        self._turnstile: AbstractContextManager[Any] = Turnstile(door=self._door) if self.is_sqlite else nullcontext()
        self.engine = self._connect(pool_size)
        self._writers = self.engine.execution_options(writes=True)
        self._writing = sessionmaker(self._writers, expire_on_commit=False)
        event.listen(self._writing, "after_flush", self._after_flush)
        #: What makes stored words findable; the wiring gives it, for it has a key. None: nothing is indexed.
        self.index: SearchIndex | None = None
        #: Who is woken by what is committed; the wiring gives it. None: nobody.
        self.bell: Bell | None = None

    def _connect(self, pool_size: int) -> Engine:
        if not self.is_sqlite:
            reach = {"connect_timeout": 5, **_ALIVE}
            pool: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": _PATIENCE}
            return create_engine(self.url, **_QUIET, **pool, connect_args=reach, pool_pre_ping=True)
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        args = {"check_same_thread": False, "timeout": _BUSY_MS / 1000}
        engine = create_engine(self.url, **_QUIET, connect_args=args, pool_size=pool_size, max_overflow=-1)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that writes: committed at the end, rolled back on any exception."""
        with self._turnstile, self._writing() as session, session.begin():
            session.connection()  # takes SQLite's lock now: a clock read in here is read after the wait
            yield session
        rung = to_ring(session)
        if self.bell is not None and rung:
            self.bell.ring(rung)

    def _after_flush(self, session: Session, _: object) -> None:
        if self.index is not None:
            self.index.after_flush(session)
        note_flushed(session)

    @contextmanager
    def trial(self) -> Iterator[Session]:
        """A transaction that may write and leaves no trace: rolled back whatever happens.

        On SQLite it is done in a copy in memory, so that nobody waits for the one lock on writing meanwhile.
        """
        if not self.is_sqlite:
            with Session(self._writers, expire_on_commit=False) as session:  # closed without a commit
                yield session
            return
        copy = create_engine("sqlite://", **_QUIET, creator=self._copy, poolclass=StaticPool)
        event.listen(copy, "begin", _begin_sqlite)
        try:
            with Session(copy, expire_on_commit=False) as session:
                yield session
        finally:
            copy.dispose()

    def _copy(self) -> sqlite3.Connection:
        """All that is committed at this moment, in memory."""
        copy = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        with self.engine.connect() as connection:
            source = connection.connection.driver_connection
            if not isinstance(source, sqlite3.Connection):
                raise TypeError("only SQLite is copied")
            source.backup(copy)
        copy.execute("PRAGMA foreign_keys=ON")
        return copy

    def upgrade(
        self, *, first: Callable[[Session], None] | None = None, then: Callable[[Session], None] | None = None
    ) -> None:
        """Make an empty database, or bring an older one up to date; one that is newer than we are stays as it is.

        ``first`` and ``then`` write in the same transaction, before and after.
        """
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self._writers.begin() as connection, Session(connection, expire_on_commit=False) as session:
            if not self.is_sqlite:  # one process at a time migrates
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                # Whoever waits for a table keeps all others from it: rather fail, and be run again.
                connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            if first is not None:
                first(session)
            revision = MigrationContext.configure(connection).get_current_revision()
            if revision is None or self.knows(revision):
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            if then is not None:
                then(session)
                session.flush()

    def revision(self) -> str | None:
        """The newest migration that it has had; None: it is not made yet."""
        with self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    @staticmethod
    def knows(revision: str) -> bool:
        """True for a migration of ours; one that we do not know is of a newer version."""
        return revision in {each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}

    def is_bare(self) -> bool:
        """True when nobody has made anything in it, in any schema."""
        found = inspect(self.engine)
        schemas = [name for name in found.get_schema_names() if name != "information_schema"]
        return not any(found.get_table_names(name) or found.get_view_names(name) for name in schemas)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        if self._door is not None:
            self._door.close()


def _prepare_sqlite(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        dbapi.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""A database at one address that can be put back as it was: a file is copied, PostgreSQL makes it by a template."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url


class SqliteFile:
    """A file; what stands in its log is part of it."""

    def __init__(self, url: str) -> None:
        self.url, self._file = url, Path(str(make_url(url).database))
        self._kept = self._file.with_suffix(".kept")
        self.keep()

    def keep(self) -> None:
        """The last connection has been closed, so the log is empty."""
        shutil.copy(self._file, self._kept)

    def renew(self) -> None:
        """Without the log of whoever was killed."""
        for ending in ("-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        shutil.copy(self._kept, self._file)

    def after_a_kill(self) -> None:
        """The kernel has given back what was locked, and ids have no gaps."""

    def forget(self) -> None:
        """Its folder goes with the test."""


class PostgresCopy:
    """A copy of a database; made anew from it."""

    def __init__(self, url: str) -> None:
        self._origin = str(make_url(url).database)
        self._name = f"{self._origin}_walk"
        parsed = make_url(url)
        self.url = parsed.set(database=self._name).render_as_string(hide_password=False)
        self._server = parsed.set(database="postgres").render_as_string(hide_password=False)
        self._kept = False

    def keep(self) -> None:
        """The copy becomes the origin of the next ones."""
        self._kept = True
        self._do(_TURN_OUT.format(self._name), f'CREATE DATABASE "{self._name}_kept" TEMPLATE "{self._name}"')

    def renew(self) -> None:
        """From what was kept, or from the origin."""
        origin = f"{self._name}_kept" if self._kept else self._origin
        self._do(
            _TURN_OUT.format(origin),
            f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)',
            f'CREATE DATABASE "{self._name}" TEMPLATE "{origin}"',
        )

    def forget(self) -> None:
        """Drop what was made."""
        self._do(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in (self._name, f"{self._name}_kept")))

    def after_a_kill(self) -> None:
        """Wait until the server has noticed; and let ids go on without a gap, so that two evenings can be compared."""
        self._do(_TURN_OUT.format(self._name))
        self._do(_NO_GAPS, url=self.url)

    def _do(self, *statements: str, url: str = "") -> None:
        engine = create_engine(url or self._server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


#: Ends what is still connected, and waits until it is gone.
_TURN_OUT = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{}'"
_NO_GAPS = """DO $$ DECLARE t text; ids text; highest bigint; BEGIN
FOR t IN SELECT quote_ident(table_name) FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'id'
LOOP
    ids := pg_get_serial_sequence(t, 'id');
    IF ids IS NOT NULL THEN
        EXECUTE 'SELECT coalesce(max(id), 0) FROM ' || t INTO highest;
        PERFORM setval(ids, highest + 1, false);
    END IF;
END LOOP;
END $$"""


Place = SqliteFile | PostgresCopy


def place_of(url: str) -> Place:
    """The one for this database."""
    return SqliteFile(url) if url.startswith("sqlite") else PostgresCopy(url)

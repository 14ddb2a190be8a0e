"""How many queries a PostgreSQL server is asked, by its own log: kept only while nothing is timed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

_QUERY = re.compile(r"LOG:  (?:statement|execute [^:]*): (?!BEGIN|COMMIT|ROLLBACK|DEALLOCATE|ALTER SYSTEM|SELECT pg_)")


class Counted:
    """The queries since the log began."""

    def __init__(self, log: Path) -> None:
        self._log, self._from = log, log.stat().st_size

    @property
    def queries(self) -> int:
        """So far, without the beginnings and ends of transactions."""
        with self._log.open("rb") as read:
            read.seek(self._from)
            return len(_QUERY.findall(read.read().decode("utf-8", "replace")))


@contextmanager
def counted(url: str) -> Iterator[Counted]:
    """Let the server that has this database write down what it is asked."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            folder = Path(str(connection.scalar(text("SHOW data_directory"))))
            _say(connection, "ALTER SYSTEM SET log_statement = 'all'")
        yield Counted(folder / "log")
    finally:
        with engine.connect() as connection:
            _say(connection, "ALTER SYSTEM RESET log_statement")
        engine.dispose()


def _say(connection: Connection, words: str) -> None:
    connection.execute(text(words))
    connection.execute(text("SELECT pg_reload_conf()"))

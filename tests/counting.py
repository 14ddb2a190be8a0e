"""Counts what is asked of a database, and looks at how it would find the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from bot.db import Database


@dataclass
class Counted:
    """Statements (without BEGIN, which SQLite is told and PostgreSQL's driver says by itself), and commits."""

    asked: list[tuple[str, Any]] = field(default_factory=list)
    commits: int = 0

    @property
    def statements(self) -> list[str]:
        return [statement for statement, _ in self.asked]

    def __len__(self) -> int:
        return len(self.asked)


@contextmanager
def counting(db: Database) -> Iterator[Counted]:
    """What is asked meanwhile, by whichever thread."""
    counted = Counted()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            counted.asked.append((statement, values))

    def commit(_connection: Any) -> None:
        counted.commits += 1

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", commit)
    try:
        yield counted
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", commit)


def ways(db: Database, statement: str, values: Any) -> list[str]:
    """How the database finds the answer: a line for each step of its plan."""
    explain = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN "
    with db.engine.connect() as connection:
        return [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values)]


#: Through a whole table: SQLite says SCAN and the table's name, PostgreSQL says Seq Scan on it.
_WHOLE = re.compile(r'(?:^SCAN|Seq Scan on) "?(\w+)\b"?(?! USING)')


def read_whole(db: Database, statement: str, values: Any) -> set[str]:
    """The tables that a statement would read from end to end."""
    found = (_WHOLE.search(way) for way in ways(db, statement, values))
    return {match[1] for match in found if match}

"""What a migration may do while the release before it still runs, and that a database with rows in it keeps them all.

See docs/decisions/0025-the-old-and-the-new-side-by-side.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    event,
    insert,
    text,
)

from bot.db import MIGRATIONS, Database

#: These grow for ever, or every webhook writes them: an index on one keeps writers waiting while it is built.
GROWING = ("message", "message_status", "audit_event", "live_event", "marker", "conversation", "case_word", "mail")
#: Released before the rule; on a service of that age the table was small.
INDEXED_BEFORE = {"0005", "0008", "0011", "0015"}
#: Changes of data, each with its reason.
DATA_CHANGES = {
    "0005": "a crisis that rang before there were alarms goes on ringing: one row an open crisis",
    "0010": "of several open incidents of a kind all but one are ended, or the unique index could not be made",
}
_ADDED = re.compile(r"ALTER TABLE \"?(\w+)\"? ADD COLUMN \"?(\w+)\"? (.+)", re.IGNORECASE | re.DOTALL)
_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (IF NOT EXISTS )?\"?(\w+)\"? ON \"?(\w+)\"?", re.IGNORECASE)


def revisions() -> list[str]:
    """All of them, the oldest first."""
    return [each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


@pytest.fixture
def said(postgres_db: Database) -> Mapping[str, list[str]]:
    """By revision: what it says to PostgreSQL."""
    found: dict[str, list[str]] = defaultdict(list)
    current: list[str] = []

    def hear(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT INTO alembic_version", "UPDATE alembic_version")):
            found[re.findall(r"'(\w+)'", statement)[0]] = list(current)
            current.clear()
        elif not statement.lstrip().upper().startswith(("SELECT", "SET LOCAL", "CREATE TABLE ALEMBIC_VERSION")):
            current.append(" ".join(statement.split()))

    empty(postgres_db)
    event.listen(postgres_db.engine, "before_cursor_execute", hear)
    postgres_db.upgrade()
    assert list(found) == revisions()
    return found


def empty(db: Database) -> None:
    """As nobody has made anything in it."""
    if db.is_sqlite:
        raise AssertionError("an SQLite file is empty when it is new")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def objection(revision: str, statement: str, made_here: set[str]) -> str | None:
    """Why the code of the release before could not go on, or writers would wait; None: nothing speaks against it."""
    head = statement.upper()
    if head.startswith(("CREATE TABLE", "COMMENT")):
        return None
    if (index := _INDEX.match(statement)) is not None:
        return _about_index(revision, bool(index[1]), index[3], made_here)
    if (added := _ADDED.match(statement)) is not None:
        rest = added[3].upper()
        if "NOT NULL" in rest and "DEFAULT" not in rest:
            return "a column that old code does not fill must be nullable or have a default of the server"
        return (
            "REFERENCES on a filled column reads the whole table"
            if "REFERENCES" in rest and "DEFAULT" in rest
            else None
        )
    if head.startswith(("UPDATE", "INSERT", "DELETE")):
        return None if revision in DATA_CHANGES else "a change of data needs its reason in DATA_CHANGES"
    return "only what is added is safe while old code runs: first expand, a release later contract"


def _about_index(revision: str, if_not_exists: bool, table: str, made_here: set[str]) -> str | None:
    is_old = revision in INDEXED_BEFORE
    if table not in GROWING or table in made_here or is_old or if_not_exists:
        return None
    return f"an index on {table}: if_not_exists=True, so that it can be built CONCURRENTLY beforehand"


@pytest.mark.postgres
def test_every_migration_lets_the_release_before_go_on(said: Mapping[str, list[str]]):
    wrong = []
    for revision, statements in list(said.items())[1:]:
        made = {m[1] for s in statements if (m := re.match(r'CREATE TABLE "?(\w+)"?', s, re.IGNORECASE))}
        wrong += [(revision, why, s) for s in statements if (why := objection(revision, s, made)) is not None]

    assert wrong == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE message DROP COLUMN body",
        "ALTER TABLE message RENAME COLUMN body TO words",
        "ALTER TABLE message ALTER COLUMN body SET NOT NULL",
        "ALTER TABLE message ADD COLUMN tone VARCHAR(9) NOT NULL",
        "ALTER TABLE message ADD CONSTRAINT c CHECK (media >= 0)",
        "DROP TABLE note",
        "UPDATE message SET body = ''",
        "CREATE INDEX i ON message (body)",
    ],
)
def test_the_rule_knows_what_it_forbids(statement: str):
    assert objection("9999", statement, set()) is not None


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE message ADD COLUMN tone VARCHAR(9)",
        "ALTER TABLE message ADD COLUMN tone VARCHAR(9) DEFAULT '' NOT NULL",
        "CREATE TABLE tone (id BIGINT)",
        "CREATE INDEX IF NOT EXISTS i ON message (body)",
        "CREATE INDEX i ON tone (id)",
    ],
)
def test_and_what_it_allows(statement: str):
    assert objection("9999", statement, set()) is None


def go_to(db: Database, revision: str) -> None:
    """Make the database as an earlier release had it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def reflected(db: Database) -> MetaData:
    found = MetaData()
    found.reflect(db.engine)
    found.remove(found.tables["alembic_version"])
    return found


def fill(db: Database, *numbers: int) -> Mapping[str, Table]:
    """A row more of each number in every table that there is; every reference to the row of the same number."""
    tables = reflected(db).tables
    later = "PRAGMA defer_foreign_keys=ON" if db.is_sqlite else "SET LOCAL session_replication_role = replica"
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(later)
        for table in tables.values():
            rows = [{c.name: value_of(c, number) for c in table.columns} for number in numbers]
            connection.execute(insert(table), rows)
    return tables


def value_of(column: Column[Any], number: int) -> Any:
    """Something that fits, another one for each row."""
    kind = column.type
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, JSON):
        return {"of": number}
    if isinstance(kind, DateTime):
        return datetime(2026, 10, 27, 8, number, tzinfo=UTC)
    if isinstance(kind, LargeBinary):
        return bytes([number])
    if isinstance(kind, Date):
        return date(2026, 10, 26) + timedelta(days=number)
    if isinstance(kind, Numeric) or kind.python_type in (int, float):
        return number
    return str(number)


def stored(db: Database, tables: Mapping[str, Table]) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the columns of these, as the database itself gives it; the oldest first."""
    quote = db.engine.dialect.identifier_preparer.quote_identifier
    with db.engine.connect() as connection:
        found = {}
        for name, table in tables.items():
            columns, key = (", ".join(quote(c.name) for c in some) for some in (table.columns, table.primary_key))
            rows = connection.exec_driver_sql(f"SELECT {columns} FROM {quote(name)} ORDER BY {key}")  # noqa: S608  our own names
            found[name] = [tuple(row) for row in rows]
        return found


def keeps_all(db: Database, tables: Mapping[str, Table], upgrade: Callable[[], None]) -> None:
    before = stored(db, tables)
    assert before
    assert all(before.values())

    upgrade()

    for name, rows in stored(db, tables).items():
        assert rows[: len(before[name])] == before[name], name


def upgraded_keeps_all(db: Database, revision: str) -> None:
    go_to(db, revision)
    keeps_all(db, fill(db, 1, 2), db.upgrade)
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == revisions()[-1]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Database]:
    """An SQLite file that nobody has made anything in."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    yield db
    db.close()


def test_no_migration_loses_a_row_of_an_sqlite_database(old: Database):
    """Each in its turn, and before each some more rows in every table that there is by then."""
    numbers = count(1)
    go_to(old, revisions()[0])
    for revision in revisions()[1:]:
        keeps_all(old, fill(old, next(numbers)), partial(go_to, old, revision))


@pytest.mark.parametrize("revision", ["0001", "0010", "0017"])
def test_an_older_sqlite_database_keeps_every_row(old: Database, revision: str):
    upgraded_keeps_all(old, revision)


@pytest.mark.postgres
@pytest.mark.parametrize("revision", ["0001", "0010", "0017"])
def test_an_older_postgres_database_keeps_every_row(postgres_db: Database, revision: str):
    empty(postgres_db)

    upgraded_keeps_all(postgres_db, revision)

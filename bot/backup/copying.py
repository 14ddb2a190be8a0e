"""All rows of one database into another, empty one: the way from SQLite to PostgreSQL when one machine is not enough.

One transaction, in the order in which tables refer to each other, counted on both sides before it is committed: all is
there, or nothing is. Rows keep their numbers, and the next number follows the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.types import UserDefinedType

from bot.backup import postgres, sqlite
from bot.backup.errors import BackupError
from bot.db import Database
from bot.models import Base

_ROWS = 1000  # in memory at a time


class _Written(UserDefinedType[str]):
    """JSON as it was written: read and written anew, nothing at all and ``null`` would become the same."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Nobody makes a column of it."""
        return "JSON"


def copy_all(source: Database, target: Database) -> dict[str, int]:
    """Copy while nobody uses the source; gives the rows of each table. Raises BackupError."""
    (sqlite if source.is_sqlite else postgres).check_unused(source)
    if not target.is_bare() and target.revision() is None:
        raise BackupError("There is something in the new database that is not ours. Take an empty one.")
    target.upgrade()
    if source.revision() != target.revision():
        raise BackupError("The old database is of another version. Run on it first: redningskrans db upgrade")
    with source.engine.connect() as old, target.write() as session:
        new = session.connection()
        _check_empty(new)
        for table in Base.metadata.sorted_tables:
            _copy(table, old, new)
        return {table.name: _counted(table, old, new) for table in Base.metadata.sorted_tables}


def _check_empty(new: Connection) -> None:
    full = [table.name for table in Base.metadata.sorted_tables if new.execute(select(table).limit(1)).first()]
    if full:
        raise BackupError(f"There is something in the new database already ({', '.join(full)}). Take an empty one.")


def _copy(table: Table, old: Connection, new: Connection) -> None:
    """Rows may refer to later ones of the same table: such references come when all rows are there."""
    own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    later = {column.name: None for column in own}
    json = {column.name: f"written_{column.name}" for column in table.columns if isinstance(column.type, JSON)}
    asked = [cast(each, Text).label(json[each.name]) if each.name in json else each for each in table.columns]
    put = insert(table).values({name: bindparam(key, type_=_Written()) for name, key in json.items()})
    for rows in _in_parts(old, table, asked):
        new.execute(put, [{**row, **later} for row in rows])
    for column in own:
        _refer(table, column, old, new)
    if new.dialect.name == "postgresql" and "id" in table.columns:
        _go_on_after(table, new)


def _refer(table: Table, column: Column[Any], old: Connection, new: Connection) -> None:
    change = update(table).where(table.c.id == bindparam("row")).values({column: bindparam("refers_to")})
    for rows in _in_parts(old, table, (table.c.id, column)):
        found = [{"row": row["id"], "refers_to": row[column.name]} for row in rows if row[column.name] is not None]
        if found:
            new.execute(change, found)


def _in_parts(old: Connection, table: Table, columns: Iterable[ColumnElement[Any]]) -> Iterable[list[dict[str, Any]]]:
    asked = select(*columns).order_by(*table.primary_key.columns)
    with old.execution_options(yield_per=_ROWS).execute(asked) as found:
        for part in found.mappings().partitions():
            yield [dict(row) for row in part]


def _go_on_after(table: Table, new: Connection) -> None:
    """PostgreSQL counts apart from the rows; nothing happens where a table has no such count."""
    last = new.scalar(select(func.max(table.c.id)))
    name = new.dialect.identifier_preparer.format_table(table)
    if last is not None:
        new.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": name, "last": last})


def _counted(table: Table, old: Connection, new: Connection) -> int:
    there, here = (connection.scalar(select(func.count()).select_from(table)) for connection in (old, new))
    if there != here:
        raise BackupError(
            f"The copy is not whole: {table.name} has {there} rows in the old database, {here} in the new."
        )
    return int(here or 0)

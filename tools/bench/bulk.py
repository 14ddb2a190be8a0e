"""Many rows of a table written at once, past the ORM: what a bench begins with must not take the afternoon."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Table, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.models import Base

_AT_ONCE = 20_000

Row = Mapping[str, Any]


def write(connection: Connection, model: type[Base], rows: Iterable[Row]) -> None:
    """Write the rows; what a row does not name has the model's default, or none."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table")
    columns = list(table.columns)
    read = iter(_read(connection, columns, rows))
    while several := list(islice(read, _AT_ONCE)):
        _write(connection, table, columns, several)


def settle(connection: Connection, models: Iterable[type[Base]]) -> None:
    """Let the database know what it has, as it would in time by itself, and where the next ids begin."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA optimize(0x10002)"))
        return
    for model in models:
        name = model.__tablename__
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), 1000000000)"))
    connection.execute(text("ANALYZE"))


def _read(connection: Connection, columns: list[Column[Any]], rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """Each row as the driver wants it, in the order of the columns."""
    ways = [(column.name, _default(column), column.type.dialect_impl(connection.dialect)) for column in columns]
    readers = [(name, default, kind.bind_processor(connection.dialect)) for name, default, kind in ways]
    for row in rows:
        yield tuple(
            reader(value) if reader is not None and value is not None else value
            for name, default, reader in readers
            for value in (row.get(name, default),)
        )


def _default(column: Column[Any]) -> Any:
    if isinstance(column.default, ScalarElementColumnDefault):
        return column.default.arg
    return {} if column.default is not None else None


def _write(connection: Connection, table: Table, columns: list[Column[Any]], rows: list[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column.name}"' for column in columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        driver.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', rows)  # noqa: S608  our names
        return
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)

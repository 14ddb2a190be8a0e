"""The index of searched words for the inbox's world, reckoned in one go: what the product does batch by batch.

A test holds it against what the product itself writes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, create_engine, select, text

from bot.db import Database
from bot.models import Case, Conversation, Message, Note, Resident, SearchBuild
from bot.search_index import WRITERS, SearchIndex, Word
from bot.search_words import case_words, exact, phone_words, phones, written_words

_AT_ONCE = 100_000
_READ = 5_000
Row = tuple[int, int]


@dataclass(frozen=True)
class Words:
    """Tokens and what they lead to, each once and sorted: arrays of two columns."""

    cases: Any
    conversations: Any


def reckoned(db: Database, index: SearchIndex) -> Words:
    """What a world is searched by. The same world in another database has the same."""
    with db.read() as session:
        connection = session.connection()
        return Words(_sorted(_of_cases(connection, index)), _sorted(_of_conversations(connection, index)))


def write(db: Database, index: SearchIndex, words: Words, now: datetime) -> None:
    """Write all of it, and that nothing is missing."""
    _write(db, "case_word", "case_id", words.cases)
    _write(db, "conversation_word", "conversation_id", words.conversations)
    with db.write() as session:
        session.add(SearchBuild(id=1, key_mark=index.mark, case_id=0, conversation_id=0, finished_at=now))
        session.execute(text("ANALYZE"))


def _of_cases(connection: Connection, index: SearchIndex) -> Iterator[Row]:
    words = (Case.case_ref, Case.tenancy_ref, Case.department, Resident.name, Resident.address)
    asked = select(Case.organisation_id, Case.id, *words, Resident.postal_code, Resident.city, Resident.phone)
    for home, id_, *told, phone in _rows(connection, asked.join(Resident, Resident.id == Case.resident_id)):
        ref, tenancy, _, name, *_ = told
        found: set[Word] = {("who", word) for word in case_words(*told)} | {("name", word) for word in case_words(name)}
        found |= {("ref", whole) for whole in (exact(ref), exact(tenancy)) if whole}
        found |= {("phone", word) for word in phone_words(phone or "")}
        yield from ((index.token(home, kind, word), id_) for kind, word in found)


def _of_conversations(connection: Connection, index: SearchIndex) -> Iterator[Row]:
    for home, id_, phone in _rows(
        connection, select(Conversation.organisation_id, Conversation.id, Conversation.phone)
    ):
        yield from ((index.token(home, "phone", word), id_) for word in phone_words(phone))
    for table, condition in ((Message, Message.author.in_(WRITERS)), (Note, Note.id.is_not(None))):
        asked = select(Conversation.organisation_id, Conversation.id, table.body)
        asked = asked.join(table, table.conversation_id == Conversation.id).where(condition)
        for home, id_, body in _rows(connection, asked):
            yield from ((index.token(home, kind, word), id_) for kind, word in _words(body))


@lru_cache(maxsize=200_000)
def _words(body: str) -> tuple[Word, ...]:
    return *(("written", word) for word in written_words(body)), *(("phone", number) for number in phones(body))


def _rows(connection: Connection, asked: Any) -> Iterator[Any]:
    return iter(connection.execute(asked.execution_options(yield_per=_READ)))


def _sorted(rows: Iterable[Row]) -> Any:
    """Each once, in the order of the table's key: so it is written from the left to the right."""
    flat = array("q")
    for row in rows:
        flat.extend(row)
    pairs = np.frombuffer(flat, dtype=np.int64).reshape(-1, 2)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    is_new = np.ones(len(pairs), dtype=bool)
    is_new[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return pairs[is_new]


def _write(db: Database, table: str, column: str, rows: Any) -> None:
    """Without what makes each row dear: the second index is made afterwards, and nobody asks whose id it is."""
    parts = (rows[first : first + _AT_ONCE].tolist() for first in range(0, len(rows), _AT_ONCE))
    engine = create_engine(db.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        connection.exec_driver_sql(f"DROP INDEX ix_{table}_{column}")
        if db.is_sqlite:
            _into_sqlite(driver, f"INSERT INTO {table} (token, {column}) VALUES (?, ?)", parts)  # noqa: S608  our names
        else:
            _into_postgres(driver, f"COPY {table} (token, {column}) FROM STDIN", parts)
        connection.exec_driver_sql(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})")
    engine.dispose()


def _into_sqlite(driver: Any, insert: str, parts: Iterable[list[list[int]]]) -> None:
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute("BEGIN IMMEDIATE")
    for part in parts:
        driver.executemany(insert, part)
    driver.execute("COMMIT")
    driver.execute("PRAGMA foreign_keys=ON")


def _into_postgres(driver: Any, copies: str, parts: Iterable[list[list[int]]]) -> None:
    driver.execute("SET session_replication_role = replica")
    with driver.cursor() as cursor, cursor.copy(copies) as copy:
        for part in parts:
            copy.write("".join(f"{token}\t{id_}\n" for token, id_ in part))
    driver.execute("RESET session_replication_role")

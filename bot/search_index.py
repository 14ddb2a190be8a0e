"""Makes what is stored findable by its words: keyed tokens, written in the transaction that stores the words.

A token is a word under a key of its organisation, so that nobody reads words out of the tables, and no search of one
organisation touches another's (decision 0019). What the bot says is the same to all and not searched for.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Connection, delete, inspect, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from bot.models import Case, CaseWord, Conversation, ConversationWord, Message, Note, Resident
from bot.search_words import Term, case_words, exact, phone_words, phones, written_words

Kind = Literal["who", "name", "ref", "phone", "written"]
#: A word and how it is meant; and a row of a table of words.
Word = tuple[Kind, str]
Row = tuple[int, int]

#: Whose messages are searched.
WRITERS = ("resident", "adviser")
_TOKEN_BYTES = 8
_OF_CASE = ("case_ref", "department", "tenancy_ref", "resident_id")
_OF_RESIDENT = ("name", "phone", "address", "postal_code", "city")


class SearchIndex:
    """Words as tokens under one key."""

    def __init__(self, key: str) -> None:
        self._key = hmac.digest(key.encode(), b"redningskrans search 1", "sha256")
        self.mark = hmac.digest(self._key, b"mark", "sha256").hex()[:16]
        self._token = lru_cache(maxsize=200_000)(self._reckon)
        self._of = lru_cache(maxsize=1000)(self._of_organisation)

    def token(self, organisation_id: int, kind: Kind, word: str) -> int:
        """What stands in the tables for this word."""
        return self._token(organisation_id, kind, word)

    def tokens(self, organisations: Collection[int], *words: Word) -> list[int]:
        """What stands for any of these words, in any of the organisations."""
        return [self.token(each, kind, word) for each in organisations for kind, word in words]

    def after_flush(self, session: Session) -> None:
        """Index what this flush has stored or changed."""
        stored = [*session.new, *session.dirty]
        self._index_texts(session, stored)
        if numbers := [each.id for each in stored if isinstance(each, Conversation) and _has(each, "phone")]:
            self.index_numbers(session, numbers)
        changed = {each.id for each in stored if isinstance(each, Case) and _has(each, *_OF_CASE)}
        residents = {each.id for each in stored if isinstance(each, Resident) and _has(each, *_OF_RESIDENT)}
        if residents:
            changed |= set(session.execute(select(Case.id).where(Case.resident_id.in_(residents))).scalars())
        if changed:
            self.index_cases(session, changed)

    def _index_texts(self, session: Session, stored: Iterable[object]) -> None:
        texts = [each for each in stored if isinstance(each, Message | Note) and _has(each, "body")]
        new = [each for each in texts if each in session.new and _is_searched(each)]
        homes = self._homes(session, {each.conversation_id for each in new})
        found = ((each.conversation_id, _of_text(each.body)) for each in new)
        write_words(
            session.connection(), "conversation", (r for id_, t in found for r in self._rows(homes[id_], id_, t))
        )
        if changed := {each.conversation_id for each in texts if each not in session.new}:
            self.index_conversations(session, changed)

    def index_written(self, connection: Connection, organisation_id: int, conversation_id: int, body: str) -> None:
        """Make one text findable that is stored without a flush."""
        write_words(connection, "conversation", self._rows(organisation_id, conversation_id, _of_text(body)))

    def _homes(self, session: Session, conversations: Collection[int]) -> dict[int, int]:
        """Whose they are. By columns: within a flush no row may be loaded that the flush is about."""
        known = {}
        for id_ in conversations:
            row = session.identity_map.get(identity_key(Conversation, id_))
            if row is not None and "organisation_id" in row.__dict__:
                known[id_] = row.organisation_id
        missing = set(conversations) - set(known)
        if not missing:
            return known
        asked = select(Conversation.id, Conversation.organisation_id).where(Conversation.id.in_(missing))
        return {**known, **dict(session.connection().execute(asked).all())}

    def index_numbers(self, session: Session, conversations: Collection[int]) -> None:
        """Make these conversations findable by their numbers; what else they are found by stays."""
        asked = select(Conversation.id, Conversation.organisation_id, Conversation.phone)
        found = session.execute(asked.where(Conversation.id.in_(conversations))).all()
        rows = [row for id_, home, phone in found for row in self._rows(home, id_, _of_phone(phone))]
        write_words(session.connection(), "conversation", rows)

    def index_conversations(self, session: Session, conversations: Collection[int]) -> None:
        """Index these conversations anew. What is written meanwhile by others keeps its own words."""
        gone = delete(ConversationWord).where(ConversationWord.conversation_id.in_(conversations))
        session.connection().execute(gone)
        self.index_numbers(session, conversations)
        rows: list[Row] = []
        for table, condition in ((Message, Message.author.in_(WRITERS)), (Note, Note.id.is_not(None))):
            asked = select(Conversation.organisation_id, Conversation.id, table.body)
            asked = asked.join(table, table.conversation_id == Conversation.id)
            for home, id_, body in session.execute(asked.where(Conversation.id.in_(conversations), condition)):
                rows += self._rows(home, id_, _of_text(body))
        write_words(session.connection(), "conversation", rows)

    def index_cases(self, session: Session, cases: Collection[int]) -> None:
        """Index these cases anew."""
        session.connection().execute(delete(CaseWord).where(CaseWord.case_id.in_(cases)))
        asked = select(
            *(Case.organisation_id, Case.id, Case.case_ref, Case.tenancy_ref, Case.department),
            *(Resident.name, Resident.address, Resident.postal_code, Resident.city, Resident.phone),
        )
        asked = asked.join(Resident, Resident.id == Case.resident_id).where(Case.id.in_(cases))
        rows = [row for home, id_, *told in session.execute(asked) for row in self._rows(home, id_, _of_case(*told))]
        write_words(session.connection(), "case", rows)

    def _rows(self, organisation_id: int, owner: int, words: Iterable[Word]) -> Iterator[Row]:
        return ((self.token(organisation_id, kind, word), owner) for kind, word in words)

    def _reckon(self, organisation_id: int, kind: Kind, word: str) -> int:
        digest = hmac.digest(self._of(organisation_id), f"{kind}:{word}".encode(), hashlib.sha256)
        return int.from_bytes(digest[:_TOKEN_BYTES], "big", signed=True)

    def _of_organisation(self, organisation_id: int) -> bytes:
        return hmac.digest(self._key, f"organisation {organisation_id}".encode(), "sha256")


def index_of(key: str) -> SearchIndex | None:
    """The index under this key; none without a key: what is stored then is found after ``search rebuild`` only."""
    return SearchIndex(key) if key else None


def write_words(connection: Connection, owner: Literal["case", "conversation"], rows: Iterable[Row]) -> None:
    """Write down which words a case or a conversation has; those that it has already stay. In one order for all."""
    sorted_rows = sorted(set(rows))
    if not sorted_rows:
        return
    if connection.dialect.name == "sqlite":
        values = [{"token": token, f"{owner}_id": id_} for token, id_ in sorted_rows]
        connection.execute(_ON_SQLITE[owner], values)
        return
    given: dict[str, Any] = {"tokens": [row[0] for row in sorted_rows], "ids": [row[1] for row in sorted_rows]}
    connection.execute(_ON_POSTGRES[owner], given)


_ON_SQLITE = {
    "case": insert(CaseWord).on_conflict_do_nothing(),
    "conversation": insert(ConversationWord).on_conflict_do_nothing(),
}
_ON_POSTGRES = {
    owner: text(
        f"INSERT INTO {owner}_word (token, {owner}_id) "  # noqa: S608  our own two names
        "SELECT * FROM unnest(CAST(:tokens AS bigint[]), CAST(:ids AS bigint[])) ON CONFLICT DO NOTHING"
    )
    for owner in ("case", "conversation")
}


def who_words(term: Term) -> list[Word]:
    """How a case answers a word of a search."""
    return [*_one("who", term.who), *_one("phone", term.phone)]


def text_words(term: Term) -> list[Word]:
    """How a conversation answers a word of a search."""
    return [*_one("written", term.written), *_one("phone", term.phone)]


def _one(kind: Kind, word: str | None) -> list[Word]:
    return [(kind, word)] if word else []


def _of_case(
    case_ref: str, tenancy: str, department: str, name: str, address: str, code: str, city: str, phone: str | None
) -> Iterator[Word]:
    yield from (("who", word) for word in case_words(case_ref, tenancy, department, name, address, code, city))
    yield from (("name", word) for word in case_words(name))  # a second time: names come before addresses
    yield from (("ref", whole) for whole in {exact(case_ref), exact(tenancy)} if whole)
    yield from _of_phone(phone or "")


def _of_phone(e164: str) -> Iterator[Word]:
    return (("phone", word) for word in phone_words(e164))


def _of_text(body: str) -> Iterator[Word]:
    yield from (("written", word) for word in written_words(body))
    yield from (("phone", number) for number in phones(body))


def _has(row: object, *columns: str) -> bool:
    """True when one of these was set in this flush."""
    state = inspect(row)
    return any(state.attrs[column].history.has_changes() for column in columns)


def _is_searched(text_row: Message | Note) -> bool:
    return isinstance(text_row, Note) or text_row.author in WRITERS

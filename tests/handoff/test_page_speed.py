"""What a page asks the database grows with what it shows, not with how much there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from bot.db import Database
from bot.models import Message
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World

#: Through a whole table, or through all of an organisation's cases.
_ALL = re.compile(r"^SCAN (case|message|resident|marker|fact)\b|^SEARCH case .*\(organisation_id=\?\)")


def asked_for(db: Database, adviser: AdviserAtWork, path: str) -> list[tuple[str, Any]]:
    """Every question of a page, with what it was asked with."""
    said: list[tuple[str, Any]] = []
    note = lambda _c, _u, statement, values, *_: said.append((statement, values))  # noqa: E731  to be taken off again
    event.listen(db.engine, "before_cursor_execute", note)
    assert adviser.open(path).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return [each for each in said if each[0].startswith("SELECT")]


def ways(db: Database, statement: str, values: Any) -> list[str]:
    with db.engine.connect() as connection:
        return [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.parametrize("part", ["", "/live"])
def test_a_conversation_never_goes_through_all_of_an_organisations_cases(
    adviser: AdviserAtWork, sqlite_db: Database, world: World, part: str
):
    adviser.open(f"/inbox/{world.line}{part}")
    for statement, values in asked_for(sqlite_db, adviser, f"/inbox/{world.line}{part}"):
        for way in ways(sqlite_db, statement, values):
            assert not _ALL.search(way), statement


def test_a_conversation_of_many_sms_asks_no_more_than_a_short_one(
    adviser: AdviserAtWork, sqlite_db: Database, world: World
):
    short = len(asked_for(sqlite_db, adviser, f"/inbox/{world.line}/live"))
    told = {"direction": "in", "author": "resident", "status": "processed", "body": "Hej igen"}
    with sqlite_db.write() as session:
        session.add_all(Message(conversation_id=world.line, at=NOW, **told) for _ in range(500))
    assert len(asked_for(sqlite_db, adviser, f"/inbox/{world.line}/live")) <= short + 2

"""One SMS's row is written by itself: all that changed, once, and what wakes others still goes the long way."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, select

from bot.db import Database
from bot.models import Message
from bot.one_row import write_row
from tests.bot.test_db import NOON
from tests.bot.test_query_counts import Way
from tests.counting import counting


@pytest.fixture
def way(db: Database) -> Way:
    way = Way(db)
    way.write()
    way.turns.take_next()
    return way


def test_all_that_changed_is_written_by_one_statement_and_nothing_at_the_commit(way: Way):
    with counting(way.db) as counted, way.db.write() as session:
        message = session.scalars(select(Message).where(Message.direction == "out")).one()
        message.status, message.attempts, message.lease_until = "sending", 3, NOON
        write_row(session, message)
    assert sum("UPDATE" in each for each in counted.statements) == 1
    with way.db.read() as session:
        found = session.get_one(Message, message.id)
        assert (found.status, found.attempts, found.lease_until) == ("sending", 3, NOON)


def test_what_is_put_back_to_the_queue_is_flushed_so_that_who_sends_is_woken(way: Way):
    with way.db.write() as session:
        message = session.scalars(select(Message).where(Message.direction == "out")).one()
        message.status = "sending"
        session.flush()
        message.status = "queued"
        write_row(session, message)
        assert not inspect(message).detached

"""Conversations closed after silence: only where nothing is left to say, with a line in the thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.dialogs.state import State
from bot.models import Conversation, Marker, Message, Task
from scheduler.close_silent import close_silent, next_silent_moment
from tests.scheduler.world import World, at

LAST = at("2026-11-02T10:00")
THEN = LAST + timedelta(days=14)


class Silent(World):
    """Solgården with a settled case whose resident wrote last two weeks ago."""

    def __init__(self, db: Database, **settings: Any) -> None:
        super().__init__(db, **settings)
        [self.case_id] = self.add("1", status="settled", arrears_ore=0, opened_at=at("2026-10-27T08:00"))
        with db.write() as session:
            thread = Conversation(
                organisation_id=self.organisation_id,
                case_id=self.case_id,
                phone="+4511114001",
                created_at=LAST,
                last_message_at=LAST,
                state=State(flow="menu", step="choose").to_json(),
            )
            session.add(thread)
            session.flush()
            self.thread = thread.id

    def put(self, **values: Any) -> None:
        with self.db.write() as session:
            for name, value in values.items():
                setattr(session.get_one(Conversation, self.thread), name, value)

    def add_row(self, row: Any) -> None:
        with self.db.write() as session:
            session.add(row)

    def close(self, *moments: datetime) -> Conversation:
        for moment in moments or (THEN,):
            close_silent(self.db, self.organisation_id, moment)
        with self.db.read() as session:
            return session.get_one(Conversation, self.thread)

    def markers(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(Marker.kind)))


def test_after_fourteen_days_it_is_closed_once_with_a_line_and_no_open_question(db: Database):
    home = Silent(db)
    assert home.close(THEN - timedelta(seconds=1)).closed_at is None
    with db.read() as session:
        assert next_silent_moment(session, home.organisation_id, LAST) == THEN
    thread = home.close(THEN, THEN, THEN + timedelta(days=1))
    assert (thread.closed_at, thread.state["flow"]) == (THEN, None)
    assert home.markers() == ["closed_silent"]
    assert home.messages() == []
    with db.read() as session:
        assert next_silent_moment(session, home.organisation_id, THEN) is None


def test_an_organisation_may_choose_how_long(sqlite_db: Database):
    assert Silent(sqlite_db, close_after_days=30).close(THEN + timedelta(days=15)).closed_at is None


def test_a_number_without_a_case_is_closed_too(sqlite_db: Database):
    home = Silent(sqlite_db)
    home.put(case_id=None)
    assert home.close().closed_at == THEN


def _message(home: Silent, **values: Any) -> Message:
    return Message(conversation_id=home.thread, author="bot", body="x", at=LAST, due_at=LAST, **values)


def _task(home: Silent, **values: Any) -> Task:
    return Task(organisation_id=home.organisation_id, type="call", due=LAST.date(), at=LAST, **values)


STAYS: dict[str, Callable[[Silent], None]] = {
    "its case is open": lambda home: home.change(home.case_id, status="open"),
    "an adviser holds it": lambda home: home.put(held_by="adviser"),
    "it waits for a human": lambda home: home.put(held_by="queue"),
    "a crisis": lambda home: home.put(bot_paused=True),
    "somebody wrote": lambda home: home.put(last_message_at=LAST + timedelta(days=1)),
    "nobody ever wrote": lambda home: home.put(last_message_at=None),
    "an SMS is to be sent": lambda home: home.add_row(_message(home, direction="out", status="queued")),
    "an SMS is to be read": lambda home: home.add_row(_message(home, direction="in", status="received")),
    "a task of the thread": lambda home: home.add_row(_task(home, conversation_id=home.thread)),
    "a task of the case": lambda home: home.add_row(_task(home, case_id=home.case_id)),
}


@pytest.mark.parametrize("why", STAYS)
def test_it_stays_open_where_something_is_left(sqlite_db: Database, why: str):
    home = Silent(sqlite_db)
    STAYS[why](home)
    assert home.close().closed_at is None
    assert home.markers() == []


def test_what_is_done_or_sent_does_not_keep_it_open(sqlite_db: Database):
    home = Silent(sqlite_db)
    home.add_row(_task(home, case_id=home.case_id, status="done"))
    home.add_row(_message(home, direction="out", status="delivered"))
    home.add_row(_task(home, case_id=None, conversation_id=None))  # of nobody: a case without a number elsewhere
    assert home.close().closed_at == THEN

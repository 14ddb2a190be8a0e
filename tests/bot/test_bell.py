"""The bell: rung by what is committed, once, in every process, and heard again after the connection was lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import event, text, update

from bot.bell import DEAF_SECONDS, HEARING_SECONDS, Bell, Chime
from bot.db import Database
from bot.models import Conversation, LiveEvent, Message, Organisation
from bot.outbox import queue_message
from bot.receive import Inbound, receive
from bot.wire import Wire
from tests.bot.test_db import NOON, organisation
from tests.rig import eventually

LINE, OURS = "+4511114027", "+4511110010"


class Ears:
    """A process as far as the bell goes: a database of its own, and what was heard."""

    def __init__(self, url: str, *chimes: Chime) -> None:
        self.db = Database(url)
        self.bell = self.db.bell = Bell()
        self.heard: Counter[Chime] = Counter()
        self._guard = threading.Lock()
        for chime in chimes:
            self.bell.wait_for(chime, partial(self._hear, chime))
        self.wire = Wire(self.db, self.bell)

    def _hear(self, chime: Chime) -> None:
        with self._guard:
            self.heard[chime] += 1

    def listen(self) -> Ears:
        self.wire.start()
        eventually(lambda: self.bell.is_open)
        self.heard.clear()
        return self

    def stop(self) -> None:
        self.wire.stop()
        self.db.close()


@pytest.fixture
def here(db: Database) -> Iterator[Ears]:
    with db.write() as session:
        session.add(organisation())
    ears = Ears(db.url.render_as_string(hide_password=False), "turns", "outbox", "live", "desk")
    yield ears
    ears.stop()


@pytest.fixture
def there(here: Ears) -> Iterator[Ears]:
    ears = Ears(here.db.url.render_as_string(hide_password=False), "turns", "live").listen()
    yield ears
    ears.stop()


def come_in(db: Database, sid: str = "SM1") -> None:
    receive(db, Inbound(sid, LINE, OURS, "hej"), NOON)


def test_an_sms_that_is_stored_rings_for_turns_and_for_open_inboxes_once(here: Ears):
    come_in(here.db)
    assert here.heard == {"turns": 1, "live": 1}


def test_what_is_repeated_and_so_not_stored_rings_nobody(here: Ears):
    come_in(here.db)
    here.heard.clear()
    come_in(here.db)
    assert not here.heard


def test_a_rollback_rings_nobody_and_leaves_nothing_for_the_next_commit(here: Ears):
    come_in(here.db)
    here.heard.clear()
    with suppress(ZeroDivisionError), here.db.write() as session:
        conversation = session.query(Conversation).one()
        queue_message(session, conversation, "hej", author="bot", now=NOON)
        raise ZeroDivisionError
    with here.db.write() as session:
        session.execute(update(Organisation).values(name="Solgården"))
    assert not here.heard


def test_many_rows_of_one_transaction_ring_once_for_each_who_waits(here: Ears):
    come_in(here.db)
    here.heard.clear()
    with here.db.write() as session:
        conversation = session.query(Conversation).one()
        for number in range(20):
            queue_message(session, conversation, f"hej {number}", author="bot", now=NOON)
    assert here.heard == {"outbox": 1, "live": 1}


def test_it_is_rung_only_when_others_can_read_what_it_is_about(here: Ears):
    seen = []

    def look() -> None:
        with here.db.read() as session:
            seen.append(session.query(Message).count())

    here.bell.wait_for("turns", look)
    come_in(here.db)
    assert seen == [1]


def test_a_claim_and_a_lease_ring_nobody_but_what_goes_back_to_the_queue_rings(here: Ears):
    come_in(here.db)
    with here.db.write() as session:
        message = queue_message(session, session.query(Conversation).one(), "hej", author="bot", now=NOON)
    here.heard.clear()
    for status in ("sending", "queued"):
        with here.db.write() as session:
            row = session.get_one(Message, message.id)
            row.status, row.lease_until = status, NOON
    assert here.heard == {"outbox": 1}


def test_another_process_hears_it_soon(here: Ears, there: Ears):
    here.listen()
    come_in(here.db)
    eventually(lambda: there.heard["turns"] and there.heard["live"])


@pytest.mark.postgres
def test_who_waits_for_nothing_of_the_kind_is_not_told(postgres_db: Database):
    url = postgres_db.url.render_as_string(hide_password=False)
    with postgres_db.write() as session:
        session.add(organisation())
    here, web = Ears(url).listen(), Ears(url, "live").listen()
    come_in(here.db)
    eventually(lambda: web.heard["live"])
    assert web.heard == {"live": 1}
    here.stop()
    web.stop()


def test_who_hears_others_looks_by_itself_seldom_and_who_does_not_looks_often(here: Ears):
    assert here.bell.look_seconds() == DEAF_SECONDS
    here.listen()
    assert here.bell.look_seconds() == HEARING_SECONDS
    here.wire.stop()
    assert here.bell.look_seconds() == DEAF_SECONDS


def cut(db: Database, chime: Chime) -> int:
    """End from outside the connections of who waits for that; how many there were."""
    listens = f"FROM pg_stat_activity WHERE query = 'LISTEN redningskrans_{chime}' AND datname = :db"
    with db.engine.begin() as connection:
        ends = text(f"SELECT count(pg_terminate_backend(pid)) {listens}")
        return int(connection.execute(ends, {"db": db.url.database}).scalar_one())


@pytest.mark.postgres
def test_a_lost_connection_is_made_again_and_what_was_rung_meanwhile_is_looked_for(postgres_db: Database):
    with postgres_db.write() as session:
        session.add(organisation())
    url = postgres_db.url.render_as_string(hide_password=False)
    there = Ears(url, "turns").listen()
    was_deaf = threading.Event()
    there.bell.wait_for("turns", lambda: None if there.bell.is_open else was_deaf.set())
    assert cut(postgres_db, "turns") == 1
    come_in(postgres_db)  # nobody carries this one: it is written by who has no bell
    eventually(was_deaf.is_set)  # told to look often
    eventually(lambda: there.bell.is_open)
    assert there.heard["turns"] >= 2  # once when it went deaf, once when it heard again

    here = Ears(url).listen()
    there.heard.clear()
    come_in(here.db, "SM2")
    eventually(lambda: there.heard["turns"])
    here.stop()
    there.stop()


@pytest.mark.postgres
def test_a_bell_that_could_not_be_rung_is_rung_when_the_database_is_back(postgres_db: Database):
    with postgres_db.write() as session:
        session.add(organisation())
    url = postgres_db.url.render_as_string(hide_password=False)
    here, there = Ears(url, "live").listen(), Ears(url, "turns").listen()
    assert cut(postgres_db, "live") == 1
    come_in(here.db)
    eventually(lambda: there.heard["turns"])
    here.stop()
    there.stop()


@pytest.mark.postgres
def test_a_commit_waits_for_no_other_one_that_rings(postgres_db: Database):
    """NOTIFY within the transaction would take a lock on all of the server's notifications until the commit."""
    with postgres_db.write() as session:
        session.add(organisation())
    here = Ears(postgres_db.url.render_as_string(hide_password=False), "live").listen()
    said: list[str] = []
    event.listen(here.db.engine, "before_cursor_execute", lambda *a: said.append(a[2].upper()))
    come_in(here.db)
    assert said
    assert not [words for words in said if "NOTIFY" in words]
    here.stop()


def test_a_command_without_a_bell_writes_as_ever(db: Database):
    with db.write() as session:
        session.add(organisation())
    come_in(db)
    with db.read() as session:
        assert session.query(LiveEvent).count() == 1

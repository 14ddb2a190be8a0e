"""The live stream: what it says, to whom, how many there are, and that it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from queue import Empty, Queue

import pytest
import requests
from flask import Flask
from flask_login import login_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.db import Database
from bot.models import Adviser, Conversation, LiveEvent, Organisation
from handoff.access import sessions
from handoff.feed import PRESENCE, STREAMS_A_USER, Feed
from handoff.live import PING_SECONDS, _Redraws, events
from handoff.login import User, watch
from tests.handoff.world import NOW, PASSWORD, World

SOON = 5.0


class Listener:
    """One stream, read on a thread of its own as a server would."""

    def __init__(
        self,
        feed: Feed,
        adviser_id: int,
        organisations: frozenset[int],
        after: int = 0,
        stands: Callable[[], bool] = lambda: True,
    ) -> None:
        self.said: Queue[str] = Queue()
        self._lines = events(feed, adviser_id, organisations, after, stands, look_seconds=0)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        assert self.next().startswith("retry:")

    def _listen(self) -> None:
        for line in self._lines:
            self.said.put(line)
        self.said.put("END")

    def next(self) -> str:
        return self.said.get(timeout=SOON)

    def until(self, wanted: str) -> str:
        """The next thing said that holds these words."""
        while wanted not in (said := self.next()):
            assert said != "END", f"the stream ended before it said {wanted!r}"
        return said

    def join(self) -> None:
        self._thread.join(SOON)
        assert not self._thread.is_alive()


@pytest.fixture
def feed(sqlite_db: Database, world: World) -> Iterator[Feed]:
    feed = Feed(sqlite_db)
    yield feed
    feed.stop()


@pytest.fixture
def ours(feed: Feed, sqlite_db: Database) -> int:
    with sqlite_db.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.slug == "solgaarden")).one()


def newest(db: Database) -> int:
    with db.read() as session:
        return session.scalars(select(LiveEvent.id).order_by(LiveEvent.id.desc())).first() or 0


def happen(db: Database, slug: str = "solgaarden") -> int:
    """Something changes in a conversation of this organisation; its id."""
    with db.write() as session:
        conversation = session.scalars(
            select(Conversation).join(Organisation).where(Organisation.slug == slug).order_by(Conversation.id)
        ).first()
        assert conversation
        session.add(
            LiveEvent(
                organisation_id=conversation.organisation_id, conversation_id=conversation.id, kind="message", at=NOW
            )
        )
        return conversation.id


def test_what_happens_is_said_by_name_with_an_id_to_go_on_from(feed: Feed, sqlite_db: Database, ours: int):
    listener = Listener(feed, 1, frozenset({ours}), newest(sqlite_db))
    conversation = happen(sqlite_db)
    said = listener.until("event: queue")
    assert f"event: conversation-{conversation}\n" in said
    assert f"id: {newest(sqlite_db)}\n" in said


def test_what_the_page_missed_is_said_at_once(feed: Feed, sqlite_db: Database, ours: int):
    before = newest(sqlite_db)
    conversation = happen(sqlite_db)
    assert f"conversation-{conversation}\n" in Listener(feed, 1, frozenset({ours}), before).next()


def test_another_organisations_conversations_are_never_named(feed: Feed, sqlite_db: Database, ours: int):
    listener = Listener(feed, 1, frozenset({ours}), newest(sqlite_db))
    foreign = happen(sqlite_db, "vestbo")
    mine = happen(sqlite_db)
    said = listener.until("event: queue")
    assert f"conversation-{mine}\n" in said
    assert f"conversation-{foreign}\n" not in said


def test_many_changes_at_once_are_said_once_a_conversation(feed: Feed, sqlite_db: Database, ours: int):
    before = newest(sqlite_db)
    for _ in range(5):
        conversation = happen(sqlite_db)
    said = Listener(feed, 1, frozenset({ours}), before).next()
    assert said.count("event: queue") == said.count(f"event: conversation-{conversation}\n") == 1


def test_a_lower_id_that_is_committed_later_is_not_lost(feed: Feed, sqlite_db: Database, ours: int):
    listener = Listener(feed, 1, frozenset({ours}), newest(sqlite_db))
    late = newest(sqlite_db) + 1
    with sqlite_db.write() as session:
        for conversation, number in ((2, late + 1),):
            session.add(LiveEvent(id=number, organisation_id=ours, conversation_id=conversation, kind="queue", at=NOW))
    listener.until("conversation-2\n")
    with sqlite_db.write() as session:
        session.add(LiveEvent(id=late, organisation_id=ours, conversation_id=3, kind="queue", at=NOW))
    listener.until("conversation-3\n")


def test_a_third_stream_of_one_adviser_ends_the_oldest_and_no_colleagues(feed: Feed, sqlite_db: Database, ours: int):
    start = newest(sqlite_db)
    colleague = Listener(feed, 2, frozenset({ours}), start)
    mine = [Listener(feed, 1, frozenset({ours}), start) for _ in range(STREAMS_A_USER)]
    newer = Listener(feed, 1, frozenset({ours}), start)
    mine[0].until("event: elsewhere")
    mine[0].until("END")
    conversation = happen(sqlite_db)
    for listener in (colleague, *mine[1:], newer):
        listener.until(f"conversation-{conversation}\n")


@pytest.mark.parametrize("how", ["logged out", "closed", "moved"])
def test_a_stream_that_is_open_ends_with_its_session(
    app: Flask, feed: Feed, sqlite_db: Database, world: World, ours: int, how: str
):
    with app.test_request_context():
        with sqlite_db.write() as session:
            token = sessions.begin(session, world.mette, "", NOW)
        with sqlite_db.read() as session:
            mette = session.get_one(Adviser, world.mette, options=[selectinload(Adviser.organisations)])
        login_user(User(mette, 0, token))
        stands = watch()
    listener = Listener(feed, world.mette, frozenset({ours}), newest(sqlite_db), stands)
    happen(sqlite_db)
    listener.until(": conversation-")

    with sqlite_db.write() as session:
        mette = session.get_one(Adviser, world.mette)
        if how == "logged out":
            sessions.end_all(session, world.mette, NOW)
        mette.is_active = how != "closed"
        mette.organisations = [] if how == "moved" else mette.organisations
    conversation = happen(sqlite_db)
    last = listener.until("event: queue")
    assert f"conversation-{conversation}" not in last
    listener.until("END")


def test_all_streams_end_when_the_server_goes_down(feed: Feed, sqlite_db: Database, ours: int):
    listeners = [Listener(feed, number, frozenset({ours}), newest(sqlite_db)) for number in range(3)]
    feed.stop()
    for listener in listeners:
        listener.join()


def test_over_http_the_stream_is_the_advisers_own_and_stored_nowhere(address: str, sqlite_db: Database):
    with requests.Session() as browser:
        page = browser.get(f"{address}/login").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": "mette@solgaarden.example", "password": PASSWORD}
        assert browser.post(f"{address}/login", data=form).status_code == 200
        answer = browser.get(f"{address}/inbox/stream?after={newest(sqlite_db)}", stream=True, timeout=SOON)
        with closing(answer):
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            assert answer.headers["Cache-Control"] == "no-store"
            conversation = happen(sqlite_db)
            lines = answer.iter_lines(decode_unicode=True)
            assert (
                next(line for line in lines if line.startswith("event: conv")) == f"event: conversation-{conversation}"
            )


def test_nobody_listening_means_nobody_polls(feed: Feed, sqlite_db: Database, ours: int):
    stream = events(feed, 1, frozenset({ours}), newest(sqlite_db))
    next(stream)
    watcher = next(thread for thread in threading.enumerate() if thread.name == "live-feed" and thread.is_alive())
    stream.close()  # type: ignore[attr-defined]
    with suppress(Empty):
        watcher.join(SOON)
    assert not watcher.is_alive()


def test_the_list_is_drawn_at_once_and_then_once_for_all_that_a_busy_second_brings():
    redraws = _Redraws()
    assert redraws.said([(7, 1, 3)], 100.0) == "id: 7\nevent: queue\ndata:\n\n"
    assert redraws.wait(100.0) == PING_SECONDS
    for number, now in enumerate((100.1, 100.5, 100.9), start=8):
        assert redraws.said([(number, 1, 3)], now) == ""
        assert redraws.wait(now) == pytest.approx(101.0 - now)
    assert redraws.said([], 101.0) == "id: 10\nevent: queue\ndata:\n\n"
    assert redraws.said([], 103.0) == ""
    assert redraws.said([(PRESENCE, 1, 3)], 104.0) == ""

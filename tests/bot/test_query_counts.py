"""What one SMS costs the database on its way: statements and commits, counted, so that nothing is asked twice again.

A commit is the dear one: on SQLite it waits for the disk, on PostgreSQL each statement is a way there and back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.dialogs.state import Heard, Intent
from bot.dispatch import Dispatch
from bot.models import Conversation, Message
from bot.receive import Inbound, Receipt, receive, record_receipt
from bot.search_index import index_of
from bot.turns import Turns
from tests.counting import Counted, counting
from tests.fakes import FakeClock, FakeGateway
from tests.scheduler.world import NOW, World

OURS, FIRST = "+4511110010", "+4511114001"
#: Statements and commits of each part. They may become fewer.
MOST = {"receive": (6, 1), "turn": (13, 2), "dispatch": (13, 2), "receipt": (5, 1)}


class Way:
    """One organisation's SMS on their way, a step at a time."""

    def __init__(self, db: Database, residents: int = 1) -> None:
        self.db, self.clock, self.gateway = db, FakeClock(NOW), FakeGateway()
        db.index = index_of("invented")
        World(db, messages_per_second=1000).add(*map(str, range(1, residents + 1)))
        self.turns = Turns(db, self.clock, self._understand, leases=self.clock)
        self.dispatch = Dispatch(db, self.clock, self.gateway, "https://x.example", machine=self.clock)
        self._sids = 0

    def _understand(self, text: str, *_: Any, **__: Any) -> Heard:
        return Heard(text, intents=(Intent("affirm" if text == "ja" else "ask_human", 1.0),))

    def write(self, text: str = "menneske", phone: str = FIRST) -> str:
        self._sids += 1
        inbound = Inbound(f"SI{self._sids:032}", phone, OURS, text)
        return receive(self.db, inbound, self.clock())

    def receipt(self, status: str) -> None:
        with self.db.read() as session:
            newest = select(Message).where(Message.direction == "out").order_by(Message.id.desc()).limit(1)
            message = session.scalars(newest).one()
        record_receipt(self.db, Receipt(message.id, message.provider_sid or "", status), self.clock())

    def whole(self, text: str = "menneske", phone: str = FIRST) -> dict[str, Counted]:
        """One SMS from the webhook to the last receipt, and what each part cost."""
        found = {}
        with counting(self.db) as found["receive"]:
            assert self.write(text, phone) == "stored"
        with counting(self.db) as found["turn"]:
            assert self.turns.take_next()
        self.clock.move(seconds=1)
        with counting(self.db) as found["dispatch"]:
            assert self.dispatch.send_next()
        self.receipt("sent")
        with counting(self.db) as found["receipt"]:
            self.receipt("delivered")
        found["receipt"].asked = found["receipt"].asked[1:]  # the test's own question
        return found


@pytest.fixture
def way(db: Database) -> Way:
    way = Way(db)
    way.whole()  # the thread has its row, the number its rate
    return way


@pytest.mark.parametrize("part", MOST)
def test_a_part_of_an_smss_way_asks_no_more_than_this(way: Way, part: str):
    counted = way.whole()[part]
    assert (len(counted), counted.commits) <= MOST[part], counted.statements
    assert counted.commits == MOST[part][1]


def test_an_sms_asks_as_much_in_a_long_thread_among_many_as_in_a_short_one_alone(db: Database):
    way, other = Way(db, residents=40), "+4511114040"
    way.whole()
    few = {part: len(counted) for part, counted in way.whole().items()}
    for n in range(2, 40):
        way.write(phone=f"+45{11114000 + n}")
        way.turns.take_next()
        way.clock.move(seconds=1)
        way.dispatch.send_next()
    way.whole(phone=other)
    told = {"direction": "in", "author": "resident", "status": "processed", "body": "Hej igen"}
    with db.write() as session:
        thread = session.scalars(select(Conversation).where(Conversation.phone == other)).one()
        session.add_all(Message(conversation_id=thread.id, at=NOW - timedelta(days=1), **told) for _ in range(300))
    assert {part: len(counted) for part, counted in way.whole(phone=other).items()} == few


def test_each_sms_of_a_backlog_costs_one_commit_of_the_turn_and_one_of_the_outbox(db: Database):
    """The next one is claimed in the commit that ends the one before it."""
    way = Way(db, residents=5)
    for n in range(1, 6):
        way.write(phone=f"+45{11114000 + n}")
    with counting(db) as turns:
        assert way.turns.take_some()
    with counting(db) as found_nothing:
        assert not way.turns.take_some()
    carry = way.gateway.send

    def slowly(outgoing: Any) -> Any:
        way.clock.move(milliseconds=10)  # the number's rate has passed
        return carry(outgoing)

    way.gateway.send = slowly  # type: ignore[method-assign]  # a gateway that takes its time
    way.clock.move(seconds=1)
    with counting(db) as sent:
        while way.dispatch.send_some():
            way.clock.move(milliseconds=10)

    assert (turns.commits, found_nothing.commits) == (6, 1)
    assert sent.commits <= 6
    assert len(way.gateway.carried) == 5


def test_what_is_claimed_with_the_end_of_another_goes_on_in_order_of_its_conversation(db: Database):
    way = Way(db)
    for text in ("en", "to", "tre"):
        way.write(text)
    way.turns.take_some()
    with db.read() as session:
        messages = session.scalars(select(Message).where(Message.direction == "in").order_by(Message.id)).all()
        answers = session.scalars(select(Message.answers_id).where(Message.direction == "out").order_by(Message.id))
        assert [(each.body, each.status, each.attempts) for each in messages] == [
            ("en", "processed", 1),
            ("to", "processed", 1),
            ("tre", "processed", 1),
        ]
        assert list(answers) == sorted(each for each in session.scalars(select(Message.answers_id)) if each)


def test_a_look_that_finds_nothing_asks_once(way: Way):
    with counting(way.db) as turn:
        assert not way.turns.take_next()
    with counting(way.db) as dispatch:
        assert not way.dispatch.send_next()
    assert (len(turn), len(dispatch)) == (1, 1)

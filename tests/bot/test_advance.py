"""The demo's clock stops at each moment when something falls due, in order."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.advance import Advance
from bot.clock import database_clock, set_clock
from bot.db import Database
from bot.models import Message
from bot.outbox import queue_message
from bot.store import conversation_with
from tests.bot.test_db import NOON, organisation


class Recorder:
    """A scheduler that wants to be called at given moments, and a worker that sends what is due when woken."""

    def __init__(self, db: Database, *wanted: datetime) -> None:
        self.db, self.wanted, self.ticks = db, wanted, list[datetime]()
        self.advance = Advance(
            db,
            database_clock(db),
            tick=self.ticks.append,
            due_moment=lambda now: min((m for m in self.wanted if m > now), default=None),
            is_idle=lambda: True,
            wake=self.send,
        )

    def send(self) -> None:
        now = database_clock(self.db)()
        with self.db.write() as session:
            for message in session.query(Message).filter(Message.due_at <= now, Message.status == "queued"):
                message.status, message.attempted_at = "delivered", now


def near(moment: datetime, wanted: datetime) -> bool:
    return timedelta(0) <= moment - wanted < timedelta(seconds=30)


def test_what_falls_due_on_the_way_happens_in_order_at_its_own_time(db: Database):
    set_clock(db, NOON)
    hours = [NOON + timedelta(hours=h) for h in (1, 5, 30)]
    recorder = Recorder(db, hours[1], hours[0], hours[2])

    recorder.advance(NOON + timedelta(hours=24))

    assert [
        near(tick, due) for tick, due in zip(recorder.ticks, [*hours[:2], NOON + timedelta(hours=24)], strict=True)
    ] == [
        True,
        True,
        True,
    ]
    assert near(database_clock(db)(), NOON + timedelta(hours=24))


def test_a_queued_sms_is_sent_at_its_time_on_the_way(db: Database):
    set_clock(db, NOON)
    due = NOON + timedelta(hours=3)
    with db.write() as session:
        ours = organisation()
        session.add(ours)
        session.flush()
        conversation = conversation_with(session, ours, "+4511114027", NOON)
        queue_message(session, conversation, "Hej", author="wave", now=NOON, due_at=due, bulk=True)
    recorder = Recorder(db)

    assert recorder.advance.next_step() == due
    recorder.advance(NOON + timedelta(hours=10))

    with db.read() as session:
        message = session.query(Message).one()
    assert message.status == "delivered"
    assert message.attempted_at is not None
    assert near(message.attempted_at, due)


def test_with_nothing_ahead_there_is_no_next_step(db: Database):
    set_clock(db, NOON)
    assert Recorder(db).advance.next_step() is None

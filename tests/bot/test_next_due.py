"""Who goes first, and that finding them does not take longer behind thousands of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text, update

from bot.db import Database
from bot.dispatch import Dispatch
from bot.models import Message, Organisation
from bot.next_due import LANES, NEXT, NEXT_ID, Lane, find_lane, of
from bot.outbox import queue_message
from bot.store import conversation_with
from tests.bot.test_db import NOON
from tests.bot.test_dispatch import LINE, Outbox
from tests.fakes import FakeGateway

OURS, THEIRS = "+4511110010", "+4511110020"


def fill(outbox: Outbox, count: int) -> None:
    for n in range(count):
        outbox.queue("bølge", f"+4511115{n:03d}", bulk=True)


def test_an_answer_waits_for_one_slot_of_its_number_and_for_no_wave(db: Database):
    """Fifty wait, one goes a second; somebody writes, and their answer is the next to leave."""
    outbox = Outbox(db, rate=1)
    fill(outbox, 50)
    for _ in range(3):
        outbox.dispatch.send_next()
        outbox.clock.move(seconds=1)
    outbox.queue("svar")
    asked_at = outbox.clock()

    while "svar" not in [sms.body for sms in outbox.gateway.carried]:
        outbox.dispatch.send_next()
        outbox.clock.move(milliseconds=100)

    assert [sms.body for sms in outbox.gateway.carried] == ["bølge"] * 3 + ["svar"]
    assert outbox.clock() - asked_at <= timedelta(seconds=1.1)


def test_what_is_refused_or_put_off_uses_up_no_slot(db: Database):
    outbox = Outbox(db, rate=1)
    for n in range(20):
        outbox.queue("for sent", f"+4511115{n:03d}", bulk=True, expires_at=NOON - timedelta(hours=1))
    good = outbox.queue("bølge", bulk=True)

    while outbox.dispatch.send_next():
        pass

    assert [sms.body for sms in outbox.gateway.carried] == ["bølge"]
    assert outbox.message(good).status == "sending"


def test_one_numbers_rate_does_not_hold_anothers(db: Database):
    outbox = Outbox(db, rate=1)
    fill(outbox, 10)
    with db.write() as session:
        theirs = Organisation(
            slug="havneparken",
            name="Havneparken",
            number=THEIRS,
            settings={"messages_per_second": 1000},
            created_at=NOON,
        )
        session.add(theirs)
        session.flush()
        for n in range(10):
            conversation = conversation_with(session, theirs, f"+4511116{n:03d}", NOON)
            queue_message(session, conversation, "anden", author="adviser", now=NOON, due_at=NOON)
    for _ in range(12):
        outbox.dispatch.send_next()
        outbox.clock.move(milliseconds=5)

    assert [sms.sender for sms in outbox.gateway.carried].count(THEIRS) == 10


def test_who_sends_replies_alone_is_free_while_the_others_wait_for_a_slow_gateway(db: Database):
    outbox = Outbox(db, rate=1000)
    fill(outbox, 3)
    while outbox.dispatch.send_reply():
        pass
    assert outbox.gateway.carried == []
    heard: list[str] = []

    carry = outbox.gateway.send

    class Slow(FakeGateway):
        def send(self, outgoing: Any) -> Any:
            if not heard:  # somebody writes while the call for a bulk message runs
                outbox.queue("svar")
                outbox.clock.move(milliseconds=10)
                heard.append("svar" if outbox.dispatch.send_reply() else "")
            return carry(outgoing)

    Dispatch(db, outbox.clock, Slow(), "https://x.example", machine=outbox.clock).send_next()

    assert (heard, [sms.body for sms in outbox.gateway.carried]) == (["svar"], ["svar", "bølge"])


def test_a_lane_whose_messages_are_all_in_hand_does_not_hide_the_next(db: Database):
    outbox = Outbox(db)
    held = outbox.queue("svar")
    outbox.queue("bølge", "+4511115001", bulk=True)
    with db.write() as session:
        session.execute(update(Message).where(Message.id == held).values(lease_until=NOON + timedelta(minutes=1)))
    with db.read() as session:
        assert find_lane(session, NOON, NOON) == Lane(OURS, bulk=True)
        assert find_lane(session, NOON, NOON, replies_only=True) is None


def test_a_look_that_finds_nothing_writes_nothing(sqlite_db: Database):
    """On SQLite whoever begins to write keeps all others from it."""
    outbox = Outbox(sqlite_db, rate=1)
    fill(outbox, 5)
    outbox.dispatch.send_next()
    began: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        began.append(statement)

    event.listen(sqlite_db.engine, "before_cursor_execute", note)
    assert not outbox.dispatch.send_next()

    assert began
    assert [statement for statement in began if not statement.startswith(("SELECT", "WITH", "BEGIN"))] == []
    assert "BEGIN IMMEDIATE" not in began


@pytest.mark.parametrize("what", ["lanes", "a lane's first"])
def test_looking_reads_the_index_of_the_outbox_alone(db: Database, what: str):
    outbox = Outbox(db)
    fill(outbox, 5)
    given = {"machine": NOON, "now": NOON} if what == "lanes" else of(Lane(OURS, bulk=True), NOON, NOON)
    query = (LANES if what == "lanes" else NEXT_ID).params(given)
    with db.write() as session:
        compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        if db.is_sqlite:
            plan = " ".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
        else:  # a table of five rows is read whole, unless that is made dear
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
            plan = " ".join(row[0] for row in session.execute(text(f"EXPLAIN {compiled}")))
    assert "ix_message_outbox" in plan


def test_the_first_of_a_lane_is_the_one_due_first_and_of_a_conversation_the_one_said_first(db: Database):
    outbox = Outbox(db)
    second = outbox.queue("to", LINE, due_at=NOON - timedelta(minutes=1))
    outbox.queue("tre", LINE, due_at=NOON - timedelta(minutes=5))
    with db.read() as session:
        found = session.scalar(NEXT, of(Lane(OURS, bulk=False), NOON, NOON))
        assert found is not None
        assert found.id == second
        assert session.scalars(select(Message.id)).all() == [second, second + 1]

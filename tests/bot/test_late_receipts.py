"""A message without its last receipt is looked up for a day, and is never sent again for want of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import set_clock
from bot.db import Database
from bot.gateway import Accepted, GatewayDownError
from bot.incidents import open_incidents
from bot.late_receipts import is_due, is_given_up, look_up_receipts
from bot.models import Message, MessageStatus, Organisation
from bot.outbox import queue_message
from bot.store import conversation_with
from tests.fakes import FakeClock, FakeGateway
from tests.rig import LINE, NOW, OURS, Rig, eventually

SENT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # half an hour before Copenhagen's clocks go back

#: the last word and now, in minutes after it was sent; whether it is looked up now
TIMES = [
    (0, 14, False),
    (0, 15, True),
    (14, 15, True),
    (15, 20, False),
    (20, 59, False),
    (20, 60, True),
    (60, 359, False),
    (60, 360, True),
    (0, 2000, True),
    (360, 1439, False),
    (360, 1440, True),
    (1440, 100_000, False),
]


@pytest.mark.parametrize(("word", "now", "due"), TIMES)
def test_it_is_looked_up_after_a_quarter_an_hour_six_and_a_day(word: int, now: int, due: bool):
    times = [SENT + timedelta(minutes=minutes) for minutes in (0, word, now)]
    assert is_due(*times) is due


def test_after_a_day_it_is_given_up():
    assert not is_given_up(SENT, SENT + timedelta(hours=23))
    assert is_given_up(SENT, SENT + timedelta(hours=24))


def test_a_receipt_that_was_lost_is_looked_up_and_nothing_is_sent_again(db: Database):
    rig = Rig(db).start()
    rig.add_case()
    rig.fault("lost_receipt")
    rig.write("boligstøtte?")
    eventually(lambda: [m for m in rig.messages() if m.provider_sid])
    service = rig.service

    assert not look_up_receipts(db, service.gateway, service.clock)  # a quarter has not gone
    set_clock(db, NOW + timedelta(minutes=16))
    assert look_up_receipts(db, service.gateway, service.clock) == {"final": 1}
    assert not look_up_receipts(db, service.gateway, service.clock)
    assert [m.status for m in rig.messages()] == ["delivered"]
    assert len(rig.got()) == 1
    rig.stop()


class Slow(FakeGateway):
    """A gateway that says the same again and again."""

    def __init__(self, says: Accepted | None) -> None:
        super().__init__()
        self.says, self.asked = says, 0

    def fetch(self, sid: str) -> Accepted | None:
        self.asked += 1
        if self.is_down:
            raise GatewayDownError("down")
        return self.says


def sent(db: Database, sid: str | None = "SM1") -> int:
    """One message that the gateway took at NOW, of which nothing more was heard."""
    with db.write() as session:
        organisation = session.scalar(select(Organisation)) or Organisation(
            slug="solgaarden", name="Solgården", number=OURS, settings={}, created_at=NOW
        )
        session.add(organisation)
        session.flush()
        message = queue_message(
            session, conversation_with(session, organisation, LINE, NOW), "Hej", author="bot", now=NOW
        )
        message.status, message.provider_sid, message.attempted_at = "sending", sid, NOW
        return message.id


def rounds(db: Database, gateway: Slow, *minutes: int) -> list[dict[str, int]]:
    clock = FakeClock(NOW)
    found = []
    for minute in minutes:
        clock.now = NOW + timedelta(minutes=minute)
        found.append(dict(look_up_receipts(db, gateway, clock)))
    return found


def incidents(db: Database) -> list[tuple[str, int | None]]:
    with db.read() as session:
        return [(incident.kind, incident.detail.get("messages")) for incident in open_incidents(session)]


def test_what_stays_without_a_word_for_a_day_is_told_to_a_human_once_and_stays_as_it_is(db: Database):
    sent(db)
    gateway = Slow(Accepted("SM1", "sent"))
    told = rounds(db, gateway, 10, 20, 25, 61, 65, 361, 1439)
    assert told == [{}, {"under_way": 1}, {}, {"under_way": 1}, {}, {"under_way": 1}, {}]
    assert incidents(db) == []
    assert rounds(db, gateway, 1445, 1450, 1455) == [{"under_way": 1}, {}, {}]
    assert gateway.asked == 4
    assert incidents(db) == [("no_receipt", 1)]
    rounds(db, gateway, 3 * 1440 + 5)
    assert incidents(db) == []  # nobody can find out any more
    with db.read() as session:
        assert session.scalars(select(Message.status)).all() == ["sent"]
    assert gateway.carried == []


def test_what_the_gateway_has_forgotten_is_counted_once_and_left_as_it_is(db: Database):
    message = sent(db)
    gateway = Slow(None)
    assert rounds(db, gateway, 20, 70, 400, 1500) == [{"forgotten": 1}, {}, {}, {}]
    with db.read() as session:
        assert session.get_one(Message, message).status == "sending"
        noted = select(MessageStatus.status, MessageStatus.error).where(MessageStatus.source == "gateway")
        assert [tuple(row) for row in session.execute(noted)] == [("sending", "forgotten")]


def test_a_message_without_an_id_of_the_gateway_is_the_outboxs_to_look_up(db: Database):
    sent(db, sid=None)
    gateway = Slow(Accepted("SM1", "sent"))
    assert rounds(db, gateway, 20) == [{}]
    assert gateway.asked == 0


def test_one_that_the_gateway_cannot_answer_for_does_not_hold_up_the_others(db: Database):
    stuck, other = sent(db, "SM1"), sent(db, "SM2")

    class Choosy(Slow):
        def fetch(self, sid: str) -> Accepted | None:
            self.is_down = sid == "SM1"
            return super().fetch(sid)

    with pytest.raises(GatewayDownError):
        rounds(db, Choosy(Accepted("SM2", "delivered")), 20)
    with db.read() as session:
        assert session.get_one(Message, other).status == "delivered"
        assert session.get_one(Message, stuck).status == "sending"


def test_when_the_gateway_cannot_be_asked_nothing_is_written_and_it_is_asked_again(db: Database):
    sent(db)
    gateway = Slow(Accepted("SM1", "delivered"))
    gateway.is_down = True
    with pytest.raises(GatewayDownError):
        rounds(db, gateway, 20)
    gateway.is_down = False
    assert rounds(db, gateway, 25) == [{"final": 1}]

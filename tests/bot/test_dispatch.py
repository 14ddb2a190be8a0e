"""What leaves the outbox, in which order, how fast, and what happens when nobody knows whether it left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dispatch import LEASE, Dispatch
from bot.gateway import Accepted, NotTaken, Refused, Unclear
from bot.models import COPENHAGEN, Case, Consent, Message, Organisation, Resident, Task
from bot.outbox import queue_message
from bot.receive import Receipt, record_receipt
from bot.store import conversation_with
from tests.bot.test_db import NOON, organisation
from tests.fakes import FakeClock, FakeGateway

LINE, MADS = "+4511114027", "+4511114028"


def open_case(session: Session, ours: Organisation, phone: str) -> Case:
    resident = Resident(organisation_id=ours.id, name="Line Bek", phone=phone, created_at=NOON)
    day = NOON.date()
    return Case(
        organisation_id=ours.id,
        resident=resident,
        case_ref=phone,
        arrears_ore=500_000,
        received=day,
        deadline=day + timedelta(days=8),
        opened_at=NOON,
        updated_at=NOON,
    )


class Outbox:
    """An outbox with a gateway and a clock that the test holds."""

    def __init__(self, db: Database, *answers: Any, rate: float = 1000) -> None:
        self.db, self.clock, self.gateway = db, FakeClock(NOON), FakeGateway(*answers)
        self.dispatch = Dispatch(db, self.clock, self.gateway, "https://x.example", machine=self.clock)
        with db.write() as session:
            session.add(organisation())
            session.flush()
            session.query(Organisation).one().settings = {"messages_per_second": rate}

    def queue(self, body: str, phone: str = LINE, **more: Any) -> int:
        with self.db.write() as session:
            ours = session.query(Organisation).one()
            conversation = conversation_with(session, ours, phone, NOON)
            conversation.case = conversation.case or open_case(session, ours, phone)
            author = "wave" if more.get("bulk") else more.pop("author", "bot")
            return queue_message(session, conversation, body, author=author, now=self.clock(), **more).id

    def send_all(self, tries: int = 50) -> list[str]:
        """Send until nothing is due, letting the rate's time pass; the texts in the order they left."""
        for _ in range(tries):
            while self.dispatch.send_next():
                pass
            self.clock.move(milliseconds=20)
        return [sms.body for sms in self.gateway.carried]

    def message(self, message_id: int) -> Message:
        with self.db.read() as session:
            return session.get_one(Message, message_id)


def test_replies_go_before_bulk(db: Database):
    outbox = Outbox(db)
    outbox.queue("bølge", LINE, bulk=True)
    outbox.queue("bølge", MADS, bulk=True)
    outbox.queue("svar", "+4511114029")

    assert outbox.send_all() == ["svar", "bølge", "bølge"]


def test_a_conversation_is_spoken_in_order(db: Database):
    outbox = Outbox(db)
    for n in range(5):
        outbox.queue(f"{n}")

    assert outbox.send_all() == ["0", "1", "2", "3", "4"]


def test_a_message_of_unclear_outcome_holds_up_its_own_conversation_alone(db: Database):
    outbox = Outbox(db, Unclear("timeout"))
    outbox.gateway.lists_everything = False
    outbox.queue("første")
    outbox.dispatch.send_next()
    outbox.queue("anden")
    outbox.queue("til en anden", MADS)

    assert outbox.send_all(tries=5) == ["første", "til en anden"]


def test_what_is_due_later_waits_and_what_is_due_now_does_not(db: Database):
    outbox = Outbox(db)
    later = outbox.queue("senere", due_at=NOON + timedelta(hours=1))
    outbox.queue("nu", MADS)

    assert outbox.send_all() == ["nu"]
    outbox.clock.move(hours=1)
    assert outbox.send_all() == ["nu", "senere"]
    assert outbox.message(later).status == "sending"


def test_one_number_sends_no_faster_than_its_rate_whoever_sends(db: Database):
    outbox = Outbox(db, rate=10)
    other = Dispatch(db, outbox.clock, outbox.gateway, "https://x.example", machine=outbox.clock)
    for n in range(30):
        outbox.queue("x", f"+4511115{n:03d}")

    for _ in range(100):  # one second, in hundredths
        while outbox.dispatch.send_next() or other.send_next():
            pass
        outbox.clock.move(milliseconds=10)

    assert len(outbox.gateway.carried) == 10


def test_attempting_is_written_down_before_the_gateway_is_called(db: Database):
    outbox = Outbox(db)
    message_id = outbox.queue("hej")
    seen: list[tuple[str, Any]] = []
    carry = outbox.gateway.send

    class Watching(FakeGateway):
        def send(self, outgoing: Any) -> Any:
            message = outbox.message(message_id)
            seen.append((message.status, message.attempted_at))
            return carry(outgoing)

    outbox.dispatch = Dispatch(db, outbox.clock, Watching(), "https://x.example", machine=outbox.clock)
    outbox.send_all()

    assert seen == [("sending", NOON)]


def test_an_unclear_outcome_that_did_arrive_is_found_and_not_sent_again(db: Database):
    outbox = Outbox(db, Unclear("timeout"))
    message_id = outbox.queue("hej")
    outbox.dispatch.send_next()
    outbox.clock.now += LEASE

    outbox.send_all()

    assert [sms.body for sms in outbox.gateway.carried] == ["hej"]
    assert outbox.message(message_id).status == "delivered"


def test_what_stands_in_the_way_meanwhile_stops_an_unclear_one_that_never_arrived(db: Database):
    outbox = Outbox(db, Unclear("500"))
    message_id = outbox.queue("bølge", bulk=True, expires_at=NOON + timedelta(hours=1))
    outbox.dispatch.send_next()
    outbox.gateway.carried.clear()  # it never arrived there
    outbox.clock.move(hours=11)

    outbox.send_all()

    assert outbox.gateway.carried == []
    assert (outbox.message(message_id).status, outbox.message(message_id).error) == ("refused", "expired")


@pytest.mark.parametrize("at", ["00:30", "01:30"], ids=["the hour before the clocks go back", "the hour after"])
def test_a_lease_holds_in_the_repeated_hour_of_october(db: Database, at: str):
    outbox = Outbox(db)
    outbox.clock.now = datetime.fromisoformat(f"2026-10-25T{at}:00+00:00").astimezone(COPENHAGEN)
    outbox.queue("hej")
    other = Dispatch(db, outbox.clock, outbox.gateway, "https://x.example", machine=outbox.clock)

    class Slow(FakeGateway):
        def send(self, outgoing: Any) -> Any:
            outbox.clock.now = (outbox.clock.now.astimezone(UTC) + timedelta(seconds=2)).astimezone(COPENHAGEN)
            other.send_next()  # another worker looks while our call runs
            return Accepted("SM1", "delivered")

    Dispatch(db, outbox.clock, Slow(), "https://x.example", machine=outbox.clock).send_next()

    assert outbox.gateway.carried == []
    assert outbox.message(1).status == "delivered"


def test_an_unclear_outcome_that_did_not_arrive_is_sent_after_the_look_up(db: Database):
    outbox = Outbox(db, NotTaken("x"))
    outbox.gateway.answers = [Unclear("500")]
    message_id = outbox.queue("hej")
    outbox.dispatch.send_next()
    outbox.gateway.carried.clear()  # it never arrived there
    outbox.clock.now += LEASE

    outbox.send_all()

    assert len(outbox.gateway.looked_up) == 1
    assert len(outbox.gateway.carried) == 1
    assert outbox.message(message_id).provider_sid


def test_while_the_gateway_cannot_be_asked_nothing_is_sent_again(db: Database):
    outbox = Outbox(db, Unclear("timeout"))
    outbox.gateway.is_down = True
    message_id = outbox.queue("hej")
    outbox.dispatch.send_next()
    for _ in range(5):
        outbox.clock.now += LEASE
        outbox.dispatch.send_next()

    assert len(outbox.gateway.carried) == 1
    assert outbox.message(message_id).status == "sending"


def test_two_equal_texts_are_two_messages_and_the_look_up_knows_which_is_known(db: Database):
    outbox = Outbox(db)
    first = outbox.queue("Selv tak.")
    outbox.send_all()
    outbox.gateway.answers = [Unclear("timeout")]
    second = outbox.queue("Selv tak.")
    outbox.dispatch.send_next()
    outbox.clock.now += LEASE
    outbox.send_all()

    assert len(outbox.gateway.carried) == 2
    assert outbox.message(first).provider_sid != outbox.message(second).provider_sid


def test_what_was_certainly_not_taken_is_sent_again_without_a_look_up(db: Database):
    outbox = Outbox(db, NotTaken("rate"), NotTaken("no_connection"))
    message_id = outbox.queue("hej")
    for _ in range(3):
        outbox.dispatch.send_next()
        outbox.clock.move(seconds=10)

    assert [sms.body for sms in outbox.gateway.carried] == ["hej"]
    assert outbox.gateway.looked_up == []
    assert outbox.message(message_id).attempts == 3


def test_a_receipt_that_comes_before_the_answer_counts(db: Database):
    outbox = Outbox(db)
    message_id = outbox.queue("hej")
    sid = "SM" + "9" * 32

    class Quick(FakeGateway):
        def send(self, outgoing: Any) -> Any:
            record_receipt(db, Receipt(message_id, sid, "delivered"), NOON)
            return Accepted(sid, "sending")

    outbox.dispatch = Dispatch(db, outbox.clock, Quick(), "https://x.example", machine=outbox.clock)
    outbox.send_all()

    assert (outbox.message(message_id).status, outbox.message(message_id).provider_sid) == ("delivered", sid)


@pytest.mark.parametrize(
    "order",
    [
        ("sent", "delivered"),
        ("delivered", "sent"),
        ("delivered", "delivered", "sent", "queued"),
        ("sent", "sent", "delivered"),
    ],
)
def test_receipts_in_any_order_end_alike(db: Database, order: tuple[str, ...]):
    outbox = Outbox(db)
    message_id = outbox.queue("hej")
    outbox.send_all()
    sid = outbox.message(message_id).provider_sid or ""

    for status in order:
        record_receipt(db, Receipt(message_id, sid, status), NOON)

    assert outbox.message(message_id).status == "delivered"


def test_another_messages_receipt_moves_nothing(db: Database):
    outbox = Outbox(db)
    message_id = outbox.queue("hej")
    outbox.send_all()

    record_receipt(db, Receipt(message_id, "SM" + "8" * 32, "failed", "30005"), NOON)

    assert outbox.message(message_id).status == "sending"


def test_somebody_whose_phone_is_off_gets_three_tries_hours_apart_within_the_window_then_a_call(db: Database):
    outbox = Outbox(db, *[Refused("30003")] * 3)
    outbox.queue("hej", bulk=True)  # a Tuesday at noon
    outbox.send_all()
    outbox.clock.move(hours=2)
    assert outbox.send_all() == []
    outbox.clock.move(hours=1, minutes=5)  # the third try would be past the window: it waits for the morning
    outbox.send_all()
    with db.read() as session:
        tried = session.scalars(select(Message).order_by(Message.id)).all()
        assert session.scalars(select(Task.type)).all() == []
    assert [(m.status, f"{m.due_at:%a %H}") for m in tried] == [
        ("failed", "Tue 12"),
        ("failed", "Tue 15"),
        ("queued", "Wed 09"),
    ]

    outbox.clock.move(hours=18)
    outbox.send_all()

    with db.read() as session:
        assert session.scalars(select(Message.away_tries).order_by(Message.id)).all() == [1, 2, 3]
        assert session.scalars(select(Task.type)).all() == ["call"]


def test_nothing_more_goes_to_a_number_that_does_not_exist(db: Database):
    outbox = Outbox(db, Refused("30005"))
    outbox.queue("første", bulk=True)
    outbox.send_all()
    second = outbox.queue("anden", bulk=True)
    outbox.send_all()

    assert outbox.gateway.carried == []
    assert (outbox.message(second).status, outbox.message(second).error) == ("refused", "number_taken_off")


@pytest.mark.parametrize(("code", "task"), [("21211", "find_number"), ("21614", "find_number"), ("30007", "call")])
def test_many_failures_of_one_kind_are_one_task(db: Database, code: str, task: str):
    outbox = Outbox(db, Refused(code), Refused(code))
    outbox.queue("en")
    outbox.queue("to")
    outbox.send_all()

    with db.read() as session:
        assert session.scalars(select(Task.type)).all() == [task]


def test_an_advisers_text_to_somebody_who_said_stop_meanwhile_is_refused_and_says_why(db: Database):
    outbox = Outbox(db)
    message_id = outbox.queue("hej", author="adviser")
    with db.write() as session:
        session.add(Consent(phone=LINE, opted_out=True, at=NOON))
    outbox.send_all()

    message = outbox.message(message_id)
    assert outbox.gateway.carried == []
    assert (message.status, message.error) == ("refused", "opted_out")


def test_a_receipts_address_carries_our_own_id(db: Database):
    outbox = Outbox(db)
    message_id = outbox.queue("hej")
    outbox.send_all()

    assert outbox.gateway.carried[0].receipt_url == f"https://x.example/sms/status?message={message_id}"


def test_who_says_when_to_come_back_is_left_alone_until_then(db: Database):
    outbox = Outbox(db, NotTaken("rate", after=30))
    outbox.queue("en")
    outbox.queue("to", MADS)
    assert outbox.dispatch.send_next()
    outbox.clock.move(seconds=29)
    assert not outbox.dispatch.send_next()
    outbox.clock.move(seconds=2)

    assert sorted(outbox.send_all(tries=3)) == ["en", "to"]


def test_an_answer_whose_fate_stays_unclear_is_for_a_human_after_ten_minutes(db: Database):
    """The gateway neither takes it for certain nor can be asked: nothing is sent again, and somebody rings."""
    outbox = Outbox(db, Unclear("500"))
    outbox.gateway.is_down = True
    outbox.queue("svar")
    asked_at = None
    for _ in range(60):
        while outbox.dispatch.send_next():
            pass
        with db.read() as session:
            asked_at = asked_at or (outbox.clock() if session.scalar(select(Task.type)) == "call" else None)
        outbox.clock.move(seconds=30)

    assert asked_at is not None
    assert timedelta(minutes=10) <= asked_at - NOON <= timedelta(minutes=18)
    assert len(outbox.gateway.carried) == 1

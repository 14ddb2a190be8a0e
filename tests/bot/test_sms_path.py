"""A resident's SMS all the way through, over the phone network and Twilio's own SDK, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.db import Database
from bot.dialogs.state import Heard
from bot.models import Consent, Handoff, Message, MessageStatus, Organisation, Task
from tests.rig import LINE, Rig, eventually, understand


@pytest.fixture
def rig(db: Database) -> Iterator[Rig]:
    rig = Rig(db).start()
    rig.add_case()
    yield rig
    rig.stop()


def test_a_question_is_answered_and_the_receipt_comes_home(rig: Rig):
    rig.write("boligstøtte?")

    [answer] = eventually(rig.got)
    eventually(rig.settled)
    [message] = rig.messages()
    assert message.body == answer
    assert "Udbetaling Danmark" in answer
    assert message.status == "delivered"
    assert message.provider_sid


def test_the_history_of_a_message_is_kept(rig: Rig):
    rig.write("boligstøtte?")
    eventually(rig.got)
    eventually(rig.settled)

    with rig.db.read() as session:
        steps = session.scalars(
            select(MessageStatus.status)
            .join(Message, Message.id == MessageStatus.message_id)
            .where(Message.direction == "out")
            .order_by(MessageStatus.id)
        ).all()

    assert steps[:2] == ["queued", "sending"]
    assert steps[-1] == "delivered"


def test_an_sms_that_the_network_delivers_three_times_is_one_sms_with_one_answer(rig: Rig):
    rig.fault("duplicate")
    rig.write("boligstøtte?")

    eventually(rig.got)
    eventually(rig.settled)
    assert len(rig.messages("in")) == 1
    assert len(rig.got()) == 1


def test_several_sms_of_one_resident_are_taken_in_order(rig: Rig):
    texts = ["boligstøtte?", "menneske", "ja", "nej", "hvad"]
    rig.write(*texts)

    eventually(lambda: len(rig.messages("in")) == 5 and rig.settled())
    with rig.db.read() as session:
        processed = (
            session.execute(
                select(Message.body)
                .join(MessageStatus, MessageStatus.message_id == Message.id)
                .where(MessageStatus.status == "processed")
                .order_by(MessageStatus.id)
            )
            .scalars()
            .all()
        )
    assert processed == texts
    answered = [m.answers_id or 0 for m in rig.messages()]
    assert answered == sorted(answered)


def test_two_hundred_residents_who_write_at_once_get_two_hundred_answers(db: Database):
    rig = Rig(db).start()
    phones = [f"+45111120{n:02d}" if n < 100 else f"+45111121{n - 100:02d}" for n in range(200)]
    for phone in phones:
        rig.add_case(phone=phone)
    with db.write() as session:
        session.scalars(select(Organisation)).one().settings = {"messages_per_second": 1000}

    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(lambda phone: rig.write("boligstøtte?", phone=phone), phones))

    eventually(rig.settled, 120)
    answers = [rig.got(phone) for phone in phones]
    rig.stop()
    assert [len(a) for a in answers] == [1] * 200
    with db.read() as session:
        assert session.scalar(select(func.max(Message.attempts))) == 1


@pytest.mark.parametrize("text", ["", "   ", "a" * 1600, "😀😀", "/promise_to_pay", "'; DROP TABLE message; --"])
def test_whatever_stands_in_an_sms_it_gets_an_answer(rig: Rig, text: str):
    rig.write(text)

    assert eventually(rig.got)


def test_a_picture_gets_an_answer_and_a_place_in_the_inbox(rig: Rig):
    rig.write("", media=["https://pictures.invalid/brev.jpg"])

    [answer] = eventually(rig.got)
    eventually(rig.settled)
    assert "billeder" in answer
    assert rig.conversation().held_by == "queue"


def test_an_unknown_number_gets_an_answer_and_a_place_in_the_inbox(rig: Rig):
    rig.write("hej", phone="+4511119999")

    assert eventually(lambda: rig.got("+4511119999"))
    eventually(rig.settled)
    conversation = rig.conversation("+4511119999")
    assert conversation.held_by == "queue"
    assert conversation.case_id is None


def test_a_cpr_number_is_never_stored(rig: Rig):
    rig.write("mit cpr er 140385-1234")

    eventually(rig.got)
    [message] = rig.messages("in")
    assert "1234" not in message.body
    assert "CPR" in rig.got()[0]


def test_stop_is_confirmed_once_and_start_takes_it_back(rig: Rig):
    rig.write("stop")
    eventually(lambda: len(rig.got()) == 1)
    rig.write("stop")
    eventually(lambda: len(rig.messages("in")) == 2 and rig.settled())
    assert len(rig.got()) == 1

    rig.write("start")
    eventually(lambda: len(rig.got()) == 2)
    with rig.db.read() as session:
        assert session.scalars(select(Consent.opted_out).order_by(Consent.id)).all() == [True, False]


def test_while_the_queue_has_it_the_bot_says_once_that_a_human_answers(rig: Rig):
    rig.write("menneske")
    eventually(lambda: len(rig.got()) == 1)
    rig.write("boligstøtte?", "ja")

    eventually(lambda: len(rig.messages("in")) == 3 and rig.settled())
    assert rig.conversation().held_by == "queue"
    assert len(rig.got()) <= 2


def test_a_crisis_is_answered_by_the_fixed_text_and_the_bot_is_silent_from_then_on(rig: Rig):
    rig.write("vil dø")
    [text] = eventually(rig.got)
    rig.write("boligstøtte?")

    eventually(lambda: len(rig.messages("in")) == 2 and rig.settled())
    conversation = rig.conversation()
    assert "112" in text
    assert "70 201 201" in text
    assert (conversation.priority, conversation.bot_paused) == ("crisis", True)
    assert rig.got() == [text]


@pytest.mark.parametrize(("error", "attempts"), [("500", 3), ("429", 2), ("timeout", 1)])
def test_whatever_the_gateway_does_the_phone_gets_one_sms(db: Database, error: str, attempts: int):
    rig = Rig(db)
    rig.start()
    rig.add_case()
    rig.fault(error)
    rig.write("boligstøtte?")

    eventually(lambda: rig.got() and rig.settled(), 30)
    assert len(rig.got()) == 1
    rig.stop()
    [message] = rig.messages()
    assert message.status == "delivered"
    assert message.attempts == attempts  # 500: sent, looked up, sent; after the time-out the receipts told


def test_a_lost_receipt_leaves_the_message_sent_and_nothing_is_sent_again(rig: Rig):
    rig.fault("lost_receipt")
    rig.write("boligstøtte?")

    eventually(rig.got)
    [message] = eventually(lambda: [m for m in rig.messages() if m.provider_sid])
    assert message.status in ("sending", "sent")
    assert len(rig.got()) == 1


def test_a_number_that_stopped_at_the_gateway_counts_as_opted_out(rig: Rig):
    rig.fault(21610)
    rig.write("boligstøtte?")

    eventually(lambda: [m for m in rig.messages() if m.status == "failed"])
    with rig.db.read() as session:
        assert session.scalars(select(Consent.source)).all() == ["gateway"]


@pytest.mark.parametrize(("error", "task"), [(21211, "find_number"), (30005, "find_number"), (30007, "call")])
def test_an_sms_that_cannot_arrive_becomes_a_task(rig: Rig, error: int, task: str):
    rig.fault(error)
    rig.write("boligstøtte?")

    def tasks() -> list[str]:
        with rig.db.read() as session:
            return list(session.scalars(select(Task.type)))

    assert eventually(tasks) == [task]


class Failing:
    """An understanding that fails a number of times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
        self.left -= 1
        if self.left >= 0:
            raise RuntimeError("not now")
        return understand(text, today, media=media)


def test_an_sms_that_failed_once_is_taken_again(sqlite_db: Database):
    rig = Rig(sqlite_db, Failing(1)).start()
    rig.add_case()
    rig.write("boligstøtte?")

    answers = eventually(rig.got)
    rig.stop()
    assert len(answers) == 1


def test_after_three_failures_a_human_gets_it(sqlite_db: Database):
    rig = Rig(sqlite_db, Failing(99)).start()
    rig.add_case()
    rig.write("boligstøtte?")

    eventually(lambda: rig.conversation().held_by == "queue" if rig.messages("in") else False, 30)
    rig.stop()
    with sqlite_db.read() as session:
        assert session.scalars(select(Handoff.reason)).all() == ["left_over"]
    assert [m.status for m in rig.messages("in")] == ["processed"]


def test_an_sms_waits_for_the_understanding_without_holding_up_the_webhook(sqlite_db: Database):
    ready = threading.Event()

    def slow(text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
        ready.wait(20)
        return understand(text, today)

    rig = Rig(sqlite_db, slow).start()
    rig.add_case()
    rig.write("boligstøtte?")
    eventually(lambda: [m.status for m in rig.messages("in")] == ["received"])
    assert rig.got() == []
    ready.set()

    assert eventually(rig.got)
    rig.stop()


def test_noise_of_another_phone_stays_out_of_a_thread(rig: Rig):
    rig.add_case(phone="+4511114028")
    rig.write("boligstøtte?", phone="+4511114028")
    rig.write("menneske", phone=LINE)

    eventually(lambda: rig.got() and rig.got("+4511114028") and rig.settled())
    assert len(rig.got()) == len(rig.got("+4511114028")) == 1
    assert rig.conversation("+4511114028").held_by == "bot"

"""What each class of the gateway's errors does, told at creation or by a receipt later: once, and nothing is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.aftermath import PATIENCE
from bot.contacts import begin_contact
from bot.db import Database
from bot.gateway import NotTaken, Refused
from bot.incidents import open_incidents
from bot.models import Case, Consent, Contact, Incident, Ladder, Message, MessageStatus, Organisation, Task, Wave
from bot.receive import Inbound, Receipt, receive, record_receipt
from bot.store import is_opted_out
from tests.bot.test_db import NOON
from tests.bot.test_dispatch import LINE, MADS, Outbox, open_case

OURS = "+4511110010"
KEY = "first_contact.first_no_name:da"


def receipt(outbox: Outbox, message_id: int, status: str, code: str | None = None) -> None:
    sid = outbox.message(message_id).provider_sid or "SM" + "7" * 32
    record_receipt(outbox.db, Receipt(message_id, sid, status, code), outbox.clock())


def fail(outbox: Outbox, code: str, *, at_creation: bool, body: str = "hej", phone: str = LINE, **more: Any) -> int:
    """One SMS that fails with this code, refused at once or told of by a receipt."""
    if at_creation:
        outbox.gateway.answers.append(Refused(code))
    message_id = outbox.queue(body, phone, **more)
    outbox.send_all(tries=1)
    if not at_creation:
        receipt(outbox, message_id, "failed", code)
    return message_id


def tasks(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Task.type).where(Task.status == "open").order_by(Task.id)))


def incidents(db: Database) -> list[tuple[str, str]]:
    with db.read() as session:
        return [(incident.kind, incident.subject) for incident in open_incidents(session)]


def messages(db: Database) -> list[Message]:
    with db.read() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def in_wave(outbox: Outbox, *phones: str, expires_at: datetime | None = None) -> list[int]:
    """One SMS of a running wave to each phone, queued as the scheduler does; the messages' ids."""
    ids = []
    for phone in phones:
        with outbox.db.write() as session:
            case = open_case(session, session.scalars(select(Organisation)).one(), phone)
            session.add(case)
            session.flush()
            wave = session.scalar(select(Wave)) or Wave(organisation_id=case.organisation_id, month="2026-10")
            wave.started_at = wave.started_at or NOON
            session.add(wave)
            session.flush()
            session.add(Ladder(wave_id=wave.id, case_id=case.id, starts_at=NOON, at=NOON))
            contact = Contact(wave_id=wave.id, case_id=case.id, step=0, kind="sms", send_at=NOON, at=NOON)
            session.add(contact)
            session.flush()
            begun = begin_contact(
                session,
                case,
                step=0,
                contact_id=contact.id,
                now=NOON,
                send_at=NOON,
                expires_at=expires_at or NOON + timedelta(days=2),
            )
            assert begun is not None
            assert begun.text_key == KEY
            ids.append(begun.id)
    return ids


def wave(db: Database) -> Wave:
    with db.read() as session:
        return session.scalars(select(Wave)).one()


BOTH = pytest.mark.parametrize("at_creation", [True, False], ids=["refused at once", "told by a receipt"])


@BOTH
def test_an_opt_out_at_the_gateway_counts_for_us_and_turns_to_another_way_once(db: Database, at_creation: bool):
    outbox = Outbox(db)
    for body in ("en", "to"):
        fail(outbox, "21610", at_creation=at_creation, body=body)

    with db.read() as session:
        assert is_opted_out(session, LINE)
    assert tasks(db) == ["call"]


def test_our_own_word_about_a_stop_that_the_gateway_refuses_asks_nobody(db: Database):
    """Where Twilio answers STOP as well, our confirmation comes back as 21610."""
    outbox = Outbox(db)
    message_id = outbox.queue("Du får ikke flere sms fra os.")
    with db.write() as session:
        session.add(Consent(phone=LINE, opted_out=True, at=NOON))
    outbox.send_all(tries=1)
    receipt(outbox, message_id, "failed", "21610")

    assert tasks(db) == []


@BOTH
def test_a_number_that_cannot_get_sms_is_taken_off_and_never_tried_again(db: Database, at_creation: bool):
    outbox = Outbox(db)
    fail(outbox, "30006", at_creation=at_creation, bulk=True)
    outbox.clock.move(hours=4)
    outbox.send_all()

    assert len(messages(db)) == 1
    assert tasks(db) == ["find_number"]
    with db.read() as session:
        assert session.scalars(select(Case.number_taken_off)).one()


@BOTH
def test_who_is_away_has_no_try_after_the_steps_expiry_but_a_call(db: Database, at_creation: bool):
    outbox = Outbox(db)
    fail(outbox, "30003", at_creation=at_creation, bulk=True, expires_at=NOON + timedelta(hours=2))

    assert len(messages(db)) == 1
    assert tasks(db) == ["call"]


def test_nobody_who_has_written_meanwhile_gets_the_same_words_again(db: Database):
    outbox = Outbox(db)
    message_id = outbox.queue("bølge", bulk=True)
    outbox.send_all(tries=1)
    receive(db, Inbound("SM-1", LINE, OURS, "STOP"), outbox.clock())
    receipt(outbox, message_id, "undelivered", "30003")

    assert [m.status for m in messages(db) if m.direction == "out"] == ["undelivered"]
    assert tasks(db) == []


def test_an_answer_that_is_not_said_again_is_for_a_human(db: Database):
    outbox = Outbox(db)
    message_id = outbox.queue("svar", bulk=False)
    outbox.send_all(tries=1)
    receive(db, Inbound("SM-1", LINE, OURS, "er du der?"), outbox.clock())
    receipt(outbox, message_id, "undelivered", "30003")

    assert [m.status for m in messages(db) if m.direction == "out"] == ["undelivered"]
    assert tasks(db) == ["call"]


@BOTH
def test_a_text_that_an_operator_filters_stops_for_the_whole_organisation(db: Database, at_creation: bool):
    outbox = Outbox(db, *([Refused("30007")] if at_creation else []), rate=1)
    first, other = in_wave(outbox, LINE, MADS)
    outbox.dispatch.send_next()
    if not at_creation:
        receipt(outbox, first, "undelivered", "30007")
    outbox.clock.move(hours=1)
    outbox.send_all()

    assert incidents(db) == [("text_blocked", KEY)]
    assert wave(db).paused_by == "text_blocked"
    assert outbox.message(other).status == "queued"
    assert tasks(db) == ["call"]  # for the one who did not get it; the other waits


def test_a_filtered_text_waits_also_where_no_wave_is_paused(db: Database):
    """A reminder, say: the text's own key holds it back until a human has dealt with it."""
    outbox = Outbox(db)
    reminders = [outbox.queue("om tre dage", phone, bulk=True) for phone in (LINE, MADS)]
    with db.write() as session:
        for message_id in reminders:
            session.get_one(Message, message_id).text_key = "plan.reminder:da"
    outbox.gateway.answers.append(Refused("30007"))
    outbox.send_all(tries=3)

    waiting = outbox.message(reminders[1])
    assert (waiting.status, outbox.gateway.carried) == ("queued", [])
    with db.write() as session:
        for incident in session.scalars(select(Incident)):
            incident.ended_at = outbox.clock()
    outbox.clock.move(minutes=16)
    assert outbox.send_all(tries=3) == ["om tre dage"]


@BOTH
def test_one_handsets_own_block_stops_no_text_and_three_do(db: Database, at_creation: bool):
    phones = [LINE, MADS, "+4511114029", "+4511114030"]
    outbox = Outbox(db)
    ids = in_wave(outbox, *phones)
    codes = ["30004"] * 3
    outbox.gateway.answers += [Refused(code) for code in codes] if at_creation else []
    said: list[list[tuple[str, str]]] = []
    for message_id in ids[:3]:
        outbox.dispatch.send_next()
        if not at_creation:
            receipt(outbox, message_id, "undelivered", "30004")
        said.append(incidents(db))
        outbox.clock.move(seconds=1)
    outbox.send_all()

    assert said == [[], [], [("text_blocked", KEY)]]
    assert outbox.message(ids[3]).status == "queued"
    assert tasks(db) == ["call"] * 3


@pytest.mark.parametrize("code", ["30001", "30036", "63018"])
def test_what_the_gateways_queue_dropped_goes_again_when_it_is_free(db: Database, code: str):
    outbox = Outbox(db)
    fail(outbox, code, at_creation=False)
    outbox.clock.move(minutes=2)
    outbox.send_all()

    assert [sms.body for sms in outbox.gateway.carried] == ["hej", "hej"]
    assert tasks(db) == []


@pytest.mark.parametrize("code", ["20429", "21611", "63018", "30001"])
def test_a_full_queue_at_creation_loses_nothing(db: Database, code: str):
    """What the real gateway makes of the code is asked in test_error_table."""
    outbox = Outbox(db, *[NotTaken("rate")] * 6)
    outbox.queue("hej")
    for _ in range(60):
        outbox.send_all(tries=1)
        outbox.clock.move(seconds=10)

    assert [sms.body for sms in outbox.gateway.carried] == ["hej"]


def test_when_told_to_slow_down_a_number_waits_and_another_does_not(db: Database):
    outbox = Outbox(db, NotTaken("rate"))
    outbox.queue("en")
    outbox.queue("to", MADS)
    assert outbox.dispatch.send_next()
    assert not outbox.dispatch.send_next()
    outbox.clock.move(seconds=1)

    assert outbox.dispatch.send_next()
    assert [sms.body for sms in outbox.gateway.carried] == ["to"]


def test_an_account_that_is_refused_costs_no_message_and_calls_a_human(db: Database):
    outbox = Outbox(db)
    outbox.gateway.answers += [Refused("20003")] * 200
    ids = in_wave(outbox, LINE, MADS)
    reply = outbox.queue("svar", "+4511114029")
    outbox.send_all()

    tried = 200 - len(outbox.gateway.answers)
    assert tried <= 3  # no hot loop
    assert {outbox.message(message_id).status for message_id in (*ids, reply)} == {"queued"}
    assert incidents(db) == [("account_blocked", "")]
    assert wave(db).paused_by == "account_blocked"


def test_an_answer_that_cannot_get_away_is_tried_again_and_after_ten_minutes_a_human_rings(db: Database):
    outbox = Outbox(db)
    outbox.gateway.answers += [Refused("20003")] * 200
    outbox.queue("svar")
    asked_at = None
    for _ in range(40):
        outbox.send_all(tries=1)
        asked_at = asked_at or (outbox.clock() if tasks(db) else None)
        outbox.clock.move(seconds=30)

    assert asked_at is not None
    assert PATIENCE <= asked_at - NOON <= PATIENCE + timedelta(minutes=1)
    assert 3 <= 200 - len(outbox.gateway.answers) <= 8
    assert tasks(db) == ["call"]


def test_when_an_answer_gets_through_the_wave_goes_on_and_what_expired_does_not(db: Database):
    outbox = Outbox(db, Refused("20003"))
    (first,) = in_wave(outbox, LINE)
    outbox.dispatch.send_next()
    (late,) = in_wave(outbox, MADS, expires_at=NOON + timedelta(minutes=5))
    reply = outbox.queue("svar", "+4511114029")
    outbox.clock.move(minutes=10)
    outbox.dispatch.send_next()
    assert incidents(db) == [("account_blocked", "")]  # taken is not yet arrived: a suspended account takes SMS too
    receipt(outbox, reply, "sent")

    assert incidents(db) == [("pause_expired", "2026-10")], "of the pause only what it cost is still to be told"
    assert wave(db).paused_at is None
    outbox.send_all()
    assert outbox.message(first).status == "sending"
    assert (outbox.message(late).status, outbox.message(late).error) == ("refused", "expired")


def test_a_suspended_account_that_still_takes_sms_does_not_flap(db: Database):
    outbox = Outbox(db)
    first, other = in_wave(outbox, LINE, MADS)
    outbox.clock.move(seconds=1)
    outbox.send_all(tries=2)
    for message_id in (first, other):
        receipt(outbox, message_id, "failed", "30002")

    assert incidents(db) == [("account_blocked", "")]
    assert wave(db).paused_by == "account_blocked"
    again = [m for m in messages(db) if m.status == "queued"]
    assert [m.first_try_id for m in again] == [first, other]
    assert all(m.contact_id for m in again)  # held back with their wave, and go when it goes on


@BOTH
def test_a_foreign_number_that_we_may_not_write_to_stops_nobody_else(db: Database, at_creation: bool):
    outbox = Outbox(db)
    fail(outbox, "21408", at_creation=at_creation, phone="+4915112345678")

    assert (incidents(db), tasks(db)) == ([], ["call"])


@BOTH
def test_a_text_of_ours_that_cannot_be_sent_is_stopped_and_a_human_rings(db: Database, at_creation: bool):
    outbox = Outbox(db, *([Refused("21617")] if at_creation else []))
    (first,) = in_wave(outbox, LINE)
    outbox.dispatch.send_next()
    if not at_creation:
        receipt(outbox, first, "failed", "21617")

    assert outbox.message(first).status == "failed"
    assert (incidents(db), tasks(db)) == ([("text_blocked", KEY)], ["call"])


@BOTH
def test_a_code_that_nobody_knows_is_tried_once_more_then_told(db: Database, at_creation: bool):
    outbox = Outbox(db)
    fail(outbox, "39999", at_creation=at_creation)
    assert (tasks(db), incidents(db)) == ([], [])
    if at_creation:
        outbox.gateway.answers.append(Refused("39999"))
    outbox.clock.move(minutes=11)
    outbox.send_all(tries=1)
    if not at_creation:
        receipt(outbox, messages(db)[-1].id, "failed", "39999")

    assert (tasks(db), incidents(db)) == (["call"], [("unknown_error", "39999")])
    assert len(messages(db)) == 2


def test_another_try_carries_the_step_of_the_wave_and_gives_it_back_when_the_first_arrives_after_all(db: Database):
    outbox = Outbox(db)
    (first,) = in_wave(outbox, LINE)
    contact_id = outbox.message(first).contact_id
    outbox.send_all(tries=1)
    receipt(outbox, first, "undelivered", "30003")
    _, again = messages(db)
    assert (again.contact_id, again.text_key, outbox.message(first).contact_id) == (contact_id, KEY, None)

    receipt(outbox, first, "delivered")

    assert outbox.message(first).contact_id == contact_id
    assert (outbox.message(again.id).status, outbox.message(again.id).contact_id) == ("refused", None)


_CLASS = {
    "21610": ["call"],
    "30005": ["find_number"],
    "30003": ["call"],
    "30007": ["call"],
    "21617": ["call"],
    "39999": ["call"],
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.sampled_from(sorted(_CLASS)),
    told=st.lists(st.sampled_from(["sent", "failed", "undelivered"]), min_size=1, max_size=5),
    arrives=st.booleans(),
    data=st.data(),
)
def test_any_order_of_receipts_ends_alike_and_asks_one_human(
    fresh_outbox: Any, code: str, told: list[str], arrives: bool, data: st.DataObject
):
    """``told`` of an SMS that has had all its tries; whoever hears "delivered" among them is not rung."""
    bad = [status for status in told if status != "sent"]
    words = data.draw(st.permutations([*told, *(["delivered"] if arrives else [])]))
    outbox: Outbox = fresh_outbox()
    message_id = outbox.queue("hej", away_tries=3)
    outbox.send_all(tries=1)
    for status in words:
        receipt(outbox, message_id, status, code if status in bad else None)

    expected = _CLASS[code] if bad and not arrives else []
    assert tasks(outbox.db) == expected
    ends = "delivered" if arrives else "undelivered" if "undelivered" in bad else "failed" if bad else "sent"
    assert outbox.message(message_id).status == ends
    with outbox.db.read() as session:
        assert session.scalar(select(func.count(Message.id))) == 1
        assert not session.scalar(select(Case.number_taken_off)) or expected == ["find_number"]


@pytest.fixture
def fresh_outbox(sqlite_db: Database) -> Any:
    """Makes an outbox with nothing in it: each example has its own residents."""
    outbox = Outbox(sqlite_db)

    def fresh() -> Outbox:
        with sqlite_db.write() as session:
            for table in (Task, MessageStatus, Incident):
                session.query(table).delete()
            session.query(Message).delete()
            for case in session.scalars(select(Case)):
                case.number_taken_off = False
            session.query(Consent).delete()
        return outbox

    return fresh

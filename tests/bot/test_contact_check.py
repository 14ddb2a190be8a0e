"""May what was queued still be said? The decision as a table, and what is gathered for it, on both databases."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.contact_check import Refuse, Send, Standing, Wait, recheck, verdict
from bot.contacts import begin_contact
from bot.db import Database
from bot.models import (
    COPENHAGEN,
    Case,
    Consent,
    Contact,
    Conversation,
    Message,
    Organisation,
    Plan,
    Promise,
    Resident,
    Wave,
)
from bot.outbox import queue_message
from bot.workdays import Window

NOW = datetime(2026, 10, 27, 9, 5, tzinfo=COPENHAGEN)
EVENING = NOW.replace(hour=18, minute=0)
MORNING = datetime(2026, 10, 28, 9, 0, tzinfo=COPENHAGEN)
FREE = Standing(Window(time(9), time(18)), expires_at=NOW + timedelta(days=2))
LINE = "+4511114027"


@pytest.mark.parametrize(
    ("change", "now", "expected"),
    [
        ({}, NOW, Send()),
        ({"opted_out": True}, NOW, Refuse("opted_out")),
        ({"case_status": "settled"}, NOW, Refuse("settled")),
        ({"case_status": "closed"}, NOW, Refuse("closed")),
        ({"number_taken_off": True}, NOW, Refuse("number_taken_off")),
        ({"number_changed": True}, NOW, Refuse("number_changed")),
        ({"bot_paused": True}, NOW, Refuse("bot_paused")),
        ({"held": True}, NOW, Refuse("held")),
        ({"replied": True}, NOW, Refuse("replied")),
        ({"promise_open": True}, NOW, Refuse("promise_open")),
        ({"plan_open": True}, NOW, Refuse("plan_open")),
        ({}, EVENING, Wait(MORNING)),
        ({"opted_out": True}, EVENING, Refuse("opted_out")),
        ({"expires_at": MORNING - timedelta(minutes=1)}, EVENING, Refuse("expired")),
        ({"expires_at": NOW - timedelta(seconds=1)}, NOW, Refuse("expired")),
        ({"expires_at": None}, EVENING, Wait(MORNING)),
        ({}, NOW.replace(day=24, month=12), Refuse("expired")),
        ({"expires_at": None}, NOW.replace(day=24, month=12), Wait(datetime(2026, 12, 28, 9, tzinfo=COPENHAGEN))),
    ],
)
def test_the_first_reason_counts_and_a_closed_window_puts_off(change, now, expected):
    assert verdict(replace(FREE, **change), now) == expected


def queue_wave_message(db: Database) -> int:
    """A first SMS queued for Line; gives the message's id. Noise: another organisation with a settled case of hers."""
    with db.write() as session:
        ours = add_case(session, "solgaarden", "+4511110010", "open")
        add_case(session, "vestbo", "+4511110020", "settled")
        wave = Wave(organisation_id=ours.organisation_id, month="2026-10")
        session.add(wave)
        session.flush()
        contact = Contact(wave_id=wave.id, case_id=ours.id, step=0, kind="sms", send_at=NOW, at=NOW)
        session.add(contact)
        session.flush()
        message = begin_contact(
            session, ours, step=0, contact_id=contact.id, now=NOW, send_at=NOW, expires_at=NOW + timedelta(days=2)
        )
        assert message is not None
        return message.id


def add_case(session, slug, number, status) -> Case:
    organisation = Organisation(slug=slug, name=slug, number=number, created_at=NOW)
    session.add(organisation)
    session.flush()
    resident = Resident(organisation_id=organisation.id, name="Line Bek", phone=LINE, created_at=NOW)
    session.add(resident)
    session.flush()
    case = Case(
        organisation_id=organisation.id,
        resident_id=resident.id,
        case_ref="1",
        status=status,
        arrears_ore=845_050,
        received=NOW.date(),
        deadline=date(2026, 11, 4),
        opened_at=NOW,
        updated_at=NOW,
    )
    session.add(case)
    session.flush()
    return case


def reply(session, message: Message) -> None:
    session.add(
        Message(
            conversation_id=message.conversation_id,
            direction="in",
            author="resident",
            body="ja",
            status="processed",
            at=NOW + timedelta(minutes=1),
        )
    )


def another_case(session, message: Message) -> None:
    """The thread goes over to a newer case, whose promise is not this case's."""
    case = message.conversation.case
    assert case is not None
    other = Case(
        organisation_id=case.organisation_id,
        resident_id=case.resident_id,
        case_ref="2",
        arrears_ore=1,
        received=NOW.date(),
        deadline=date(2026, 11, 4),
        opened_at=NOW,
        updated_at=NOW,
    )
    session.add(other)
    session.flush()
    session.add(Promise(case_id=other.id, at=NOW))
    message.conversation.case = other


CASE_OF = {
    "nothing": (lambda s, m: None, Send()),
    "settled": (lambda s, m: setattr(m.conversation.case, "status", "settled"), Refuse("settled")),
    "closed": (lambda s, m: setattr(m.conversation.case, "status", "closed"), Refuse("closed")),
    "wrong person": (lambda s, m: setattr(m.conversation.case, "number_taken_off", True), Refuse("number_taken_off")),
    "new number": (
        lambda s, m: setattr(m.conversation.case.resident, "phone", "+4511114028"),
        Refuse("number_changed"),
    ),
    "claimed": (lambda s, m: setattr(m.conversation, "held_by", "adviser"), Refuse("held")),
    "crisis": (lambda s, m: setattr(m.conversation, "bot_paused", True), Refuse("bot_paused")),
    "replied": (reply, Refuse("replied")),
    "promised": (lambda s, m: s.add(Promise(case_id=m.conversation.case_id, at=NOW)), Refuse("promise_open")),
    "kept": (
        lambda s, m: s.add(Promise(case_id=m.conversation.case_id, at=NOW, status="kept")),
        Refuse("promise_open"),
    ),
    "taken back": (lambda s, m: s.add(Promise(case_id=m.conversation.case_id, at=NOW, status="replaced")), Send()),
    "planned": (
        lambda s, m: s.add(
            Plan(
                case_id=m.conversation.case_id,
                monthly_ore=1,
                instalments=1,
                first_date=NOW.date(),
                at=NOW,
                status="approved",
            )
        ),
        Refuse("plan_open"),
    ),
    "stopped": (lambda s, m: s.add(Consent(phone=LINE, opted_out=True, at=NOW)), Refuse("opted_out")),
    "started again": (
        lambda s, m: s.add_all(
            [Consent(phone=LINE, opted_out=True, at=NOW), Consent(phone=LINE, opted_out=False, at=NOW)]
        ),
        Send(),
    ),
    "another's stop": (lambda s, m: s.add(Consent(phone="+4511114099", opted_out=True, at=NOW)), Send()),
    "another case": (another_case, Send()),
}


@pytest.mark.parametrize("name", CASE_OF)
def test_what_happened_since_it_was_queued_is_seen(db: Database, name: str):
    happens, expected = CASE_OF[name]
    message_id = queue_wave_message(db)
    with db.write() as session:
        happens(session, session.get_one(Message, message_id))
    with db.write() as session:
        assert recheck(session, session.get_one(Message, message_id), NOW) == expected


def test_an_answer_always_goes_and_an_advisers_word_not_after_stop(db: Database):
    queue_wave_message(db)
    with db.write() as session:
        conversation = session.query(Conversation).one()
        session.add(Consent(phone=LINE, opted_out=True, at=NOW))
        bot = queue_message(session, conversation, "Du får ikke flere sms'er fra os.", author="bot", now=EVENING)
        adviser = queue_message(session, conversation, "Hej Line", author="adviser", now=EVENING)
        assert recheck(session, bot, EVENING) == Send()
        assert recheck(session, adviser, EVENING) == Refuse("opted_out")
        session.add(Consent(phone=LINE, opted_out=False, at=NOW))
        session.flush()
        assert recheck(session, adviser, EVENING) == Send()

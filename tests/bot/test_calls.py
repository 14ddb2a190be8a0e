"""Calls to the number: forwarded in office hours, else told when somebody calls, with one task a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from bot.app import Service
from bot.db import Database
from bot.models import COPENHAGEN, Case, Conversation, Marker, Message, Organisation, Resident, Task
from tests.bot.test_webhooks import sign
from tests.fakes import FakeClock
from tests.rig import LINE, OURS, demo_settings

PUBLIC = "https://sms.example.dk"
MAIN = "+4511110000"
STRANGER = "+4511115555"


def at(day: int, hour: int, minute: int = 5, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=COPENHAGEN)


#: A Tuesday in office hours, the same evening, a Saturday.
OPEN, EVENING, SATURDAY = at(24, 10), at(24, 20), at(28, 11)


class Telephone:
    """Our number, called through the gateway's webhook with a genuine signature."""

    def __init__(self, db: Database, now: datetime) -> None:
        settings = demo_settings(db, 8000).model_copy(update={"public_url": PUBLIC, "demo": False})
        self.db, self.clock = db, FakeClock(now)
        self.client = Service(settings, db=db, clock=self.clock).app.test_client()

    def post(self, path: str = "/voice/inbound", signature: str | None = None, **form: str) -> Any:
        call = {"CallSid": "CA" + "1" * 32, "From": LINE, "To": OURS, "CallStatus": "ringing", "Direction": "inbound"}
        call |= form
        genuine = sign(PUBLIC + path, call)
        return self.client.post(
            path, data=call, headers={"X-Twilio-Signature": genuine if signature is None else signature}
        )

    def calls(self, **form: str) -> ElementTree.Element:
        answer = self.post(**form)
        assert answer.status_code == 200
        assert answer.mimetype == "text/xml"
        return ElementTree.fromstring(answer.text)  # noqa: S314  our own answer

    def tasks(self) -> list[Task]:
        with self.db.read() as session:
            return list(session.scalars(select(Task).order_by(Task.id)))

    def conversations(self) -> list[Conversation]:
        with self.db.read() as session:
            return list(session.scalars(select(Conversation)))


def said(answer: ElementTree.Element) -> str:
    return answer.findtext("Say") or ""


@pytest.fixture
def telephone(sqlite_db: Database) -> Telephone:
    with sqlite_db.write() as session:
        organisation = Organisation(
            slug="s", name="Solgården Bolig", number=OURS, settings={"main_number": MAIN}, created_at=OPEN
        )
        session.add(organisation)
        session.flush()
        resident = Resident(organisation_id=organisation.id, name="Line Bek", phone=LINE, created_at=OPEN)
        session.add(resident)
        session.flush()
        case = {"case_ref": "2026-118", "arrears_ore": 845_050, "received": OPEN.date()}
        case |= {"deadline": at(3, 9, month=12).date(), "opened_at": OPEN, "updated_at": OPEN}
        session.add(Case(organisation_id=organisation.id, resident_id=resident.id, **case))
    return Telephone(sqlite_db, OPEN)


@pytest.mark.parametrize("path", ["/voice/inbound", "/voice/forwarded"])
@pytest.mark.parametrize("signature", ["", "x"])
def test_what_is_not_signed_is_refused_and_leaves_nothing(telephone: Telephone, path: str, signature: str):
    telephone.clock.now = EVENING
    assert telephone.post(path, signature).status_code == 403
    assert telephone.conversations() == []


def test_in_office_hours_the_main_number_rings_and_nothing_is_written(telephone: Telephone):
    answer = telephone.calls()
    assert answer.findtext("Dial/Number") == MAIN
    assert answer.find("Dial").attrib["action"] == f"{PUBLIC}/voice/forwarded"  # type: ignore[union-attr]  # it is there
    assert telephone.tasks() == []


def test_a_forwarded_call_that_was_taken_is_over_and_one_that_was_not_becomes_a_task(telephone: Telephone):
    taken = telephone.calls(path="/voice/forwarded", DialCallStatus="completed")
    assert [child.tag for child in taken] == ["Hangup"]
    assert telephone.tasks() == []
    missed = telephone.calls(path="/voice/forwarded", DialCallStatus="no-answer")
    assert "senest i dag kl. 15" in said(missed)
    assert [task.type for task in telephone.tasks()] == ["call"]


@pytest.mark.parametrize(
    ("now", "when", "due"),
    [
        (EVENING, "i morgen kl. 15", at(25, 0).date()),
        (SATURDAY, "mandag kl. 15", at(30, 0).date()),
        (at(25, 6), "i dag kl. 15", at(25, 0).date()),
        (at(23, 16, month=12), "mandag kl. 15", at(28, 0, month=12).date()),
        (at(24, 10, month=12), "mandag kl. 15", at(28, 0, month=12).date()),
    ],
    ids=["evening", "saturday", "early morning", "23 December", "Christmas Eve"],
)
def test_otherwise_a_danish_voice_says_when_and_there_is_a_task_for_that_day(
    telephone: Telephone, now: datetime, when: str, due: object
):
    telephone.clock.now = now
    answer = telephone.calls()
    assert answer.find("Say").attrib["language"] == "da-DK"  # type: ignore[union-attr]  # it is there
    assert f"ringer til dig senest {when}." in said(answer)
    (task,) = telephone.tasks()
    assert (task.type, task.due, task.case_id is not None) == ("call", due, True)
    assert "+45 11 11 40 27" in task.note


def test_no_case_is_told_to_whoever_calls(telephone: Telephone):
    telephone.clock.now = EVENING
    text = said(telephone.calls())
    for secret in ("Line", "2026-118", "8.450", "betale", "frist", "sag"):
        assert secret not in text


def test_a_call_that_is_told_of_twice_and_a_second_call_of_the_day_make_no_second_task(telephone: Telephone):
    telephone.clock.now = EVENING
    for sid in ("CA1", "CA1", "CA2"):
        telephone.calls(CallSid=sid)
    assert len(telephone.tasks()) == 1
    with telephone.db.read() as session:
        assert len(session.scalars(select(Marker).where(Marker.kind == "called")).all()) == 2
        assert session.scalars(select(Message)).all() == []


def test_the_next_day_there_is_another_one_when_the_first_is_done(telephone: Telephone):
    telephone.clock.now = EVENING
    telephone.calls(CallSid="CA1")
    with telephone.db.write() as session:
        session.scalars(select(Task)).one().status = "done"
    telephone.calls(CallSid="CA2")
    assert len(telephone.tasks()) == 1
    telephone.clock.now = at(25, 20)
    telephone.calls(CallSid="CA3")
    assert len(telephone.tasks()) == 2


def test_an_unknown_caller_gets_a_conversation_and_a_task_too(telephone: Telephone):
    telephone.clock.now = EVENING
    telephone.calls(From=STRANGER)
    (conversation,) = telephone.conversations()
    assert (conversation.phone, conversation.case_id, conversation.held_by) == (STRANGER, None, "bot")
    assert [task.conversation_id for task in telephone.tasks()] == [conversation.id]


@pytest.mark.parametrize("caller", ["", "anonymous", "+266696687", "Restricted"])
def test_a_hidden_number_is_asked_to_write_and_leaves_nothing(telephone: Telephone, caller: str):
    telephone.clock.now = EVENING
    assert "dit nummer er skjult" in said(telephone.calls(From=caller))
    assert telephone.conversations() == []


def test_where_there_is_no_main_number_or_it_is_ours_nothing_rings_in_a_ring(telephone: Telephone):
    for settings in ({}, {"main_number": OURS}):
        with telephone.db.write() as session:
            session.scalars(select(Organisation)).one().settings = settings
        assert "senest i dag kl. 15" in said(telephone.calls())


def test_a_number_that_no_organisation_has_is_not_found(telephone: Telephone):
    assert telephone.post(To="+4511119999").status_code == 404

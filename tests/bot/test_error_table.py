"""What the real Twilio SDK makes of each error of the phone network: sent again only what was surely not taken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import set_clock
from bot.db import Database
from bot.delivery import error_class
from bot.gateway import Accepted, Answer, NotTaken, Outgoing, Refused, Unclear
from bot.incidents import open_incidents
from bot.models import Task
from bot.twilio_gateway import TwilioGateway
from tests.rig import LINE, OURS, Rig, eventually

#: By code: what the gateway answers, what the phone has then, and how the last receipt would end.
REFUSED_AT_ONCE = [
    *("21610", "21211", "21217", "21614", "21635"),
    *("20003", "20404", "21212", "21606", "21659", "21660", "21661", "21408", "21612", "21703", "21704"),
    *("21602", "21617", "29999"),
]
NOT_TAKEN = ["20429", "21611", "429"]
TAKEN_THEN_TOLD = {
    **dict.fromkeys(("30003", "30008", "30017", "30410"), ("away", "undelivered")),
    **dict.fromkeys(("30005", "30006"), ("wrong_number", "undelivered")),
    **dict.fromkeys(("30004", "30007"), ("filtered", "undelivered")),
    **dict.fromkeys(("30001", "30036", "63018"), ("rate", "failed")),
    "30002": ("our_settings", "failed"),
    "39999": ("unseen", "undelivered"),
}


@pytest.fixture(scope="module")
def rig(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The phone network and the real gateway; nobody works."""
    file = tmp_path_factory.mktemp("table") / "test.db"
    shutil.copy(migrated_sqlite, file)
    db = Database(f"sqlite:///{file}")
    rig = Rig(db)
    rig.start(worker=False)
    yield rig
    rig.stop()
    db.close()


@pytest.fixture
def working(sqlite_db: Database) -> Iterator[Rig]:
    """The same, and the worker works."""
    rig = Rig(sqlite_db)
    rig.add_case()
    rig.start()
    yield rig
    rig.stop()


def hand_over(rig: Rig, error: str, body: str) -> Answer:
    rig.fault(error)
    return rig.service.gateway.send(Outgoing(OURS, LINE, body, f"{rig.url}/sms/status?message=0"))


def on_phone(rig: Rig, body: str) -> list[str]:
    return [sms["status"] for sms in rig.phone() if sms["body"] == body and sms["direction"] == "in"]


@pytest.mark.parametrize("code", REFUSED_AT_ONCE)
def test_a_refusal_took_nothing_and_says_which(rig: Rig, code: str):
    assert hand_over(rig, code, code) == Refused(code)
    assert on_phone(rig, code) == ["refused"]


@pytest.mark.parametrize("error", NOT_TAKEN)
def test_what_is_surely_not_taken_may_be_sent_again(rig: Rig, error: str):
    assert hand_over(rig, error, error) == NotTaken("rate")
    assert on_phone(rig, error) in ([], ["refused"])


@pytest.mark.parametrize("error", ["500", "timeout"])
def test_what_nobody_knows_is_unclear_and_the_look_up_tells(rig: Rig, error: str):
    outgoing = Outgoing(OURS, LINE, error, f"{rig.url}/sms/status?message=0")
    since = rig.service.clock()
    assert isinstance(hand_over(rig, error, error), Unclear)

    found = rig.service.gateway.look_up(outgoing, since, frozenset())

    assert on_phone(rig, error) == (["delivered"] if error == "timeout" else [])
    assert (found is not None) == (error == "timeout")


@pytest.mark.parametrize(("code", "ends"), TAKEN_THEN_TOLD.items())
def test_what_was_taken_is_told_of_later(rig: Rig, code: str, ends: tuple[str, str]):
    answer = hand_over(rig, code, code)

    assert isinstance(answer, Accepted)
    known = rig.service.gateway.fetch(answer.sid)
    assert known is not None
    assert (error_class(known.error), known.status) == ends


def test_a_refusal_of_our_log_in_without_a_known_code_is_about_our_account(rig: Rig):
    """Twilio has several codes for it, and makes new ones: the HTTP status counts."""
    assert error_class("20006") == "unseen"
    answer = hand_over(rig, "20006", "20006")

    assert isinstance(answer, Refused)
    assert error_class(answer.code) == "our_settings"


def test_nothing_goes_to_twilio_where_another_address_is_set(rig: Rig, monkeypatch: pytest.MonkeyPatch):
    """The SDK takes other hosts of Twilio's from the environment, which the demo and the year share with the rest."""
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    settings = rig.service.settings
    gateway = TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)

    answer = gateway.send(Outgoing(OURS, LINE, "hej fra en anden egn", f"{rig.url}/sms/status?message=0"))

    assert isinstance(answer, Accepted)
    assert on_phone(rig, "hej fra en anden egn")


def test_a_wrong_token_is_about_our_account(rig: Rig):
    stranger = TwilioGateway("AC" + "9" * 32, "wrong", rig.service.settings.twilio_api_url)

    answer = stranger.send(Outgoing(OURS, LINE, "hej", f"{rig.url}/sms/status?message=0"))

    assert answer == Refused("20003")


def let_pass(rig: Rig) -> None:
    """Ten minutes by the service's clock, which says when something is tried again."""
    set_clock(rig.db, rig.service.clock() + timedelta(minutes=10))


def incidents(rig: Rig) -> list[str]:
    with rig.db.read() as session:
        return [incident.kind for incident in open_incidents(session)]


def test_an_answer_that_the_account_may_not_send_arrives_once_when_it_may_again(working: Rig):
    working.fault("20003", times=2)
    working.write("boligstøtte?")
    eventually(lambda: incidents(working) == ["account_blocked"])
    (held,) = working.messages()
    assert (held.status, held.error, working.got()) == ("queued", "20003", [])

    let_pass(working)
    eventually(lambda: working.messages()[0].attempts == 2 and working.messages()[0].status == "queued")
    let_pass(working)

    eventually(lambda: len(working.got()) == 1 and not incidents(working))
    with working.db.read() as session:
        assert session.scalars(select(Task.type)).all() == ["call"]


def test_what_the_network_dropped_from_its_queue_arrives_once(working: Rig):
    working.fault("30001")
    working.write("boligstøtte?")
    eventually(lambda: [m.status for m in working.messages()] == ["failed", "queued"])
    assert working.got() == []

    let_pass(working)

    eventually(lambda: [m.status for m in working.messages()] == ["failed", "delivered"])
    assert len(working.got()) == 1

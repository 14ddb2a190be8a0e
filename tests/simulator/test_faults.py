"""What is asked to go wrong does, as often as asked, for whom it was asked."""

from __future__ import annotations

import pytest

from bot.db import Database
from bot.simulator import Network
from bot.simulator.errors import AnswerLostError, RefusedError
from tests.simulator.conftest import HAVNEPARKEN, LINE, OSKAR, Service, furnish, let, on_phone, sms


@pytest.fixture
def store(db: Database) -> Database:
    """Everything here holds on SQLite and on PostgreSQL."""
    return furnish(db)


@pytest.mark.parametrize("code", [30003, 30005, 30006, 30008, 30017])
def test_undelivered_codes_are_accepted_then_reported(network: Network, service: Service, code: int):
    """The API takes the SMS; the phone never gets it; the last receipt says why."""
    let(network, str(code))

    network.accept(sms(service))

    sent, last = service.wait_for(2)
    assert ("MessageStatus", "sent") in sent.form.items()
    assert "ErrorCode" not in sent.form
    assert (last.form["MessageStatus"], last.form["ErrorCode"]) == ("undelivered", str(code))
    assert on_phone(network) == [("in", "Hej Line", "undelivered")]


@pytest.mark.parametrize("code", [30001, 30002, 30036, 63018])
def test_what_never_leaves_the_gateways_queue_is_accepted_then_failed(network: Network, service: Service, code: int):
    """No "sent" before it: it was never handed to an operator."""
    let(network, str(code))

    network.accept(sms(service))

    (last,) = service.wait_for(1)
    assert (last.form["MessageStatus"], last.form["ErrorCode"]) == ("failed", str(code))
    assert on_phone(network) == [("in", "Hej Line", "failed")]


@pytest.mark.parametrize(("code", "status"), [(20003, 401), (20404, 404), (20429, 429), (21611, 400), (21703, 400)])
def test_a_refusal_has_twilios_http_status_and_body(network: Network, service: Service, code: int, status: int):
    let(network, str(code))

    with pytest.raises(RefusedError) as refused:
        network.accept(sms(service))

    told = refused.value.as_json()
    assert (refused.value.status, told["status"], told["code"]) == (status, status, code)
    assert told["message"] != f"Error {code}"
    assert told["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert told.get("detail") == ("Your AccountSid or AuthToken was incorrect." if code == 20003 else None)


@pytest.mark.parametrize("code", [21610, 21211, 21614, 21408])
def test_refused_codes_take_nothing(network: Network, service: Service, code: int):
    """400, no receipt; the phone's list shows what was refused."""
    let(network, str(code))

    with pytest.raises(RefusedError) as refused:
        network.accept(sms(service))

    assert (refused.value.code, refused.value.status) == (code, 400)
    assert network.idle()
    assert on_phone(network) == [("in", "Hej Line", "refused")]


@pytest.mark.parametrize(("error", "code", "status"), [("500", 20500, 500), ("429", 20429, 429)])
def test_flaws_of_the_provider_take_nothing(network: Network, service: Service, error: str, code: int, status: int):
    """The next try goes through."""
    let(network, error)

    with pytest.raises(RefusedError) as refused:
        network.accept(sms(service))
    network.accept(sms(service, body="igen"))

    assert (refused.value.code, refused.value.status) == (code, status)
    assert on_phone(network) == [("in", "igen", "delivered")]


def test_timeout_delivers_the_sms_and_its_receipts(network: Network, service: Service):
    """Only the answer is lost."""
    let(network, "timeout")

    with pytest.raises(AnswerLostError):
        network.accept(sms(service))

    assert [t.form["MessageStatus"] for t in service.wait_for(2)] == ["sent", "delivered"]
    assert on_phone(network) == [("in", "Hej Line", "delivered")]


def test_lost_receipt_delivers_the_sms_alone(network: Network, service: Service):
    """It arrives and nobody says so; the next one has receipts again."""
    let(network, "lost_receipt")

    lost = network.accept(sms(service))
    told = network.accept(sms(service))

    service.wait_for(2)
    assert network.drain(20)
    assert service.receipts(lost.sid) == []
    assert service.receipts(told.sid) == ["sent", "delivered"]
    assert [status for _, _, status in on_phone(network)] == ["delivered", "delivered"]


def test_duplicate_tells_the_same_sms_three_times(network: Network, service: Service):
    """One MessageSid, one idempotency token, three webhooks; the next SMS comes once."""
    let(network, "duplicate")

    first = network.send_from_phone(LINE, HAVNEPARKEN, "ja")
    network.send_from_phone(LINE, HAVNEPARKEN, "tak")

    told = service.wait_for(4)
    assert [t.form["Body"] for t in told] == ["ja", "ja", "ja", "tak"]
    assert {t.form["MessageSid"] for t in told[:3]} == {first.sid}
    assert len({t.token for t in told[:3]}) == 1
    assert [body for _, body, _ in on_phone(network)] == ["ja", "tak"]


def test_fault_for_a_phone_spares_the_others(network: Network, service: Service):
    """The count is used up by that phone alone."""
    let(network, "30003", times=2, phone=OSKAR)

    for to in (LINE, OSKAR, OSKAR, OSKAR, LINE):
        network.accept(sms(service, to))

    assert [status for _, _, status in on_phone(network, OSKAR)] == ["undelivered", "undelivered", "delivered"]
    assert [status for _, _, status in on_phone(network, LINE)] == ["delivered", "delivered"]

"""What is accepted arrives, what happened is told in order and signed, and a restart forgets nothing."""

from __future__ import annotations

import base64
import hmac
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests
from sqlalchemy import inspect

from bot.db import Database
from bot.simulator import Network
from bot.simulator.directory import Directory
from bot.simulator.phones import number_to_write_to
from bot.simulator.postman import BACKOFF, post
from bot.simulator.signature import sign
from tests.simulator.conftest import (
    ACCOUNT,
    HAVNEPARKEN,
    LINE,
    OSKAR,
    SOEPARKEN,
    START,
    TOKEN,
    Service,
    Watch,
    furnish,
    on_phone,
    serve,
    service_app,
    sms,
)


@pytest.fixture
def store(db: Database) -> Database:
    """Everything here holds on SQLite and on PostgreSQL."""
    return furnish(db)


def test_signature_is_hmac_over_url_and_sorted_form():
    """The exact URL with its query, then names and values in the order of the names."""
    expected = base64.b64encode(hmac.digest(b"t", "https://x.dk/a?b=1ATo æ BodyBodyAåT".encode(), "sha1")).decode()

    assert sign("t", "https://x.dk/a?b=1", {"BodyAå": "T", "A": "To æ Body"}) == expected


def test_accepted_sms_is_on_the_phone_and_receipts_follow_in_order(network: Network, service: Service):
    """Sent, then delivered, at the exact address that the service gave."""
    message = network.accept(sms(service))

    sent, delivered = service.wait_for(2)
    assert on_phone(network) == [("in", "Hej Line", "delivered")]
    assert (sent.path, sent.form["MessageStatus"]) == ("/sms/status?message=17", "sent")
    assert delivered.form == {
        "MessageSid": message.sid,
        "MessageStatus": "delivered",
        "SmsSid": message.sid,
        "SmsStatus": "delivered",
        "To": LINE,
        "From": HAVNEPARKEN,
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
    }
    assert service.forged == 0


@pytest.mark.parametrize("body", ["", "ja ", "  æøå €  ", "🙂", "/start", "a=1&b=2+3%", "linje 1\nlinje 2"])
def test_inbound_sms_reaches_the_service_to_the_letter(network: Network, service: Service, body: str):
    """Whatever is written on the phone: untrimmed, with its signature, and with all that Twilio sends along."""
    message = network.send_from_phone(LINE, HAVNEPARKEN, body)

    (told,) = service.wait_for(1)
    assert told.path == "/sms/inbound"
    assert told.form == {
        "MessageSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "AccountSid": ACCOUNT,
        "From": LINE,
        "To": HAVNEPARKEN,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "ApiVersion": "2010-04-01",
    }
    assert network.drain(20)
    assert on_phone(network) == [("out", body, "received")]


def test_picture_comes_with_its_address(network: Network, service: Service):
    """A picture makes an MMS: its sid, its count and its address."""
    network.send_from_phone(LINE, HAVNEPARKEN, "", ("https://example.org/brev.jpg",))

    (told,) = service.wait_for(1)
    assert told.form["MessageSid"].startswith("MM")
    assert (told.form["NumMedia"], told.form["MediaUrl0"]) == ("1", "https://example.org/brev.jpg")
    assert told.form["MediaContentType0"] == "image/jpeg"


def test_one_phone_is_served_in_order(network: Network, service: Service):
    """Twenty SMS from each of two phones arrive in the order in which they were written."""
    for number in range(20):
        network.send_from_phone(LINE, HAVNEPARKEN, str(number))
        network.send_from_phone(OSKAR, SOEPARKEN, str(number))

    told = service.wait_for(40)
    for phone in (LINE, OSKAR):
        assert [t.form["Body"] for t in told if t.form["From"] == phone] == [str(n) for n in range(20)]


def test_restart_keeps_pending_webhooks(store: Database, watch: Watch):
    """A network that was killed before it told anything is followed by one that tells it all, in order."""
    service = Service()
    with serve(service_app(service)) as url:
        service.url = url
        killed = Network(store, watch, ACCOUNT, TOKEN, url)
        killed.send_from_phone(LINE, HAVNEPARKEN, "første")
        killed.send_from_phone(LINE, HAVNEPARKEN, "anden")
        killed.accept(sms(service))
        assert not killed.idle()

        network = Network(store, watch, ACCOUNT, TOKEN, url)
        network.start()

        told = service.wait_for(4)
        assert network.drain(20)
        network.stop()
    assert [t.form.get("Body") or t.form["MessageStatus"] for t in told] == ["første", "anden", "sent", "delivered"]


def test_webhook_in_hand_at_a_kill_is_delivered_again(store: Database, watch: Watch):
    """Until the service has answered, nothing is forgotten: the same SMS may come twice, with the same token."""
    in_hand, released = threading.Event(), threading.Event()
    tokens: list[str] = []

    def never_answered(_url: str, _form: object, headers: Mapping[str, str]) -> int:
        tokens.append(headers["I-Twilio-Idempotency-Token"])
        in_hand.set()
        released.wait()
        raise requests.ConnectionError

    def answered(_url: str, _form: object, headers: Mapping[str, str]) -> int:
        tokens.append(headers["I-Twilio-Idempotency-Token"])
        return 204

    killed = Network(store, watch, ACCOUNT, TOKEN, "http://service.invalid", post=never_answered)
    killed.send_from_phone(LINE, HAVNEPARKEN, "hej")
    killed.start()
    assert in_hand.wait(20)
    network = Network(store, watch, ACCOUNT, TOKEN, "http://service.invalid", post=answered)
    network.start()

    assert network.drain(20)
    released.set()
    killed.stop()
    network.stop()
    assert len(tokens) == 2
    assert len(set(tokens)) == 1


def test_network_may_have_a_database_of_its_own(store: Database, watch: Watch, service: Service, tmp_path: Path):
    """Then what residents write stands in the product's database only as the product keeps it."""
    own = Database(f"sqlite:///{tmp_path}/phones.db")
    network = Network(own, watch, ACCOUNT, TOKEN, service.url, directory=Directory(store))
    network.start()

    network.accept(sms(service))
    network.send_from_phone(LINE, HAVNEPARKEN, "ja")

    service.wait_for(3)
    assert network.drain(20)
    network.stop()
    assert number_to_write_to(network, OSKAR) == SOEPARKEN
    with store.read() as session:
        assert not [t for t in inspect(session.connection()).get_table_names() if t.startswith("sim_")]
    own.close()


def test_failed_connection_is_tried_again_in_order(store: Database, watch: Watch):
    """The first two tries find nobody at home; the phone's later SMS waits for the first."""
    tried: list[str] = []

    def answer(_url: str, form: object, _headers: object) -> int:
        assert isinstance(form, dict)
        tried.append(form["Body"])
        if len(tried) <= 2:
            raise requests.ConnectionError
        return 204

    network = Network(store, watch, ACCOUNT, TOKEN, "http://service.invalid", machine=_hurried(), post=answer)
    network.send_from_phone(LINE, HAVNEPARKEN, "første")
    network.send_from_phone(LINE, HAVNEPARKEN, "anden")
    network.start()

    assert network.drain(20)
    network.stop()
    assert tried == ["første", "første", "første", "anden"]


def test_webhook_is_given_up_after_the_last_try(store: Database, watch: Watch):
    """Then the phone's line is free again, and the page can tell what happened."""
    tries = 0

    def nobody(_url: str, _form: object, _headers: object) -> int:
        nonlocal tries
        tries += 1
        raise requests.ConnectionError

    network = Network(store, watch, ACCOUNT, TOKEN, "http://service.invalid", machine=_hurried(), post=nobody)
    network.send_from_phone(LINE, HAVNEPARKEN, "hallo")
    network.start()

    assert network.drain(20)
    network.stop()
    assert tries == len(BACKOFF) + 1
    assert on_phone(network) == [("out", "hallo", "received")]


def test_answer_of_the_service_ends_a_webhook_whatever_it_says(network: Network, service: Service):
    """Twilio does not repeat what was answered, and neither do we: a 500 loses the SMS, as it would out there."""
    service.status = 500

    network.send_from_phone(LINE, HAVNEPARKEN, "hallo")

    service.wait_for(1)
    assert network.drain(20)
    assert len(service.told) == 1


def test_connection_refused_is_no_answer():
    """The postman's own request raises what makes it try again."""
    with serve(service_app(Service())) as url:
        gone = url
    with pytest.raises(requests.ConnectionError):
        post(f"{gone}/sms/inbound", {}, {})


def test_times_are_the_services(network: Network, service: Service, watch: Watch):
    """An SMS bears the time of the service's clock, wherever that has been moved."""
    watch.forward(days=2)

    message = network.send_from_phone(LINE, HAVNEPARKEN, "ja")

    assert (message.at - START).days == 2
    service.wait_for(1)


def _hurried() -> Watch:
    """A machine's clock on which a minute passes at each look, so that no test waits for a backoff."""

    class Hurried(Watch):
        def __call__(self):
            self.forward(minutes=1)
            return self.now

    return Hurried()

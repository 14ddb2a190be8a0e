"""Twilio's own SDK over a real connection: only the host is another one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
import requests
from flask import Flask
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.db import Database
from bot.simulator import Network, register
from bot.simulator.faults import Wish, plan
from tests.simulator.conftest import ACCOUNT, HAVNEPARKEN, LINE, START, TOKEN, Moves, Service, Watch, serve

MESSAGES = f"/simulator/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
GOOD = {"To": LINE, "From": HAVNEPARKEN, "Body": "Hej Line"}


class Http:
    """Twilio's own HTTP client with another host."""

    is_async = False

    def __init__(self, base: str) -> None:
        self.inner = TwilioHttpClient(timeout=10)
        self.inner.session.trust_env = False
        self.base = base

    def request(self, method, url, *args, **kwargs):
        return self.inner.request(method, url.replace("https://api.twilio.com", self.base), *args, **kwargs)


@pytest.fixture
def twilio(app: Flask) -> Iterator[Client]:
    with serve(app) as url:
        http = Http(f"{url}/simulator/twilio")
        yield Client(ACCOUNT, TOKEN, http_client=http)
        http.inner.session.close()


def test_twilios_sdk_creates_fetches_lists_and_redacts(twilio: Client, service: Service):
    """The whole way with the real SDK over a real connection."""
    made = twilio.messages.create(to=LINE, from_=HAVNEPARKEN, body="æøå", status_callback=f"{service.url}/sms/status")
    service.wait_for(2)

    fetched = twilio.messages(made.sid).fetch()
    since = START.astimezone(UTC)
    listed = twilio.messages.list(to=LINE, date_sent_after=since, page_size=1)
    later = twilio.messages.list(to=LINE, date_sent_after=since + timedelta(seconds=1))
    redacted = twilio.messages(made.sid).update(body="")

    assert (made.status, fetched.status, fetched.body) == ("queued", "delivered", "æøå")
    assert fetched.date_sent == START
    assert [m.sid for m in listed] == [made.sid]
    assert later == []
    assert redacted.body == ""
    assert twilio.messages(made.sid).delete()


def test_twilios_sdk_pages_through_the_list(twilio: Client):
    """The addresses of the next pages are such that the SDK follows them."""
    for number in range(5):
        twilio.messages.create(to=LINE, from_=HAVNEPARKEN, body=str(number))

    assert [m.body for m in twilio.messages.list(page_size=2)] == ["4", "3", "2", "1", "0"]


def test_twilios_sdk_sees_errors_as_twilios(twilio: Client, network: Network):
    """Code and HTTP status arrive in its own exception."""
    with network.db.write() as session:
        plan(session, Wish(1, "429"))
        plan(session, Wish(1, "21614"))
    seen = []
    for _ in range(2):
        with pytest.raises(TwilioRestException) as error:
            twilio.messages.create(to=LINE, from_=HAVNEPARKEN, body="hej")
        seen.append((error.value.status, error.value.code))

    assert seen == [(429, 20429), (400, 21614)]


def test_lost_answer_is_a_broken_connection_and_the_sms_is_there(twilio: Client, network: Network):
    """The caller learns nothing; a look at the list finds the one SMS."""
    with network.db.write() as session:
        plan(session, Wish(1, "timeout"))

    with pytest.raises(requests.ConnectionError):
        twilio.messages.create(to=LINE, from_=HAVNEPARKEN, body="hej")

    assert [m.body for m in twilio.messages.list(to=LINE)] == ["hej"]


def test_lost_answer_is_held_back_until_the_client_gives_up(store: Database, watch: Watch, moves: Moves):
    """As at Twilio: first silence. Stopping the network ends it."""
    network = Network(store, watch, ACCOUNT, TOKEN, "http://service.invalid", hold=60)
    app = Flask("holding")
    register(app, network, moves.advance, moves.following)
    with network.db.write() as session:
        plan(session, Wish(1, "timeout"))

    with serve(app) as url:
        with pytest.raises(requests.ReadTimeout):
            requests.post(url + MESSAGES, data=GOOD, auth=(ACCOUNT, TOKEN), timeout=0.3)
        network.stop()

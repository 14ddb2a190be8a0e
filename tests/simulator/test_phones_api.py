"""The JSON API of handsets, clock and faults, as scripts and the page use it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_wtf.csrf import CSRFProtect

from bot.simulator import Network, register
from bot.simulator.network import Submission
from tests.simulator.conftest import HAVNEPARKEN, LINE, OSKAR, SOEPARKEN, START, STRANGER, Moves, Service, Watch

API = "/simulator/api"


@pytest.fixture
def client(app: Flask):
    return app.test_client()


def write(client, phone: str = LINE, **asked):
    return client.post(f"{API}/phones/{phone}/messages", json=asked)


def test_phone_never_heard_of_has_no_messages(client):
    """An empty list, not an error."""
    assert client.get(f"{API}/phones/{STRANGER}/messages").json == []


def test_messages_are_seen_from_the_phone_oldest_first(client, network: Network, watch: Watch):
    """In is what came to it; times carry their offset and are the service's."""
    network.accept(Submission(LINE, HAVNEPARKEN, "Hej Line"))
    watch.forward(minutes=2)
    write(client, body="hej")

    first, second = client.get(f"{API}/phones/{LINE}/messages").json
    assert (first["direction"], first["body"], first["status"]) == ("in", "Hej Line", "delivered")
    assert (second["direction"], second["body"]) == ("out", "hej")
    assert datetime.fromisoformat(first["at"]) == START
    assert first["at"].endswith("+01:00")
    assert datetime.fromisoformat(second["at"]) == START + timedelta(minutes=2)


@pytest.mark.parametrize("path", ["%2B4511114027", "+45 11 11 40 27"])
def test_number_in_the_path_may_be_escaped_or_spaced(client, network: Network, path: str):
    network.accept(Submission(LINE, HAVNEPARKEN, "Hej Line"))

    assert len(client.get(f"{API}/phones/{path}/messages").json) == 1


def test_writing_sends_a_webhook_to_the_named_number(client, service: Service):
    """An empty body is an SMS too."""
    answer = write(client, to=SOEPARKEN, body="")

    (told,) = service.wait_for(1)
    assert answer.status_code == 201
    assert (told.form["To"], told.form["From"], told.form["Body"]) == (SOEPARKEN, LINE, "")


def test_without_a_number_the_phone_answers_who_wrote_last(client, network: Network, service: Service):
    """Else it writes to the resident's own organisation."""
    write(client, phone=OSKAR, body="ny her")
    network.accept(Submission(OSKAR, HAVNEPARKEN, "Hej Oskar"))
    write(client, phone=OSKAR, body="hej")

    assert [t.form["To"] for t in service.wait_for(2)] == [SOEPARKEN, HAVNEPARKEN]


def test_stranger_must_say_to_whom(client, service: Service):
    """Nobody knows the number, so nobody is guessed."""
    assert '"to" is missing' in write(client, phone=STRANGER, body="hej").json["error"]
    assert write(client, phone=STRANGER, to=HAVNEPARKEN, body="hej").status_code == 201
    service.wait_for(1)


@pytest.mark.parametrize(
    ("phone", "asked", "word"),
    [
        ("11114027", {"body": "x"}, "phone number"),
        ("+45abc", {"body": "x"}, "phone number"),
        (LINE, {"to": "nul", "body": "x"}, '"to"'),
        (LINE, {"to": 4511110010, "body": "x"}, '"to"'),
        (LINE, {}, '"body"'),
        (LINE, {"body": 7}, '"body"'),
        (LINE, {"body": "x" * 1601}, "1600"),
        (LINE, {"body": "a\x00b"}, "character"),
        (LINE, {"body": "\ud83d"}, "character"),
        (LINE, {"body": "x", "media": "brev.jpg"}, '"media"'),
    ],
)
def test_wrong_sms_is_explained(client, network: Network, phone: str, asked: dict[str, object], word: str):
    """400, one clear sentence, and nothing is sent."""
    answer = write(client, phone=phone, **asked)

    assert answer.status_code == 400
    assert word in answer.json["error"]
    assert network.idle()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"x"', b"null"])
@pytest.mark.parametrize("path", [f"/phones/{LINE}/messages", "/clock", "/faults"])
def test_what_is_no_json_object_is_explained(client, path: str, body: bytes):
    answer = client.post(API + path, data=body)

    assert (answer.status_code, answer.json) == (400, {"error": "The body must be a JSON object."})


def test_json_needs_no_content_type(client):
    """As curl -d sends it."""
    assert client.post(f"{API}/faults", data='{"next": 1, "error": "500"}').status_code == 200


def test_clock_shows_the_services_time_and_the_next_step(client, moves: Moves):
    moves.next_step = START + timedelta(days=1)

    assert client.get(f"{API}/clock").json == {
        "now": "2026-12-01T10:42:00.000+01:00",
        "next_step": "2026-12-02T10:42:00+01:00",
    }


@pytest.mark.parametrize(
    ("asked", "later"),
    [
        ({"now": "2026-12-02T09:00:00+01:00"}, "2026-12-02T09:00:00+01:00"),
        ({"now": "2026-12-02T08:00:00Z"}, "2026-12-02T09:00:00+01:00"),
        ({"now": "2026-12-02T09:00"}, "2026-12-02T09:00:00+01:00"),
        ({"now": "2026-12-01T10:42:00+01:00"}, "2026-12-01T10:42:00+01:00"),
        ({"forward_hours": 1}, "2026-12-01T11:42:00+01:00"),
        ({"forward_days": 130}, "2027-04-10T10:42:00+02:00"),
    ],
)
def test_clock_goes_forward(client, moves: Moves, asked: dict[str, object], later: str):
    """By a time with its offset, by Danish time, or by so much; a day keeps the time of day."""
    answer = client.post(f"{API}/clock", json=asked)

    assert moves.to == [datetime.fromisoformat(later)]
    assert datetime.fromisoformat(answer.json["now"]) == datetime.fromisoformat(later)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"now": "2026-12-01T10:41:59+01:00"}, "only goes forward"),
        ({"now": "2020-01-01T00:00:00Z"}, "only goes forward"),
        ({"now": "i morgen"}, "must be a time"),
        ({"now": None}, "must be a time"),
        ({"now": 1764582120}, "must be a time"),
        ({"now": "9999-12-31T23:59:59-12:00"}, "must be a time"),
        ({"now": "2099-01-01T00:00:00Z"}, "five years"),
        ({}, '"now" is missing'),
        ({"forward_hours": -1}, '"now" is missing'),
    ],
)
def test_clock_does_not_go_elsewhere(client, moves: Moves, asked: dict[str, object], word: str):
    answer = client.post(f"{API}/clock", json=asked)

    assert answer.status_code == 400
    assert word in answer.json["error"]
    assert moves.to == []


def test_what_is_on_its_way_arrives_before_the_clock_moves(client, service: Service, moves: Moves):
    """An answer written at ten is read at ten, whenever the button is pressed."""
    write(client, body="ja")
    client.post(f"{API}/clock", json={"forward_days": 1})

    assert len(service.told) == 1
    assert len(moves.to) == 1


def test_faults_are_listed_replaced_and_cleared(client):
    """The same fault asked for again counts anew; next 0 clears, by name or altogether."""

    def ask(**asked):
        return client.post(f"{API}/faults", json=asked).json

    ask(next=3, error=30003, phone=LINE)
    ask(next=1, error="timeout")
    listed = ask(next=2, error="30003", phone=LINE)

    assert listed == [
        {"next": 1, "error": "timeout", "phone": None},
        {"next": 2, "error": 30003, "phone": LINE},
    ]
    assert client.get(f"{API}/faults").json == listed
    assert ask(next=0, error="timeout") == [listed[1]]
    assert ask(next=0) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"error": "500"},
        {"next": -1, "error": "500"},
        {"next": True, "error": "500"},
        {"next": "1", "error": "500"},
        {"next": 1},
        {"next": 1, "error": "sludder"},
        {"next": 1, "error": 11200},
        {"next": 1, "error": True},
        {"next": 1, "error": [500]},
        {"next": 1, "error": "500", "phone": "Line"},
    ],
)
def test_wrong_fault_is_explained(client, asked: dict[str, object]):
    answer = client.post(f"{API}/faults", json=asked)

    assert answer.status_code == 400
    assert answer.json["error"]
    assert client.get(f"{API}/faults").json == []


def test_overview_has_everybody_and_the_opened_phones(client, network: Network, service: Service):
    """Residents by name, strangers by number, counts of what has arrived, and what happened, newest first."""
    network.accept(Submission(LINE, HAVNEPARKEN, "Hej Line"))
    write(client, phone=STRANGER, to=SOEPARKEN, body="hvem er I")
    service.wait_for(1)

    seen = client.get(f"{API}/overview?phone=%2B4511114027&phone=nul").json

    assert [(p["name"], p["initials"], p["arrived"]) for p in seen["people"]] == [
        ("Line Bek Sørensen", "LS", 1),
        ("Oskar Friis", "OF", 0),
        ("+45 11 11 99 99", "?", 0),
    ]
    assert list(seen["phones"]) == [LINE]
    assert [(e["kind"], e["phone"]) for e in seen["events"]] == [("wrote", STRANGER), ("delivered", LINE)]
    assert seen["organisations"][0] == {"number": HAVNEPARKEN, "name": "Havneparken"}


def test_other_machines_and_other_sites_are_turned_away(client):
    """It is a demo of this machine: no neighbour and no page of somebody else moves its clock."""
    assert client.get(f"{API}/clock", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert client.get(f"{API}/clock", environ_overrides={"REMOTE_ADDR": "::1"}).status_code == 200
    assert client.get(f"{API}/clock", environ_overrides={"REMOTE_ADDR": "::ffff:127.0.0.1"}).status_code == 200
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{API}/faults", json={"next": 0}, headers=foreign).status_code == 403


def test_csrf_protection_of_the_app_does_not_bind_the_simulator(network: Network, moves: Moves):
    """Scripts have no form token; everything else on the app keeps its protection."""
    app = Flask("protected")
    app.secret_key = "invented"
    CSRFProtect(app)
    app.add_url_rule("/else", "else", lambda: "", methods=["POST"])
    register(app, network, moves.advance, moves.following)
    client = app.test_client()

    assert client.post(f"{API}/faults", json={"next": 0}).status_code == 200
    assert client.post("/else").status_code == 400

"""The API answers as Twilio's public description says, and Twilio's own SDK gets along with it."""

from __future__ import annotations

import json
import os
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from flask import Flask
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.response.exceptions import InvalidData

from bot.simulator import Network
from bot.simulator.faults import Wish, plan
from tests.simulator.conftest import ACCOUNT, HAVNEPARKEN, LINE, OSKAR, START, TOKEN, Watch

MESSAGES = f"/simulator/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
GOOD = {"To": LINE, "From": HAVNEPARKEN, "Body": "Hej Line"}


@pytest.fixture
def client(app: Flask):
    return app.test_client()


def create(client, **changes):
    return client.post(MESSAGES, data={**GOOD, **changes}, auth=(ACCOUNT, TOKEN))


def ask(client, query: str = ""):
    return client.get(MESSAGES + query, auth=(ACCOUNT, TOKEN))


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (21604, {"To": ""}),
        (21603, {"From": ""}),
        (21602, {"Body": ""}),
        (21617, {"Body": "x" * 1601}),
        (21211, {"To": "11114027"}),
        (21212, {"From": "Havneparken"}),
        (21609, {"StatusCallback": "ikke en adresse"}),
    ],
)
def test_wrong_request_is_refused_in_twilios_words(client, network: Network, code: int, changes: dict[str, str]):
    """400 with code, message, address of the explanation and status; nothing is taken."""
    answer = create(client, **changes)

    assert answer.status_code == 400
    assert answer.json["code"] == code
    assert answer.json["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert (answer.json["status"], bool(answer.json["message"])) == (400, True)
    assert ask(client).json["messages"] == []


def test_longest_body_is_taken(client):
    """1,600 characters are eleven segments."""
    answer = create(client, Body="x" * 1600)

    assert (answer.status_code, answer.json["num_segments"]) == (201, "11")


@pytest.mark.parametrize("auth", [None, (ACCOUNT, "wrong"), ("AC" + "1" * 32, TOKEN), (ACCOUNT, "")])
def test_only_the_account_gets_in(client, auth):
    """401 with code 20003, whatever is asked."""
    for answer in (client.post(MESSAGES, data=GOOD, auth=auth), client.get(MESSAGES, auth=auth)):
        assert (answer.status_code, answer.json["code"]) == (401, 20003)


def test_other_accounts_paths_are_closed(client):
    """Our token opens our own account only."""
    path = MESSAGES.replace(ACCOUNT, "AC" + "1" * 32)

    assert client.get(path, auth=(ACCOUNT, TOKEN)).status_code == 401


def test_lists_newest_first_by_number_and_direction(client, network: Network):
    """To and From are those of the SMS, whichever way it went."""
    create(client, Body="en")
    create(client, Body="to", To=OSKAR)
    network.send_from_phone(LINE, HAVNEPARKEN, "tre")

    def bodies(query):
        return [m["body"] for m in ask(client, query).json["messages"]]

    assert bodies("") == ["tre", "to", "en"]
    assert bodies("?To=%2B4511114027") == ["en"]
    assert bodies("?From=%2B4511114027") == ["tre"]
    assert bodies("?From=%2B4511110010&To=%2B4511115208") == ["to"]


def test_lists_by_time_sent(client, watch: Watch):
    """A bound counts whole seconds and includes its own; a date is a day in UTC."""
    create(client, Body="før")
    watch.forward(hours=1, milliseconds=300)
    create(client, Body="midt")
    watch.forward(days=1)
    create(client, Body="efter")
    middle = (START + timedelta(hours=1)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def bodies(query):
        return [m["body"] for m in ask(client, query).json["messages"]]

    assert bodies(f"?DateSent%3E={middle}") == ["efter", "midt"]
    assert bodies(f"?DateSent%3C={middle}") == ["midt", "før"]
    assert bodies(f"?DateSent={middle}") == ["midt"]
    assert bodies("?DateSent=2026-12-02") == ["efter"]
    assert ask(client, "?DateSent=i+morgen").json["code"] == 20400


def test_pages_do_not_shift_when_something_new_comes(client):
    """The next page goes on after the last one shown."""
    for number in range(5):
        create(client, Body=str(number))
    first = ask(client, "?PageSize=2").json
    create(client, Body="ny")

    seen, uri = [m["body"] for m in first["messages"]], first["next_page_uri"]
    while uri:
        page = client.get("/simulator/twilio" + uri, auth=(ACCOUNT, TOKEN)).json
        seen, uri = seen + [m["body"] for m in page["messages"]], page["next_page_uri"]

    assert seen == ["4", "3", "2", "1", "0"]
    assert (first["start"], first["end"], first["page"], first["page_size"]) == (0, 1, 0, 2)


def test_deleted_and_unknown_messages_are_404(client):
    """Deleting forgets the resource at the API."""
    one = f"{MESSAGES[:-5]}/{create(client).json['sid']}.json"

    assert client.delete(one, auth=(ACCOUNT, TOKEN)).status_code == 204
    assert client.get(one, auth=(ACCOUNT, TOKEN)).json["code"] == 20404
    assert ask(client).json["messages"] == []


def test_redacting_takes_an_empty_body_only_and_the_phone_keeps_the_text(client):
    """What has been read on a handset cannot be unread."""
    one = f"{MESSAGES[:-5]}/{create(client).json['sid']}.json"

    assert client.post(one, data={"Body": "andet"}, auth=(ACCOUNT, TOKEN)).json["code"] == 20400
    assert client.post(one, data={"Body": ""}, auth=(ACCOUNT, TOKEN)).json["body"] == ""
    assert client.get(f"/simulator/api/phones/{LINE}/messages").json[0]["body"] == "Hej Line"


def test_nothing_can_be_canceled(client):
    """An SMS here has always gone: Twilio's answer to that is 30409."""
    one = f"{MESSAGES[:-5]}/{create(client).json['sid']}.json"

    assert client.post(one, data={"Status": "canceled"}, auth=(ACCOUNT, TOKEN)).json["code"] == 30409


def test_refused_sms_is_no_resource(client, network: Network):
    """The phone's list has it, Twilio's has not."""
    with network.db.write() as session:
        plan(session, Wish(1, "21610"))

    assert create(client).json["code"] == 21610
    assert ask(client).json["messages"] == []


def description() -> Path | None:
    """Where the description is said to be, or lies in a folder beside the checkout."""
    if named := os.environ.get("REDNINGSKRANS_TWILIO_OPENAPI"):
        return Path(named)
    beside = Path(__file__).resolve().parents[2].parent
    return next(iter(sorted(beside.glob("*/twilio/messages-openapi.json"))), None)


def test_answers_are_as_the_public_description_says(client, network: Network):
    """Every answer of every operation, checked against Twilio's OpenAPI description."""
    file = description()
    if file is None or not file.exists():
        pytest.skip("Twilio's OpenAPI description is not here: name it in REDNINGSKRANS_TWILIO_OPENAPI")
    api = OpenAPI.from_dict(json.loads(file.read_text(encoding="utf-8")))
    with network.db.write() as session:
        plan(session, Wish(1, "30003"))
    network.send_from_phone(LINE, HAVNEPARKEN, "ja", ("https://example.org/brev.jpg",))
    failed = create(client).json["sid"]
    sid = create(client, Body="én til").json["sid"]

    checked = 0
    for method, path, data in (
        ("post", ".json", GOOD),
        ("get", ".json", None),
        ("get", ".json?PageSize=2&To=%2B4511114027", None),
        ("get", f"/{failed}.json", None),
        ("get", f"/{sid}.json", None),
        ("post", f"/{sid}.json", {"Body": ""}),
        ("delete", f"/{sid}.json", None),
    ):
        url = MESSAGES[:-5] + path
        answer = client.open(url, method=method.upper(), data=data, auth=(ACCOUNT, TOKEN))
        asked = MockRequest("https://api.twilio.com", method, url.removeprefix("/simulator/twilio").split("?")[0])
        told = MockResponse(answer.data, answer.status_code, content_type=answer.content_type)
        api.validate_response(asked, told)
        checked += 1
    assert checked == 7


def test_the_check_against_the_description_can_fail():
    """A status that Twilio does not know is found."""
    file = description()
    if file is None or not file.exists():
        pytest.skip("Twilio's OpenAPI description is not here: name it in REDNINGSKRANS_TWILIO_OPENAPI")
    api = OpenAPI.from_dict(json.loads(file.read_text(encoding="utf-8")))
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    wrong = MockResponse(b'{"status": "refused"}', 201, content_type="application/json")

    with pytest.raises(InvalidData):
        api.validate_response(MockRequest("https://api.twilio.com", "post", path), wrong)

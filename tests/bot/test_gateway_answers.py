"""Whatever answers in Twilio's place, the gateway says what is known of the SMS, and nothing is raised but its own."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from bot.gateway import Answer, GatewayDownError, NotTaken, Outgoing, Refused, Unclear
from bot.twilio_gateway import TwilioGateway
from tests.bot.test_db import NOON

OUTGOING = Outgoing("+4511110010", "+4511114027", "hej", "https://x.example/sms/status?message=1")
SID = "SM" + "1" * 32


class Saying(BaseAdapter):
    """A wire at whose other end somebody says always the same."""

    def __init__(self, status: int, body: str, headers: dict[str, str]) -> None:
        super().__init__()
        self._said = status, body, headers

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        answer = requests.Response()
        answer.status_code, body, headers = self._said
        answer._content, answer.request, answer.url = body.encode(), request, str(request.url)
        answer.headers.update(headers)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def gateway(status: int, body: object, **headers: str) -> TwilioGateway:
    text = body if isinstance(body, str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return TwilioGateway("AC" + "0" * 32, "invented", transport=Saying(status, text, named))


PAGE = "<html>We will be right back</html>"
NOBODYS = {
    "a page": (200, PAGE),
    "a page as made": (201, PAGE),
    "nothing": (200, ""),
    "half a document": (201, '{"sid": "SM1'),
    "no message": (201, {}),
    "a message without an id": (201, {"sid": None, "status": "queued"}),
    "a list": (201, []),
    "a text": (201, "null"),
    "a redirect": (302, PAGE),
    "a page that is not found": (404, PAGE),
    "a proxy that wants a password": (407, PAGE),
    "too slow for a proxy": (408, PAGE),
    "a proxy's 502": (502, PAGE),
    "a 503": (503, PAGE),
    "a 504": (504, PAGE),
    "another standard's error": (503, {"type": "x", "title": "y", "status": 503, "code": 20503}),
}


@pytest.mark.parametrize(("status", "body"), NOBODYS.values(), ids=NOBODYS)
def test_what_is_not_twilios_answer_leaves_it_unclear_and_answers_no_question(status: int, body: object):
    asked = gateway(status, body)
    assert isinstance(asked.send(OUTGOING), Unclear)
    for ask in (
        lambda: asked.look_up(OUTGOING, NOON, frozenset()),
        lambda: asked.fetch(SID),
        lambda: asked.list_inbound("+4511110010", NOON - timedelta(days=1)),
    ):
        with pytest.raises(GatewayDownError):
            ask()


def error(code: int, status: int) -> dict[str, Any]:
    return {"code": code, "message": "no", "more_info": "https://www.twilio.com/docs", "status": status}


@pytest.mark.parametrize(
    ("status", "body", "headers", "answer"),
    [
        (429, error(20429, 429), {}, NotTaken("rate")),
        (429, error(20429, 429), {"Retry-After": "7"}, NotTaken("rate", 7)),
        (429, PAGE, {"Retry-After": "7"}, NotTaken("rate", 7)),
        (429, PAGE, {"Retry-After": "86400"}, NotTaken("rate", 60)),
        (429, PAGE, {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, NotTaken("rate")),
        (400, error(21211, 400), {}, Refused("21211")),
        (401, error(20003, 401), {}, Refused("20003")),
        (403, PAGE, {}, Refused("20003")),
        (404, error(20404, 404), {}, Refused("20404")),
        (500, error(20500, 500), {}, Unclear("500")),
    ],
)
def test_what_twilio_says_is_taken_at_its_word(status: int, body: object, headers: dict[str, str], answer: Answer):
    assert gateway(status, body, **headers).send(OUTGOING) == answer


def test_only_twilio_itself_says_that_a_message_is_forgotten():
    assert gateway(404, error(20404, 404)).fetch(SID) is None


def test_told_to_slow_down_is_no_answer_to_a_question():
    with pytest.raises(GatewayDownError):
        gateway(429, error(20429, 429)).look_up(OUTGOING, NOON, frozenset())

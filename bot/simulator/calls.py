"""A handset calls the service's number: what rings, what is heard. Asked by signed webhooks, as Twilio asks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

import requests

from bot.simulator.network import Network
from bot.simulator.signature import sign
from bot.simulator.webhooks import API_VERSION

#: url, form, headers -> status code and body.
Ask = Callable[[str, Mapping[str, str], Mapping[str, str]], tuple[int, str]]

_TIMEOUT = (5, 15)


def ask(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, str]:
    """One request past any proxy: the service is on this machine."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(url, data=form, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
        return answer.status_code, answer.text


def call(network: Network, phone: str, to: str, *, is_taken: bool, ask: Ask = ask) -> dict[str, Any]:
    """Call a number. ``is_taken``: somebody takes it where it is forwarded to."""
    form = {
        "CallSid": f"CA{uuid.uuid4().hex}",
        "AccountSid": network.account_sid,
        "From": phone,
        "To": to,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": API_VERSION,
    }
    first = _asked(network, f"{network.public_url}/voice/inbound", form, ask)
    dial = first.find("Dial")
    if dial is None:
        return _told(first, None)
    status = {"CallStatus": "in-progress", "DialCallStatus": "completed" if is_taken else "no-answer"}
    then = _asked(network, dial.attrib["action"], form | status, ask)
    return _told(then, dial.findtext("Number"))


def _asked(network: Network, url: str, form: Mapping[str, str], ask: Ask) -> ElementTree.Element:
    headers = {"X-Twilio-Signature": sign(network.auth_token, url, form), "User-Agent": "TwilioProxy/1.1"}
    status, body = ask(url, form, headers)
    if status != 200:  # Twilio says so to the caller: "an application error has occurred"
        return ElementTree.Element("Response")
    return ElementTree.fromstring(body)  # noqa: S314  the service's own answer


def _told(answer: ElementTree.Element, rang: str | None) -> dict[str, Any]:
    return {"rang": rang, "heard": answer.findtext("Say") or ""}

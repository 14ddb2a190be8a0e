"""The wires between the service and its gateway, in one process: requests there, webhooks back, with bad luck on both.

The requests are Twilio's SDK's own and the webhooks are signed; only sockets are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from werkzeug.test import Client

from bot.commands.year.chance import Chance
from bot.commands.year.kills import Killed
from bot.commands.year.weather import on_sms, on_webhook
from bot.simulator import faults
from bot.simulator.errors import AnswerLostError
from bot.simulator.network import Network

#: What a request takes, by the service's clock, in seconds.
_A_CALL = 0.15


class Wire(BaseAdapter):
    """Carries requests to the phone network on the same app."""

    def __init__(self, chance: Chance, take: Callable[[float], None]) -> None:
        super().__init__()
        self.network: Network | None = None
        self.is_down = False
        self.handset_fault: Callable[[str], str | None] = lambda _phone: None
        self._chance, self._take, self._sent = chance, take, 0
        self._client: Client | None = None

    def connect(self, app: Flask, network: Network) -> None:
        """From now on this app answers."""
        self._client, self.network = Client(app), network

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """One request; raises what requests raises when nobody answers."""
        self._take(_A_CALL)
        if self.is_down or self._client is None:
            raise requests.ConnectTimeout(request=request)
        if request.method == "POST":
            self._bring_bad_luck(request)
        parts = urlsplit(str(request.url))
        try:
            answer = self._client.open(
                parts.path,
                method=str(request.method),
                query_string=parts.query,
                data=request.body,
                headers=list(request.headers.items()),
            )
            body = answer.get_data()
        except AnswerLostError:
            raise requests.ReadTimeout(request=request) from None
        return _response(request, answer.status_code, body)

    def close(self) -> None:
        """Nothing is held."""

    def _bring_bad_luck(self, request: requests.PreparedRequest) -> None:
        self._sent += 1
        phone = parse_qs(str(request.body)).get("To", [""])[0]
        error = self.handset_fault(phone) or on_sms(self._chance, self._sent)
        if error is not None and self.network is not None:
            with self.network.db.write() as session:
                faults.plan(session, faults.Wish(1, error, phone))


class Post:
    """Delivers webhooks to the service. Receipts get lost, come twice or late; an SMS comes twice now and then."""

    def __init__(self, chance: Chance, take: Callable[[float], None]) -> None:
        self.is_down = False
        self.on_kill: Callable[[], None] = lambda: None
        self._chance, self._take, self._count = chance, take, 0
        self._late: list[tuple[str, Mapping[str, str], Mapping[str, str]]] = []
        self._client: Client | None = None

    def connect(self, app: Flask) -> None:
        """From now on this app is the service."""
        self._client = Client(app)

    def __call__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        """One webhook; raises requests.ConnectionError when the service is not there."""
        self._count += 1
        luck = on_webhook(self._chance, self._count)
        if self.is_down:
            raise requests.ConnectionError
        if "/sms/status" in url:
            if luck == "lost":
                return 204
            if luck == "late":
                self._late.append((url, form, headers))
                return 204
        status = self._deliver(url, form, headers)
        if luck == "twice":
            status = self._deliver(url, form, headers)
        return status

    def deliver_late(self) -> None:
        """What was held back comes after all, the newest first; while nobody is there it is lost."""
        late, self._late = self._late, []
        for one in reversed(late):
            with suppress(requests.ConnectionError):
                if not self.is_down:
                    self._deliver(*one)

    def _deliver(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        if self._client is None:
            raise requests.ConnectionError
        self._take(0.02)
        parts = urlsplit(url)
        try:
            answer = self._client.post(parts.path, query_string=parts.query, data=dict(form), headers=dict(headers))
        except Killed:
            self.on_kill()
            raise requests.ConnectionError from None
        return answer.status_code


def _response(request: requests.PreparedRequest, status: int, body: bytes) -> requests.Response:
    made = requests.Response()
    made.status_code, made._content, made.encoding = status, body, "utf-8"
    made.url, made.request = str(request.url), request
    return made

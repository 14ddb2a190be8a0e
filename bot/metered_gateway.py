"""The gateway with a watch: how long each call took and how it was answered, for ``/metrics``."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.gateway import Accepted, Answer, Arrived, Gateway, GatewayDownError, Outgoing
from bot.meters import GATEWAY

T = TypeVar("T")


class MeteredGateway:
    """Passes everything on as it is."""

    def __init__(self, inner: Gateway) -> None:
        self._inner = inner

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one SMS over."""
        return _timed("send", lambda: self._inner.send(outgoing), lambda answer: type(answer).__name__.lower())

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        """The message that an unclear attempt made. Raises GatewayDownError."""
        return _timed("look_up", lambda: self._inner.look_up(outgoing, since, known), _found)

    def fetch(self, sid: str) -> Accepted | None:
        """What the gateway knows of one message now. Raises GatewayDownError."""
        return _timed("fetch", lambda: self._inner.fetch(sid), _found)

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        """All SMS that came in from then on. Raises GatewayDownError."""
        return _timed("list_inbound", lambda: self._inner.list_inbound(number, since), lambda _: "listed")

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """No call: it is reckoned here."""
        return self._inner.is_genuine(url, form, signature)


def _found(answer: Accepted | None) -> str:
    return "found" if answer is not None else "not_found"


def _timed(call: str, ask: Callable[[], T], named: Callable[[T], str]) -> T:
    began, answer = time.perf_counter(), "error"
    try:
        told = ask()
        answer = named(told)
        return told
    except GatewayDownError:
        answer = "down"
        raise
    finally:
        GATEWAY.labels(call, answer).observe(time.perf_counter() - began)

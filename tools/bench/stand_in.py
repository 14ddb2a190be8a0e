"""Stands where Rasa would: says what the embedded engine says, or, in another mood, nothing of use."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from bot.nlu.rasa import SURE_FROM
from bot.nlu.understand import SURE, Classifier, Rated

Mood = Literal["well", "HTML", "500", "slow", "another model", "hangs up", "down"]
_PAGE = b"<html>We will be right back</html>"


class StandIn(ThreadingHTTPServer):
    """Its ``mood`` may be changed at any time."""

    daemon_threads = True

    def __init__(self, engine: Classifier) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mood: Mood = "well"
        self.closing = threading.Event()
        self._engine, self._heard, self._lock = engine, dict[str, bytes](), threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Who does not wait for the answer is no news here."""

    def hear(self, text: str) -> bytes:
        """Rasa's document on one text; each text costs the engine once."""
        with self._lock:
            if text not in self._heard:
                [rated] = self._engine.classify_many([text])
                entries = [{"name": name, "confidence": _share(sure)} for name, sure in rated]
                self._heard[text] = json.dumps({"intent_ranking": entries}).encode()
            return self._heard[text]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server: Any = self.server
        if server.mood == "down":
            self.close_connection = True
            return
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        if server.mood == "slow":
            server.closing.wait(3)
        self._say(*_said(server, text))

    def _say(self, status: int, body: bytes, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = length != len(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def _said(server: StandIn, text: str) -> tuple[int, bytes, int]:
    if server.mood in ("HTML", "500"):
        return 500 if server.mood == "500" else 200, _PAGE, len(_PAGE)
    if server.mood == "another model":
        body = json.dumps({"intent_ranking": [{"name": "book_flight", "confidence": 1.0}]}).encode()
        return 200, body, len(body)
    body = server.hear(text)
    return 200, body, len(body) + (100 if server.mood == "hangs up" else 0)


def _share(sure: float) -> float:
    """What Rasa would have to say for us to be as sure as the embedded engine is."""
    if sure < SURE:
        return SURE_FROM * sure / SURE
    return SURE_FROM + (1 - SURE_FROM) * (sure - SURE) / (1 - SURE)


@contextmanager
def stand_in(engine: Classifier) -> Iterator[StandIn]:
    """It listens while the block runs."""
    server = StandIn(engine)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Silent:
    """An engine that hears nothing: STOP, crisis words, short answers and values are heard by rule all the same."""

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        """Sure of nothing."""
        return [[] for _ in (*texts, *pieces)]

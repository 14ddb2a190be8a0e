"""A server that stands where Rasa would, on a real socket, and does to a request whatever a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Do = Callable[[BaseHTTPRequestHandler], None]
TOKEN = "invented"


class FakeRasa(ThreadingHTTPServer):
    """Answers as it was told last; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.do: Do = says({"greet": 0.9})
        self.texts: list[str] = []
        self.requests = 0
        self.released = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server: Any = self.server
        server.requests += 1
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.texts.append(body["text"])
        self._do()

    def do_GET(self) -> None:
        self._do()

    def _do(self) -> None:
        server: Any = self.server
        if parse_qs(urlsplit(self.path).query).get("token") != [TOKEN]:
            answers(b"User is not authenticated.", 401)(self)
        else:
            server.do(self)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def answers(body: bytes, status: int = 200) -> Do:
    """These bytes."""

    def do(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return do


def says(ranking: dict[str, float]) -> Do:
    """What Rasa would say, with these labels."""
    entries = [{"name": name, "confidence": confidence} for name, confidence in ranking.items()]
    return answers(json.dumps({"text": "", "intent": entries[:1], "entities": [], "intent_ranking": entries}).encode())


def hangs(handler: BaseHTTPRequestHandler) -> None:
    """Nothing comes until the test is over."""
    server: Any = handler.server
    server.released.wait(20)
    handler.close_connection = True


def drips(handler: BaseHTTPRequestHandler) -> None:
    """A byte at a time, always just before a read would be over."""
    server: Any = handler.server
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    while not server.released.wait(0.05):
        try:
            handler.wfile.write(b" ")
        except OSError:
            break
    handler.close_connection = True


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """In the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"intent_ranking"')
    handler.close_connection = True


def sends_elsewhere(handler: BaseHTTPRequestHandler) -> None:
    """A redirect, which would carry text and token to another server."""
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@contextmanager
def fake_rasa() -> Iterator[FakeRasa]:
    """It listens while the block runs."""
    server = FakeRasa()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()

"""A real worker that is told to stop while the gateway has not answered: it finishes; told twice, it ends at once."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import machine_clock
from bot.db import Database
from bot.models import Message, Organisation
from bot.outbox import queue_message
from bot.store import conversation_with
from tests.faults.running import PATIENCE, Running, settings_of
from tests.rig import LINE, OURS, eventually


class Gateway:
    """Takes an SMS and says so when the test lets it."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                gateway.asked.set()
                gateway.may_answer.wait(PATIENCE)
                self.send_response(201)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps({"sid": "SM" + "1" * 32, "status": "queued"}).encode())

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.stop()


@pytest.fixture
def worker(sqlite_db: Database, gateway: Gateway, tmp_path: Path) -> Iterator[Running]:
    """One with an SMS in hand."""
    now = machine_clock()
    with sqlite_db.write() as session:
        ours = Organisation(slug="s", name="Solgården", number=OURS, settings={}, created_at=now)
        session.add(ours)
        session.flush()
        conversation = conversation_with(session, ours, LINE, now)
        conversation.held_by = "adviser"
        queue_message(session, conversation, "Vi ringer i morgen.", author="adviser", now=now)
    env = settings_of(sqlite_db, "http://127.0.0.1:1", gateway.url)
    env["TWILIO_API_URL"] = gateway.url
    worker = Running(tmp_path, env, "worker")
    assert gateway.asked.wait(PATIENCE), worker.log()
    yield worker
    worker.process.kill()
    worker.code()


def sms(db: Database) -> Message:
    with db.read() as session:
        return session.scalars(select(Message)).one()


def test_what_is_at_hand_is_finished_and_written_down(sqlite_db: Database, gateway: Gateway, worker: Running):
    worker.end(signal.SIGTERM)
    eventually(lambda: "stopping" in worker.log(), PATIENCE)
    assert worker.process.poll() is None
    gateway.may_answer.set()
    assert worker.code() == 0
    assert (sms(sqlite_db).provider_sid, sms(sqlite_db).lease_until) == ("SM" + "1" * 32, None)


def test_told_twice_it_ends_at_once_and_the_lease_says_that_the_outcome_is_unknown(
    sqlite_db: Database, worker: Running
):
    worker.end(signal.SIGTERM)
    eventually(lambda: "stopping" in worker.log(), PATIENCE)
    worker.end(signal.SIGTERM)
    assert worker.code() == 128 + signal.SIGTERM
    assert (sms(sqlite_db).status, sms(sqlite_db).lease_until is None) == ("sending", False)

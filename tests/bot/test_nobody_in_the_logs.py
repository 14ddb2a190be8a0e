"""A whole conversation, an adviser who fails, and errors that nobody caught: nobody can be read out of the logs."""

from __future__ import annotations

import io
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr

import pytest
import structlog

from bot.app import Service
from bot.db import Database
from bot.logs import configure_logs
from tests.rig import LINE, Rig, demo_settings, eventually, free_port, understand

NAME, CPR, WORDS = "Aurelia Frydenlund", "110190-1234", "min nabo Valdemar hedder noget hemmeligt"
#: In every form in which they might be written down.
NOBODY = ("Aurelia", "Frydenlund", "11114027", "11 11 40 27", "110190", "1101901234", "Valdemar", "hemmelig", "845050")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that would go to standard error: our lines, those of libraries, of threads that die."""
    before = (structlog.get_config(), logging.getLogger().handlers, logging.getLogger().level, threading.excepthook)
    out = io.StringIO()
    with redirect_stderr(out):
        configure_logs()
        yield out
    structlog.configure(**before[0])
    logging.getLogger().handlers, threading.excepthook = before[1], before[3]
    logging.getLogger().setLevel(before[2])


def lines(written: io.StringIO) -> list[dict[str, object]]:
    """Every line is JSON: also what libraries and dying threads wrote."""
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_conversation_can_be_followed_by_its_ids_and_names_nobody(sqlite_db: Database, written: io.StringIO):
    rig = Rig(sqlite_db)
    rig.add_case(name=NAME)
    rig.start()
    try:
        rig.write("ja", f"mit cpr er {CPR}", WORDS, "menneske")
        eventually(lambda: rig.settled() and len(rig.messages("in")) == 4)
    finally:
        rig.stop()
    found = lines(written)
    assert not [word for word in NOBODY if word in written.getvalue()]
    conversation = rig.conversation().id
    stored = [line for line in found if line.get("action") == "received"]
    assert len({line["request"] for line in stored}) == len(stored) == 4
    assert {line["conversation"] for line in stored} == {conversation}
    turns = {line["message"] for line in found if line.get("action") == "turn_taken"}
    assert turns == {line["message"] for line in stored}
    sent = [line for line in found if line.get("action") == "dispatched"]
    assert sent
    assert {line["conversation"] for line in sent} == {conversation}


def test_an_error_that_nobody_caught_is_a_danish_page_with_a_code_and_a_line_without_its_words(
    sqlite_db: Database, written: io.StringIO
):
    service = Service(demo_settings(sqlite_db, 1), db=sqlite_db, understand=understand)

    def broken(name: str) -> str:
        raise ValueError(f"{name}, {LINE}, {CPR}: {WORDS}")

    service.app.add_url_rule("/broken/<name>", view_func=broken)
    answer = service.app.test_client().get(f"/broken/{NAME}?q={CPR}")
    service.db.close()
    failed, request = lines(written)
    assert answer.status_code == 500
    assert "Noget gik galt hos os" in answer.text
    assert str(failed["code"]) in answer.text
    assert (failed["action"], failed["error"], failed["rule"]) == ("request_failed", "ValueError", "/broken/<name>")
    assert (request["action"], request["status"], request["code"]) == ("request", 500, failed["code"])
    assert not [word for word in NOBODY if word in written.getvalue()]


def test_a_turn_that_fails_tells_where_and_not_what(sqlite_db: Database, written: io.StringIO):
    def fails(text: str, *_: object, **__: object) -> object:
        raise ValueError(text)

    rig = Rig(sqlite_db, fails)  # type: ignore[arg-type]  # it gives nothing
    rig.add_case(name=NAME)
    rig.start()
    try:
        rig.write(WORDS)
        eventually(lambda: "turn_failed" in written.getvalue())
    finally:
        rig.stop()
    (failed, *_) = [line for line in lines(written) if line.get("action") == "turn_failed"]
    assert failed["error"] == "ValueError"
    assert not [word for word in NOBODY if word in written.getvalue()]


def test_a_real_web_that_is_sent_nonsense_tells_nobody(sqlite_db: Database):
    """Gunicorn itself answers these and logs them: a request line that is none, and one with a name in a header."""
    port = free_port()
    settings = demo_settings(sqlite_db, port)
    keys = ("SECRET_KEY", "DATA_KEY", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "DATABASE_URL")
    told = {name: str(getattr(settings, name.lower())) for name in keys}
    command = [sys.executable, "-c", "from bot.cli import main; main()", "web", "--port", str(port)]
    web = subprocess.Popen(
        command, env={**os.environ, **told}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        eventually(lambda: b" 200 " in _said(port, _LIVE), seconds=60)
        for nonsense in (f"{NAME} {CPR}", f"GET /x HTTP/1.1\r\nHo st: {NAME}", f"GET /{NAME}?q={CPR} HTTP/9.9"):
            assert b"200 OK" not in _said(port, nonsense.encode() + b"\r\n\r\n")
    finally:
        web.terminate()
        written = web.communicate(timeout=60)[1]
    assert web.returncode == 0
    assert [json.loads(line)["logger"] for line in written.splitlines() if '"library"' in line]
    assert not [word for word in NOBODY if word in written]


_LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def _said(port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(request)
            return connection.recv(4096)
    except OSError:
        return b""

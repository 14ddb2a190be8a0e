"""What is logged of a request: enough to find it again, and nothing of anybody."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
import structlog
from flask import Flask, abort
from flask.testing import FlaskClient
from sentry_sdk.transport import Transport
from structlog.testing import LogCapture

from bot import fault_report
from bot.logs import FromLibraries, configure_logs
from bot.meters import REGISTRY
from bot.request_log import HEADER, kind_of_route, log_requests, spoken_code
from bot.settings import Settings, SettingsError

SECRET = "Ada Lind 11114027 110190-1234"


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged, with what the context adds."""
    before = structlog.get_config()
    capture = LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, capture]
    )
    yield capture.entries
    structlog.configure(**before)


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("test", template_folder="../../handoff/templates")
    app.config["WTF_CSRF_ENABLED"] = False
    log_requests(app)
    app.register_error_handler(500, lambda _error: (spoken_code(), 500))

    @app.get("/inbox/<int:conversation_id>/<name>")
    def page(conversation_id: int, name: str) -> str:
        structlog.get_logger().info("Something happened", action="happened")
        return name

    @app.get("/broken/<name>")
    def broken(name: str) -> str:
        raise ValueError(f"{name} cannot be read")

    @app.get("/health/live")
    def live() -> str:
        return "ok"

    @app.post("/sms/inbound")
    def inbound() -> str:
        abort(403)

    return app.test_client()


def test_a_request_is_one_line_with_its_pattern_and_all_its_lines_have_one_id(client, lines):
    answer = client.get(f"/inbox/12/{SECRET}?q={SECRET}")
    happened, request = lines
    assert request["action"], request["method"] == ("request", "GET")
    assert request["route"] == "/inbox/<int:conversation_id>/<name>"
    assert (request["status"], request["conversation"]) == (200, 12)
    assert request["ms"] >= 0
    assert happened["request"] == request["request"] == answer.headers[HEADER]
    assert "Ada" not in str(lines)
    assert "1111" not in str(lines)


def test_the_next_request_has_another_id_though_the_thread_is_the_same(client, lines):
    first, second = (client.get("/inbox/1/x").headers[HEADER] for _ in range(2))
    assert first != second
    assert [line["request"] for line in lines] == [first, first, second, second]


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("7d2c4a90-1e1b-4b51-8f7a-0d6f3a2b9c11", True),
        ("0123456789abcdef", True),
        ("1101901234567890", False),  # digits alone may be somebody's
        ("short-id", False),
        ("x" * 65, False),
        ("abcdefgh ijklmnop", False),
        ('abcdefghijklmn"op', False),
        ("", False),
    ],
)
def test_an_id_from_outside_is_taken_when_it_is_sane(client, lines, given: str, is_taken: bool):
    assert (client.get("/inbox/1/x", headers={HEADER: given}).headers[HEADER] == given) is is_taken


def test_an_error_tells_a_code_that_can_be_read_aloud_and_stands_in_the_log(client, lines):
    code = client.get(f"/broken/{SECRET}").text
    assert len(code) == 9
    assert not set(code) & set("0O1ILUV")
    assert [line["code"] for line in lines if line.get("action") == "request"] == [code]
    assert code == client.get("/broken/x", headers={HEADER: lines[-1]["request"]}).text


def test_what_comes_every_few_seconds_is_not_written_unless_it_fails(client, lines):
    client.get("/health/live")
    assert lines == []
    client.post("/sms/inbound")
    assert [(line["route"], line["status"]) for line in lines] == [("/sms/inbound", 403)]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("/inbox/<int:conversation_id>/live", "poll"),
        ("/health/live", "health"),
        ("/inbox/stream", "stream"),
        ("/api/v1/cases", "api"),
        ("/sms/status", "sms"),
        ("/inbox/<int:conversation_id>", "page"),
    ],
)
def test_addresses_are_of_a_few_kinds(rule: str, kind: str):
    app = Flask("test")
    app.add_url_rule(rule, "it", lambda **_: kind_of_route())
    assert app.test_client().get(rule.replace("<int:conversation_id>", "7")).text == kind


def test_an_address_that_is_none_of_ours_is_not_written_down(client, lines):
    client.get(f"/{SECRET}")
    client.open("/health/live", method="ADALIND")
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [("GET", "", 404), ("other", "", 405)]


def test_requests_are_timed_by_kind_and_class_of_status(client, lines):
    name, labels = "redningskrans_request_seconds_count", {"kind": "sms", "status": "4xx"}
    before = REGISTRY.get_sample_value(name, labels) or 0
    client.post("/sms/inbound")
    assert REGISTRY.get_sample_value(name, labels) == before + 1


def test_what_a_library_logs_comes_without_what_fills_it(lines):
    """Gunicorn tells the address of a request that failed, and the words of the error."""
    logger = logging.Logger("gunicorn.error")
    logger.addHandler(FromLibraries())
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("Error handling request %s", f"/inbox?q={SECRET}")
    logger.warning("Worker (pid:%s) exited with code %s", 4711, 3)
    logger.warning("To %s", 4511114027)
    filled_before = f"Invalid request from ip=192.0.2.1: GET /inbox?q={SECRET}"
    logger.warning(filled_before)
    told = str(lines)
    assert [line["event"] for line in lines] == [
        "Error handling request str",
        "Worker (pid:4711) exited with code 3",
        "To int",
        "A library has something to say",
    ]
    assert "192.0.2.1" not in told
    assert str(lines[3]["where"]).startswith("test_request_log:")
    assert lines[0]["error"] == "ValueError"
    assert lines[0]["logger"] == "gunicorn.error"
    assert "Ada" not in told
    assert "1111" not in told


def test_a_thread_that_dies_tells_the_kind_of_its_error_alone(lines):
    before = (threading.excepthook, logging.getLogger().handlers, structlog.get_config())
    try:
        configure_logs()
        hook = threading.excepthook
    finally:
        logging.getLogger().handlers = before[1]
        structlog.configure(**before[2])
    threading.excepthook = hook
    try:
        thread = threading.Thread(target=lambda: int(SECRET), name="worker-1")
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before[0]
    assert [(line["action"], line["thread"], line["error"]) for line in lines] == [
        ("thread_died", "worker-1", "ValueError")
    ]
    assert "Ada" not in str(lines)


def test_sentry_gets_our_own_line_and_nothing_else():
    """Its envelope as it would go over the network: no body, no variable, no address, no name of the machine."""
    sent: list[Any] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            sent.extend(item.payload.json for item in envelope.items)

    send = fault_report.start("https://key@sentry.example.org/1", "0.1.0", Kept())
    tell = fault_report.teller(send)
    secret_in_a_variable = SECRET
    tell(None, "error", {"level": "info", "event": "All is well", "action": "x"})
    tell(
        None, "error", {"level": "error", "event": "A turn failed", "action": "turn_failed", "message": 7, "x": SECRET}
    )
    sentry_sdk.flush()
    sentry_sdk.init(default_integrations=False)
    (event,) = sent
    assert event["message"] == "A turn failed"
    assert event["tags"] == {"action": "turn_failed", "message": "7"}
    assert event["fingerprint"] == ["turn_failed", "", ""]
    assert secret_in_a_variable not in json.dumps(event)
    assert "Ada" not in json.dumps(event)
    assert not event["breadcrumbs"]["values"]
    assert not {"request", "user", "exception", "modules", "extra"} & {name for name, part in event.items() if part}


@pytest.mark.parametrize(
    "dsn", ["nonsense", "https://sentry.example.dk/1", "https://key@sentry.example.dk/", "key@x/1"]
)
def test_a_dsn_that_is_none_stops_the_start(dsn: str):
    needed = dict.fromkeys(("secret_key", "data_key", "public_url", "twilio_account_sid", "twilio_auth_token"), "x")
    settings = Settings.model_construct().model_copy(update=needed | {"sentry_dsn": dsn})
    with pytest.raises(SettingsError, match="SENTRY_DSN"):
        settings.check()
    settings.model_copy(update={"sentry_dsn": "https://key@sentry.example.dk/1"}).check()

"""One log line a request, an id that all its lines carry, and how long it took.

The line has the address's pattern, never the address: ids of people, a caretaker's secret or what was searched for
stand in it. The id is ``X-Request-ID`` where a proxy gave a sane one, else our own; the answer's header has it too.
Error pages show a code that a person can read aloud; every line of a request that failed has it too.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from types import TracebackType
from typing import Final

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from bot.logs import about
from bot.meters import REQUESTS

log = structlog.get_logger()

HEADER: Final = "X-Request-ID"
#: Long enough to be nobody's telephone or CPR number, and with a letter in it.
_SANE = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_-]{16,64}")
#: Without letters and digits that are taken for each other when read aloud: no 0 and O, 1 and I and L, no U and V.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTWXYZ"
#: Of these a line is written only when they go wrong: they are many, and an SMS that came in has a line of its own.
_QUIET = frozenset({"asset", "health", "poll", "simulator", "sms", "stream"})
#: How the addresses end that a page asks for by itself, again and again.
_POLLED = ("/live", "/alerts", "/presence")


def log_requests(app: Flask) -> None:
    """Set it up; before all other hooks, so that what they log has the id too."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: clear_contextvars())


def spoken_code() -> str:
    """The code of this request, to be read aloud: "K7M2-9XQ4"; empty outside a request."""
    return _spoken(g.request_id) if "request_id" in g else ""


def note_fault(exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
    """An address may hold a caretaker's secret or a case's number, and an error's words a row of a file."""
    rule = request.url_rule.rule if request.url_rule else ""
    log.error(
        "A request failed",
        action="request_failed",
        method=request.method,
        rule=rule,
        code=spoken_code(),
        **about(exc_info[1] or RuntimeError()),
    )


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    clear_contextvars()  # threads are used again
    bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    if "began" not in g:
        return response
    seconds, kind, code = time.perf_counter() - g.began, kind_of_route(), response.status_code
    REQUESTS.labels(kind, f"{code // 100}xx").observe(seconds)
    response.headers[HEADER] = g.request_id
    if kind not in _QUIET or code >= 400:
        _write(code, seconds)
    return response


def _write(code: int, seconds: float) -> None:
    rule = request.url_rule.rule if request.url_rule else ""
    line = {"method": _method(), "route": rule, "status": code, "ms": round(seconds * 1000, 1)}
    talk = (request.view_args or {}).get("conversation_id")
    if isinstance(talk, int):
        line["conversation"] = talk
    if code >= 400:
        line["code"] = spoken_code()
    log.info("A request was answered", action="request", **line)


def kind_of_route() -> str:
    """Which sort of address it is: few, so that each can be a label."""
    rule = request.url_rule.rule if request.url_rule else ""
    for beginning, kind in _KINDS:
        if rule.startswith(beginning):
            return kind
    if rule.endswith(_POLLED) and not rule.startswith("/me/"):
        return "poll"
    return "page" if rule else "unknown"


_KINDS: Final = (
    ("/sms/", "sms"),
    ("/voice/", "voice"),
    ("/inbox/stream", "stream"),
    ("/api/", "api"),
    ("/health/", "health"),
    ("/metrics", "health"),
    ("/static/", "asset"),
    ("/simulator", "simulator"),
)


def _method() -> str:
    """HTTP lets anybody make one up."""
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"


def _spoken(request_id: str) -> str:
    number = int.from_bytes(hashlib.sha256(request_id.encode()).digest()[:8], "big")
    drawn = "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"

"""503 while the database does not do what it is asked: the gateway keeps its SMS, and people try again.

What was not stored is never acknowledged. The scheduler fetches from the gateway what no webhook could bring.
"""

from __future__ import annotations

import structlog
from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import DBAPIError, TimeoutError

from bot.db_faults import IN_WORDS, fault_of
from bot.logs import about
from bot.turnstile import WaitedTooLongError

log = structlog.get_logger()

_PAGE = (
    '<!doctype html><html lang="da"><meta charset="utf-8"><title>Vent lidt</title>'
    "<h1>Vi kan ikke nå vores data lige nu</h1>"
    "<p>Intet af det, der er gemt, er gået tabt. Prøv igen om et minut. Det, du lige skrev, er måske ikke gemt.</p>"
)
#: Seconds; most absences are a restart.
_AGAIN = "10"


def register(app: Flask) -> None:
    """Answer for every route of the app."""
    for kind in (DBAPIError, TimeoutError, WaitedTooLongError):
        app.register_error_handler(kind, _answer)


def _answer(error: Exception) -> Response:
    fault = fault_of(error)
    if fault is None:
        raise error  # ours: a 500
    log.error(IN_WORDS[fault], action="database_unavailable", fault=fault, **about(error))
    response = jsonify(error="unavailable") if _is_machine() else Response(_PAGE, mimetype="text/html")
    response.status_code = 503
    response.headers["Retry-After"] = _AGAIN
    return response


def _is_machine() -> bool:
    return request.path.startswith(("/sms/", "/voice/", "/api/", "/health/", "/metrics"))

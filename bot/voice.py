"""``/voice/inbound`` and ``/voice/forwarded``: somebody calls our number. Signed as the SMS webhooks are; 403 else."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, abort, request

from bot.calls import Answer, Call, Forward, not_answered, take_call
from bot.clock import Clock
from bot.db import Database
from bot.gateway import Gateway
from bot.twilio_voice import forward, hang_up, tell
from bot.webhooks import signed

log = structlog.get_logger()

#: Somebody took it; all else is a call that nobody took.
_TAKEN = frozenset({"completed", "answered"})


def blueprint(db: Database, clock: Clock, gateway: Gateway, public_url: str) -> Blueprint:
    """The two webhooks of a call."""
    routes = Blueprint("voice", __name__)
    routes.before_request(signed(gateway, public_url))
    then = f"{public_url.rstrip('/')}/voice/forwarded"

    @routes.post("/voice/inbound")
    def inbound() -> Response:
        return _answer(take_call(db, _read(), clock()), then)

    @routes.post("/voice/forwarded")
    def forwarded() -> Response:
        if request.form.get("DialCallStatus") in _TAKEN:
            return _twiml(hang_up())
        return _answer(not_answered(db, _read(), clock()), then)

    return routes


def _answer(answer: Answer, then: str) -> Response:
    if answer == "unknown_organisation":
        log.error("A call came for a number that no organisation has", action="number_unknown")
        abort(404)
    return _twiml(forward(answer.number, then) if isinstance(answer, Forward) else tell(answer.text))


def _read() -> Call:
    form = request.form
    if not form.get("CallSid"):
        abort(400, "CallSid is needed.")
    return Call(sid=form["CallSid"], caller=form.get("From", ""), to=form.get("To", ""))


def _twiml(body: str) -> Response:
    return Response(body, mimetype="text/xml")

"""``/sms/inbound`` and ``/sms/status``: verify, store, acknowledge. Milliseconds, whatever else is slow.

A form that Twilio did not sign gets 403 and nothing is stored. The signature is over the public URL, which is built
from ``PUBLIC_URL``: behind a proxy the request's own URL is another one.

They are an app of their own, in front of the one that people see: nothing that a page needs (log-in, language, forms'
proofs, a browser's policies) is done for a machine, and that was as much as all of Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, Flask, Response, abort, request

from bot import unavailable
from bot.clock import Clock
from bot.db import Database
from bot.gateway import Gateway
from bot.receive import Inbound, Receipt, receive, record_receipt
from bot.request_log import log_requests, note_fault

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
#: Of one form; an SMS has 1,600 letters at most.
_MOST_BYTES = 256 * 1024


def in_front(pages: WSGIApplication, db: Database, clock: Clock, gateway: Gateway, public_url: str) -> WSGIApplication:
    """The two webhooks by the short way, and ``pages`` for all other addresses."""
    machines = _app(blueprint(db, clock, gateway, public_url)).wsgi_app

    def chosen(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked = machines if environ.get("PATH_INFO", "").startswith("/sms/") else pages
        return asked(environ, start_response)

    return chosen


def _app(routes: Blueprint) -> Flask:
    """Ids and lines of requests, 503 while the database is away, and no more."""
    app = Flask("webhooks", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    log_requests(app)
    unavailable.register(app)
    app.log_exception = note_fault  # type: ignore[method-assign]  # Flask's own tells the address and the error's words
    app.register_blueprint(routes)
    app.after_request(_keep_nothing)
    return app


def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def blueprint(db: Database, clock: Clock, gateway: Gateway, public_url: str) -> Blueprint:
    """The two webhooks. What they write rings the bell for who takes turns."""
    routes = Blueprint("sms", __name__)

    routes.before_request(signed(gateway, public_url))

    @routes.post("/sms/inbound")
    def inbound() -> Response:
        if receive(db, _read_inbound(), clock()) == "unknown_organisation":
            # Twilio keeps the message and shows the error to the account's owner, who can put the number right.
            log.error("An SMS came for a number that no organisation has", action="number_unknown")
            abort(404)
        return Response(_EMPTY_TWIML, mimetype="text/xml")

    @routes.post("/sms/status")
    def status() -> Response:
        record_receipt(db, _read_receipt(), clock())
        return Response(status=204)

    return routes


def signed(gateway: Gateway, public_url: str) -> Callable[[], None]:
    """A guard for routes that only the gateway itself may call."""

    def verify() -> None:
        if not gateway.is_genuine(_public(public_url), request.form, request.headers.get("X-Twilio-Signature", "")):
            log.warning("A webhook without a genuine signature was turned away", action="webhook_refused")
            abort(403)

    return verify


def _read_inbound() -> Inbound:
    form = request.form
    if not form.get("MessageSid") or not form.get("From"):
        abort(400, "MessageSid and From are needed.")
    return Inbound(
        sid=form["MessageSid"],
        sender=form["From"],
        to=form.get("To", ""),
        body=form.get("Body", ""),
        media=form.get("NumMedia", default=0, type=int),
    )


def _read_receipt() -> Receipt:
    form = request.form
    return Receipt(
        message_id=request.args.get("message", type=int),
        sid=form.get("MessageSid", ""),
        status=form.get("MessageStatus", ""),
        error=form.get("ErrorCode") or None,
    )


def _public(public_url: str) -> str:
    query = request.query_string.decode("ascii", "replace")
    return public_url.rstrip("/") + request.path + (f"?{query}" if query else "")

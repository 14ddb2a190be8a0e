"""Twilio's REST API for messages, as its public description says: create, fetch, list, redact, delete.

It does not guard against opted-out numbers: opting out is the product's business, so nothing here hides a mistake.
"""

from __future__ import annotations

import hmac
import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.simulator.errors import AnswerLostError, CutOffError, PageError, RefusedError
from bot.simulator.network import Network, Submission
from bot.simulator.resources import Page, as_json, asked_for, listing
from bot.simulator.tables import SimMessage
from bot.sms import is_e164

_LONGEST = 1600
_MESSAGES = "/2010-04-01/Accounts/<account>/Messages.json"
_MESSAGE = "/2010-04-01/Accounts/<account>/Messages/<sid>.json"


def blueprint(network: Network) -> Blueprint:
    """The blueprint under ``/simulator/twilio``."""
    api = Blueprint("simulator_twilio", __name__, url_prefix="/simulator/twilio")
    routes = _Routes(network)
    api.before_request(routes.authenticate)
    api.add_url_rule(_MESSAGES, "create", routes.create, methods=["POST"])
    api.add_url_rule(_MESSAGES, "list", routes.list, methods=["GET"])
    api.add_url_rule(_MESSAGE, "fetch", routes.fetch, methods=["GET"])
    api.add_url_rule(_MESSAGE, "update", routes.update, methods=["POST"])
    api.add_url_rule(_MESSAGE, "delete", routes.delete, methods=["DELETE"])
    api.register_error_handler(RefusedError, _refused)
    api.register_error_handler(PageError, _paged)
    api.register_error_handler(CutOffError, lambda _: _cut(lambda: None))
    api.register_error_handler(AnswerLostError, lambda _: _cut(routes.hold))
    return api


def _refused(error: RefusedError) -> ResponseReturnValue:
    return jsonify(error.as_json()), error.status, error.headers


def _paged(error: PageError) -> ResponseReturnValue:
    return Response(error.page, error.status, mimetype="text/html")


def _cut(hold: Callable[[], object]) -> ResponseReturnValue:
    """Say nothing for a while, then nothing at all."""
    wire: Any = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")

    def hold_and_cut() -> Iterator[bytes]:
        hold()
        if not isinstance(wire, socket.socket):
            raise AnswerLostError(AnswerLostError.__doc__)
        wire.shutdown(socket.SHUT_RDWR)
        yield b""

    return Response(hold_and_cut())


class _Routes:
    """One method for each thing that the API does."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.db = network.db

    def authenticate(self) -> None:
        """Basic authentication with the account and its token, on that account's paths only."""
        given = request.authorization
        account, token = self.network.account_sid, self.network.auth_token
        named = (request.view_args or {}).get("account", account)
        is_us = given is not None and given.type == "basic" and given.username == account == named
        if not (is_us and given and hmac.compare_digest(given.password or "", token)):
            raise RefusedError(20003)

    def create(self, account: str) -> ResponseReturnValue:
        """Take an SMS."""
        message = self.network.accept(_submission(request.form.to_dict(), request.form.getlist("MediaUrl")))
        return jsonify(as_json(message, account, status="queued")), 201

    def list(self, account: str) -> ResponseReturnValue:
        """Those that fit the filters, newest first, a page at a time."""
        args = request.args.to_dict()
        self.network.look(args.get("To", ""))
        page = Page.of(args)
        with self.db.read() as session:
            found = [as_json(m, account) for m in session.scalars(asked_for(args, page))]
        return jsonify(listing(f"/2010-04-01/Accounts/{account}/Messages.json", args, page, found))

    def fetch(self, account: str, sid: str) -> ResponseReturnValue:
        """One of them."""
        self.network.look("")
        with self.db.read() as session:
            return jsonify(as_json(_find(session, sid), account))

    def update(self, account: str, sid: str) -> ResponseReturnValue:
        """Forget the text (an empty Body). Nothing can be canceled: nothing is ever scheduled here."""
        with self.db.write() as session:
            message = _find(session, sid)
            if request.form.get("Status"):
                raise RefusedError(30409)
            if request.form.get("Body") != "":
                raise RefusedError(20400)
            message.is_redacted = True
            message.updated_at = self.network.clock()
            answer = as_json(message, account)
        return jsonify(answer)

    def delete(self, account: str, sid: str) -> ResponseReturnValue:
        """Forget it all; the handset keeps what it has."""
        with self.db.write() as session:
            message = _find(session, sid)
            message.is_resource = False
        return "", 204

    def hold(self) -> None:
        """Keep the caller waiting, until the network stops."""
        self.network.stopping.wait(self.network.hold)


def _submission(form: dict[str, str], media: list[str]) -> Submission:
    """Check what Twilio checks, in its numbers."""
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    callback = form.get("StatusCallback")
    wrong = (
        (21604, not to),
        (21603, not sender),
        (21602, not (body or media)),
        (21617, len(body) > _LONGEST),
        (21211, not is_e164(to)),
        (21212, not is_e164(sender)),
        (21609, bool(callback) and not _is_url(callback or "")),
    )
    for code, is_wrong in wrong:
        if is_wrong:
            raise RefusedError(code)
    return Submission(to, sender, body.replace("\x00", ""), callback or None, tuple(media))


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _find(session: Session, sid: str) -> SimMessage:
    message = session.scalar(select(SimMessage).where(SimMessage.sid == sid, SimMessage.is_resource.is_(True)))
    if message is None:
        raise RefusedError(20404)
    return message

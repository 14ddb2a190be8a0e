"""The JSON API ``/api/v1``: a bearer token shows one organisation's cases, conversations and handoffs.

``blueprint`` puts it on a Flask app (outside CSRF, the token is the proof). All errors are ``{"error": sentence}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import PathConverter

from bot.clock import Clock
from bot.db import Database
from handoff.api.asked import LARGEST_ID, Body, Query, read_body, read_query
from handoff.api.call import Call, House, Made
from handoff.api.description import describe
from handoff.api.door import let_in
from handoff.api.refusal import NOT_FOUND, ApiError
from handoff.api.routes import ROUTES, Route
from handoff.api.shapes import Shape

__all__ = ["blueprint"]

PREFIX = "/api/v1"
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
#: Flask asks an app's own handlers by code before a blueprint's general one, so each code is named.
_CODES = (400, 401, 403, 404, 405, 408, 411, 413, 414, 415, 429, 431, 500, 503)
_WORDS = {
    404: "There is nothing at this address; see /api/v1/openapi.json.",
    405: "This address does not take this method; see /api/v1/openapi.json.",
    413: "The body is too large.",
    500: "Something went wrong on our side; nothing was changed.",
}


def blueprint(db: Database, clock: Clock, wake: Callable[[], None] = lambda: None) -> Blueprint:
    """The API. ``wake`` is called when an SMS has been queued."""
    house = House(db, clock, wake)
    api = Blueprint("api", __name__, url_prefix=PREFIX)
    api.record_once(_add_converter)
    for route in ROUTES:
        api.add_url_rule(route.rule, route.name, _view(house, route), methods=[route.method])
    api.add_url_rule("/openapi.json", "description", lambda: _answer(describe(ROUTES, PREFIX)))
    _close_the_rest(api)
    api.register_error_handler(ApiError, _refused)
    for code in _CODES:
        api.register_error_handler(code, _failed)
    api.after_request(_keep_private)
    return api


class CaseRef(PathConverter):
    """A case's own key, whatever signs it is made of: slashes, even at its beginning, and line ends."""

    part_isolating = False
    regex = "(?s:.+?)"


def _add_converter(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["case_ref"] = CaseRef


def _view(house: House, route: Route) -> Callable[..., Response]:
    def view(**path: Any) -> Response:
        caller = let_in(house.db, request.headers.get("Authorization"), route.scope)
        if any(isinstance(part, int) and part > LARGEST_ID for part in path.values()):
            raise ApiError(*NOT_FOUND)
        call = Call(house, caller, request.headers.get("Idempotency-Key"))
        given = route.view(call, _asked(route), **path)
        return _answer(given.shape, 201) if isinstance(given, Made) else _answer(given)

    return view


def _asked(route: Route) -> Query | Body:
    if issubclass(route.takes, Body):
        return read_body(route.takes, request.get_data(cache=False))
    return read_query(route.takes, request.args)


def _answer(given: Shape | list[Shape] | dict[str, Any], status: int = 200) -> Response:
    if isinstance(given, Shape):
        plain: Any = given.model_dump(mode="json")
    else:
        plain = [shape.model_dump(mode="json") for shape in given] if isinstance(given, list) else given
    return Response(json.dumps(plain, ensure_ascii=False) + "\n", status, mimetype="application/json")


def _close_the_rest(api: Blueprint) -> None:
    """Other methods and other addresses get a sentence too, not the page for people."""
    taken: dict[str, set[str]] = {"/openapi.json": {"GET"}}
    for route in ROUTES:
        taken.setdefault(route.rule, set()).add(route.method)
    for number, (rule, methods) in enumerate(taken.items()):
        wrong = _wrong_method(", ".join(sorted(methods)))
        api.add_url_rule(rule, f"wrong_method_{number}", wrong, methods=sorted(_METHODS - methods))
    for rule in ("/", "/<path:rest>"):
        api.add_url_rule(rule, "nothing", _nothing_here, methods=sorted(_METHODS))


def _wrong_method(allowed: str) -> Callable[..., Response]:
    def view(**_: Any) -> Response:
        response = _error(405, _WORDS[405])
        response.headers["Allow"] = allowed
        return response

    return view


def _nothing_here(**_: Any) -> Response:
    return _error(404, _WORDS[404])


def _refused(error: ApiError) -> Response:
    response = _error(error.status, error.text)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _failed(error: HTTPException) -> Response:
    code = error.code or InternalServerError.code
    return _error(code, _WORDS.get(code, error.name + "."))


def _error(status: int, text: str) -> Response:
    return _answer({"error": text}, status)


def _keep_private(response: Response) -> Response:
    """What is told of a person is kept by no cache on the way."""
    response.headers["Cache-Control"] = "no-store"
    return response

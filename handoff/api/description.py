"""The OpenAPI 3.1 description, made from the routes and the models that the API itself runs on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from bot.hooks.events import EVENTS
from handoff.api import asked, shapes
from handoff.api.routes import Route
from handoff.api.told import CALLS

_PARAMETER = re.compile(r"<(?P<kind>\w+):(?P<name>\w+)>")
_REFERENCE = "#/components/schemas/{model}"
_JSON = "application/json"
_ABOUT = """\
Cases, conversations and handoffs of one organisation: the one that the token belongs to.

Lists are bare and oldest first. `limit` (at most 1000, which is also what you get without it) and `after`, the last one
that you have, page through them: a page that is shorter than `limit` is the last. Money is a number in kroner, a time
is ISO with its offset, a day is a date. An error is `{"error": "a sentence"}`. Fields may be added; ignore those that
you do not know."""


@cache
def describe(routes: tuple[Route, ...], prefix: str) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(_PARAMETER.sub(r"{\g<name>}", route.rule), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Redningskrans", "version": version("redningskrans"), "description": _ABOUT},
        "servers": [{"url": prefix}],
        "security": [{"token": []}],
        "paths": paths,
        "webhooks": {event: {"post": _pushed(event)} for event in EVENTS},
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _pushed(event: str) -> dict[str, Any]:
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature")
    given = [{"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in headers]
    return {
        "operationId": event,
        "summary": EVENTS[event],
        "description": "Signed as the Standard Webhooks specification says; made at least once under one webhook-id.",
        "security": [],
        "parameters": given,
        "requestBody": {"required": True, "content": {_JSON: {"schema": _named(CALLS[event])}}},
        "responses": {"2XX": {"description": "Taken"}, "410": {"description": "No more of them, please"}},
    }


def _operation(route: Route) -> dict[str, Any]:
    summary = (route.view.__doc__ or "").strip().splitlines()[0]
    body: dict[str, Any] = {}
    if issubclass(route.takes, asked.Body):
        body = {"requestBody": {"required": True, "content": {_JSON: {"schema": _named(route.takes)}}}}
    return {
        "operationId": route.name,
        "summary": summary,
        "description": f"Needs a token with the scope {route.scope}.",
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_headers(route)],
        **body,
        "responses": _responses(route),
    }


def _responses(route: Route) -> dict[str, Any]:
    one = _named(route.gives)
    answer = {"type": "array", "items": one} if route.is_list else one
    refusals = {401: "No token, or an unknown one", 422: "A field is wrong; the sentence names it"}
    if route.scope == "write":
        refusals |= {400: "The body is not JSON", 403: "The token may only read"}
    if "<" in route.rule:
        refusals |= {404: "Not in the token's organisation"}
    if route.may_conflict:
        refusals |= {409: "It cannot be done as things stand"}
    errors = {str(code): _response(words, _named(shapes.Error)) for code, words in sorted(refusals.items())}
    good = {"200": _response(route.gives.__doc__ or "", answer)}
    if route.may_create:
        good |= {"201": _response("It was not there before.", answer)}
    return {**good, **errors}


def _response(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {_JSON: {"schema": schema}}}


def _path_parameters(route: Route) -> Iterable[dict[str, Any]]:
    for found in _PARAMETER.finditer(route.rule):
        kind = "integer" if found["kind"] == "int" else "string"
        yield {"name": found["name"], "in": "path", "required": True, "schema": {"type": kind}}


def _query_parameters(route: Route) -> Iterable[dict[str, Any]]:
    if issubclass(route.takes, asked.Query):
        for name, schema in route.takes.model_json_schema().get("properties", {}).items():
            yield {"name": name, "in": "query", "required": False, "schema": schema}


def _headers(route: Route) -> Iterable[dict[str, Any]]:
    if route.takes_key:
        words = "Your own name for this call: sent again with the same one, it is done once."
        schema = {"type": "string"}
        yield {"name": "Idempotency-Key", "in": "header", "required": False, "description": words, "schema": schema}


def _named(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _schemas(routes: Sequence[Route]) -> dict[str, Any]:
    given: Literal["serialization"] = "serialization"
    models: dict[type[BaseModel], JsonSchemaMode] = {shapes.Error: given}
    models |= dict.fromkeys(CALLS.values(), given)
    models |= {route.gives: given for route in routes}
    models |= {route.takes: "validation" for route in routes if issubclass(route.takes, asked.Body)}
    _, schemas = models_json_schema(list(models.items()), ref_template=_REFERENCE)
    definitions: dict[str, Any] = schemas["$defs"]
    return definitions

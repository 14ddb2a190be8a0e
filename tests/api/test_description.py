"""The OpenAPI description: valid, open to all, and true of the code."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bot.hooks.events import EVENTS
from handoff.api.routes import ROUTES
from tests.api.conftest import Api


@pytest.fixture
def described(api: Api) -> dict[str, Any]:
    """What is served, without a token."""
    answer = api.client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return dict(answer.json or {})


def test_the_description_is_valid(described: dict[str, Any]):
    """OpenAPI 3.1."""
    assert described["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(described).validate()


def test_every_route_of_the_app_is_described(api: Api, described: dict[str, Any]):
    """But for the description itself, and the answers to addresses that are none."""
    served = {
        (str(rule.rule), method)
        for rule in api.client.application.url_map.iter_rules()
        if rule.endpoint in {f"api.{route.name}" for route in ROUTES}
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    listed = [(path, verb) for path, verbs in described["paths"].items() for verb in verbs]

    assert len(listed) == len(served) == len(ROUTES)
    assert described["servers"] == [{"url": "/api/v1"}]


def test_bodies_are_strict_and_answers_are_complete(described: dict[str, Any]):
    """A body takes no unknown fields; an answer always has all of its own."""
    schemas = described["components"]["schemas"]

    assert schemas["Reply"]["additionalProperties"] is False
    assert sorted(schemas["Reply"]["required"]) == ["adviser", "text"]
    for name in ("Case", "Conversation", "Handoff", "Fact", "Promise", "Plan", "Task", "Message", "Marker"):
        assert schemas[name]["required"] == list(schemas[name]["properties"]), name


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_says_what_it_does_and_which_token_it_needs(described: dict[str, Any], route: Any):
    """For whoever reads it."""
    operation = next(
        verbs[route.method.lower()]
        for verbs in described["paths"].values()
        if verbs.get(route.method.lower(), {}).get("operationId") == route.name
    )

    assert operation["summary"].endswith(".")
    assert route.scope in operation["description"]
    assert {"200", "401", "422"} <= set(operation["responses"])


def test_what_is_pushed_is_described(described: dict[str, Any]):
    """Each event with its body, and the headers that sign it."""
    pushed = described["webhooks"]

    assert list(pushed) == list(EVENTS)
    for event, verbs in pushed.items():
        schema = verbs["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert described["components"]["schemas"][schema]["properties"]["type"]["const"] == event

"""Who gets in: every route asks for a token of the right kind, and shows only that token's organisation."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bot.db import Database
from bot.models import Conversation, Plan, Task, Token
from handoff.api import blueprint
from handoff.api.routes import ROUTES
from tests.api.conftest import METTE, NOW, Api, World, error

READS = ["/cases", "/cases/S-1", "/conversations", "/conversations/{conversation_id}", "/handoffs", "/waves"]
WRITES = {
    "/conversations/{conversation_id}/claim": {},
    "/conversations/{conversation_id}/reply": {"text": "Hej Line"},
    "/conversations/{conversation_id}/release": {},
    "/conversations/{conversation_id}/close": {"outcome": "paid"},
    "/conversations/{conversation_id}/note": {"text": "Ring efter kl. 15"},
    "/conversations/{conversation_id}/acknowledge": {},
    "/plans/{plan_id}/approve": {},
    "/plans/{plan_id}/decline": {},
    "/plans/{plan_id}/break": {},
    "/tasks/{task_id}/done": {},
}


def path_of(world: World, path: str) -> str:
    return path.format(**vars(world.ours))


def test_every_route_is_tried_here():
    """A new route must be added to these tests."""
    rules = {(route.method, route.rule.replace("<int:", "{").replace(">", "}")) for route in ROUTES}
    tried = {("GET", path.replace("S-1", "<case_ref:case_ref}")) for path in READS}
    tried |= {("POST", path) for path in [*WRITES, "/cases"]}

    assert rules == tried


@pytest.mark.parametrize(
    ("method", "path"), [*(("GET", path) for path in READS), *(("POST", path) for path in [*WRITES, "/cases"])]
)
def test_without_a_token_nobody_gets_in(api: Api, world: World, method: str, path: str):
    """401, and which kind of proof is wanted."""
    for token in (None, "rk_wrong", "æøå", "read\x7f"):
        answer = api.call(method, path_of(world, path), token)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), token
        assert "oken" in error(answer)


def test_the_header_must_be_a_bearers(api: Api):
    """The token alone, or in another way, is none."""
    for header in ("", "Bearer", "Bearer ", "Basic {}", "{}", "Bearer {} {}"):
        wrong = {"Authorization": header.format(api.world.read, "more")}
        assert api.client.get("/api/v1/cases", headers=wrong).status_code == 401, header


def test_the_scheme_may_be_written_in_any_case(api: Api):
    """As HTTP has it."""
    assert api.client.get("/api/v1/cases", headers={"Authorization": f"bearer {api.world.read}"}).status_code == 200


def test_a_revoked_token_is_none(api: Api, world: World):
    """401 from then on."""
    with world.db.read() as session:
        ids = [row.id for row in session.query(Token).filter_by(organisation_id=world.ours.organisation_id)]
    for token_id in ids:
        world.change(Token, token_id, revoked_at=NOW)

    assert api.get("/cases").status_code == 401
    assert api.get("/cases", token=world.foreign).status_code == 200


@pytest.mark.parametrize(("path", "body"), [*WRITES.items(), ("/cases", {})])
def test_a_read_token_changes_nothing(api: Api, world: World, path: str, body: dict[str, str]):
    """403, whatever the body is."""
    answer = api.post(path_of(world, path), token=world.read, adviser=METTE, **body)

    assert (answer.status_code, "read" in error(answer)) == (403, True)
    assert api.post(path_of(world, path), token=world.read, nonsense=1).status_code == 403


@pytest.mark.parametrize("path", READS)
def test_a_write_token_reads(api: Api, world: World, path: str):
    """``write`` includes ``read``."""
    assert api.get(path_of(world, path), token=world.write).status_code == 200


@pytest.mark.parametrize(("path", "body"), WRITES.items())
def test_what_belongs_to_others_is_not_there(api: Api, world: World, path: str, body: dict[str, str]):
    """404 for a good token of another organisation, though the adviser belongs to both."""
    before = [repr(vars(row)) for row in _rows(world)]
    answer = api.post(path_of(world, path), token=world.foreign, adviser=METTE, **body)

    assert (answer.status_code, "organisation" in error(answer)) == (404, True)
    assert [repr(vars(row)) for row in _rows(world)] == before


def test_a_foreign_conversation_is_not_shown(api: Api, world: World):
    """404, and its own case of the same name instead of ours."""
    assert api.get(f"/conversations/{world.ours.conversation_id}", token=world.foreign).status_code == 404
    assert (api.get("/cases/S-1", token=world.foreign).json or {})["organisation"] == "havneparken"
    assert [h["id"] for h in api.get("/handoffs", token=world.foreign).json or []] == [world.theirs.handoff_id]


def _rows(world: World) -> list[Any]:
    rows = [
        world.row(Conversation, world.ours.conversation_id),
        world.row(Plan, world.ours.plan_id),
        world.row(Task, world.ours.task_id),
    ]
    for row in rows:
        vars(row).pop("_sa_instance_state")
    return rows


def test_only_a_hash_of_the_token_is_stored(world: World):
    """SHA-256, in hexadecimal."""
    with world.db.read() as session:
        stored = {row.token_hash for row in session.query(Token)}

    assert stored == {hashlib.sha256(t.encode()).hexdigest() for t in (world.read, world.write, world.foreign)}


def test_an_address_that_is_none_is_answered_in_json(api: Api):
    """A sentence for a developer, not the page for people."""
    for method, path, status in (
        ("GET", "/nothing", 404),
        ("GET", "/", 404),
        ("POST", "/cases/S-1/claim/æ", 405),
        ("DELETE", "/cases/S-1", 405),
        ("GET", "/conversations/1/claim", 405),
        ("PUT", "/openapi.json", 405),
        ("GET", "/conversations/one", 404),
    ):
        answer = api.client.open(f"/api/v1{path}", method=method)
        assert (answer.status_code, "Allow" in answer.headers) == (status, status == 405), path
        assert error(answer)


def test_a_failure_of_ours_is_answered_in_json_even_beside_pages_for_people(tmp_path: Path):
    """The app's own error pages do not get between; nothing of the error is told."""
    broken = Flask("broken")
    broken.register_error_handler(500, lambda _: ("<h1>Noget gik galt</h1>", 500))
    broken.register_blueprint(blueprint(Database(f"sqlite:///{tmp_path}/not-made.db"), lambda: NOW))
    logging.getLogger("broken").addHandler(logging.NullHandler())

    answer = broken.test_client().get("/api/v1/cases", headers={"Authorization": "Bearer rk_any"})

    assert (answer.status_code, "our side" in error(answer)) == (500, True)


def test_a_body_that_is_too_large_is_refused(api: Api, world: World):
    """413 where the app has a limit."""
    api.client.application.config["MAX_CONTENT_LENGTH"] = 100
    answer = api.client.post(
        f"/api/v1/conversations/{world.ours.conversation_id}/reply",
        data=b"x" * 101,
        headers={"Authorization": f"Bearer {world.write}"},
    )

    assert (answer.status_code, error(answer)) == (413, "The body is too large.")

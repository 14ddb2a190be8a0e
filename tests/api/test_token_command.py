"""``redningskrans token add``: the token is printed once, alone on the last line, and opens the API."""

from __future__ import annotations

import pytest
from flask import Flask
from typer.testing import CliRunner

from bot.commands.token import app
from handoff.api import blueprint
from tests.api.conftest import METTE, NOW, World

runner = CliRunner()


@pytest.fixture
def world_of_commands(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The commands find this database."""
    monkeypatch.setenv("DATABASE_URL", world.db.url.render_as_string(hide_password=False))
    return world


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("write", 200)])
def test_the_last_line_is_a_token(world_of_commands: World, scope: str, status: int):
    """Both scopes read; only one writes."""
    world = world_of_commands
    made = runner.invoke(app, ["add", "--organisation", "solgaarden", "--scope", scope])
    assert made.exit_code == 0
    bearer = {"Authorization": f"Bearer {made.stdout.splitlines()[-1]}"}
    web = Flask("web")
    web.register_blueprint(blueprint(world.db, lambda: NOW))
    claim = f"/api/v1/conversations/{world.ours.conversation_id}/claim"

    assert [case["organisation"] for case in web.test_client().get("/api/v1/cases", headers=bearer).json or []] == [
        "solgaarden"
    ]
    assert web.test_client().post(claim, headers=bearer, json={"adviser": METTE}).status_code == status


@pytest.mark.parametrize(
    ("organisation", "scope", "named"),
    [("nowhere", "read", "nowhere"), ("solgaarden", "admin", "admin"), ("", "read", "organisation")],
)
def test_what_is_none_is_named(world_of_commands: World, organisation: str, scope: str, named: str):
    """No token is made, and nothing is printed where a script looks for one."""
    made = runner.invoke(app, ["add", "--organisation", organisation, "--scope", scope])

    assert (made.exit_code, made.stdout) == (2, "")
    assert named in made.stderr

"""Every page of the advisers' opens on PostgreSQL too: what only one of the two databases understands is found here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select, update

from bot.db import Database
from bot.models import Adviser, Conversation, Duty, Message, Organisation, Plan, Task
from bot.search_index import SearchIndex
from bot.wave_state import wave_of
from handoff.web import register
from scheduler.desk import Desk
from tests.handoff import world as made
from tests.handoff.conftest import WAYS, AdviserAtWork
from tests.handoff.world import NOW, World

pytestmark = pytest.mark.postgres
#: What stands for itself, is no page, or never ends.
_PASSED_OVER = ("static", "login.", "second_step.", "links.", "oidc.", "first_run.", "door.", "live.stream", "uploads")
_WORDS = {"<key>": "other.welcome", "<language>": "da", "<month>": "2026-12"}
_BESIDE = ("/inbox?folder=all", "/inbox?folder=mine", "/inbox?folder=closed", "/tasks?whose=all", "/board?period=year")


@pytest.fixture
def filled(postgres_db: Database) -> World:
    """The world with an admin on duty, a wave and a talk taken."""
    postgres_db.index = SearchIndex("an invented key")
    world = made.build(postgres_db)
    with postgres_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.mette).values(role="admin"))
        sol = session.scalars(select(Organisation).filter_by(slug="solgaarden")).one()
        today = NOW.date()
        session.add(Duty(organisation_id=sol.id, adviser_id=world.mette, first_day=today, last_day=today))
        wave_of(session, sol.id, "2026-12").started_at = NOW
    return world


@pytest.fixture
def mette(postgres_db: Database, filled: World, compiled: FileSystemBytecodeCache) -> AdviserAtWork:
    app = Flask("tests", static_folder=None)
    app.config.update(SECRET_KEY="an invented secret for the tests only", TESTING=True)
    register(app, postgres_db, lambda: NOW, secure_cookies=False, wake=lambda: None, ways=WAYS)
    app.extensions["handoff_waves"] = Desk()
    app.jinja_env.bytecode_cache = compiled
    mette = AdviserAtWork(app.test_client())
    mette.login()
    return mette


def _ids(db: Database, world: World) -> dict[str, int]:
    with db.read() as session:
        sol = session.scalars(select(Organisation.id).filter_by(slug="solgaarden")).one()
        ours = select(Conversation.id).where(Conversation.organisation_id == sol, Conversation.case_id.is_not(None))
        thread = session.scalars(ours.order_by(Conversation.id)).all()[0]
        return {
            "organisation_id": sol,
            "conversation_id": thread,
            "task_id": session.scalars(select(Task.id).where(Task.organisation_id == sol)).all()[0],
            "plan_id": session.scalars(select(Plan.id)).all()[0],
            "message_id": session.scalars(select(Message.id).where(Message.conversation_id == thread)).all()[0],
            "user_id": world.mette,
        }


def _pages(app: Flask, ids: dict[str, int]) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or any(part in rule.endpoint for part in _PASSED_OVER):
            continue
        path = rule.rule
        for name, number in ids.items():
            path = re.sub(rf"<int[^>]*:{name}>", str(number), path)
        for name, word in _WORDS.items():
            path = path.replace(name, word)
        yield re.sub(r"<int[^>]*>", "999", path)


def test_every_page_opens(mette: AdviserAtWork, postgres_db: Database, filled: World) -> None:
    """A query that PostgreSQL refuses raises; 404 and 400 are for pages that ask for more than an address."""
    app = mette.client.application
    paths = [*_pages(app, _ids(postgres_db, filled)), *_BESIDE]
    shown = {path: mette.open(path).status_code for path in paths if "<" not in path}
    assert {path: status for path, status in shown.items() if status >= 500} == {}
    assert len([path for path, status in shown.items() if status == 200]) > 25


def test_the_adviser_on_duty_sees_the_inbox_say_so(mette: AdviserAtWork) -> None:
    assert "På vagt til 15.00" in mette.open("/inbox").text


def test_what_is_looked_for_is_found(mette: AdviserAtWork) -> None:
    found = mette.post("/search", q="boligstøtte")
    assert found.status_code == 303
    assert mette.open(found.headers["Location"]).status_code == 200

"""Advisers in a browser without a browser: an app with the inbox on it, and verbs for what an adviser does."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from sqlalchemy import select, update
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from bot.db import Database
from bot.models import Adviser, Conversation, Organisation
from handoff.access.ways import Ways
from handoff.web import register
from scheduler.desk import Desk
from tests.handoff import world as made
from tests.handoff.browsing import WIDE
from tests.handoff.world import EASY, NOW, PASSWORD, World

#: As in the demo: who tests what an admin does need not set up a phone first.
WAYS = Ways(data_key="an invented key", two_steps_for_admins=False, clock=lambda: NOW, hasher=EASY)


@dataclass
class AdviserAtWork:
    """What an adviser does, in verbs; each gives the page that is shown then."""

    client: FlaskClient
    #: What a form of this session proves itself by; read from a page once, for pages take long to draw.
    _proof: str = ""

    def login(self, email: str = "mette@solgaarden.example", password: str = PASSWORD) -> TestResponse:
        return self.post("/login", email=email, password=password)

    def open(self, path: str | int = "/inbox") -> TestResponse:
        return self.client.get(f"/inbox/{path}" if isinstance(path, int) else path)

    def post(self, path: str, **form: str) -> TestResponse:
        is_another_session = path.startswith(("/login", "/logout"))
        proof = self._read_proof(path) if is_another_session or not self._proof else self._proof
        self._proof = "" if is_another_session else proof
        return self.client.post(path, data={"csrf_token": proof, **form})

    def _read_proof(self, path: str) -> str:
        page = self.client.get("/login" if path.startswith("/login") else "/inbox").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, "the page has no form"
        return token[1]

    def claim(self, conversation: int) -> TestResponse:
        return self.post(f"/inbox/{conversation}/claim")

    def reply(self, conversation: int, text: str, token: str = "") -> TestResponse:
        return self.post(f"/inbox/{conversation}/reply", text=text, token=token)

    def note(self, conversation: int, text: str) -> TestResponse:
        return self.post(f"/inbox/{conversation}/note", note=text)

    def release(self, conversation: int) -> TestResponse:
        return self.post(f"/inbox/{conversation}/release")

    def close(self, conversation: int, outcome: str) -> TestResponse:
        return self.post(f"/inbox/{conversation}/close", outcome=outcome)


@pytest.fixture(scope="session")
def built(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The world in a file, made once and copied."""
    file = tmp_path_factory.mktemp("world") / "world.db"
    shutil.copy(migrated_sqlite, file)
    db = Database(f"sqlite:///{file}")
    world = made.build(db)
    db.close()
    return file, world


@pytest.fixture
def world(built: tuple[Path, World], sqlite_db: Database) -> World:
    """Two organisations with their residents, on SQLite."""
    file, world = built
    with closing(sqlite3.connect(file)) as template, sqlite_db.engine.connect() as connection:
        template.backup(cast(sqlite3.Connection, connection.connection.driver_connection))
    return world


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates as Jinja has compiled them, for all the apps of the tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture
def woken() -> list[str]:
    """What the inbox told the outbox's worker."""
    return []


@pytest.fixture
def app(sqlite_db: Database, world: World, woken: list[str], compiled: FileSystemBytecodeCache) -> Flask:
    """A minimal app with the inbox on it."""
    app = Flask("tests", static_folder=None)
    app.config.update(SECRET_KEY="an invented secret for the tests only", TESTING=True)
    register(app, sqlite_db, lambda: NOW, secure_cookies=False, wake=lambda: woken.append("wake"), ways=WAYS)
    app.extensions["handoff_waves"] = Desk()
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def visitor(app: Flask) -> AdviserAtWork:
    """Somebody who has not logged in."""
    return AdviserAtWork(app.test_client())


@pytest.fixture
def adviser(app: Flask) -> AdviserAtWork:
    """Mette, who has logged in."""
    mette = AdviserAtWork(app.test_client())
    mette.login()
    return mette


@pytest.fixture
def colleague(app: Flask) -> AdviserAtWork:
    """Peter, of the same organisation."""
    peter = AdviserAtWork(app.test_client())
    peter.login("peter@solgaarden.example")
    return peter


@pytest.fixture
def stored(sqlite_db: Database) -> Callable[[int], Conversation]:
    """A conversation as it stands in the database."""

    def read(conversation_id: int) -> Conversation:
        with sqlite_db.read() as session:
            return session.scalars(select(Conversation).where(Conversation.id == conversation_id)).one()

    return read


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app on a local port, with a thread a request."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]  # an open stream must not hold the end of a test
    server.block_on_close = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    app.extensions["handoff_feed"].stop()
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def said() -> list[str]:
    """Errors on the browser's console, and what the content policy stopped."""
    return []


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=address, viewport=WIDE, reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, said: list[str]) -> Iterator[Page]:
    def keep(message: ConsoleMessage) -> None:
        if message.type == "error" and not os.environ.get("PICTURES"):  # taking one writes a style into the page
            said.append(message.text)

    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", keep)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/login")
    page.fill("#email", "mette@solgaarden.example")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Log ind')")
    page.wait_for_url("**/inbox")
    yield page
    assert said == []


@pytest.fixture
def sol(sqlite_db: Database, world: World) -> int:
    with sqlite_db.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.slug == "solgaarden")).one()


@pytest.fixture
def vest(sqlite_db: Database, world: World) -> int:
    with sqlite_db.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.slug == "vestbo")).one()


@pytest.fixture
def admin(app: Flask, sqlite_db: Database, world: World) -> AdviserAtWork:
    """Peter, who is an admin; Mette is an adviser."""
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.peter).values(role="admin"))
    peter = AdviserAtWork(app.test_client())
    peter.login("peter@solgaarden.example")
    return peter

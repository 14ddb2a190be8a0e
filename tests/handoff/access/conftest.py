"""An app whose clock can be moved, where admins must have a second step, as everywhere but in the demo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.test import TestResponse

from bot.db import Database
from bot.models import Adviser, AuditEvent
from handoff.access.ways import Ways
from handoff.web import register
from tests.handoff.world import EASY, NOW, PASSWORD, World

METTE, PETER = "mette@solgaarden.example", "peter@solgaarden.example"


@dataclass
class Hands:
    """The clock's hands."""

    now: datetime = NOW

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Person:
    """Somebody at a browser of their own, who fills in forms as they stand on a page."""

    client: FlaskClient
    paper: list[str] = field(default_factory=list)

    def open(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, page: str, **form: str | list[str]) -> TestResponse:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert token, f"{page} has no form"
        return self.client.post(path, data={"csrf_token": token[1], **form})

    def login(self, email: str = METTE, password: str = PASSWORD) -> TestResponse:
        return self.post("/login", "/login", email=email, password=password)

    def code(self, code: str) -> TestResponse:
        return self.post("/login/code", "/login/code", code=code)

    def is_in(self) -> bool:
        return self.open("/inbox").status_code == 200

    def set_up(self, hands: Hands, page: str = "/login/two-step") -> str:
        """Set the second step up after the password; gives the secret."""
        secret = secret_on(self.open(page).text)
        done = self.post(page, page, code=pyotp.TOTP(secret).at(hands.now))
        self.paper = codes_on(done.text)
        return secret


def secret_on(page: str) -> str:
    found = re.search(r'class="key"[^>]*>([A-Z2-7 ]+)<', page)
    assert found, "no secret is shown"
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", page)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def ways(hands: Hands) -> Ways:
    return Ways(data_key="an invented key", clock=hands, hasher=EASY, public_url="https://sms.example")


@pytest.fixture
def make_app(
    sqlite_db: Database, world: World, hands: Hands, ways: Ways, compiled: FileSystemBytecodeCache
) -> Callable[..., Flask]:
    """Apps on the same database, as the processes of one service."""

    def make(ways: Ways = ways) -> Flask:
        app = Flask("tests", static_folder=None)
        app.config.update(SECRET_KEY="an invented secret for the tests only", TESTING=True)
        register(app, sqlite_db, hands, secure_cookies=False, ways=ways)
        app.jinja_env.bytecode_cache = compiled
        return app

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def person(app: Flask) -> Callable[[], Person]:
    """Somebody at a fresh browser."""
    return lambda: Person(app.test_client())


@pytest.fixture
def mette(person: Callable[[], Person]) -> Person:
    """An adviser who has logged in."""
    somebody = person()
    somebody.login()
    return somebody


@pytest.fixture
def peter(person: Callable[[], Person], sqlite_db: Database, world: World, hands: Hands) -> Person:
    """An admin who has set the second step up, and is in."""
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.peter).role = "admin"
    somebody = person()
    somebody.login(PETER)
    somebody.set_up(hands)
    return somebody


@pytest.fixture
def stored_adviser(sqlite_db: Database) -> Callable[[int], Adviser]:
    def read(adviser_id: int) -> Adviser:
        with sqlite_db.read() as session:
            return session.get_one(Adviser, adviser_id, options=[selectinload(Adviser.organisations)])

    return read


@pytest.fixture
def audited(sqlite_db: Database) -> Callable[[], list[str]]:
    """What has been written down, oldest first."""

    def read() -> list[str]:
        with sqlite_db.read() as session:
            return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))

    return read


@pytest.fixture
def visitor_page(context: BrowserContext, said: list[str]) -> Iterator[Page]:
    """A browser in which nobody has logged in; nothing may be said on its console."""
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []

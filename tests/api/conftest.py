"""Two organisations whose residents share numbers and case names, and a caller whose every answer is checked.

Solgården is the caller's. Havneparken is noise: whatever of it turns up in an answer is a leak.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.test import TestResponse

from bot.db import Database
from bot.models import (
    COPENHAGEN,
    Adviser,
    Case,
    Conversation,
    Fact,
    Handoff,
    Marker,
    Message,
    Organisation,
    Plan,
    Promise,
    Resident,
    Task,
)
from handoff.api import blueprint
from handoff.tokens import issue

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)
#: What the API's clock shows.
LATER = NOW + timedelta(minutes=1)
LINE, OSKAR, STRANGER = "+4511114027", "+4511115208", "+4511119999"
METTE, JONAS, NANNA, GONE = "mette@example.org", "jonas@example.org", "nanna@example.org", "gone@example.org"


@dataclass
class Home:
    """One organisation's ids."""

    organisation_id: int
    case_id: int = 0
    conversation_id: int = 0
    stranger_id: int = 0
    plan_id: int = 0
    task_id: int = 0
    handoff_id: int = 0


@dataclass
class World:
    """All there is."""

    db: Database
    ours: Home
    theirs: Home
    read: str
    write: str
    foreign: str

    def add(self, *rows: Any) -> list[int]:
        """Store rows; their ids."""
        with self.db.write() as session:
            session.add_all(rows)
            session.flush()
            return [row.id for row in rows]

    def change(self, table: type[Any], row_id: int, **values: Any) -> None:
        """Change one row behind the API's back."""
        with self.db.write() as session:
            row = session.get(table, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def row(self, table: type[Any], row_id: int) -> Any:
        """One row as it stands."""
        with self.db.read() as session:
            return session.get(table, row_id)

    def add_case(self, case_ref: str, phone: str | None = OSKAR, **values: Any) -> int:
        """One more case of ours."""
        with self.db.write() as session:
            return add_case(session, self.ours.organisation_id, case_ref, phone, **values).id


def add_case(session: Any, organisation_id: int, case_ref: str, phone: str | None, **values: Any) -> Case:
    resident = Resident(organisation_id=organisation_id, name="Line Bek", phone=phone, created_at=NOW)
    session.add(resident)
    session.flush()
    case = Case(
        organisation_id=organisation_id,
        resident_id=resident.id,
        case_ref=case_ref,
        arrears_ore=values.pop("arrears_ore", 845_050),
        received=date(2026, 11, 27),
        deadline=date(2026, 12, 9),
        opened_at=NOW,
        updated_at=NOW,
        **values,
    )
    session.add(case)
    session.flush()
    return case


def _furnish(session: Any, slug: str, number: str, reason: str) -> Home:
    organisation = Organisation(slug=slug, name=slug.title(), number=number, created_at=NOW)
    session.add(organisation)
    session.flush()
    home = Home(organisation.id)
    home.case_id = add_case(session, organisation.id, "S-1", LINE).id
    line = Conversation(
        organisation_id=organisation.id, phone=LINE, case_id=home.case_id, held_by="queue", priority="high",
        reason=reason, verified=True, created_at=NOW,
    )  # fmt: skip
    stranger = Conversation(organisation_id=organisation.id, phone=STRANGER, held_by="bot", created_at=NOW)
    session.add_all([line, stranger])
    session.flush()
    home.conversation_id, home.stranger_id = line.id, stranger.id
    plan = Plan(case_id=home.case_id, monthly_ore=100_000, instalments=9, first_date=date(2027, 1, 1), at=NOW)
    task = Task(
        organisation_id=organisation.id, case_id=home.case_id, conversation_id=line.id, type="approve_plan",
        due=date(2026, 12, 2), at=NOW,
    )  # fmt: skip
    handoff = Handoff(conversation_id=line.id, reason=reason, priority="high", language="da", at=NOW)
    session.add_all([plan, task, handoff])
    session.add_all(_thread(line.id, home.case_id, reason))
    session.flush()
    home.plan_id, home.task_id, home.handoff_id = plan.id, task.id, handoff.id
    return home


def _thread(conversation_id: int, case_id: int, reason: str) -> list[Any]:
    def fact(name: str, value: Any) -> Fact:
        return Fact(conversation_id=conversation_id, case_id=case_id, name=name, value=value, at=NOW)

    def message(direction: str, author: str, body: str, status: str) -> Message:
        return Message(
            conversation_id=conversation_id, direction=direction, author=author, body=body, status=status, at=NOW
        )

    return [
        fact("children", 1),
        fact("inform_job_loss", True),
        fact("children", 2),
        message("out", "wave", "Hej Line", "delivered"),
        message("in", "resident", f"ja ({reason})", "processed"),
        Marker(conversation_id=conversation_id, kind="handoff_opened", at=NOW),
        Promise(case_id=case_id, amount_ore=None, day=date(2026, 12, 4), at=NOW),
        Promise(case_id=case_id, amount_ore=300_050, day=None, status="kept", at=NOW),
    ]


@pytest.fixture
def world(db: Database) -> World:
    with db.write() as session:
        theirs = _furnish(session, "havneparken", "+4511110020", "dispute")
        ours = _furnish(session, "solgaarden", "+4511110010", "ask_human")
        mine, other = session.get(Organisation, ours.organisation_id), session.get(Organisation, theirs.organisation_id)
        assert mine is not None
        assert other is not None
        session.add_all(
            [
                Adviser(email=METTE, name="Mette Holm", organisations=[mine, other], created_at=NOW),
                Adviser(email=JONAS, name="Jonas Friis", organisations=[mine], created_at=NOW),
                Adviser(email=GONE, name="Gitte Borte", organisations=[mine], is_active=False, created_at=NOW),
                Adviser(email=NANNA, name="Nanna Lund", organisations=[other], created_at=NOW),
            ]
        )
        read, write = issue(session, mine, "read", NOW), issue(session, mine, "write", NOW)
        foreign = issue(session, other, "write", NOW)
    return World(db, ours, theirs, read, write, foreign)


@dataclass
class Api:
    """A caller. Each answer is held against the description that the API gives of itself."""

    client: FlaskClient
    world: World
    description: OpenAPI
    woken: list[datetime]

    def call(self, method: str, path: str, token: str | None, raw: bytes | None = None, **headers: str) -> TestResponse:
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response = self.client.open(f"/api/v1{path}", method=method, data=raw, headers=headers)
        self.check(method, path, raw, response)
        return response

    def check(self, method: str, path: str, raw: bytes | None, response: TestResponse) -> None:
        """The answer is as described, and no cache keeps it."""
        asked = MockRequest("http://localhost", method.lower(), f"/api/v1{path.partition('?')[0]}", data=raw)
        got = MockResponse(response.data, response.status_code, content_type=response.content_type)
        self.description.validate_response(asked, got)
        assert response.headers["Cache-Control"] == "no-store"

    def get(self, path: str, token: str | None = "") -> TestResponse:
        return self.call("GET", path, self.world.read if token == "" else token)

    def post(self, path: str, token: str | None = "", key: str | None = None, **body: Any) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        raw = json.dumps(body).encode()
        return self.call("POST", path, self.world.write if token == "" else token, raw, **headers)

    def raw(self, path: str, raw: bytes) -> TestResponse:
        return self.call("POST", path, self.world.write, raw)


@pytest.fixture(scope="session")
def description(tmp_path_factory: pytest.TempPathFactory) -> OpenAPI:
    """The description as it is served; reading it takes a while."""
    app = Flask("described")
    app.register_blueprint(blueprint(Database(f"sqlite:///{tmp_path_factory.mktemp('api')}/t.db"), lambda: NOW))
    served = app.test_client().get("/api/v1/openapi.json")
    assert served.status_code == 200
    return OpenAPI.from_dict(dict(served.json or {}))


@pytest.fixture
def api(world: World, description: OpenAPI) -> Api:
    woken: list[datetime] = []
    app = Flask("api")
    app.register_blueprint(blueprint(world.db, lambda: LATER, lambda: woken.append(NOW)))
    return Api(app.test_client(), world, description, woken)


def error(response: TestResponse) -> str:
    """The sentence of an error, which is all that an error holds."""
    assert response.is_json
    assert response.json is not None
    assert list(response.json) == ["error"]
    return str(response.json["error"])

"""Rows of another organisation, or of a colleague, named in addresses and forms of one's own: they are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select, update

from bot import uploads
from bot.db import Database
from bot.models import (
    Adviser,
    CannedReply,
    Case,
    Conversation,
    Draft,
    Duty,
    Fact,
    LoginSession,
    Mention,
    Message,
    Note,
    Organisation,
    Plan,
    Presence,
    Promise,
    SavedView,
    Task,
    Token,
    Webhook,
    WebhookDelivery,
    Wording,
)
from handoff.access import sessions
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_every_route import paths
from tests.handoff.test_login import PUBLIC
from tests.handoff.world import NOW, World

_WATCHED = (
    *(Adviser, CannedReply, Case, Conversation, Draft, Duty, Fact, LoginSession, Mention, Message, Note, Plan),
    *(Presence, Promise, SavedView, Task, Token, Webhook, WebhookDelivery, Wording),
)
_KEY = "other.welcome"


@pytest.fixture
def peter(app: Flask, sqlite_db: Database, world: World) -> AdviserAtWork:
    """An admin of one organisation, whose forms are taken without their token."""
    with sqlite_db.write() as session:
        session.execute(update(Adviser).where(Adviser.id == world.peter).values(role="admin"))
    app.config["WTF_CSRF_ENABLED"] = False
    peter = AdviserAtWork(app.test_client())
    peter.client.post("/login", data={"email": "peter@solgaarden.example", "password": "en-lang-og-god-sætning"})
    return peter


@pytest.fixture
def foreign(sqlite_db: Database, world: World, vest: int) -> dict[str, int]:
    """One row of each kind, by the name that an address has for it."""
    with sqlite_db.write() as session:
        thread = session.get_one(Conversation, world.foreign)
        message = session.scalars(select(Message).filter_by(conversation_id=thread.id)).first()
        mine: dict[str, Any] = {"organisation_id": vest, "at": NOW}
        rows = {
            "token_id": Token(organisation_id=vest, scope="write", token_hash="0" * 64, created_at=NOW),
            "webhook_id": Webhook(url="https://theirs.example/told", secret="whsec_QQ==", events=[], **mine),
            "duty_id": Duty(organisation_id=vest, adviser_id=world.fremmed, first_day=NOW, last_day=NOW),
            "reply_id": CannedReply(name="Deres svar", body="Hej {name}", **mine),
            "wording_id": Wording(
                key=_KEY, language="da", body="Deres ord.", status="draft", author_id=world.fremmed, **mine
            ),
            "plan_id": Plan(case_id=thread.case_id, monthly_ore=1, instalments=1, first_date=NOW.date(), at=NOW),
            "promise_id": Promise(case_id=thread.case_id, amount_ore=100, day=NOW.date(), at=NOW),
            "task_id": Task(case_id=thread.case_id, conversation_id=thread.id, type="call", due=NOW.date(), **mine),
            "view_id": SavedView(adviser_id=world.mette, name="Mettes", query={}, at=NOW),
            "fact_id": Fact(case_id=thread.case_id, conversation_id=thread.id, name="children", value=3, at=NOW),
        }
        session.add_all(rows.values())
        upload = uploads.lay_up(session, vest, world.fremmed, "f.csv", b"sagsnr;navn;restance\n1;Bo Eg;100\n", NOW)
        sessions.begin(session, world.mette, "Firefox, Windows", NOW)
        session.flush()
        browser = session.scalars(select(LoginSession.id).filter_by(adviser_id=world.mette)).first()
        assert message is not None
        assert browser is not None
        known = {name: int((inspect(row).identity or (0,))[0]) for name, row in rows.items()}
        return known | {"message_id": message.id, "upload_id": upload.id, "browser_id": browser}


def nested(app: Flask, own: dict[str, int], foreign: dict[str, int], method: str) -> Iterator[str]:
    """The addresses of one's own organisation or conversation in which somebody else's row is named."""
    for rule in app.url_map.iter_rules():
        names = re.findall(r"<int[^>]*:(\w+)>", rule.rule)
        if method not in (rule.methods or ()) or rule.endpoint.startswith(PUBLIC) or not set(names) - set(own):
            continue
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
        for name in names:
            number = own[name] if name in own and name != names[-1] else foreign.get(name)
            assert number is not None, f"{rule.rule}: the test has no {name} of somebody else's"
            path = re.sub(rf"<int[^>]*:{name}>", str(number), path)
        yield path.replace("<key>", _KEY).replace("<language>", "da").replace("<month>", "2026-12")


def watched(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that must stay as it is, with every column."""
    with db.read() as session:
        tables = {kind.__tablename__: kind.__table__ for kind in _WATCHED}
        return {name: sorted(map(tuple, session.execute(select(table))), key=str) for name, table in tables.items()}


def test_nothing_of_somebody_elses_is_reached_through_an_address_of_ones_own(
    app: Flask, peter: AdviserAtWork, sqlite_db: Database, world: World, sol: int, foreign: dict[str, int]
):
    own = {"organisation_id": sol, "conversation_id": world.kirsten, "user_id": world.peter}
    before, walked = watched(sqlite_db), 0
    form = {"outcome": "paid", "name": "x", "number": "11114050", "body": "Hej", "intent": "affirm", "language": "da"}
    for method in ("GET", "POST"):
        for path in nested(app, own, foreign, method):
            answer = peter.client.open(path, method=method, data=form if method == "POST" else None)
            assert answer.status_code == 404, f"{method} {path}"
            walked += 1
    assert walked > 25
    assert watched(sqlite_db) == before


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/inbox/{thread}/transfer", {"to": "{stranger}"}),
        ("/inbox/{thread}/edit", {"what": "task-{task_id}", "do": "drop", "reason": "x"}),
        ("/inbox/{thread}/edit", {"what": "task-{task_id}", "do": "take"}),
        ("/inbox/{thread}/edit", {"what": "promise-{promise_id}", "do": "kept"}),
        ("/inbox/{thread}/edit", {"what": "plan-{plan_id}", "do": "save", "monthly": "500"}),
        ("/inbox/{thread}/edit", {"what": "fact-{fact_id}", "do": "save", "value": "9"}),
        (
            "/inbox/{thread}/edit",
            {"what": "task-new", "do": "save", "type": "call", "due": "2026-12-03", "adviser": "{stranger}"},
        ),
        ("/admin/{sol}/duty", {"adviser": "{stranger}", "first": "2026-12-02", "last": "2026-12-03"}),
        ("/admin/users", {"email": "ny@example.dk", "name": "Ny", "role": "adviser", "organisation": "{vest}"}),
        ("/admin/users/{mette}/organisations", {"organisation": ["{vest}", "{sol}"]}),
        ("/tasks/{own_task}/edit", {"do": "save", "due": "2026-12-03", "adviser": "{stranger}"}),
    ],
)  # fmt: skip
def test_a_form_that_names_somebody_elses_row_changes_nothing(
    peter: AdviserAtWork, sqlite_db: Database, world: World, sol: int, vest: int, foreign: dict[str, int],
    path: str, form: dict[str, str | list[str]],
):  # fmt: skip
    with sqlite_db.read() as session:
        own_task = session.scalars(select(Task.id).filter_by(organisation_id=sol)).first()
    ids = foreign | {"thread": world.kirsten, "stranger": world.fremmed, "sol": sol, "vest": vest}
    ids |= {"mette": world.mette, "own_task": own_task or 0}
    filled = {k: [i.format(**ids) for i in v] if isinstance(v, list) else v.format(**ids) for k, v in form.items()}
    before = watched(sqlite_db)

    answer = peter.client.post(path.format(**ids), data=filled)

    assert answer.status_code in (404, 409, 422), answer.status_code
    after = watched(sqlite_db)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert "Fremmed" not in answer.text
    assert "Fie Vest" not in answer.text


def test_a_note_that_names_a_stranger_names_nobody(peter: AdviserAtWork, sqlite_db: Database, world: World):
    peter.client.post(f"/inbox/{world.kirsten}/note", data={"note": "Se her @Fie Vest @Fie"})

    with sqlite_db.read() as session:
        assert session.scalars(select(Note).filter_by(conversation_id=world.kirsten)).one().body.startswith("Se her")
        assert session.scalars(select(Mention)).all() == []


@pytest.mark.parametrize(
    "address",
    [
        *("/inbox?organisation={vest}&folder=all", "/inbox?organisation={vest}&folder=closed", "/mentions", "/alerts"),
        *("/inbox/live?folder=all&organisation={vest}", "/tasks?organisation={vest}", "/admin/users"),
        *("/board?organisation=vestbo", "/board.csv?organisation=vestbo", "/tasks/postcards?organisation={vest}"),
        "/admin/{sol}/log?adviser={stranger}",
    ],
)
def test_a_list_shows_nothing_of_theirs_whatever_its_address_asks_for(
    peter: AdviserAtWork, sqlite_db: Database, world: World, sol: int, vest: int, foreign: dict[str, int], address: str
):
    with sqlite_db.write() as session:  # left from a time when Peter worked there
        note = Note(conversation_id=world.foreign, adviser_id=world.fremmed, body="@Peter hemmelig", at=NOW)
        session.add(note)
        session.flush()
        session.add(Mention(note_id=note.id, adviser_id=world.peter))
        session.add(Draft(adviser_id=world.peter, conversation_id=world.foreign, kind="sms", body="Hej", at=NOW))
    shown = peter.open(address.format(sol=sol, vest=vest, stranger=world.fremmed))

    assert shown.status_code in (200, 404)
    for word in ("Fremmed", "Fie Vest", "hemmelig", "Vestbo", "theirs.example"):
        assert word not in shown.text


def test_an_admin_is_not_told_where_else_a_colleague_works(
    peter: AdviserAtWork, sqlite_db: Database, world: World, sol: int, vest: int
):
    with sqlite_db.write() as session:
        mette = session.get_one(Adviser, world.mette)
        mette.organisations.append(session.get_one(Organisation, vest))

    for page in ("/admin/users", f"/admin/users/{world.mette}"):
        assert "Mette Lind" in peter.open(page).text
        assert "Vestbo" not in peter.open(page).text


def test_between_the_password_and_the_second_step_no_address_opens(app: Flask, sqlite_db: Database, world: World):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).totp_secret = "sealed"
    half = AdviserAtWork(app.test_client())
    assert half.login().location == "/login/code"
    app.config["WTF_CSRF_ENABLED"] = False
    ids = {"organisation_id": 1, "conversation_id": world.line}
    for method in ("GET", "POST"):
        for path in paths(app, ids, method):
            answer = half.client.open(path, method=method)
            assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login"), f"{method} {path}"
    stream = half.client.get("/inbox/stream", headers={"Accept": "text/event-stream"})
    part = half.client.get("/inbox/live", headers={"HX-Request": "true"})
    assert (stream.status_code, part.status_code, stream.text, part.text) == (401, 401, "", "")


def test_what_is_kept_in_no_browser_is_every_page_behind_the_log_in(
    app: Flask, peter: AdviserAtWork, world: World, sol: int
):
    ids = {"organisation_id": sol, "conversation_id": world.line, "user_id": world.mette}
    asked = [path for path in paths(app, ids, "GET") if not path.endswith("/stream")]
    assert len(asked) > 30
    for path in asked:
        assert "no-store" in peter.open(path).headers.get("Cache-Control", ""), path


def test_a_session_that_was_ended_elsewhere_is_over_at_once(peter: AdviserAtWork, sqlite_db: Database, world: World):
    assert peter.open().status_code == 200
    with sqlite_db.write() as session:
        sessions.end_all(session, world.peter, NOW + timedelta(seconds=1))
    assert peter.open().status_code == 303

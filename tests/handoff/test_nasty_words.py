"""What a resident, an adviser or a file may hold is text wherever it is shown: on pages, in parts, to scripts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from bot.db import Database
from bot.models import (
    Adviser,
    CannedReply,
    Case,
    Draft,
    Fact,
    Marker,
    Mention,
    Message,
    Note,
    Organisation,
    Resident,
    SavedView,
    Task,
    Webhook,
)
from bot.search_index import index_of
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_every_route import paths
from tests.handoff.world import NOW, World

NASTY = """kz"><script>alert(1)</script><img src=zq onerror='alert(2)'>zq{{7*7}}zq"""
#: As it must stand on a page: nothing of it opens a tag or ends an attribute.
_OPENS = ("<script>alert", "<img src=zq", 'kz">', "onerror='alert", "zq49zq")


@pytest.fixture
def nasty(sqlite_db: Database, world: World, sol: int) -> dict[str, int]:
    """The whole world talks like that."""
    sqlite_db.index = index_of("an invented key")
    with sqlite_db.write() as session:
        for column in (Adviser.name, Organisation.name, Resident.name, Resident.address, Resident.city, Case.case_ref):
            session.execute(update(column.class_).values({column.key: column.class_.id.concat(NASTY)}))
        session.execute(update(Case).values(department=NASTY, outcome_note=NASTY))
        session.execute(update(Message).values(body=NASTY))
        session.execute(update(Task).values(note=NASTY))
        session.execute(update(Fact).where(Fact.name == "best_time").values(value=NASTY))
        session.execute(update(Adviser).where(Adviser.id == world.peter).values(role="admin"))
        mine: dict[str, Any] = {"organisation_id": sol, "at": NOW}
        reply = CannedReply(name=NASTY[:80], body=NASTY, adviser_id=world.peter, **mine)
        task = Task(conversation_id=world.kirsten, type="call", due=NOW.date(), note=NASTY, **mine)
        note = Note(conversation_id=world.kirsten, adviser_id=world.mette, body=f"@{NASTY}", at=NOW)
        session.add_all([reply, task, note])
        session.add(Webhook(url=f"https://x.example/{NASTY}", secret="whsec_QQ==", events=[], **mine))
        session.add(SavedView(adviser_id=world.peter, name=NASTY[:60], query={}, at=NOW))
        session.add(Draft(adviser_id=world.peter, conversation_id=world.kirsten, kind="sms", body=NASTY, at=NOW))
        session.add(
            Marker(
                conversation_id=world.kirsten,
                kind="transferred",
                detail={"to": NASTY, "adviser": world.mette},
                at=NOW,
                adviser_id=world.peter,
            )
        )
        session.flush()
        session.add(Mention(note_id=note.id, adviser_id=world.peter))
        return {"organisation_id": sol, "reply_id": reply.id, "task_id": task.id, "user_id": world.mette}


def test_no_page_takes_words_for_markup(app: Flask, sqlite_db: Database, world: World, nasty: dict[str, int]):
    app.config["WTF_CSRF_ENABLED"] = False
    peter = AdviserAtWork(app.test_client())
    peter.client.post("/login", data={"email": "peter@solgaarden.example", "password": "en-lang-og-god-sætning"})
    shown = 0
    for thread in (world.kirsten, world.line, world.unknown):
        asked = [p for p in paths(app, nasty | {"conversation_id": thread}, "GET") if not p.endswith("/stream")]
        forms = ("about-resident", "task-new", "fact-best_time", "outcome-now")
        extra = [f"/inbox/{thread}/edit?what={what}" for what in forms]
        for path in (*asked, *extra, "/inbox?folder=all", f"/inbox/{thread}/replies?as=json&q=x"):
            answer = peter.open(path)
            if answer.mimetype != "text/html":
                continue
            shown += "&lt;script&gt;" in answer.text
            for raw in _OPENS:
                assert raw not in answer.text, f"{raw} on {path}"
    assert shown > 40


def test_what_was_typed_comes_back_as_text(app: Flask, world: World, nasty: dict[str, int], sol: int):
    app.config["WTF_CSRF_ENABLED"] = False
    peter = AdviserAtWork(app.test_client())
    typed = dict.fromkeys(("text", "note", "q", "name", "email", "url", "word", "code", "body", "reason"), NASTY)
    assert NASTY not in peter.client.post("/login", data={"email": NASTY, "password": NASTY}).text
    peter.client.post("/login", data={"email": "peter@solgaarden.example", "password": "en-lang-og-god-sætning"})
    ids = nasty | {"conversation_id": world.kirsten}
    for path in paths(app, ids, "POST"):
        if path == "/logout":
            continue
        answer = peter.client.post(path, data=typed, follow_redirects=True)
        if answer.mimetype not in ("application/json", "application/pdf"):
            for raw in _OPENS:
                assert raw not in answer.text, f"{raw} after {path}"


def test_answers_to_scripts_are_json(app: Flask, world: World, nasty: dict[str, int]):
    peter = AdviserAtWork(app.test_client())
    peter.login("peter@solgaarden.example")
    answer = peter.open(f"/inbox/{world.kirsten}/replies?as=json")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answer.text)

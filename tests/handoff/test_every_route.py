"""What holds for every route of the inbox, also for those to come: forms have a token, others' ids are nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from bot import uploads
from bot.db import Database
from bot.models import Adviser, Conversation, Organisation, Task
from bot.wave_state import wave_of
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_login import PUBLIC
from tests.handoff.world import NOW, World

_WORDS = {"<key>": "other.welcome", "<language>": "da", "<month>": "2026-12"}
_KINDS = ("knock", "call", "check_payment", "find_number", "postcard")


def paths(app: Flask, ids: dict[str, int], method: str) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
        for name, number in ids.items():
            path = re.sub(rf"<int[^>]*:{name}>", str(number), path)
        path = re.sub(r"<int[^>]*>", "999", path) if ids else path  # of what stands within one of those
        for name, word in _WORDS.items():
            path = path.replace(name, word)
        if method in (rule.methods or ()) and not rule.endpoint.startswith(("static", *PUBLIC)):
            assert not ids or "<" not in path
            yield path


@pytest.fixture
def theirs(sqlite_db: Database, world: World) -> dict[str, int]:
    """Rows of the organisation that is none of Mette's business."""
    with sqlite_db.write() as session:
        vest = session.scalars(select(Organisation).filter_by(slug="vestbo")).one()
        case_id = session.get_one(Conversation, world.foreign).case_id
        known = {"organisation_id": vest.id, "case_id": case_id, "due": NOW.date(), "at": NOW}
        session.add_all(tasks := [Task(type=kind, conversation_id=world.foreign, **known) for kind in _KINDS])
        wave_of(session, vest.id, "2026-12").started_at = NOW
        upload = uploads.lay_up(session, vest.id, world.fremmed, "f.csv", b"sagsnr;navn;restance\n1;Bo Eg;100\n", NOW)
        session.flush()
        return {
            "organisation_id": vest.id,
            "upload_id": upload.id,
            "task_id": tasks[0].id,
            "conversation_id": world.foreign,
            "case_id": case_id or 0,
            "user_id": world.fremmed,
        }


def test_no_form_is_taken_without_its_token(app: Flask, adviser: AdviserAtWork, theirs: dict[str, int]):
    asked = list(paths(app, theirs, "POST"))
    assert len(asked) > 30
    for path in asked:
        assert adviser.client.post(path).status_code == 400, path


def test_what_belongs_to_another_organisation_is_not_there(
    app: Flask, adviser: AdviserAtWork, sqlite_db: Database, world: World, theirs: dict[str, int]
):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).role = "admin"
    app.config["WTF_CSRF_ENABLED"] = False
    found = 0
    for task_id in range(theirs["task_id"], theirs["task_id"] + len(_KINDS)):
        ids = theirs | {"task_id": task_id}
        own = set(paths(app, {}, "GET")) | set(paths(app, {}, "POST"))
        for method in ("GET", "POST"):
            for path in set(paths(app, ids, method)) - own:
                found += 1
                answer = adviser.client.open(path, method=method, data={"outcome": "paid", "number": "11114050"})
                assert answer.status_code == 404, f"{method} {path}"
                assert "Fremmed" not in answer.text
    assert found > 150

"""``redningskrans search rebuild``, and that what the commands and the service store is found by search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.app import Service
from bot.cli import app
from bot.db import Database
from bot.models import COPENHAGEN, CaseWord, Conversation, ConversationWord, Organisation
from bot.receive import Inbound, receive
from bot.search_build import build_some, is_finished
from bot.search_index import SearchIndex
from tests.rig import LINE, OURS, demo_settings, understand

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=COPENHAGEN)
KEY = "an invented key"

Run = Callable[..., Any]


@pytest.fixture
def run(sqlite_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    with sqlite_db.write() as session:
        session.add(Organisation(slug="solgaarden", name="Solgården", number=OURS, settings={}, created_at=NOW))
    monkeypatch.setenv("DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))
    monkeypatch.setenv("DATA_KEY", KEY)
    (tmp_path / "sager.csv").write_text("sagsnr;navn;telefon;restance\nSB-1;Søren Ærø;11 11 40 27;800\n")

    def run(*arguments: str) -> Any:
        named = [str(tmp_path / each) if each.endswith(".csv") else each for each in arguments]
        return CliRunner().invoke(app, named)

    return run


def found(db: Database, name: str, key: str = KEY) -> bool:
    with db.read() as session:
        return session.get(CaseWord, (SearchIndex(key).token(1, "who", name), 1)) is not None


def test_an_imported_case_is_found_at_once(sqlite_db: Database, run: Run):
    assert run("cases", "import", "sager.csv", "--organisation", "solgaarden").exit_code == 0
    assert found(sqlite_db, "soren")


def test_a_rehearsed_import_leaves_no_word(sqlite_db: Database, run: Run):
    assert run("cases", "import", "sager.csv", "--organisation", "solgaarden", "--dry-run").exit_code == 0
    with sqlite_db.read() as session:
        assert session.scalars(select(CaseWord)).all() == []


def test_after_a_change_of_the_key_a_rebuild_makes_everything_findable(
    sqlite_db: Database, run: Run, monkeypatch: pytest.MonkeyPatch
):
    run("cases", "import", "sager.csv", "--organisation", "solgaarden")
    monkeypatch.setenv("DATA_KEY", "another key")

    done = run("search", "rebuild")

    assert (done.exit_code, "Everything can be found" in done.stdout) == (0, True)
    assert (found(sqlite_db, "soren"), found(sqlite_db, "soren", "another key")) == (False, True)
    with sqlite_db.read() as session:
        assert is_finished(session, SearchIndex("another key"))


def test_without_a_key_it_says_which_setting_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATA_KEY", "")
    refused = run("search", "rebuild")
    assert (refused.exit_code, "DATA_KEY" in refused.stderr) == (2, True)


def test_the_service_indexes_what_it_receives_under_its_own_key(db: Database):
    with db.write() as session:
        session.add(Organisation(slug="solgaarden", name="Solgården", number=OURS, settings={}, created_at=NOW))
    settings = demo_settings(db, 8000).model_copy(update={"demo": False, "data_key": KEY})
    service = Service(settings, db=db, understand=understand)
    receive(service.db, Inbound("SM" + "1" * 32, LINE, OURS, "min motorcykel er brudt sammen"), NOW)
    with db.read() as session:
        talk = session.scalars(select(Conversation)).one()
        token = SearchIndex(KEY).token(talk.organisation_id, "written", "motorcykel")
        assert session.get(ConversationWord, (token, talk.id)) is not None


def test_two_that_build_at_once_do_no_harm(db: Database):
    db.index = SearchIndex(KEY)
    with db.write() as session:
        session.add(Organisation(slug="solgaarden", name="Solgården", number=OURS, settings={}, created_at=NOW))
    other = Database(db.url.render_as_string(hide_password=False))
    other.index = SearchIndex(KEY)
    assert [build_some(each, lambda: NOW) for each in (db, other)] == ["done", "done"]
    other.close()


def test_the_doctor_tells_whether_all_can_be_found(sqlite_db: Database, run: Run, monkeypatch: pytest.MonkeyPatch):
    """While it is being indexed, when it is done, under another key, and without any."""

    def told() -> str:
        return next(str(line) for line in run("doctor").output.splitlines() if "Search " in line)

    assert told().startswith("  ok     Search     the scheduler is indexing")
    run("search", "rebuild")
    assert told() == "  ok     Search     finds all that is stored"
    monkeypatch.setenv("DATA_KEY", "another invented key")
    assert told().startswith("  WRONG  Search     was indexed under another DATA_KEY")
    monkeypatch.setenv("DATA_KEY", "")
    assert told().startswith("  WRONG  Search     finds nothing new: DATA_KEY is missing")

"""``redningskrans nlu corrections``: the newest correction of each message, disguised, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from bot.db import Database
from bot.models import Adviser, Conversation, Correction, Message
from bot.nlu.examples import load
from tests.handoff import world as made
from tests.handoff.world import NOW, World

Run = Callable[..., Any]


@pytest.fixture
def house(db: Database) -> World:
    return made.build(db)


@pytest.fixture
def run(db: Database, house: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, from a folder of its own, on the test's database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", db.url.render_as_string(hide_password=False))
    return lambda *arguments: CliRunner().invoke(app, ["nlu", "corrections", *arguments])


def write(db: Database, conversation: int, adviser: int, body: str, *corrected: list[str], at: datetime = NOW) -> None:
    """A message, and one after the other what advisers said it means."""
    with db.write() as session:
        message = Message(
            conversation_id=conversation, direction="in", author="resident", body=body, status="processed", at=NOW
        )
        session.add(message)
        session.flush()
        for intents in corrected:
            session.add(Correction(message_id=message.id, adviser_id=adviser, intents=intents, at=at))
            session.flush()


def test_where_nobody_corrected_anything_it_says_so(run: Run, tmp_path: Path):
    result = run("--out", "out.yml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nobody has corrected a message yet." in result.stderr
    assert not (tmp_path / "out.yml").exists()


def test_the_newest_correction_of_each_message_is_written_without_names(db: Database, house: World, run: Run):
    said = "Hej Mette\ndet er line bek SOERENSEN, Havneparken 8 st th. hvor meget skylder jeg solgården bolig? 11114027"
    write(db, house.line, house.mette, said, ["ask_deadline"], ["greet", "ask_amount"])
    write(db, house.foreign, house.fremmed, "Fremmed her, hilsen til Fie Vest og Mette", ["greet"])
    write(db, house.unknown, house.peter, "peter nygaard svarede aldrig", ["abuse"])
    write(db, house.line, house.mette, "aldrig rettet")
    result = run()
    assert result.exit_code == 0
    written = result.stdout.partition("nlu:\n")[2]
    assert written == (
        "- intent: greet\n  examples: |\n    - [navn] her, hilsen til [navn] og Mette\n"  # another house's Mette
        "- intent: greet+ask_amount\n  examples: |\n"
        "    - Hej [navn] det er [navn], [adresse]. hvor meget skylder jeg [navn]? [telefon]\n"
        "- intent: abuse\n  examples: |\n    - [navn] svarede aldrig\n"
    )
    assert "3 messages, to review: read every line" in result.stderr
    with db.read() as session:
        ids = {str(session.get_one(Conversation, house.line).phone), *session.scalars(select(Message.provider_sid))}
    assert not any(one and one in result.stdout for one in ids)


def test_who_wrote_in_the_thread_and_has_left_since_is_not_named(db: Database, house: World, run: Run):
    write(db, house.line, house.peter, "tak Mette Lind, og hilsen til Lines mor", ["thank"])
    with db.write() as session:
        session.get_one(Adviser, house.mette).organisations = []
    assert "    - tak [navn], og hilsen til [navn] mor\n" in run().stdout


def test_a_file_is_written_once_and_read_by_the_loader(db: Database, house: World, run: Run, tmp_path: Path):
    write(db, house.line, house.mette, "hvad med min huslejehjælp", ["ask_boligstoette", "thank"])
    (tmp_path / "out.yml").touch()  # an empty one may be written over
    assert run("--out", "out.yml").exit_code == 0
    (example,) = load(tmp_path / "out.yml")
    assert (example.text, example.intents) == ("hvad med min huslejehjælp", ("ask_boligstoette", "thank"))
    again = run("--out", "out.yml")
    assert again.exit_code == 2
    assert "somebody may have reviewed it" in again.stderr
    assert "hvad med" not in again.stderr + again.stdout


def test_since_a_day_only_what_was_corrected_then_or_later(db: Database, house: World, run: Run):
    midnight = NOW.replace(hour=0, minute=0)
    write(db, house.line, house.mette, "den første", ["greet"], at=midnight - timedelta(minutes=1))
    write(db, house.line, house.mette, "den anden", ["thank"], at=midnight)
    result = run("--since", "2026-12-01")
    assert "den anden" in result.stdout
    assert "den første" not in result.stdout
    none = run("--since", "2026-12-02")
    assert (none.exit_code, none.stdout) == (0, "")
    assert "since 2026-12-02" in none.stderr


def test_a_day_that_is_none_and_a_place_that_cannot_be_written_are_told(db: Database, house: World, run: Run):
    write(db, house.line, house.mette, "hej", ["greet"])
    assert run("--since", "i går").exit_code == 2
    nowhere = run("--out", "no/such/folder/out.yml")
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr

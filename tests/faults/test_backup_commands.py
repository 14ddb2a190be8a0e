"""``backup``, ``restore``, ``hold``, ``resume`` as commands: what they refuse; a file is whole or not there."""

from __future__ import annotations

import json
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.backup.errors import BackupError, BrokenBackupError, InUseError, NotEmptyError, ToolError
from bot.backup.hold import held_since
from bot.backup.take import back_up, bring_back
from bot.cli import app
from bot.db import Database
from bot.models import Organisation
from tests.faults.postgres import programs
from tests.scheduler.world import NOW, World


@pytest.fixture
def filled(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database of two organisations, with PostgreSQL's programs on the PATH."""
    monkeypatch.setenv("PATH", f"{programs()}:{os.environ['PATH']}")
    World(db)
    yield db
    if not db.is_sqlite:
        with db.engine.begin() as connection:
            kept = connection.scalars(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'public_before_%'"))
            for name in kept.all():
                connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')


def names(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(each.slug for each in session.query(Organisation))


def run(db: Database, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, env={"DATABASE_URL": db.url.render_as_string(hide_password=False)})
    return done.exit_code, done.output + str(done.exception or "")


def test_what_is_backed_up_comes_back_with_all_its_rows_and_what_was_there_is_kept(filled: Database, tmp_path: Path):
    assert run(filled, "backup", str(tmp_path))[0] == 0
    [file] = tmp_path.glob("redningskrans-*.backup")
    with filled.write() as session:
        session.execute(text("UPDATE organisation SET slug = 'spoilt' WHERE slug = 'vestbo'"))
    filled.close()

    code, said = run(filled, "restore", str(file), "--replace")

    assert code == 0, said
    assert "redningskrans resume" in said
    assert "is kept as" in said
    assert names(filled) == ["solgaarden", "vestbo"]
    assert held_since(filled) is not None


def test_a_backup_is_for_its_owner_alone_and_says_what_it_is(filled: Database, tmp_path: Path):
    (tmp_path / "kept").mkdir()
    file, _ = back_up(filled, tmp_path / "kept" / "one.backup", NOW)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as tar:
        about = tar.extractfile("manifest.json")
        assert about is not None
        known = json.load(about)
    assert known["revision"] == filled.revision()
    assert known["taken_at"] == NOW.isoformat()
    assert [each.name for each in (tmp_path / "kept").iterdir()] == ["one.backup"]


def test_what_is_brought_back_can_be_read_by_whom_the_old_file_was_for(sqlite_db: Database, tmp_path: Path):
    World(sqlite_db)
    place = Path(str(sqlite_db.url.database))
    place.chmod(0o660)
    os.chown(place, os.getuid(), os.getgid())
    file, _ = back_up(sqlite_db, tmp_path / "one.backup", NOW)

    bring_back(sqlite_db, file, NOW, replace=True)

    assert stat.S_IMODE(place.stat().st_mode) == 0o660


def test_a_backup_is_never_written_over(filled: Database, tmp_path: Path):
    file = tmp_path / "one.backup"
    file.write_text("an older one")

    with pytest.raises(BackupError, match="is there already"):
        back_up(filled, file, NOW)

    assert file.read_text() == "an older one"


def test_an_empty_place_is_filled_and_a_full_one_only_when_told(filled: Database, tmp_path: Path):
    file, _ = back_up(filled, tmp_path / "one.backup", NOW)

    with pytest.raises(NotEmptyError, match="--replace"):
        bring_back(filled, file, NOW, replace=False)

    assert names(filled) == ["solgaarden", "vestbo"]
    assert held_since(filled) is None


def test_nothing_is_brought_back_under_a_service_that_runs(filled: Database, tmp_path: Path):
    file, _ = back_up(filled, tmp_path / "one.backup", NOW)
    other = Database(filled.url.render_as_string(hide_password=False))

    with other.read() as session:
        session.query(Organisation).all()
        with pytest.raises(InUseError, match="Stop serve"):
            bring_back(filled, file, NOW, replace=True)
    other.close()

    assert names(filled) == ["solgaarden", "vestbo"]


@pytest.mark.parametrize("where", [0.2, 0.5, 0.9])
def test_a_file_that_has_changed_is_not_brought_back(sqlite_db: Database, tmp_path: Path, where: float):
    World(sqlite_db)
    file, _ = back_up(sqlite_db, tmp_path / "one.backup", NOW)
    content = bytearray(file.read_bytes())
    content[int(len(content) * where)] ^= 0xFF
    file.write_bytes(content)

    with pytest.raises(BrokenBackupError):
        bring_back(sqlite_db, file, NOW, replace=True)

    assert names(sqlite_db) == ["solgaarden", "vestbo"]


def test_a_file_that_was_cut_off_or_is_something_else_is_not_brought_back(sqlite_db: Database, tmp_path: Path):
    World(sqlite_db)
    file, _ = back_up(sqlite_db, tmp_path / "one.backup", NOW)
    for content in (file.read_bytes()[: file.stat().st_size // 2], b"", b"something else"):
        file.write_bytes(content)
        with pytest.raises(BrokenBackupError):
            bring_back(sqlite_db, file, NOW, replace=True)

    assert names(sqlite_db) == ["solgaarden", "vestbo"]


def test_a_backup_of_a_newer_version_is_refused(filled: Database, tmp_path: Path):
    with filled.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file, _ = back_up(filled, tmp_path / "one.backup", NOW)

    with pytest.raises(BackupError, match="newer version"):
        bring_back(filled, file, NOW, replace=True)


def test_a_damaged_database_makes_no_backup_but_one_can_take_its_place(sqlite_db: Database, tmp_path: Path):
    World(sqlite_db)
    file, _ = back_up(sqlite_db, tmp_path / "one.backup", NOW)
    sqlite_db.close()
    place = Path(str(sqlite_db.url.database))
    place.write_bytes(b"nothing of ours " * 1000)

    done = bring_back(sqlite_db, file, NOW, replace=True)

    assert names(sqlite_db) == ["solgaarden", "vestbo"]
    assert Path(done.kept).read_bytes().startswith(b"nothing of ours")


@pytest.mark.postgres
def test_a_pg_dump_that_is_missing_or_too_old_is_told_of(
    postgres_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="pg_dump is not on the PATH"):
        back_up(postgres_db, tmp_path / "one.backup", NOW)

    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.3'\n")
    old.chmod(0o755)
    with pytest.raises(ToolError, match="older than the server"):
        back_up(postgres_db, tmp_path / "one.backup", NOW)

    assert [each.name for each in tmp_path.iterdir()] == ["pg_dump"]


def test_a_snapshot_that_was_brought_back_is_held_by_hand(filled: Database):
    code, said = run(filled, "hold", "--since", "2026-10-27T03:00+01:00")

    assert code == 0, said
    since = held_since(filled)
    assert since is not None
    assert since.isoformat() == "2026-10-27T03:00:00+01:00"


def test_while_nothing_is_held_there_is_nothing_to_resume(filled: Database):
    env = dict.fromkeys(("SECRET_KEY", "DATA_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), "x")
    url = {"DATABASE_URL": filled.url.render_as_string(hide_password=False), "PUBLIC_URL": "https://here.example"}

    done = CliRunner().invoke(app, ["resume"], env=env | url)

    assert done.exit_code == 0
    assert done.output == "Nothing is held.\n"

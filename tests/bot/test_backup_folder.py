"""The night's backup goes into a folder, also the first time, when the folder is not there yet."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.db import Database


def test_a_place_that_ends_with_a_slash_is_a_folder_and_is_made(
    sqlite_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))
    folder = tmp_path / "backups"
    done = CliRunner().invoke(app, ["backup", f"{folder}/"])
    assert (done.exit_code, folder.is_dir(), len(list(folder.glob("*.backup")))) == (0, True, 1), done.output
    assert folder.stat().st_mode & 0o077 == 0, "what residents wrote is for its owner"

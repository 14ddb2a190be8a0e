"""What a command does that is killed, and given again."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, event, text
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import machine_clock
from bot.db import Database
from tests.faults.stage import Scene, Stage
from tests.faults.worker_scenes import NOW, QUICK
from tests.scheduler.world import World

_CASES = Path(__file__).parents[2] / "docs" / "sample-cases.csv"


def _command(stage: Stage, *words: str) -> None:
    """In an environment of its own, as somebody gives it."""
    settings = {
        "DATABASE_URL": stage.db.url.render_as_string(hide_password=False),
        "SECRET_KEY": "invented",
        "DATA_KEY": "invented",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "invented",
    }
    result = CliRunner().invoke(app, [*words], env={**os.environ, **settings})
    assert result.exit_code in (0, 1), result.output


def _home(stage: Stage) -> None:
    World(stage.db, **QUICK)


def _import(stage: Stage) -> None:
    _command(stage, "cases", "import", str(_CASES), "--organisation", "solgaarden")


def _set(stage: Stage) -> None:
    _command(stage, "organisation", "set", "solgaarden", "wave_day=20", "max_months=6", "send_from=10:00")


def _empty(stage: Stage) -> None:
    """As a database is that nobody has made anything in."""
    with stage.db.engine.begin() as connection:
        if not stage.db.is_sqlite:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            return
    stage.db.close()
    file = Path(str(stage.db.url.database))
    file.unlink()
    file.touch()


def _upgrade(stage: Stage) -> None:
    """With a point before each statement: a migration has but one commit."""

    def before(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE")):
            stage.point("before a statement of")

    event.listen(Engine, "before_cursor_execute", before)
    try:
        Database.upgrade(stage.db)
    finally:
        event.remove(Engine, "before_cursor_execute", before)


#: A command reads the machine's clock.
_NOW = machine_clock() - timedelta(minutes=1)
SCENES = [
    Scene("a file imported", _home, _import, _NOW, leaves_open=True),
    Scene("settings changed", _home, _set, _NOW, leaves_open=True),
    Scene("a database made", _empty, _upgrade, NOW, on_postgres=True),
]

"""SQLite: no space, locked by somebody else, damaged, left by a killed process. Nothing unstored is acknowledged."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import DatabaseError

from bot.clock import machine_clock
from bot.db import Database
from bot.db_faults import IN_WORDS, fault_of
from bot.models import Message
from bot.turnstile import Turnstile, WaitedTooLongError
from bot.unavailable import register
from bot.webhooks import blueprint
from tests.faults.carrier import OURS, Carrier
from tests.scheduler.world import World

PHONE = "+4511114001"
#: Commits one thing, leaves another open, and is killed.
_DIES = """
import os, signal, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=0"):
    c.execute(f"PRAGMA {pragma}")
c.execute("UPDATE organisation SET name = 'Kept' WHERE slug = 'vestbo'")
c.execute("BEGIN IMMEDIATE")
c.execute("UPDATE organisation SET name = 'Lost' WHERE slug = 'vestbo'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def web(db: Database) -> Flask:
    """The webhooks alone."""
    app = Flask("webhooks")
    app.register_blueprint(blueprint(db, machine_clock, Carrier(machine_clock), "https://here.example"))
    register(app)
    return app


def post(app: Flask, sid: str, body: str = "ja") -> int:
    form = {"MessageSid": sid, "From": PHONE, "To": OURS, "Body": body}
    return app.test_client().post("/sms/inbound", data=form).status_code


def stored(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count(Message.id))) or 0


def test_with_a_full_disk_nothing_is_acknowledged_and_when_there_is_room_it_goes_on(
    sqlite_db: Database, capsys: pytest.CaptureFixture[str]
):
    World(sqlite_db)
    sqlite_db.close()
    with sqlite_db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    sqlite_db.close()

    def no_more(dbapi: sqlite3.Connection, _: object) -> None:
        dbapi.execute(f"PRAGMA max_page_count={pages}")

    event.listen(sqlite_db.engine, "connect", no_more)
    app = web(sqlite_db)
    statuses = [post(app, f"SM{n}", "lang " * 200) for n in range(40)]
    assert 503 in statuses
    assert statuses.count(200) == stored(sqlite_db)
    written = capsys.readouterr()
    assert IN_WORDS["full"] in written.out + written.err

    event.remove(sqlite_db.engine, "connect", no_more)
    sqlite_db.close()
    assert {post(app, f"SM{n}", "lang " * 200) for n in range(40)} == {200}
    assert stored(sqlite_db) == 40


@pytest.fixture
def impatient(sqlite_db: Database) -> Database:
    """The same, that does not wait for half a minute."""
    event.listen(sqlite_db.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout=50"))
    return sqlite_db


def test_while_another_program_keeps_it_locked_nothing_is_acknowledged(impatient: Database):
    World(impatient)
    impatient.close()
    app = web(impatient)
    with closing(sqlite3.connect(str(impatient.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert post(app, "SM1") == 503
        assert post(app, "SM1") == 503
        other.execute("ROLLBACK")

    assert post(app, "SM1") == 200


def test_who_stands_in_line_for_the_lock_does_not_stand_for_ever():
    """Of the web's threads one waits for another program's lock, and the others for that one."""
    turnstile, inside, leave, given_up = Turnstile(patience=0.05), Event(), Event(), Event()

    def hold() -> None:
        with turnstile:
            inside.set()
            leave.wait(60)

    def wait() -> None:
        with pytest.raises(WaitedTooLongError) as caught, turnstile:
            pass
        assert fault_of(caught.value) == "locked"
        given_up.set()

    holder, waiter = Thread(target=hold), Thread(target=wait)
    holder.start()
    assert inside.wait(60)
    waiter.start()
    assert given_up.wait(60)
    leave.set()
    holder.join(60)
    waiter.join(60)
    with turnstile:  # the place that was given up keeps nobody out
        pass


def spoil(file: Path, how: str) -> None:
    if how == "no database":
        file.write_bytes(b"something else, and long enough to be read as a first page" * 100)
    else:
        content = bytearray(file.read_bytes())
        content[4096 : len(content) // 2] = b"\xff" * (len(content) // 2 - 4096)
        file.write_bytes(content)


@pytest.mark.parametrize("how", ["no database", "half of it overwritten"])
def test_a_damaged_file_is_named_in_words_by_every_command(migrated_sqlite: Path, tmp_path: Path, how: str):
    file = tmp_path / "test.db"
    shutil.copy(migrated_sqlite, file)
    spoil(file, how)

    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.cli_child", "organisation", "show", "solgaarden"],
        env=os.environ | {"DATABASE_URL": f"sqlite:///{file}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode not in (0, None)
    assert "Traceback" not in done.stderr
    assert "is damaged or is no database" in done.stderr


def test_a_damaged_database_is_told_from_one_that_is_only_busy(tmp_path: Path):
    file = tmp_path / "test.db"
    file.write_bytes(b"nothing of ours" * 500)
    db = Database(f"sqlite:///{file}")

    with pytest.raises(DatabaseError) as caught:
        db.revision()

    assert fault_of(caught.value) == "damaged"


def test_what_a_killed_process_had_committed_is_there_and_the_rest_is_not(migrated_sqlite: Path, tmp_path: Path):
    """It stands in the write-ahead log alone, and nobody has closed that."""
    file = tmp_path / "test.db"
    shutil.copy(migrated_sqlite, file)
    db = Database(f"sqlite:///{file}")
    World(db)
    db.close()
    died = subprocess.run([sys.executable, "-c", _DIES, str(file)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert Path(f"{file}-wal").stat().st_size > 0

    with db.engine.connect() as connection:
        name = connection.exec_driver_sql("SELECT name FROM organisation WHERE slug = 'vestbo'").scalar()
    db.close()

    assert name == "Kept"

"""The old and the new side by side: a newer database is worked with, an older one refused with a sentence."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.backup.hold import set_hold
from bot.commands.common import UnwellError
from bot.commands.starting import check_database
from bot.db import Database
from bot.models import Skip, Task
from bot.settings import Settings
from tests.bot.test_migrations import empty, go_to
from tests.faults.test_backup_drill import FIRST, House
from tests.scheduler.world import NOW

#: What the next release might add.
NEXT = (
    "ALTER TABLE message ADD COLUMN tone VARCHAR(9)",
    "ALTER TABLE conversation ADD COLUMN mood VARCHAR(9) DEFAULT '' NOT NULL",
    "CREATE TABLE tone (id INTEGER PRIMARY KEY, message_id INTEGER)",
    "CREATE INDEX ix_message_tone ON message (tone)",
    "UPDATE alembic_version SET version_num = 'next'",
)


@pytest.fixture
def changing(db: Database) -> Iterator[Database]:
    """A database whose tables the test changes; they are made anew for the next test."""
    yield db
    db.close()
    if not db.is_sqlite:
        empty(db)
        db.upgrade()


def migrate_further(db: Database) -> None:
    other = Database(db.url.render_as_string(hide_password=False))
    with other.engine.execution_options(writes=True).begin() as connection:
        for statement in NEXT:
            connection.exec_driver_sql(statement)
    other.close()


def settings_for(db: Database) -> Settings:
    return Settings.model_construct().model_copy(update={"database_url": db.url.render_as_string(hide_password=False)})


def test_a_running_service_goes_on_while_the_next_release_migrates(changing: Database):
    house = House(changing)
    house.tick()
    house.work(at_most=3)

    migrate_further(changing)

    house.work()
    house.hears(FIRST, "ja")
    house.go_to("2026-10-29T09:05")
    house.tick()
    house.work()
    assert len(house.carrier.left) == 6 + 1 + 5
    assert house.carrier.twice() == []


def test_a_process_of_this_release_starts_with_a_newer_database_and_leaves_it_so(changing: Database):
    migrate_further(changing)

    check_database(settings_for(changing))
    changing.upgrade()

    assert changing.revision() == "next"


def test_a_process_does_not_start_with_an_older_database(tmp_path: Path):
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    go_to(db, "0012")
    db.close()

    with pytest.raises(UnwellError, match=r"older than this version.*redningskrans db upgrade"):
        check_database(settings_for(db))


def test_a_process_does_not_start_with_a_database_that_is_not_made(tmp_path: Path):
    db = Database(f"sqlite:///{tmp_path / 'new.db'}")

    with pytest.raises(UnwellError, match=r"not made yet.*redningskrans db upgrade"):
        check_database(settings_for(db))


def test_a_process_does_not_start_while_sending_is_held(db: Database):
    check_database(settings_for(db))
    with db.write() as session:
        set_hold(session, NOW, NOW)

    with pytest.raises(UnwellError, match="redningskrans resume"):
        check_database(settings_for(db))


def months_of(house: House, leaders: int) -> tuple[object, ...]:
    """Some ticks of the ladder, each by so many at once; what came of it."""
    for moment in ("2026-10-27T09:05", "2026-10-29T09:05", "2026-10-30T09:05", "2026-11-02T09:05", "2026-11-06T09:05"):
        house.go_to(moment)
        gate = threading.Barrier(leaders)

        def lead(gate: threading.Barrier = gate) -> None:
            gate.wait(20)
            house.tick()

        threads = [threading.Thread(target=lead) for _ in range(leaders)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(60)
        house.work()
    with house.db.read() as session:
        tasks = session.execute(select(Task.case_id, Task.type, Task.due)).all()
        skips = session.execute(select(Skip.case_id, Skip.step, Skip.why)).all()
    sent = sorted((each.to, each.body) for each in house.carrier.left)
    return house.contacts(), sorted(tuple(row) for row in tasks), sorted(tuple(row) for row in skips), sent


def test_three_schedulers_that_all_believe_to_lead_do_what_one_does(
    db: Database, migrated_sqlite: Path, tmp_path: Path
):
    shutil.copy(migrated_sqlite, tmp_path / "alone.db")
    alone = Database(f"sqlite:///{tmp_path / 'alone.db'}")
    try:
        expected = months_of(House(alone), 1)
    finally:
        alone.close()

    house = House(db)
    found = months_of(house, 3)

    assert found == expected
    assert len(house.carrier.left) == 18
    assert house.carrier.twice() == []

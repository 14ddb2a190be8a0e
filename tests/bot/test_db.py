"""The store's ground: migrations, times, transactions, on both databases."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import StatementError

from bot.clock import database_clock, machine_clock, set_clock
from bot.db import Database
from bot.models import Base, Organisation

NOON = datetime(2026, 10, 27, 12, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))


def organisation(now: datetime = NOON) -> Organisation:
    return Organisation(slug="solgaarden", name="Solgården Bolig", number="+4511110010", settings={}, created_at=now)


def test_the_migrations_make_exactly_the_tables_of_the_models(db: Database):
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_there_is_one_newest_migration():
    assert len(ScriptDirectory("bot/migrations").get_heads()) == 1


def test_upgrading_again_changes_nothing(db: Database):
    with db.write() as session:
        session.add(organisation())

    db.upgrade()

    with db.read() as session:
        assert session.query(Organisation).count() == 1


@pytest.mark.parametrize("fold", [0, 1], ids=["before the clocks go back", "after"])
def test_a_time_comes_back_as_it_was_also_in_the_doubled_hour(db: Database, fold: int):
    moment = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Copenhagen"), fold=fold)
    with db.write() as session:
        session.add(organisation(moment))

    with db.read() as session:
        back = session.query(Organisation).one().created_at

    assert back == moment
    assert back.utcoffset() == moment.utcoffset()


def test_a_time_without_a_zone_is_refused(db: Database):
    with pytest.raises(StatementError, match="without a time zone"), db.write() as session:
        session.add(organisation(NOON.replace(tzinfo=None)))


def test_a_failed_transaction_leaves_nothing(db: Database):
    def fail() -> None:
        with db.write() as session:
            session.add(organisation())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with db.read() as session:
        assert session.query(Organisation).count() == 0


def test_an_error_of_the_database_does_not_carry_the_rows_values(db: Database):
    with db.write() as session:
        session.add(organisation())

    with pytest.raises(Exception, match=r"(?i)unique") as caught, db.write() as session:
        session.add(organisation())

    assert "Solgården" not in str(caught.value).replace("solgaarden", "")


def test_every_process_sees_the_demo_clock_that_one_of_them_set(db: Database):
    set_clock(db, NOON)
    other_process = Database(db.url.render_as_string(hide_password=False))

    seen = database_clock(other_process)()
    other_process.close()

    assert 0 <= (seen - NOON).total_seconds() < 60


def test_without_an_offset_the_clock_is_the_machines(db: Database):
    assert abs((database_clock(db)() - machine_clock()).total_seconds()) < 60

"""``db copy``: everything goes over, both ways between SQLite and PostgreSQL, and nothing where it must not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import JSON, insert, null, select, text
from typer.testing import CliRunner

from bot.backup.copying import copy_all
from bot.backup.errors import BackupError
from bot.cli import app
from bot.db import Database
from bot.models import Base, Conversation, Message, Organisation, Resident
from tests.scheduler.world import NOW, World

pytestmark = pytest.mark.postgres


@pytest.fixture(params=["sqlite to postgres", "postgres to sqlite"])
def both(request: pytest.FixtureRequest, sqlite_db: Database, postgres_db: Database) -> tuple[Database, Database]:
    """The old one, with something of every difficult kind in it, and the new one."""
    old, new = (sqlite_db, postgres_db) if request.param.startswith("sqlite") else (postgres_db, sqlite_db)
    fill(old)
    return old, new


def fill(db: Database) -> None:
    """Two organisations; SMS that refer to later ones; JSON that is nothing, null, and something."""
    World(db)
    with db.write() as session:
        organisation = session.scalars(select(Organisation).limit(1)).one()
        thread = Conversation(**sample(Conversation, {"organisation_id": organisation.id, "phone": "+4511114027"}))
        session.add(thread)
        session.flush()
        common = {"conversation_id": thread.id, "direction": "in", "body": "Æblegrød ❤"}
        for number, heard in ((9001, null()), (9002, JSON.NULL), (9003, {"intents": ["ja"]})):
            session.execute(insert(Message).values(**sample(Message, common | {"id": number, "heard": heard})))
        session.execute(text("UPDATE message SET answers_id = 9003 WHERE id = 9001"))


def sample(model: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What is needed beside what is given, by type."""
    plain = {"str": "x", "int": 1, "bool": False, "object": NOW, "date": date(2026, 10, 27), "dict": {}}
    needed = [c for c in model.__table__.columns if not (c.primary_key or c.nullable or c.default or c.server_default)]
    return {c.name: plain[c.type.python_type.__name__] for c in needed} | given


def rows(db: Database) -> dict[str, list[Any]]:
    """All there is, with what SQL says of JSON."""
    with db.engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        found = {t.name: list(connection.execute(select(t).order_by(*t.primary_key.columns))) for t in tables}
        heard = "SELECT id, CAST(heard AS TEXT) FROM message ORDER BY id"
        return found | {"heard": list(connection.execute(text(heard)))}


def test_every_row_goes_over_as_it_is(both: tuple[Database, Database]):
    old, new = both
    counted = copy_all(old, new)

    assert rows(new) == rows(old)
    assert counted["message"] == 3
    assert [said for _, said in rows(new)["heard"]] == [None, "null", '{"intents": ["ja"]}']


def test_the_next_row_gets_the_number_after_the_last(both: tuple[Database, Database]):
    old, new = both
    copy_all(old, new)

    with new.write() as session:
        last = max(session.scalars(select(Resident.id)), default=0)
        resident = Resident(**sample(Resident, {"organisation_id": session.scalars(select(Organisation.id)).first()}))
        session.add(resident)
        session.flush()
        assert resident.id == last + 1


def test_a_database_with_something_in_it_is_not_written_to(both: tuple[Database, Database]):
    old, new = both
    fill(new)
    before = rows(new)

    with pytest.raises(BackupError, match="Take an empty one"):
        copy_all(old, new)
    assert rows(new) == before


def test_while_the_service_runs_nothing_is_copied(both: tuple[Database, Database]):
    old, new = both
    other = Database(old.url.render_as_string(hide_password=False))
    with other.read() as session:
        session.execute(select(Organisation))
        with pytest.raises(BackupError, match="in use"):
            copy_all(old, new)
    other.close()
    assert rows(new)["organisation"] == []


def test_an_older_database_is_migrated_first(sqlite_db: Database, postgres_db: Database):
    with sqlite_db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    with pytest.raises(BackupError, match="redningskrans db upgrade"):
        copy_all(sqlite_db, postgres_db)


def test_the_command_copies_and_says_what_comes_next(sqlite_db: Database, postgres_db: Database):
    fill(sqlite_db)
    sqlite_db.close()
    old, new = (each.url.render_as_string(hide_password=False) for each in (sqlite_db, postgres_db))

    done = CliRunner().invoke(app, ["db", "copy"], env={"DATABASE_URL": old, "NEW_DATABASE_URL": new})

    assert done.exit_code == 0, done.output
    assert "Now let DATABASE_URL name it" in done.output
    assert rows(postgres_db) == rows(sqlite_db)


def test_the_same_database_is_no_new_one(sqlite_db: Database):
    same = sqlite_db.url.render_as_string(hide_password=False)

    done = CliRunner().invoke(app, ["db", "copy", "--to", same], env={"DATABASE_URL": same})

    assert (done.exit_code, "is the old one" in done.output) == (2, True)

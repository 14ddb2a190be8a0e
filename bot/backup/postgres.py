"""PostgreSQL: pg_dump and pg_restore, of the same version as the server or newer, found on the PATH.

Only the schema in use is backed up. What is there when a backup is brought back is kept aside as a schema of another
name. The revision comes last, together with the hold: until then no process of ours takes the tables for a database.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.backup.errors import InUseError, ToolError
from bot.db import Database

_REVISION = " TABLE DATA {schema} alembic_version "
_OTHERS = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
AND application_name NOT LIKE 'pg\\_dump%'"""


def dump(db: Database, target: Path) -> None:
    """All that is committed at one moment; writers go on meanwhile."""
    _run(db, "pg_dump", "--format=custom", f"--schema={_schema(db)}", f"--file={target}")


def is_empty(db: Database) -> bool:
    """True when there is no table in the schema in use."""
    with db.engine.connect() as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        return not connection.scalar(text(tables))


def check_unused(db: Database) -> None:
    """Raises InUseError while anybody else is connected. Idle connections of this process are given back."""
    db.close()
    with db.engine.connect() as connection:
        others = connection.scalar(text(_OTHERS))
    if others:
        raise InUseError(f"{InUseError.__doc__} {others} connections are open.")


def load(db: Database, data: Path, finish: Callable[[Database], None], now: datetime) -> str:
    """Bring the data in; ``finish`` then writes the revision. Gives the name under which what was there is kept."""
    schema = _schema(db)
    kept = "" if is_empty(db) else f"{schema}_before_{now:%Y%m%dT%H%M%S}".lower()
    if kept:
        _say(db, f'ALTER SCHEMA "{schema}" RENAME TO "{kept}"', f'CREATE SCHEMA "{schema}"')
    try:
        _fill(db, schema, data)
        finish(db)
    except BaseException:
        _say(db, f'DROP SCHEMA "{schema}" CASCADE', _back(schema, kept))
        raise
    return kept


def _back(schema: str, kept: str) -> str:
    return f'ALTER SCHEMA "{kept}" RENAME TO "{schema}"' if kept else f'CREATE SCHEMA "{schema}"'


def _fill(db: Database, schema: str, data: Path) -> None:
    """Everything but the revision."""
    listed = _run(db, "pg_restore", "--list", str(data), connected=False)
    wanted = data.with_suffix(".list")
    revision = _REVISION.format(schema=schema)
    try:
        wanted.write_text("\n".join(line for line in listed.splitlines() if revision not in line), encoding="utf-8")
        order = ("--single-transaction", "--exit-on-error", f"--use-list={wanted}", f"--schema={schema}")
        _run(db, "pg_restore", "--no-owner", "--no-privileges", *order, str(data))
    finally:
        wanted.unlink(missing_ok=True)


def stamp(session: Session, revision: str) -> None:
    """The revision that the dump was of."""
    session.execute(text("INSERT INTO alembic_version (version_num) VALUES (:revision)"), {"revision": revision})


def _schema(db: Database) -> str:
    with db.engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_schema()")))


def _say(db: Database, *statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _run(db: Database, program: str, *arguments: str, connected: bool = True) -> str:
    """Run one of PostgreSQL's own programs; the password is in the environment, where no list of processes shows it."""
    path = shutil.which(program)
    if path is None:
        raise ToolError(f"{program} is not on the PATH. Install PostgreSQL's client programs of version {_server(db)}.")
    _check_version(db, program, path)
    reach, secret = _reach(db)
    where = (f"--dbname={reach}", "--no-password") if connected else ()
    done = subprocess.run(  # noqa: S603  the program is PostgreSQL's, the arguments are ours
        [path, *where, *arguments], env=os.environ | secret, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()[-1:]), "no word why")
        raise ToolError(f"{program} failed: {said}")
    return done.stdout


def _check_version(db: Database, program: str, path: str) -> None:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  as above
    found, server = re.search(r"(\d+)", said), _server(db)
    if found is None or int(found[1]) < server:
        raise ToolError(
            f"{path} is older than the server ({said.strip() or 'unknown'}; the server is {server}). "
            f"Put {program} of version {server} or newer first on the PATH."
        )


def _server(db: Database) -> int:
    with db.engine.connect() as connection:
        return int(str(connection.scalar(text("SHOW server_version_num")))) // 10_000


def _reach(db: Database) -> tuple[str, dict[str, str]]:
    _, known = db.engine.dialect.create_connect_args(db.url)
    secret = known.pop("password", None)
    known.pop("context", None)
    return make_conninfo("", **known), {"PGPASSWORD": str(secret)} if secret else {}

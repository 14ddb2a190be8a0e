"""SQLite: copied by its online backup while it serves; put back by a rename, the old file kept beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from bot.backup.errors import BackupError, InUseError
from bot.db import Database

#: Files that belong to a database: what was committed may still stand in the first alone.
_BESIDE = ("-wal", "-shm")


def dump(db: Database, target: Path) -> None:
    """All that is committed at one moment; writers go on meanwhile. Raises BackupError where the copy is not whole."""
    if is_empty(db):
        raise BackupError(f"There is no database at {_file(db)}.")
    with closing(sqlite3.connect(_file(db), timeout=30)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupError("The database is damaged, and so is its copy. Keep the older backups.")


def is_empty(db: Database) -> bool:
    """True when there is no file, or nothing in it."""
    file = _file(db)
    return not file.exists() or file.stat().st_size == 0


def check_unused(db: Database) -> None:
    """Raises InUseError while any other process has the file open. A damaged file is nobody's any more."""
    db.close()
    if is_empty(db):
        return
    try:
        with closing(sqlite3.connect(_file(db), timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # goes only when nobody else has it open
            connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise InUseError(InUseError.__doc__) from error


def load(db: Database, data: Path, finish: Callable[[Database], None], now: datetime) -> str:
    """Put the data in the place of what is there. ``finish`` is done before: nobody ever sees it without.

    Gives where the old file is kept; empty: there was none.
    """
    unfinished = Database(f"sqlite:///{data}")
    try:
        finish(unfinished)
    finally:
        unfinished.close()
    _own_as(_file(db), data)
    kept = "" if is_empty(db) else _keep(_file(db), now)
    for name in _BESIDE:  # of an empty file
        Path(f"{_file(db)}{name}").unlink(missing_ok=True)
    data.replace(_file(db))
    handle = os.open(_file(db).parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return kept


def _own_as(file: Path, data: Path) -> None:
    """Whoever runs this, the service must be able to open it."""
    like = (file if file.exists() else file.parent).stat()
    with suppress(PermissionError):  # only root gives files away
        os.chown(data, like.st_uid, like.st_gid)
    if file.exists():
        data.chmod(like.st_mode & 0o777)


def _keep(file: Path, now: datetime) -> str:
    kept = f"{file}.before-{now:%Y%m%dT%H%M%S}"
    for name in (*_BESIDE, ""):  # the file itself last
        if Path(f"{file}{name}").exists():
            Path(f"{file}{name}").rename(f"{kept}{name}")
    return kept


def _file(db: Database) -> Path:
    if not db.url.database or db.url.database == ":memory:":
        raise BackupError("A database in memory cannot be backed up.")
    return Path(db.url.database)

"""The two use cases: take a backup of a database that serves; bring one back into a database that nobody uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from sqlalchemy.orm import Session

from bot.backup import archive, postgres, sqlite
from bot.backup.archive import Manifest
from bot.backup.errors import BackupError, NotEmptyError
from bot.backup.hold import set_hold
from bot.db import Database


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What was brought back, and where that is kept which was there before; empty: nothing was."""

    manifest: Manifest
    kept: str


def back_up(db: Database, place: Path, now: datetime) -> tuple[Path, Manifest]:
    """Take a backup into a file, or into a folder under a name with its time. ``now`` is read before anything else."""
    target = place / f"redningskrans-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup" if place.is_dir() else place
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    revision = db.revision()
    if revision is None:
        raise BackupError("There is nothing to back up: the database is not made yet.")
    with archive.beside(target) as data:
        _kind(db).dump(db, data)
        manifest = Manifest(
            backend=db.url.get_backend_name(),
            revision=revision,
            version=version("redningskrans"),
            taken_at=now,
            bytes=data.stat().st_size,
            sha256=archive.checksum(data),
        )
        archive.pack(data, target, manifest)
    return target, manifest


def bring_back(db: Database, file: Path, now: datetime, *, replace: bool) -> BroughtBack:
    """Put a backup in the database's place, migrated, with a hold on all sending. Raises BackupError."""
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    kind, near = _kind(db), Path(str(db.url.database)) if db.is_sqlite else file
    near.parent.mkdir(parents=True, exist_ok=True)
    with archive.beside(near) as data:
        manifest = archive.unpack(file, data)
        _check(db, manifest)
        kind.check_unused(db)
        if not replace and not kind.is_empty(db):
            raise NotEmptyError(NotEmptyError.__doc__)

        def finish(unfinished: Database) -> None:
            """In one transaction: no process ever sees the revision without the hold."""
            first = None if db.is_sqlite else lambda session: postgres.stamp(session, manifest.revision)
            unfinished.upgrade(first=first, then=lambda session: _hold(session, manifest, now))

        kept = kind.load(db, data, finish, now)
    return BroughtBack(manifest, kept)


def _hold(session: Session, manifest: Manifest, now: datetime) -> None:
    set_hold(session, manifest.taken_at, now)


def _check(db: Database, manifest: Manifest) -> None:
    if manifest.backend != db.url.get_backend_name():
        raise BackupError(f"The backup is of {manifest.backend}, and DATABASE_URL names {db.url.get_backend_name()}.")
    if not Database.knows(manifest.revision):
        raise BackupError(f"The backup is of a newer version ({manifest.version}). Install that one first.")


def _kind(db: Database) -> ModuleType:
    return sqlite if db.is_sqlite else postgres

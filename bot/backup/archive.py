"""The file of a backup: a tar of what is known about it, and the data. Written beside its place and then renamed.

A half-written backup never bears the name of a whole one, and a file that has changed since is not brought back.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.backup.errors import BackupError, BrokenBackupError

_FORMAT = 1
_ABOUT, _DATA = "manifest.json", "data"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known about a backup. ``taken_at`` (aware): all that was committed before then is in it."""

    backend: str
    revision: str
    version: str
    taken_at: datetime
    bytes: int
    sha256: str


def pack(data: Path, target: Path, manifest: Manifest) -> None:
    """Make the file, readable for its owner alone. Raises BackupError where there is one of that name."""
    if target.exists():
        raise BackupError(f"{target} is there already. Give the backup another name.")
    unfinished = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                _add_about(tar, manifest)
                tar.add(data, _DATA)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _keep_name(target.parent)


def _add_about(tar: tarfile.TarFile, manifest: Manifest) -> None:
    known = asdict(manifest) | {"format": _FORMAT, "taken_at": manifest.taken_at.isoformat()}
    text = json.dumps(known, indent=1).encode()
    entry = tarfile.TarInfo(_ABOUT)
    entry.size = len(text)
    tar.addfile(entry, io.BytesIO(text))


def _keep_name(folder: Path) -> None:
    """After a power cut, too, the name is there."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unpack(file: Path, data: Path) -> Manifest:
    """Write the data to ``data`` and check it. Raises BrokenBackupError; ``data`` is not left behind then."""
    try:
        with tarfile.open(file) as tar:
            manifest = _read_about(tar)
            _copy(tar, data)
    except (tarfile.TarError, KeyError, ValueError, TypeError, EOFError) as error:
        data.unlink(missing_ok=True)
        raise BrokenBackupError(f"{file}: {BrokenBackupError.__doc__}") from error
    if data.stat().st_size != manifest.bytes or checksum(data) != manifest.sha256:
        data.unlink()
        raise BrokenBackupError(f"{file} is not whole: its checksum differs. Take an older backup.")
    return manifest


def _read_about(tar: tarfile.TarFile) -> Manifest:
    entry = tar.extractfile(_ABOUT)
    known = json.load(entry) if entry else {}
    if known.pop("format") != _FORMAT:
        raise ValueError("of another format")
    return Manifest(**known | {"taken_at": datetime.fromisoformat(known["taken_at"])})


def _copy(tar: tarfile.TarFile, data: Path) -> None:
    source = tar.extractfile(_DATA)
    if source is None:
        raise KeyError(_DATA)
    with os.fdopen(os.open(data, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        while piece := source.read(_PIECE):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())


def checksum(file: Path) -> str:
    """SHA-256 of what stands in it."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A place for unfinished data on the same disk, empty at the beginning and gone at the end."""
    place = target.with_name(f".{target.name}.{os.getpid()}.data")
    place.unlink(missing_ok=True)
    place.touch(mode=0o600)  # whatever fills it keeps that
    try:
        yield place
    finally:
        place.unlink(missing_ok=True)

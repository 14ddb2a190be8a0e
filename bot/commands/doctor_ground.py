"""What ``redningskrans doctor`` says of what the service stands on: its keys, its address, its room, its backups.

Each check gives a sentence, or raises UnwellError with one that says what to do. It changes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.backup.hold import held_since
from bot.clock import Clock, machine_clock
from bot.commands.common import UnwellError, untold
from bot.db import Database
from bot.settings import Settings

#: Shorter ones are guessed or were typed by hand.
_KEY_LENGTH, _KEY_LETTERS = 32, 12
_GIGABYTE: Final = 1_000_000_000
#: Below it, and below what a copy of the database takes, the disk is nearly full.
_LEAST_FREE = 2 * _GIGABYTE
#: Leases are by the machines' clocks: those that differ by more make two lead.
_CLOCKS_AGREE = timedelta(seconds=5)
#: A night's backup, and two hours for whoever takes it late.
_BACKUP_AGE = timedelta(hours=26)
#: What one web and one scheduler may open in a busy moment, with the connection that listens; see bot.serve.
WEB, SCHEDULER, KEPT_BACK = 31, 7, 3


def keys(settings: Settings) -> str:
    """Long, not typed by hand, and not the same: one signs what browsers keep, the other hides what is stored."""
    if settings.demo:
        return "invented for the demo"
    for name, key in (("SECRET_KEY", settings.secret_key), ("DATA_KEY", settings.data_key)):
        if len(key) < _KEY_LENGTH or len(set(key)) < _KEY_LETTERS:
            hint = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
            raise UnwellError(f"{name} is weak: make one with {hint} (before a new DATA_KEY read docs/runbook.md)")
    if settings.secret_key == settings.data_key:
        raise UnwellError("SECRET_KEY and DATA_KEY are the same: who has learnt one has both. Change SECRET_KEY")
    return "SECRET_KEY and DATA_KEY are long and two"


def address(settings: Settings, ask: Callable[..., Any] = requests.get) -> str:
    """Whether what Twilio and people call is https, and leads here."""
    if settings.demo:
        return "the demo is for this machine alone"
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UnwellError("PUBLIC_URL must be https://name, with nothing behind it: what residents write goes over it")
    if not settings.trusted_proxies:
        why = "something before us must speak https, and all who come through it have one address"
        raise UnwellError(f"TRUSTED_PROXIES is 0, but {why}: set it to how many proxies there are, as a rule 1")
    try:
        answer = ask(settings.public_url.rstrip("/") + "/health/live", timeout=5, allow_redirects=False)
    except requests.RequestException as error:
        what = f"does not answer from here ({type(error).__name__})"
        raise UnwellError(f"PUBLIC_URL {what}. Is the web running, is the name known, does TLS end there?") from error
    if answer.status_code != 200:
        raise UnwellError(f"PUBLIC_URL answers {answer.status_code} at /health/live. Does the proxy pass it on to us?")
    return f"{settings.public_url} answers, over https"


def room(settings: Settings, clock: Clock = machine_clock) -> str:
    """Disk beside SQLite's file; connections, clock and standing of a PostgreSQL server."""
    db = Database(settings.database_url)
    try:
        if db.is_sqlite:
            return _disk(Path(str(db.url.database)))
        with db.engine.connect() as connection:
            return _server(connection, settings.dispatch_threads, clock)
    except SQLAlchemyError as error:
        raise untold(error) from error
    finally:
        db.close()


def _disk(file: Path) -> str:
    free, size = shutil.disk_usage(file.resolve().parent).free, file.stat().st_size if file.exists() else 0
    told = f"{free / _GIGABYTE:.1f} GB are free beside the database of {size / _GIGABYTE:.1f} GB"
    if free < max(_LEAST_FREE, size):
        raise UnwellError(f"{told}: make room for it to grow, and for a copy of it (docs/runbook.md, DiskFillsUp)")
    return told


def _server(connection: Connection, dispatch_threads: int, clock: Clock) -> str:
    if connection.scalar(text("SELECT pg_is_in_recovery()")):
        raise UnwellError("the server is a standby and takes no writes. Let DATABASE_URL name the one that does")
    theirs: datetime = connection.scalars(text("SELECT clock_timestamp()")).one()
    apart = abs(clock().astimezone(UTC) - theirs.astimezone(UTC))
    if apart > _CLOCKS_AGREE:
        raise UnwellError(
            f"this machine's clock and the database's are {apart.total_seconds():.0f} s apart: let all keep time (NTP)"
        )
    most, needed = int(connection.scalars(text("SHOW max_connections")).one()), connections_needed(dispatch_threads)
    if most - KEPT_BACK < needed:
        why = f"max_connections is {most}; a web, a worker and a scheduler may take {needed} in a busy moment"
        raise UnwellError(f"{why}. Raise it, or lower DISPATCH_THREADS (docs/capacity.md)")
    return f"max_connections is {most}, one web, worker and scheduler take {needed} at most; the clocks agree"


def connections_needed(dispatch_threads: int) -> int:
    """By one web, one worker and one scheduler, at most."""
    worker = 2 * (dispatch_threads // 2 + 4) + 1
    return WEB + worker + SCHEDULER


def sending(settings: Settings) -> str:
    """Whether all sending is held, because a backup was brought back."""
    db = Database(settings.database_url)
    try:
        since = held_since(db)
    except SQLAlchemyError as error:
        raise untold(error) from error
    finally:
        db.close()
    if since is not None:
        raise UnwellError("is held: a backup was brought back, and residents get no SMS. Run: redningskrans resume")
    return "is not held"


def backups(folder: Path, clock: Clock = machine_clock) -> str:
    """How old the newest backup in the folder is."""
    found = [each for each in folder.glob("*.backup") if each.is_file()] if folder.is_dir() else []
    if not found:
        raise UnwellError(f"there is none in {folder}. Run: redningskrans backup {folder}/")
    newest = max(found, key=lambda each: each.stat().st_mtime)
    age = clock().timestamp() - newest.stat().st_mtime
    told = f"the newest of {len(found)} is {newest.name}, {age / 3600:.0f} hours old"
    if age > _BACKUP_AGE.total_seconds():
        raise UnwellError(f"{told}: does the timer run? (docs/operations.md, Backup and restore)")
    return told

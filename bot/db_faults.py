"""What is wrong with the database when it does not do what it is asked, told from its error. For logs and operators.

An error that is about what was asked (a key that is taken, a value that does not fit) is none of these.
"""

from __future__ import annotations

import sqlite3
from typing import Final, Literal

from sqlalchemy.exc import DBAPIError, TimeoutError

from bot.turnstile import WaitedTooLongError

Fault = Literal["away", "busy", "damaged", "full", "locked", "read_only", "unmade"]

IN_WORDS: Final[dict[Fault, str]] = {
    "away": "The database does not answer. Is it running, and is DATABASE_URL right?",
    "busy": "The database has no connection left for us. Raise max_connections, or run fewer processes.",
    "damaged": "The database is damaged or is no database. Keep the file, and bring back the newest backup: "
    "redningskrans restore FILE --replace",
    "full": "The disk of the database is full. Make room; the service goes on by itself.",
    "locked": "Another program keeps the database locked. Stop it; the service goes on by itself.",
    "read_only": "The database takes no writes: a standby, or a file or disk that is read-only. "
    "Let DATABASE_URL name the one that does.",
    "unmade": "The database is not made yet, or older than this version. Run: redningskrans db upgrade",
}

_SQLITE: Final[dict[int, Fault]] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_CANTOPEN: "away",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "full",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_READONLY: "read_only",
}
#: By the first characters of PostgreSQL's SQLSTATE; the longest that fits counts.
_STATES: Final[dict[str, Fault]] = {
    "08": "away",
    "25006": "read_only",
    "28": "away",
    "3D000": "away",
    "42P01": "unmade",
    "42703": "unmade",
    "53100": "full",
    "53300": "busy",
    "55P03": "locked",
    "57P": "away",
    "58": "full",
    "XX001": "damaged",
    "XX002": "damaged",
}


def fault_of(error: BaseException) -> Fault | None:
    """Which fault it is; None: it is another error, and as likely ours."""
    if isinstance(error, TimeoutError):  # of the pool of connections
        return "busy"
    if isinstance(error, WaitedTooLongError):
        return "locked"
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no server said anything
        return "away" if error.connection_invalidated or type(error.orig).__name__ == "OperationalError" else None
    fits = [start for start in _STATES if state.startswith(start)]
    return _STATES[max(fits, key=len)] if fits else None


def _of_sqlite(error: sqlite3.Error) -> Fault | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code == sqlite3.SQLITE_ERROR and "no such" in str(error):
        return "unmade"
    return _SQLITE.get(code & 0xFF)  # the rest of it tells more closely

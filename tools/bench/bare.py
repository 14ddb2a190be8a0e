"""The bare limit: the web's own gunicorn settings, Twilio's signature checked, one durable insert, and nothing else.

``python -m bench.bare`` with the service's environment. Whatever the service does beyond that costs something, and
this is what it is compared with.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

from bot.clock import machine_clock
from bot.db import Database
from bot.serve import _Web
from bot.settings import Settings

_TABLE = "CREATE TABLE IF NOT EXISTS sms (sid text PRIMARY KEY, phone text, body text, at text)"
_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class _Sqlite:
    """A file in WAL with synchronous=FULL, a connection a thread, one writer at a time."""

    def __init__(self, path: str) -> None:
        self._path, self._own, self._lock = path, threading.local(), threading.Lock()
        self._connection().execute(_TABLE)

    def insert(self, row: tuple[str, ...]) -> None:
        connection = self._connection()
        with self._lock:
            connection.execute("INSERT INTO sms VALUES (?, ?, ?, ?)", row)

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._own, "it"):
            self._own.it = sqlite3.connect(self._path, isolation_level=None, timeout=30)
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                self._own.it.execute(f"PRAGMA {pragma}")
        it: sqlite3.Connection = self._own.it
        return it


class _Postgres:
    """A connection a thread, each insert its own transaction."""

    def __init__(self, url: str) -> None:
        self._url, self._own = url, threading.local()
        self._connection().execute(_TABLE)

    def insert(self, row: tuple[str, ...]) -> None:
        self._connection().execute("INSERT INTO sms VALUES (%s, %s, %s, %s)", row)

    def _connection(self) -> psycopg.Connection[Any]:
        if not hasattr(self._own, "it"):
            self._own.it = psycopg.connect(self._url, autocommit=True)
        it: psycopg.Connection[Any] = self._own.it
        return it


class _Bare(_Web):
    """The web, and in the service's place as little as can be."""

    def load(self) -> Flask:
        return application(self._settings)


def application(settings: Settings) -> Flask:
    """The one route, and the one that says that it is there."""
    url = Database(settings.database_url).url
    inserts: _Sqlite | _Postgres
    if url.get_backend_name() == "sqlite":
        inserts = _Sqlite(str(url.database))
    else:
        inserts = _Postgres(url.set(drivername="postgresql").render_as_string(hide_password=False))
    app, validator = Flask("bare", static_folder=None), RequestValidator(settings.twilio_auth_token)

    @app.post("/sms/inbound")
    def inbound() -> Response:
        form = request.form
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(settings.public_url + request.path, form, signature):
            abort(403)
        inserts.insert((form["MessageSid"], form["From"], form["Body"], machine_clock().isoformat()))
        return Response(_EMPTY, mimetype="text/xml")

    @app.get("/health/ready")
    def ready() -> Response:
        return Response("ok")

    return app


if __name__ == "__main__":
    _Bare(Settings.from_env(), processes=1, everything=False).run()

"""Open inboxes: advisers who are logged in, and their live streams over HTTP, each a connection that stays."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter

import requests

from bench.processes import BenchError
from bot.clock import machine_clock
from bot.db import Database
from bot.models import Organisation
from handoff.advisers import add_adviser
from handoff.passwords import hash_password

_PASSWORD = "en-lang-og-god-sætning"  # noqa: S105  an invented person's
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_PATIENCE = 10.0
_LET_IN = (302, 303)

#: What a stream said: ``queue``, ``conversation-7``; "" when it began.
Told = Callable[[str, float], None]


def employ(db: Database, organisation_id: int, advisers: int) -> None:
    """So many advisers of the organisation, with one password that is reckoned once."""
    kept = hash_password(_PASSWORD)
    with db.write() as session:
        home = session.get_one(Organisation, organisation_id)
        for number in range(advisers):
            made = add_adviser(session, _email(number), f"Mette {number}", "adviser", [home], None, machine_clock())
            made.password_hash = kept


def log_in(port: int, advisers: int) -> list[str]:
    """The cookie of each, by the log-in page itself."""
    return [_cookie(f"http://127.0.0.1:{port}/login", number) for number in range(advisers)]


def _email(number: int) -> str:
    return f"mette{number}@bolig.example"


def _cookie(url: str, number: int) -> str:
    with requests.Session() as browser:
        found = _TOKEN.search(browser.get(url, timeout=_PATIENCE).text)
        form = {"csrf_token": found[1] if found else "", "email": _email(number), "password": _PASSWORD}
        answer = browser.post(url, data=form, timeout=_PATIENCE, allow_redirects=False)
        if answer.status_code not in _LET_IN:
            raise BenchError(f"An adviser could not log in: {answer.status_code}")
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


class Stream(asyncio.Protocol):
    """One stream, which tells what it hears as soon as the line is there."""

    def __init__(self, port: int, cookie: str, told: Told) -> None:
        self._request = (
            f"GET /inbox/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nContent-Length: 0\r\n\r\n"
        )
        self._told, self._rest = told, b""
        self._transport: asyncio.Transport | None = None
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for it."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  create_connection gives nothing else
        self._transport = transport
        transport.write(self._request.encode())

    def data_received(self, data: bytes) -> None:
        """Tell each event once its line is whole."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        now = perf_counter()
        for line in lines:
            if line.startswith(b"retry:"):
                self.is_open = True
                self._told("", now)
            elif line.startswith(b"event: "):
                self._told(line.removeprefix(b"event: ").strip().decode(), now)

    def connection_lost(self, _: Exception | None) -> None:
        """It is over."""
        self.is_open = False

    def close(self) -> None:
        """Look away."""
        if self._transport is not None:
            self._transport.close()


async def opened(port: int, cookies: Sequence[str], each: int, told: Told) -> list[Stream]:
    """So many streams of each adviser; those that did not begin within the patience are hung up."""
    loop, streams = asyncio.get_running_loop(), list[Stream]()
    for cookie in (cookie for cookie in cookies for _ in range(each)):
        _, stream = await loop.create_connection(partial(Stream, port, cookie, told), "127.0.0.1", port)
        streams.append(stream)
    patience = perf_counter() + _PATIENCE
    while not all(stream.is_open for stream in streams) and perf_counter() < patience:
        await asyncio.sleep(0.02)
    for stream in streams:
        if not stream.is_open:
            stream.close()
    return [stream for stream in streams if stream.is_open]

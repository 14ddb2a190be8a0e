"""A gateway that takes every SMS after a while: as much of Twilio's message resource as the service asks for.

It tells whoever waits for it the moment at which an SMS was handed over, and sends receipts where it is told to.
"""

from __future__ import annotations

import asyncio
import json
from time import perf_counter
from urllib.parse import urlsplit

from bench.wire import Asked, Caller, Listening, listen
from bot.simulator.signature import sign

_STATUSES = ("sent", "delivered")


class Gateway:
    """Speaks Twilio's API on a port of its own. ``latency`` in seconds, and ``receipts``, may be set while it runs."""

    def __init__(self, token: str) -> None:
        self.latency, self.taken, self.port = 0.0, 0, 0
        self.receipts: Caller | None = None
        self._token = token
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self._server: Listening | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._server = await listen(self._answer)
        self.port = self._server.port

    async def stop(self) -> None:
        """Listen no more, and let the receipts that are on their way arrive."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.close()

    def expect(self, phone: str) -> asyncio.Future[float]:
        """When the next SMS to this phone is handed over."""
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[phone] = waiting
        return waiting

    async def _answer(self, asked: Asked) -> tuple[int, bytes]:
        if asked.method == "GET":
            return _looked_up(asked)
        handed, self.taken = perf_counter(), self.taken + 1
        sid = f"SMf{self.taken:031x}"  # none that an SMS in has
        waiting = self._waiting.pop(asked.form.get("To", ""), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(handed)
        if self.latency:
            await asyncio.sleep(self.latency)
        if self.receipts is not None and asked.form.get("StatusCallback"):
            task = asyncio.get_running_loop().create_task(self._tell(self.receipts, asked.form["StatusCallback"], sid))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return 201, json.dumps(_resource(sid, asked.form)).encode()

    async def _tell(self, caller: Caller, url: str, sid: str) -> None:
        parts = urlsplit(url)
        for status in _STATUSES:
            form = {"MessageSid": sid, "MessageStatus": status}
            headers = {"X-Twilio-Signature": sign(self._token, url, form)}
            await caller.post(f"{parts.path}?{parts.query}", form, headers)


def _looked_up(asked: Asked) -> tuple[int, bytes]:
    """Nobody has written what no webhook brought, and no message is asked for by its id."""
    if urlsplit(asked.path).path.endswith("/Messages.json"):
        return 200, json.dumps({"messages": [], "next_page_uri": None}).encode()
    return 404, json.dumps({"code": 20404, "message": "Not found", "status": 404}).encode()


def _resource(sid: str, form: dict[str, str]) -> dict[str, object]:
    return {
        "sid": sid,
        "status": "queued",
        "to": form.get("To"),
        "from": form.get("From"),
        "body": form.get("Body"),
        "direction": "outbound-api",
        "error_code": None,
        "num_segments": "1",
        "num_media": "0",
        "api_version": "2010-04-01",
    }

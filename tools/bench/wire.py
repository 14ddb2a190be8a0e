"""As much HTTP/1.1 as a load generator needs, on asyncio's own protocols: a request costs it a tenth of a millisecond.

Bodies have a length or come in chunks; one request at a time a connection. What it measures is told in seconds of
``time.perf_counter``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import parse_qsl, urlencode

_END = b"\r\n\r\n"
_FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, and when the last of it was there."""

    status: int
    body: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asked of ``listen``'s server."""

    method: str
    path: str
    form: dict[str, str]


class _Connection(asyncio.Protocol):
    """One connection to a server."""

    def __init__(self) -> None:
        self._read = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  create_connection gives nothing else
        self._transport = transport

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        self._waiting = asyncio.get_running_loop().create_future()
        if self._transport is not None:
            self._transport.write(request)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._read += data
        found = _answer(self._read)
        if found is not None and self._waiting is not None:
            self._read.clear()
            if not self._waiting.done():
                self._waiting.set_result(found)

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("The server hung up"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Caller:
    """Asks one server on this machine, over as many kept connections as there are questions at once."""

    def __init__(self, port: int) -> None:
        self._port, self._idle = port, list[_Connection]()

    async def post(self, path: str, form: dict[str, str], headers: dict[str, str]) -> Answer:
        """Post a form."""
        return await self._ask("POST", path, headers, urlencode(form).encode(), _FORM)

    async def get(self, path: str, headers: dict[str, str]) -> Answer:
        """Ask for a page."""
        return await self._ask("GET", path, headers, b"", "")

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes, kind: str) -> Answer:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{kind}{lines}"
        request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        while kept := self._kept():
            try:
                return await self._over(kept, request)
            except ConnectionResetError:  # the server had closed what was idle: nothing of it was read
                continue
        _, opened = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", self._port)
        return await self._over(opened, request)

    def _kept(self) -> _Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    async def _over(self, connection: _Connection, request: bytes) -> Answer:
        answer = await connection.ask(request)
        self._idle.append(connection)
        return answer

    async def close(self) -> None:
        """Hang up."""
        for connection in self._idle:
            connection.close()
        await asyncio.sleep(0)  # a transport is gone only after that


def _answer(read: bytearray) -> Answer | None:
    """The answer, when all of it is there."""
    ends = read.find(_END)
    if ends < 0:
        return None
    head, rest = bytes(read[:ends]).lower(), read[ends + len(_END) :]
    status = int(head[9:12])
    if b"transfer-encoding: chunked" in head:
        whole = bytes(rest) if rest.endswith(b"0\r\n\r\n") else None
    else:
        whole = bytes(rest) if len(rest) >= _length(head) else None
    return None if whole is None else Answer(status, whole, perf_counter())


def _length(head: bytes) -> int:
    _, there, rest = head.partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if there else 0


#: Answers a question by a status and a body of JSON, when it likes.
Answering = Callable[[Asked], Awaitable[tuple[int, bytes]]]


class _Served(asyncio.Protocol):
    """One connection from a client."""

    def __init__(self, answering: Answering, all_of_them: set[asyncio.Transport]) -> None:
        self._answering, self._read, self._all = answering, bytearray(), all_of_them
        self._transport: asyncio.Transport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  create_server gives nothing else
        self._transport = transport
        self._all.add(transport)

    def connection_lost(self, _: Exception | None) -> None:
        if self._transport is not None:
            self._all.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        ends = self._read.find(_END)
        if ends < 0:
            return
        head = bytes(self._read[:ends])
        body = bytes(self._read[ends + len(_END) :])
        if len(body) < _length(head.lower()):
            return
        self._read.clear()
        method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        task = asyncio.get_running_loop().create_task(self._answer(Asked(method, path, form)))
        self._tasks.add(task)  # the loop itself keeps no hold of it
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: Asked) -> None:
        status, body = await self._answering(asked)
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head.encode() + body)


class Listening:
    """A server on a free port of this machine."""

    def __init__(self, server: asyncio.Server, transports: set[asyncio.Transport]) -> None:
        self._server, self._transports = server, transports
        self.port = int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more, and hang up on everybody."""
        self._server.close()
        for transport in list(self._transports):
            transport.close()
        await asyncio.sleep(0)  # a transport is gone only after that


async def listen(answering: Answering) -> Listening:
    """Begin to."""
    transports: set[asyncio.Transport] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Served(answering, transports), "127.0.0.1", 0, backlog=1024)
    return Listening(server, transports)

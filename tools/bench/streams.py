"""What open inboxes cost: two hundred live streams at rest and when something happens, and ten in a busy moment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from bench.database_log import counted
from bench.drive import Drive, Measured
from bench.gateway import Gateway
from bench.live import Stream, employ, log_in, opened
from bench.load import filled
from bench.page import Section, Table
from bench.processes import TOKEN, Running, environment, free_port, running, until_ready
from bench.residents import Street, fill, phone_of, street
from bench.timing import Times
from bench.waves import NewDatabase, postgres, sqlite
from bench.wire import Caller
from bot.db import Database

_MEGABYTE = 1_000_000
_SHARES = (50, 95, 99)
_PATIENCE = 10.0
_STREAMS_EACH = 2  #: of an adviser; the third would end the first
_TALKS = (
    ("ja", "14/3", "på fredag"),
    ("kan jeg få boligstøtte?", "ja", "nej"),
    ("hvor meget skylder jeg?", "ok", "ja"),
)


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady figures, or, in a test, just enough to see that it can be."""

    streams: int = 200
    rest: float = 10.0
    messages: int = 20
    inboxes: int = 10
    rate: float = 50.0
    busy: float = 15.0
    residents: int = 2_000


def measure() -> Section:
    """Everything, on SQLite and on a PostgreSQL server of its own."""
    with sqlite() as sqlite_url, postgres() as postgres_url:
        return measured({"SQLite": sqlite_url, "PostgreSQL": postgres_url}, ("web", "worker"), Effort())


def measured(databases: Mapping[str, NewDatabase], commands: Sequence[str], effort: Effort) -> Section:
    """The section of the page."""
    rests, busy = list[Sequence[str]](), list[Sequence[str]]()
    for name, new in databases.items():
        print(f"  {name} …", flush=True)
        rest, moment = asyncio.run(_trial(new(), commands, effort))
        rests.append((name, *rest))
        busy.append((name, *moment))
    return Section(
        "Live streams",
        [
            f"{effort.streams} live streams of {effort.streams // _STREAMS_EACH} advisers, real ones over HTTP, open "
            f"at one web process beside a worker. Nothing happens for {effort.rest:.0f} s; then {effort.messages} "
            "SMS come, one after the other: *told* is the time from Twilio's 200 until the last of the streams has "
            "heard that its conversation changed. *A page* is /health/ready, asked for meanwhile.",
            Table(
                ("streams", "open", "they take, MB", "web, MB", "CPU at rest, % of a core", "queries/s", "told p50, ms",
                 "told, longest, ms", "a page, ms"),
                rests,
            ),
            f"{effort.inboxes} inboxes open while {effort.rate:.0f} SMS a second come at random moments for "
            f"{effort.busy:.0f} s: each inbox has a stream, and fetches its list as often as it is told to.",
            Table(
                ("a busy moment", *(f"acknowledged p{s}, ms" for s in _SHARES), "lists fetched",
                 *(f"a list p{s}, ms" for s in _SHARES), "web, % of a core", "worker, % of a core"),
                busy,
            ),
        ],
    )  # fmt: skip


async def _trial(url: str, commands: Sequence[str], effort: Effort) -> tuple[Sequence[str], Sequence[str]]:
    advisers = max(effort.streams // _STREAMS_EACH, effort.inboxes)
    filled(url, lambda db: _employed(db, advisers, effort))
    gateway, port = Gateway(TOKEN), free_port()
    await gateway.start()
    with ExitStack() as stack:
        given = environment(url, port, gateway.port, {})
        processes = [stack.enter_context(running(each, given)) for each in commands]
        until_ready(processes[0], port)
        cookies = await asyncio.to_thread(log_in, port, advisers)
        drive = Drive(port, gateway, street(_TALKS, effort.residents), processes)
        await drive.first_answer()
        rest = await _Rest(url, port, processes[0], effort).row(cookies[: effort.streams // _STREAMS_EACH], drive)
        moment = await _Busy(port, processes, effort).row(cookies[: effort.inboxes], drive)
        await drive.caller.close()
        await gateway.stop()
    return rest, moment


def _employed(db: Database, advisers: int, effort: Effort) -> None:
    employ(db, fill(db, Street(effort.residents)), advisers)


class _Rest:
    """All streams open, and nothing or little happens."""

    def __init__(self, url: str, port: int, web: Running, effort: Effort) -> None:
        self._url, self._port, self._web, self._effort = url, port, web, effort
        self._heard: dict[str, list[float]] = {}

    async def row(self, cookies: Sequence[str], drive: Drive) -> Sequence[str]:
        before = self._web.memory().proportional
        streams = await opened(self._port, cookies, _STREAMS_EACH, self._hear)
        held = self._web.memory().proportional
        cpu = self._web.cpu()
        await asyncio.sleep(self._effort.rest)
        share = (self._web.cpu() - cpu) / self._effort.rest
        queries = await self._queries()
        told = [await self._told(drive, number, len(streams)) for number in range(1, self._effort.messages + 1)]
        page = await self._page()
        await _closed(streams)
        return (
            f"{len(streams)} of {self._effort.streams}",
            f"{(held - before) / _MEGABYTE:.0f}",
            f"{held / _MEGABYTE:.0f}",
            f"{100 * share:.1f}",
            queries,
            *_told(told),
            page,
        )

    def _hear(self, what: str, at: float) -> None:
        self._heard.setdefault(what, []).append(at)

    async def _queries(self) -> str:
        if self._url.startswith("sqlite"):
            return "–"
        with counted(self._url) as log:
            await asyncio.sleep(self._effort.rest)
            return f"{log.queries / self._effort.rest:.1f}"

    async def _told(self, drive: Drive, number: int, streams: int) -> float | None:
        """Seconds from the acknowledgement until all streams have heard it; None: not within the patience."""
        heard = self._heard[f"conversation-{number + 1}"] = []
        try:
            stored = await asyncio.wait_for(drive.write(phone_of(number), "ja"), _PATIENCE)
        except TimeoutError:
            return None
        patience = perf_counter() + _PATIENCE
        while len(heard) < streams and perf_counter() < patience:
            await asyncio.sleep(0.005)
        return max(0.0, heard[streams - 1] - stored) if len(heard) >= streams > 0 else None

    async def _page(self) -> str:
        caller, began = Caller(self._port), perf_counter()
        try:
            answer = await asyncio.wait_for(caller.get("/health/ready", {}), _PATIENCE)
        except TimeoutError:
            return f"none in {_PATIENCE:.0f} s"
        await caller.close()
        return f"{1000 * (answer.at - began):.1f}"


class _Busy:
    """Some inboxes open while SMS come."""

    def __init__(self, port: int, processes: Sequence[Running], effort: Effort) -> None:
        self._port, self._processes, self._effort = port, processes, effort
        self._caller, self._lists = Caller(port), list[float]()
        self._tasks: set[asyncio.Task[None]] = set()

    async def row(self, cookies: Sequence[str], drive: Drive) -> Sequence[str]:
        streams: list[Stream] = []
        for cookie in cookies:
            streams += await opened(self._port, [cookie], 1, partial(self._hear, cookie))
        run = await drive.open(self._effort.rate, 1.0, self._effort.busy)
        await _closed(streams)
        await asyncio.gather(*self._tasks)
        await self._caller.close()
        lists = Times(self._lists or [0.0])
        return (*_ms(run.times("acknowledged")), str(len(self._lists)), *_ms(lists), *self._shares(run))

    def _hear(self, cookie: str, what: str, _: float) -> None:
        if what == "queue":
            task = asyncio.get_running_loop().create_task(self._fetch(cookie))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _fetch(self, cookie: str) -> None:
        began = perf_counter()
        answer = await self._caller.get("/inbox/live", {"Cookie": cookie})
        self._lists.append(answer.at - began)

    def _shares(self, run: Measured) -> list[str]:
        return [f"{100 * run.cpu.get(each.name, 0.0) / run.seconds:.0f}" for each in self._processes]


async def _closed(streams: Sequence[Stream]) -> None:
    for stream in streams:
        stream.close()
    await asyncio.sleep(0)


def _told(seconds: Sequence[float | None]) -> tuple[str, str]:
    heard = [each for each in seconds if each is not None]
    if not heard:
        return "–", "not told"
    longest = f"{1000 * max(heard):.0f}" if len(heard) == len(seconds) else f"{len(seconds) - len(heard)} not told"
    return f"{1000 * Times(heard).percentile(50):.0f}", longest


def _ms(times: Times) -> list[str]:
    return [f"{1000 * times.percentile(share):.1f}" for share in _SHARES]

"""How long ``serve`` takes to start with a trained model, and what the processes cost while nobody writes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from bench.database_log import counted
from bench.drive import Drive
from bench.gateway import Gateway
from bench.load import filled
from bench.page import Section, Table
from bench.processes import TOKEN, Running, environment, free_port, running, until_ready
from bench.residents import Street, fill, street
from bench.waves import NewDatabase, postgres, sqlite
from bot.nlu.embedded import EmbeddedClassifier
from bot.settings import Settings

_MEGABYTE = 1_000_000
_MOST_MEMORY, _LONGEST_START = 350, 4.0
_TALKS, _STREET = (("ja",),), Street(residents=100, talks=1)


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady figures, or, in a test, just enough to see that it can be."""

    starts: int = 5
    settles: float = 4.0
    idle: float = 10.0
    set_ups: Sequence[Sequence[str]] = (("serve",), ("web", "worker", "scheduler"))


def measure() -> Section:
    """Everything, on SQLite and on a PostgreSQL server of its own."""
    EmbeddedClassifier.load(Settings.from_env().models)  # so that no start has to train
    with sqlite() as sqlite_url, postgres() as postgres_url:
        return measured({"SQLite": sqlite_url, "PostgreSQL": postgres_url}, Effort())


def measured(databases: Mapping[str, NewDatabase], effort: Effort) -> Section:
    """The section of the page."""
    starts, idles = list[Sequence[str]](), list[Sequence[str]]()
    for name, new in databases.items():
        print(f"  {name}, starts …", flush=True)
        starts += _starts(name, new, effort)
        print(f"  {name}, nobody writes …", flush=True)
        for commands in effort.set_ups:
            idles += asyncio.run(_idle(name, new(), commands, effort))
    return Section(
        "Start and rest",
        [
            f"`serve` with a trained model, from nothing until /health/ready says 200 (the median of {effort.starts} "
            "starts, or half as many, and the longest), and until an SMS that is sent to it at that moment has its "
            "answer at the gateway: the understanding is loaded meanwhile. "
            f"Asked for: under {_LONGEST_START:.0f} s.",
            Table(("a start, s", "ready", "longest", "first answer", "asked for"), starts),
            f"At rest: after one answer and {effort.settles:.0f} s, for {effort.idle:.0f} s in which nobody writes and "
            f"no inbox is open. Asked for: `serve` under {_MOST_MEMORY} MB. Queries are those of PostgreSQL's own log, "
            "of all its processes together, without the beginnings and ends of transactions.",
            Table(("at rest", "resident, MB", "shared out, MB", "CPU, % of a core", "queries/s", "asked for"), idles),
        ],
    )


def _starts(name: str, new: NewDatabase, effort: Effort) -> Iterator[Sequence[str]]:
    made = new()
    filled(made, lambda db: fill(db, _STREET))
    for what, is_there in (("a database that is there", True), ("an empty database", False)):
        taken = [
            _start(made if is_there else new(), is_filled=is_there)
            for _ in range(effort.starts if is_there else (effort.starts + 1) // 2)
        ]
        ready = [seconds for seconds, _ in taken]
        answers = [seconds for _, seconds in taken if seconds is not None]
        first = f"{median(answers):.2f}" if answers else "–"
        yield (
            f"{name}, {what}",
            f"{median(ready):.2f}",
            f"{max(ready):.2f}",
            first,
            _met(median(ready) < _LONGEST_START),
        )


def _start(url: str, *, is_filled: bool) -> tuple[float, float | None]:
    """Seconds until it is ready, and until the first answer, where there is somebody to answer."""

    async def start() -> tuple[float, float | None]:
        gateway, port = Gateway(TOKEN), free_port()
        await gateway.start()
        began = perf_counter()
        with running("serve", environment(url, port, gateway.port, {})) as process:
            ready = until_ready(process, port)
            first = await _first_answer(port, gateway, process, began) if is_filled else None
            await gateway.stop()
        return ready, first

    return asyncio.run(start())


async def _first_answer(port: int, gateway: Gateway, process: Running, began: float) -> float:
    drive = Drive(port, gateway, street(_TALKS, 100), [process])
    await drive.first_answer()
    await drive.caller.close()
    return perf_counter() - began


async def _idle(name: str, url: str, commands: Sequence[str], effort: Effort) -> Sequence[Sequence[str]]:
    filled(url, lambda db: fill(db, _STREET))
    gateway, port = Gateway(TOKEN), free_port()
    await gateway.start()
    given = environment(url, port, gateway.port, {})
    with ExitStack() as stack:
        processes = [stack.enter_context(running(each, given)) for each in commands]
        until_ready(processes[0], port)
        await _first_answer(port, gateway, processes[0], perf_counter())
        await asyncio.sleep(effort.settles)
        cpu = await _shares(processes, effort.idle)
        memory = [each.memory() for each in processes]
        asked = await _queries(url, effort.idle)
        await gateway.stop()
    return [
        (
            f"{name}, {each.name}",
            f"{held.resident / _MEGABYTE:.0f}",
            f"{held.proportional / _MEGABYTE:.0f}",
            f"{100 * share:.1f}",
            asked if place == 0 else "",
            _met(held.proportional < _MOST_MEMORY * _MEGABYTE) if each.name == "serve" else "",
        )
        for place, (each, held, share) in enumerate(zip(processes, memory, cpu, strict=True))
    ]


async def _shares(processes: Sequence[Running], seconds: float) -> list[float]:
    before = [each.cpu() for each in processes]
    await asyncio.sleep(seconds)
    return [(each.cpu() - was) / seconds for each, was in zip(processes, before, strict=True)]


async def _queries(url: str, seconds: float) -> str:
    if url.startswith("sqlite"):
        return "–"
    with counted(url) as log:
        await asyncio.sleep(seconds)
        return f"{log.queries / seconds:.1f}"


def _met(is_met: bool) -> str:
    return "met" if is_met else "**not met**"

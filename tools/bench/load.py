"""How much the service bears and how long residents wait: its real processes, beside the bare limit in the same run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product

from bench.drive import Drive
from bench.gateway import Gateway
from bench.load_figures import Closed, Figures, Held, Opened, told
from bench.load_targets import targets
from bench.page import Section
from bench.processes import TOKEN, Running, environment, free_port, running, until_ready
from bench.residents import Street, answered, fill, street
from bench.understanding import is_there
from bench.waves import NewDatabase, postgres, sqlite
from bot.app import by_rule_alone
from bot.db import Database
from bot.nlu.embedded import EmbeddedClassifier
from bot.nlu.examples import load as read_examples
from bot.nlu.rasa import Rasa
from bot.nlu.understand import Understanding
from bot.settings import HOME, Settings
from bot.turns import Understand

_PATIENCE = 20  #: seconds, for Rasa to say that it is there


@dataclass(frozen=True)
class Effort:
    """How much is measured: enough for steady figures, or, in a test, just enough to see that it can be."""

    street: Street = field(default_factory=Street)
    residents: Sequence[int] = (1, 8, 32)
    latencies: Sequence[float] = (0.0, 0.15)
    warm_up: float = 1.0
    seconds: float = 4.0
    open_rate: float = 50.0
    open_seconds: float = 20.0


@dataclass(frozen=True)
class SetUp:
    """Which processes there are, the first of them the web, and what hears. ``waits`` for answers, or not at all."""

    name: str
    engine: str
    commands: Sequence[str]
    waits: bool = True
    opened: Sequence[bool] = ()  #: measured in the open loop too, without receipts or with them
    is_slowed: bool = True  #: measured with every latency of the gateway, not with none alone
    more: Mapping[str, str] = field(default_factory=dict)


BARE = SetUp("the bare limit", "–", ("bench.bare",), waits=False, is_slowed=False)
ALONE = SetUp("web alone", "–", ("web",), waits=False, is_slowed=False)
MANY = SetUp("web + worker", "embedded", ("web", "worker"), opened=(False, True))
ONE = SetUp("serve", "embedded", ("serve",), opened=(False,))
DEAF = SetUp("web + worker", "none", ("web", "bench.deaf"), is_slowed=False)
RASA = SetUp("web + worker", "Rasa", ("web", "worker"), more={"NLU": "rasa"})

Talks = Sequence[Sequence[str]]


def measure() -> Section:
    """Everything, on SQLite and on a PostgreSQL server of its own."""
    settings = Settings.from_env()
    rasa = is_there(Rasa(settings.rasa_url, settings.rasa_secret, _PATIENCE))
    set_ups = (BARE, ALONE, DEAF, MANY, ONE, *((RASA,) if rasa else ()))
    embedded = Understanding(EmbeddedClassifier.load(settings.models)).understand
    with sqlite() as sqlite_url, postgres() as postgres_url:
        databases = {"SQLite": sqlite_url, "PostgreSQL": postgres_url}
        return measured(databases, set_ups, {"none": by_rule_alone(), "embedded": embedded}, Effort())


def measured(
    databases: Mapping[str, NewDatabase], set_ups: Sequence[SetUp], engines: Mapping[str, Understand], effort: Effort
) -> Section:
    """The section of the page. ``engines`` play the talks beforehand; whom they do not name plays as the last."""
    texts = [example.text for example in read_examples(HOME / "tests" / "nlu" / "evaluation")]
    print("  the talks are played …", flush=True)
    talks = {name: answered(engine, texts, effort.street.talks) for name, engine in engines.items()}
    anybodys = list(talks.values())[-1]
    figures = Figures()
    for (name, new), set_up in product(databases.items(), set_ups):
        print(f"  {name}, {set_up.name}, engine {set_up.engine} …", flush=True)
        _Trial(name, new(), set_up, talks.get(set_up.engine, anybodys), effort).run(figures)
    return Section("Load", [*told(figures, effort.open_rate, effort.open_seconds), *targets(figures)])


class _Trial:
    """One set-up on one database."""

    def __init__(self, database: str, url: str, set_up: SetUp, talks: Talks, effort: Effort) -> None:
        self._database, self._url, self._set_up, self._talks, self._effort = database, url, set_up, talks, effort
        self._gateway = Gateway(TOKEN)

    def run(self, figures: Figures) -> None:
        """Fill the database, start the processes, measure, and end them."""
        if self._set_up != BARE:
            filled(self._url, lambda db: fill(db, self._effort.street))
        asyncio.run(self._measured(figures))

    async def _measured(self, figures: Figures) -> None:
        await self._gateway.start()
        port = free_port()
        given = environment(self._url, port, self._gateway.port, self._set_up.more)
        with ExitStack() as stack:
            processes = [stack.enter_context(running(each, given)) for each in self._set_up.commands]
            until_ready(processes[0], port)
            talks = street(self._talks, self._effort.street.residents)
            drive = Drive(port, self._gateway, talks, processes)
            if self._set_up.waits:
                await drive.first_answer()
            await self._closed(drive, figures)
            await self._open(drive, figures)
            figures.held += _held(self._database, self._set_up, processes)
            await self._gateway.stop()
            await drive.caller.close()

    async def _closed(self, drive: Drive, figures: Figures) -> None:
        for latency, residents in self._loads():
            self._gateway.latency = latency
            run = await drive.closed(residents, self._effort.warm_up, self._effort.seconds, waits=self._set_up.waits)
            figures.closed.append(
                Closed(self._database, self._set_up.name, self._set_up.engine, latency, residents, run)
            )
            print(f"    {1000 * latency:.0f} ms, {residents} at once: {run.a_second:.1f}/s", flush=True)

    def _loads(self) -> Iterator[tuple[float, int]]:
        latencies = self._effort.latencies if self._set_up.is_slowed else (0.0,)
        yield from product(latencies, self._effort.residents)

    async def _open(self, drive: Drive, figures: Figures) -> None:
        self._gateway.latency = max(self._effort.latencies)
        for with_receipts in self._set_up.opened:
            self._gateway.receipts = drive.caller if with_receipts else None
            run = await drive.open(self._effort.open_rate, self._effort.warm_up, self._effort.open_seconds)
            figures.opened.append(Opened(self._database, self._set_up.name, self._set_up.engine, with_receipts, run))
            print(f"    open, receipts {with_receipts}: {run.a_second:.1f}/s", flush=True)
        self._gateway.receipts = None


def filled(url: str, fill_it: Callable[[Database], object]) -> None:
    """Make the database and what is in it; all connections are given back."""
    db = Database(url)
    db.upgrade()
    fill_it(db)
    db.close()


def _held(database: str, set_up: SetUp, processes: Sequence[Running]) -> list[Held]:
    return [Held(database, set_up.name, set_up.engine, each.name, each.memory()) for each in processes]

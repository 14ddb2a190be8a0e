"""What was measured of the load, as tables and a picture; what was asked for stands in ``bench.load_targets``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.charts import Bars, Picture, drawn
from bench.drive import Measured
from bench.page import Table
from bench.processes import Memory
from bench.timing import Times

_MEGABYTE = 1_000_000
_SHARES = (50, 95, 99)
MANY, NO_ENGINE, EMBEDDED = "web + worker", "none", "embedded"


@dataclass(frozen=True)
class Closed:
    """So many residents at once, each waiting for the answer; at ``the bare limit`` and ``web alone`` for the 200."""

    database: str
    set_up: str
    engine: str
    latency: float
    residents: int
    run: Measured


@dataclass(frozen=True)
class Opened:
    """SMS at random moments."""

    database: str
    set_up: str
    engine: str
    with_receipts: bool
    run: Measured


@dataclass(frozen=True)
class Held:
    """What a process held at the end."""

    database: str
    set_up: str
    engine: str
    process: str
    memory: Memory


@dataclass
class Figures:
    """All of it."""

    closed: list[Closed] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def one(self, database: str, set_up: str, engine: str, residents: int, latency: float = 0.0) -> Measured | None:
        """That run, when there was one."""
        wanted = (database, set_up, engine, residents, latency)
        found = (c.run for c in self.closed if (c.database, c.set_up, c.engine, c.residents, c.latency) == wanted)
        return next(found, None)


def told(figures: Figures, open_rate: float, open_seconds: float) -> list[str | Table | Picture]:
    """All of it but what was asked for."""
    return [*_told(figures), *_open(figures, open_rate, open_seconds), *_costs(figures)]


def _told(figures: Figures) -> list[str | Table | Picture]:
    bare = [one for one in figures.closed if one.engine == "–"]
    turns = [one for one in figures.closed if one.engine != "–"]
    return [
        "The service as its own processes on this machine, with this bench beside it: SMS come by HTTP with Twilio's "
        "signature, and go to a gateway that answers after 0 or 150 ms. In the closed loop so many residents write at "
        "once, each again when the answer to the SMS before has been handed to the gateway: half short answers, half "
        "messages of the evaluation set, three SMS each. *Acknowledged*: from the SMS sent to Twilio's 200. "
        "*Answered*: from the SMS sent to its answer at the gateway.",
        "First without a turn: the bare limit is the same gunicorn with the same settings, the same signed request, "
        "and one durable insert (SQLite with synchronous=FULL), and nothing else; beside it our web without a worker.",
        Table(
            ("acknowledgements", "at once", "a second", *(f"p{s}, ms" for s in _SHARES), "CPU, ms each", "of it"),
            [_bare_row(figures, one) for one in bare],
        ),
        *_rasa(turns),
        Table(
            ("turns", "at once", "a second", *(f"acknowledged p{s}, ms" for s in _SHARES),
             *(f"answered p{s}, ms" for s in _SHARES), "CPU, ms a turn", "no answer"),
            [_turn_row(one) for one in turns],
        ),
        _picture(figures),
    ]  # fmt: skip


def _rasa(turns: Sequence[Closed]) -> list[str | Table | Picture]:
    return [] if any(one.engine == "Rasa" for one in turns) else ["Rasa did not answer when this was measured."]


def _bare_row(figures: Figures, one: Closed) -> Sequence[str]:
    limit = figures.one(one.database, "the bare limit", "–", one.residents)
    share = f"{100 * one.run.a_second / limit.a_second:.0f} %" if limit and limit.done else "–"
    name = f"{one.database}, {one.set_up}"
    return (
        name,
        str(one.residents),
        f"{one.run.a_second:.1f}",
        *_ms(one.run.times("acknowledged")),
        _cpu(one.run),
        share,
    )


def _turn_row(one: Closed) -> Sequence[str]:
    name = f"{one.database}, {one.set_up}, engine {one.engine}, {1000 * one.latency:.0f} ms"
    times = (*_ms(one.run.times("acknowledged")), *_ms(one.run.times("replied")))
    return name, str(one.residents), f"{one.run.a_second:.1f}", *times, _cpu(one.run), str(one.run.unanswered)


def _open(figures: Figures, rate: float, seconds: float) -> list[str | Table | Picture]:
    rows = [
        (
            f"{one.database}, {one.set_up}, {'with receipts' if one.with_receipts else 'no receipts'}",
            f"{one.run.a_second:.1f}",
            *_ms(one.run.times("acknowledged")),
            *_ms(one.run.times("replied")),
            _cpu(one.run),
            str(one.run.unanswered),
        )
        for one in figures.opened
    ]
    return [
        f"The open loop: {rate:.0f} SMS a second at random moments (exponential gaps) for {seconds:.0f} s, whatever "
        "has been answered; a call to the gateway takes 150 ms. Times are counted from the planned moment, so that a "
        "service that stands still does not hide it. With receipts each answer brings two more webhooks.",
        Table(
            ("50 a second" if rate == 50 else f"{rate:.0f} a second", "turns a second",
             *(f"acknowledged p{s}, ms" for s in _SHARES), *(f"answered p{s}, ms" for s in _SHARES),
             "CPU, ms a turn", "no answer"),
            rows,
        ),
    ]  # fmt: skip


def _costs(figures: Figures) -> list[str | Table | Picture]:
    rows = [
        (
            f"{one.database}, {one.set_up}, engine {one.engine}: {one.process}",
            f"{one.memory.resident / _MEGABYTE:.0f}",
            f"{one.memory.proportional / _MEGABYTE:.0f}",
        )
        for one in figures.held
    ]
    own = [one.run.own / one.run.seconds for one in figures.closed]
    return [
        "Memory after all that: what is resident, and what is left when pages that processes share are shared out.",
        Table(("memory", "resident, MB", "shared out, MB"), rows),
        f"CPU is that of the service's processes, without the database's own. The residents and the gateway, which run "
        f"on the same cores, took {100 * min(own, default=0):.0f} to {100 * max(own, default=0):.0f} % of one core.",
    ]


def _picture(figures: Figures) -> Picture:
    kinds: dict[str, Callable[[Closed], bool]] = {
        "the bare limit (acknowledgements)": lambda one: one.set_up == "the bare limit",
        "web alone (acknowledgements)": lambda one: one.set_up == "web alone",
        "turns, no engine, 0 ms": lambda one: one.engine == NO_ENGINE and not one.latency,
        "turns, embedded, 0 ms": lambda one: (one.set_up, one.engine, one.latency) == (MANY, EMBEDDED, 0.0),
        "turns, embedded, 150 ms": lambda one: (one.set_up, one.engine, one.latency) == (MANY, EMBEDDED, 0.15),
    }
    bars = [
        Bars(
            f"{one.database}, {one.residents} at once",
            {name: one.run.a_second for name, is_it in kinds.items() if is_it(one)},
        )
        for one in figures.closed
    ]
    words = "A second, by how many residents write at once: the bare limit, our web alone, and whole turns."
    return drawn("load", "What one machine bears", words, bars)


def _ms(times: Times) -> list[str]:
    return [f"{1000 * times.percentile(share):.1f}" for share in _SHARES]


def _cpu(run: Measured) -> str:
    return f"{1000 * run.cpu_each:.1f}"

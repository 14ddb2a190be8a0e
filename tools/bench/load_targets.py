"""What issue by issue was asked of the load, beside what came: met or not, and which reading is which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.drive import Measured
from bench.load_figures import EMBEDDED, MANY, NO_ENGINE, Figures
from bench.page import Table


@dataclass(frozen=True)
class _Target:
    """A figure that was asked for, and the one that came."""

    name: str
    wanted: str
    found: float
    unit: str
    is_met: bool

    @property
    def row(self) -> Sequence[str]:
        return self.name, self.wanted, f"{self.found:.1f} {self.unit}".strip(), "met" if self.is_met else "**not met**"


def targets(figures: Figures) -> list[str | Table]:
    """The table of them, as far as it was measured what they are about."""
    databases = dict.fromkeys(one.database for one in figures.closed)
    rows = [target.row for database in databases for target in _of(figures, database)]
    words = (
        "What was asked for, and what came. *While turns are taken*: web, worker, database and this bench share the "
        "cores, and the web waits for its part of them. *Whole turns*: an SMS in, read by rule, its answer written and "
        "handed over, against one insert; *acknowledgements alone*: the same work as the bare limit's."
    )
    return [words, Table(("asked for", "figure", "measured", ""), rows)] if rows else []


def _of(figures: Figures, database: str) -> Iterator[_Target]:
    most = max(one.residents for one in figures.closed)

    def run(set_up: str, engine: str, latency: float = 0.0) -> Measured | None:
        return figures.one(database, set_up, engine, most, latency)

    bare, alone, at_once = run("the bare limit", "–"), run("web alone", "–"), run(MANY, EMBEDDED)
    yield from _open(figures, database)
    yield from _late(database, most, bare, {"alone": alone, "while turns are taken": at_once})
    yield from _fast(database, most, {(150, 60): run(MANY, EMBEDDED, 0.15), (0, 100): at_once})
    yield from _share(database, bare, {"acknowledgements alone": alone, "whole turns": run(MANY, NO_ENGINE)})


def _open(figures: Figures, database: str) -> Iterator[_Target]:
    for one in figures.opened:
        if one.database == database:
            late = 1000 * _p99(one.run)
            receipts = "with receipts" if one.with_receipts else "no receipts"
            about = f"{database}, {one.set_up}: acknowledged p99, SMS at random moments, {receipts}"
            yield _Target(about, "< 100 ms", late, "ms", late < 100)


def _late(database: str, most: int, bare: Measured | None, runs: dict[str, Measured | None]) -> Iterator[_Target]:
    for name, run in runs.items():
        if bare and run and bare.done:
            times = _p99(run) / _p99(bare)
            about = f"{database}: acknowledged p99 {name}, {most} at once"
            yield _Target(about, "≤ 2 times the bare limit's", times, "times", times <= 2)


def _fast(database: str, most: int, runs: dict[tuple[int, int], Measured | None]) -> Iterator[_Target]:
    for (latency, least), run in runs.items():
        if run:
            about = f"{database}: turns a second, gateway {latency} ms, {most} at once"
            yield _Target(about, f"≥ {least}", run.a_second, "", run.a_second >= least)
    if run := runs.get((0, 100)):
        cost = 1000 * run.cpu_each
        yield _Target(f"{database}: CPU a turn, embedded engine", "< 8 ms", cost, "ms", cost < 8)


def _share(database: str, bare: Measured | None, runs: dict[str, Measured | None]) -> Iterator[_Target]:
    for name, run in runs.items():
        if bare and run and bare.done:
            share = 100 * run.a_second / bare.a_second
            about = f"{database}: without the engine, {name}"
            yield _Target(about, "≥ 40 % of the bare limit", share, "%", share >= 40)


def _p99(run: Measured) -> float:
    return run.times("acknowledged").percentile(99)

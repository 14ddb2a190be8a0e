"""A year from beginning to end: set up, let happen, read, checked. What came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import structlog

from bot.commands.year.clock import VirtualClock
from bot.commands.year.driver import Year
from bot.commands.year.happened import Happened, read_happened
from bot.commands.year.reading import read_record
from bot.commands.year.record import Record
from bot.commands.year.rules import Broken, check
from bot.commands.year.start import TAIL_DAYS, set_up
from bot.commands.year.weather import Spell
from bot.turns import Understand

#: A case that a job leaves for the next tick is no failure of a job; these are.
_FAILED = "_failed"
#: What the gateway's bad luck makes fail, as it should.
_EXPECTED = frozenset({"poll_failed", "receipts_failed GatewayDownError"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a year."""

    months: int
    cases: int
    seed: int
    first: date
    last: date
    record: Record
    happened: Happened
    broken: list[Broken]
    spells: list[Spell]
    kills: int


def run_year(
    months: int,
    cases: int,
    seed: int,
    understand: Understand,
    folder: Path,
    url: str,
    tell: Callable[[date, Outcome], None] = lambda _day, _outcome: None,
    tail_days: int = TAIL_DAYS,
) -> Outcome:
    """Let a year happen in an empty database; ``tell`` hears at each new month how it stands."""
    failed: list[tuple[datetime, str]] = []

    def on_month(day: date) -> None:
        tell(day, _outcome(year, months, cases, seed, failed))

    year = set_up(months, cases, seed, understand, folder, url, on_month, tail_days)
    try:
        with _listening(year.world.clock, failed):
            year.run()
        return _outcome(year, months, cases, seed, failed)
    finally:
        year.world.close()


def _outcome(year: Year, months: int, cases: int, seed: int, failed: list[tuple[datetime, str]]) -> Outcome:
    record = read_record(year, list(failed))
    return Outcome(
        months=months,
        cases=cases,
        seed=seed,
        first=year.first,
        last=year.last,
        record=record,
        happened=read_happened(year),
        broken=check(record),
        spells=year.spells,
        kills=year.world.kills,
    )


@contextmanager
def _listening(clock: VirtualClock, failed: list[tuple[datetime, str]]) -> Iterator[None]:
    """Hear what the service logs as its own failure; the rest of the log is for nobody."""

    def hear(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        action = str(entry.get("action", ""))
        told = f"{action} {entry.get('error', '')}".strip()
        if entry.get("level") == "error" and action.endswith(_FAILED) and told not in _EXPECTED:
            failed.append((clock(), told))
        raise structlog.DropEvent

    kept = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.add_log_level, hear],
        wrapper_class=structlog.make_filtering_bound_logger(30),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**kept)

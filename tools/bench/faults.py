"""10,000 SMS while everything goes wrong in turn: every one stored, answered once, in order, and nothing said twice."""

from __future__ import annotations

from collections.abc import Sequence

from bench.ground import postgres_ground, sqlite_ground
from bench.page import Section, Table
from bench.processes import BenchError
from bench.soak import Effort, Outcome, soak
from bench.troubles import Troubles
from bot.nlu.embedded import EmbeddedClassifier
from bot.settings import Settings

MANY = {"web": "web", "worker 1": "worker", "worker 2": "worker", "scheduler": "scheduler"}
ONE = {"serve": "serve"}
#: On SQLite, where every process waits for one lock, fewer of them prove the same.
_ON_SQLITE = 1_000


def measure() -> Section:
    """On PostgreSQL with many processes, and on SQLite with one. Raises BenchError where anything is wrong."""
    engine = EmbeddedClassifier.load(Settings.from_env().models)
    with postgres_ground() as ground:
        many = soak(ground, MANY, engine, Troubles(killed=tuple(MANY)), Effort())
    with sqlite_ground() as ground:
        one = soak(ground, ONE, engine, Troubles(killed=tuple(ONE), times=6, times_long=2), Effort(sms=_ON_SQLITE))
    return told({"PostgreSQL, web + 2 workers + scheduler": many, "SQLite, serve": one})


def told(outcomes: dict[str, Outcome]) -> Section:
    """The section of the page."""
    for name, outcome in outcomes.items():
        if outcome.broken:
            raise BenchError(f"{name}: {len(outcome.broken)} are not as they must be: {outcome.broken[:10]}")
    kinds = sorted({kind for outcome in outcomes.values() for kind, count in outcome.faults.items() if count > 0})
    return Section(
        "Faults",
        [
            "Residents write, each some SMS in a row, while everything around the service goes wrong in turn: the "
            "gateway, its webhooks, Rasa, the processes (SIGKILL), the database. Afterwards our tables are compared "
            "with the phone network's own log: every SMS stored once and by its words, every answer one that the "
            "rules give to the same talk where nothing fails, on the phone once and in order.",
            Table(
                ("SMS", "written", "stored", "answered once", "no answer, by the rules", "not said any more", "wrong"),
                [_counts(name, outcome) for name, outcome in outcomes.items()],
            ),
            "No answer, by the rules: a human has the conversation and has been announced. Not said any more: the "
            "resident had said STOP meanwhile, or a human had taken over. From an SMS written to its answer on the "
            "phone, outages, leases of what was killed and the fetching of what no webhook brought included:",
            Table(
                ("a wait, s", "p50", "p95", "p99", "longest", "all of it"),
                [_waits(name, outcome) for name, outcome in outcomes.items()],
            ),
            Table(
                ("what went wrong, times", *outcomes),
                [(kind, *(str(max(0, outcome.faults[kind])) for outcome in outcomes.values())) for kind in kinds],
            ),
        ],
    )


def _counts(name: str, outcome: Outcome) -> Sequence[str]:
    overtaken = outcome.overtaken.total()
    counted = (outcome.written, outcome.stored, outcome.answered, outcome.silent, overtaken, len(outcome.broken))
    return name, *map(str, counted)


def _waits(name: str, outcome: Outcome) -> Sequence[str]:
    times = outcome.waits
    shown = [*(times.percentile(share) for share in (50, 95, 99)), max(times.seconds), outcome.seconds]
    return name, *(f"{seconds:.1f}" for seconds in shown)

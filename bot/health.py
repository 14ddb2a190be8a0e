"""``/health/live``, ``/health/ready`` and ``/metrics``: for orchestrators and Prometheus. Counts only, no people.

Alarms are reckoned at the moment of asking, from what stands in the database, whoever of us is dead. They do not make
the service unready: webhooks and inbox must stay reachable (docs/decisions/0016-an-alarm-is-no-reason-to-be-away.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import get_args

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock, machine_clock
from bot.db import Database
from bot.db_faults import IN_WORDS, Fault, fault_of
from bot.dead_man import Alarm, alarms_now
from bot.gauges import Gauges, free_bytes
from bot.heartbeats import all_beats
from bot.incidents import Kind
from bot.lease import LEADER
from bot.migrated import is_behind
from bot.models import Lease
from bot.nlu import engine_counts

#: SQLite writes some megabytes beside its file before it writes in it: with less than this it is as good as full.
_FULL = 64_000_000


class _Watch(Collector):
    """Who leads, when what was last done, and what is wrong."""

    def __init__(self, db: Database, clock: Clock, machine: Clock) -> None:
        self._db, self._clock, self._machine = db, clock, machine
        self._began = machine()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Ages are zero where a clock was set back."""
        now, machine = self._clock(), self._machine()  # before the heartbeats, which move along with the demo's clock
        try:
            with self._db.read() as session:
                beats = all_beats(session)
                wrong = Counter(alarm.kind for alarm in alarms_now(session, now, machine, machine - self._began))
                held = select(Lease.name).where(Lease.name == LEADER, Lease.until >= machine)
                leads = session.scalar(held) is not None
        except SQLAlchemyError:  # bot.gauges says that the database is away
            return
        ages = GaugeMetricFamily("redningskrans_heartbeat_age_seconds", "Since it was last done.", labels=["name"])
        for name, at in beats.items():
            ages.add_metric([name], max(0.0, now.timestamp() - at.timestamp()))
        yield ages
        incidents = GaugeMetricFamily("redningskrans_incidents", "What is wrong now, by kind.", labels=["kind"])
        for kind in get_args(Kind):
            incidents.add_metric([kind], wrong[kind])
        yield incidents
        yield GaugeMetricFamily("redningskrans_leader", "1 while some scheduler leads.", value=float(leads))


def blueprint(
    db: Database,
    clock: Clock,
    machine: Clock = machine_clock,
    *,
    still: Callable[[], list[str]] = list,
    counts_own: bool = True,
    room: Callable[[Database], int | None] = free_bytes,
) -> Blueprint:
    """The three routes; they need no log-in and tell nothing of anybody.

    ``still`` names the threads of this process that stand still: then it is not alive. Without ``counts_own`` only what
    stands in the database is counted: behind a port of several processes the next question is answered by another one.
    """
    routes = Blueprint("health", __name__)
    registry, began = CollectorRegistry(), machine()
    registry.register(Gauges(db, clock, machine))
    registry.register(_Watch(db, clock, machine))

    @routes.get("/health/live")
    def live() -> tuple[Response, int]:
        stands_still = still()
        if stands_still:
            return jsonify(status="stuck", still=stands_still), 503
        return jsonify(status="ok"), 200

    @routes.get("/health/ready")
    def ready() -> tuple[Response, int]:
        return _readiness(db, clock, machine, began, room)

    @routes.get("/metrics")
    def metrics() -> Response:
        own = generate_latest(engine_counts.REGISTRY) if counts_own else b""
        return Response(generate_latest(registry) + own, mimetype=CONTENT_TYPE_LATEST)

    return routes


def _readiness(
    db: Database, clock: Clock, machine: Clock, began: datetime, room: Callable[[Database], int | None]
) -> tuple[Response, int]:
    try:
        now = clock()
        with db.read() as session:
            if is_behind(session):
                return _unavailable("unmade")
            found = alarms_now(session, now, machine(), machine() - began)
    except SQLAlchemyError as error:
        return _unavailable(fault_of(error) or "away")
    said: list[dict[str, object]] = [_said(alarm) for alarm in found]
    free = room(db)
    if free is not None and free < _FULL:  # what is there can be read all the same
        said.append(_said(Alarm("disk_full")) | {"why": IN_WORDS["full"]})
    return jsonify(status="ok", alarms=said), 200


def _unavailable(fault: Fault) -> tuple[Response, int]:
    return jsonify(status="unavailable", why=IN_WORDS[fault]), 503


def _said(alarm: Alarm) -> dict[str, object]:
    since = alarm.since.isoformat() if alarm.since else None
    return {"kind": alarm.kind, "organisation": alarm.organisation_id, "subject": alarm.subject, "since": since}

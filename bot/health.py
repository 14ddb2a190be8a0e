"""``/health/live``, ``/health/ready`` and ``/metrics``: for orchestrators and Prometheus. Counts only, no people."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.db import Database
from bot.models import Conversation, Message
from bot.nlu import engine_counts


class _Counts(Collector):
    """What stands in the database at the moment of asking: the same from every process."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One gauge a question that an operator has."""
        with self._db.read() as session:
            messages = GaugeMetricFamily(
                "redningskrans_messages", "SMS by direction and status.", labels=["direction", "status"]
            )
            counted = select(Message.direction, Message.status, func.count()).group_by(
                Message.direction, Message.status
            )
            for direction, status, count in session.execute(counted):
                messages.add_metric([direction, status], count)
            yield messages
            held = GaugeMetricFamily("redningskrans_conversations", "Conversations by holder.", labels=["held_by"])
            for holder, count in session.execute(
                select(Conversation.held_by, func.count()).group_by(Conversation.held_by)
            ):
                held.add_metric([holder], count)
            yield held
            unheard = session.scalar(
                select(func.min(Message.at)).where(Message.direction == "in", Message.status == "received")
            )
            oldest = session.scalar(
                select(func.min(Message.due_at)).where(
                    Message.direction == "out", Message.status == "queued", Message.due_at <= self._clock()
                )
            )
        now = self._clock()
        for name, words, since in (
            ("outbox", "Age of the oldest due SMS.", oldest),
            ("inbound", "Age of the oldest SMS that had no turn yet.", unheard),
        ):
            age = (now - since).total_seconds() if since else 0.0
            yield GaugeMetricFamily(f"redningskrans_{name}_age_seconds", words, value=age)


def blueprint(db: Database, clock: Clock) -> Blueprint:
    """The three routes; they need no log-in and tell nothing of anybody."""
    routes = Blueprint("health", __name__)
    registry = CollectorRegistry()
    registry.register(_Counts(db, clock))

    @routes.get("/health/live")
    def live() -> Response:
        return jsonify(status="ok")

    @routes.get("/health/ready")
    def ready() -> tuple[Response, int]:
        try:
            with db.read() as session:
                session.execute(text("SELECT 1 FROM organisation WHERE 1 = 0"))
        except SQLAlchemyError:
            return jsonify(status="unavailable", why="The database does not answer or is not migrated."), 503
        return jsonify(status="ok"), 200

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(
            generate_latest(registry) + generate_latest(engine_counts.REGISTRY), mimetype=CONTENT_TYPE_LATEST
        )

    return routes

"""Counts and times the steps in an SMS's life for ``/metrics``, where each is written down, once it is committed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from bot.delivery import error_class
from bot.meters import HANDOVERS, SMS, SMS_FAILED, TURNS, once_committed
from bot.models import Message


def count_step(session: Session, message: Message, status: str, source: str, now: datetime, error: str | None) -> None:
    """One step that is just being written down. A receipt that comes twice is counted once."""
    if source == "receipt" and status == message.status:
        return
    direction, kind = message.direction, "wave" if message.bulk else "reply"
    turn = _seconds(message.at, now) if status == "processed" else None
    handed = _seconds(message.due_at, now) if message.due_at and _just_taken(message) else None

    def count() -> None:
        SMS.labels(direction, status).inc()
        if status in ("failed", "undelivered"):
            SMS_FAILED.labels(error_class(error)).inc()
        if turn is not None:
            TURNS.observe(turn)
        if handed is not None:
            HANDOVERS.labels(kind).observe(handed)

    once_committed(session, count)


def _just_taken(message: Message) -> bool:
    """The gateway's id came in this very transaction."""
    return (
        message.direction == "out" and bool(message.provider_sid) and bool(get_history(message, "provider_sid").added)
    )


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, now.timestamp() - since.timestamp())

"""When something that must happen again and again last happened; its silence is an alarm."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.models import Heartbeat


def beat(session: Session, name: str, now: datetime) -> None:
    """It has just happened ("tick", "inbound:3")."""
    session.merge(Heartbeat(name=name, at=now))


def last_beat(session: Session, name: str) -> datetime | None:
    """When it last happened; None: never."""
    row = session.get(Heartbeat, name)
    return row.at if row else None

"""What happened lately on the network, for the page: the newest two hundred events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.simulator.tables import SimEvent

_KEPT = 200


def note(session: Session, at: datetime, kind: str, phone: str, detail: str = "") -> None:
    """Write down one event and forget the oldest."""
    event = SimEvent(at=at, kind=kind, phone=phone, detail=detail)
    session.add(event)
    session.flush()
    session.execute(delete(SimEvent).where(SimEvent.id <= event.id - _KEPT))


def newest(session: Session, count: int) -> list[dict[str, Any]]:
    """The newest events, newest first."""
    rows = session.scalars(select(SimEvent).order_by(SimEvent.id.desc()).limit(count))
    return [
        {
            "id": e.id,
            "at": e.at.isoformat(timespec="milliseconds"),
            "kind": e.kind,
            "phone": e.phone,
            "detail": e.detail,
        }
        for e in rows
    ]

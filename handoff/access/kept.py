"""What an adviser does about their own way in is written down, for every organisation that it opens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.models import Adviser, AuditEvent


def keep(session: Session, adviser: Adviser, action: str, now: datetime) -> None:
    """One line an organisation of theirs: each may see what let somebody in to it."""
    by = {"adviser_id": adviser.id, "subject": f"adviser:{adviser.id}"}
    session.add_all(AuditEvent(at=now, organisation_id=each.id, action=action, **by) for each in adviser.organisations)

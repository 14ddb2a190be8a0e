"""How many SMS did not arrive, by the class of the error; and how many wait because something stands in the way."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.delivery import error_class
from bot.models import Message


def failed_by_class(session: Session, since: datetime | None = None) -> Counter[str]:
    """What failed or was not delivered, of what was due since then; None: of all that is kept."""
    return _by_class(session, "failed", "undelivered", since=since)


def held_by_class(session: Session) -> Counter[str]:
    """What was not taken and waits to be tried again."""
    return _by_class(session, "queued")


def _by_class(session: Session, *statuses: str, since: datetime | None = None) -> Counter[str]:
    counted = (
        select(Message.error, func.count())
        .where(Message.direction == "out", Message.status.in_(statuses))
        .where((Message.error.is_not(None)) | (Message.status != "queued"))
        .group_by(Message.error)
    )
    if since is not None:
        counted = counted.where(Message.due_at > since)  # with the status, what an index is about
    found: Counter[str] = Counter()
    for code, count in session.execute(counted):
        found[error_class(code)] += count
    return found

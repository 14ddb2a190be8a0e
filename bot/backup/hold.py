"""Nothing is sent while a hold stands: set when a backup was brought back, taken away when what was sent is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.db import Database
from bot.mailing.postman import UNCLEAR
from bot.models import Hold, Lease, Mail, SenderRate
from bot.models.desk import UNSENT


def set_hold(session: Session, since: datetime, now: datetime) -> None:
    """From now on nothing goes, and no mail of before: it may have gone already. Nobody has anything in hand."""
    session.add(Hold(since=since, at=now))
    for mail in session.scalars(select(Mail).where(UNSENT)):
        mail.given_up_at, mail.error, mail.body = now, UNCLEAR, ""
    for table in (Lease, SenderRate):
        for row in session.scalars(select(table)):
            session.delete(row)


def held_since(db: Database) -> datetime | None:
    """From when on this database may have forgotten something; None: nothing is held."""
    with db.read() as session:
        return session.scalar(select(func.min(Hold.since)).where(Hold.ended_at.is_(None)))


def end_hold(session: Session, now: datetime) -> None:
    """What was sent is known."""
    session.execute(update(Hold).where(Hold.ended_at.is_(None)).values(ended_at=now))

"""Queues an e-mail to an adviser, in the transaction of what it tells of. Sent by ``bot.post``; each key is told once.

A mail names no resident and quotes nobody: counts, days, the organisation's name. The link to the inbox and how to turn
the mail off are put under it when it is sent, but for a mail that brings a link of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import Adviser, Mail

Kind = Literal["waiting", "digest", "crisis", "mention", "incident", "invitation", "reset"]


def queue_mail(
    session: Session, adviser: Adviser, kind: Kind, key: str, subject: str, body: str, now: datetime
) -> Mail | None:
    """Put a mail into the outbox; None when ``key`` has been told before, by whichever process.

    ``key`` names what is told and to whom ("invitation:12"); ``body`` is plain text without greeting and foot.
    """
    if session.scalar(select(Mail.id).where(Mail.key == key)) is not None:
        return None
    mail = Mail(adviser_id=adviser.id, kind=kind, key=key, subject=subject, body=body, at=now, due_at=now)
    try:
        with session.begin_nested():
            session.add(mail)
    except IntegrityError:  # another process tells of the same at this moment
        return None
    return mail


def untold(session: Session, keys: Iterable[str]) -> list[str]:
    """Those of the keys that no mail has told of, in order."""
    asked = list(keys)
    told: set[str | None] = set()
    for start in range(0, len(asked), 500):
        told |= set(session.scalars(select(Mail.key).where(Mail.key.in_(asked[start : start + 500]))))
    return [key for key in asked if key not in told]


def queue_together(
    session: Session, adviser: Adviser, kind: Kind, keys: Iterable[str], subject: str, body: str, now: datetime
) -> Mail | None:
    """One mail for several things told. All keys but the first are kept as rows without words, which nobody sends."""
    first, *others = keys
    mail = queue_mail(session, adviser, kind, first, subject, body, now)
    for key in others if mail is not None else ():
        told = queue_mail(session, adviser, kind, key, "", "", now)
        if told is not None:
            told.sent_at = now
    return mail

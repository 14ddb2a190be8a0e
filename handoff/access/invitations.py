"""Links with which an adviser chooses a password: good once and for some days; a newer one voids the older.

Opening a link changes nothing, for scanners of mail open every link: only choosing a password uses it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from bot.models import Adviser, Invitation
from handoff.access import sessions
from handoff.passwords import HASHER, hash_password, hash_secret, new_secret

INVITED = timedelta(days=7)
FORGOTTEN = timedelta(hours=2)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def make(session: Session, adviser_id: int, made_by_id: int | None, now: datetime, life: timedelta = INVITED) -> str:
    """A new link's secret, for this once. ``made_by_id`` is None for the command line and for who forgot theirs."""
    void(session, adviser_id, now)
    token = new_secret()
    session.add(
        Invitation(
            adviser_id=adviser_id, token_hash=hash_secret(token), made_by_id=made_by_id, at=now, expires_at=now + life
        )
    )
    return token


def void(session: Session, adviser_id: int, now: datetime) -> None:
    """No link that this adviser was given works any more."""
    theirs = Invitation.adviser_id == adviser_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    session.execute(update(Invitation).where(*theirs).values(expires_at=now))


def find(session: Session, token: str, now: datetime) -> Adviser | None:
    """Whom the link is for; None when it is unknown, used, void or too old. Looking does not use it."""
    row = _row(session, token, now)
    return row.adviser if row else None


def use(session: Session, token: str, password: str, now: datetime, hasher: PasswordHasher = HASHER) -> Adviser | None:
    """Choose the password with the link, once: all the adviser's sessions end, and other links are void."""
    row = _row(session, token, now, lock=True)
    if row is None:
        return None
    row.used_at = now
    row.adviser.password_hash = hash_password(password, hasher)
    session.flush()
    void(session, row.adviser_id, now)
    sessions.end_all(session, row.adviser_id, now)
    return row.adviser


def _row(session: Session, token: str, now: datetime, *, lock: bool = False) -> Invitation | None:
    if not _TOKEN.fullmatch(token):
        return None
    wanted = select(Invitation).where(
        Invitation.token_hash == hash_secret(token), Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    row = session.scalar(wanted.with_for_update() if lock else wanted.options(joinedload(Invitation.adviser)))
    return row if row and row.adviser.is_active else None

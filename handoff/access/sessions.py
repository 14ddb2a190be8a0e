"""The browsers in which an adviser is logged in. The cookie holds a secret, the table its hash: what is ended is ended
in every process at its next request.

A session ends twelve hours after the log-in, a working day, and two hours after the adviser last did something; what a
page asks for by itself does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from bot.models import Adviser, LoginSession
from handoff.passwords import hash_secret, new_secret

#: What stands between the password and the inbox: a code, or that two-step has to be set up first; "" is in.
Waits = Literal["", "code", "setup"]

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=2)
#: To find the phone and type the code.
PENDING = timedelta(minutes=15)
#: How exactly it is known when somebody was last here.
TOUCH = timedelta(minutes=1)
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Standing:
    """One open session, as its owner sees it."""

    id: int
    agent: str
    at: datetime
    seen_at: datetime
    is_this: bool


def begin(session: Session, adviser_id: int, agent: str, now: datetime, waits_for: Waits = "") -> str:
    """A new session's secret, which is nowhere else. Sessions long ended are thrown away."""
    token = new_secret()
    old = LoginSession.adviser_id == adviser_id, LoginSession.at < now - _KEPT
    session.execute(delete(LoginSession).where(*old))
    session.add(
        LoginSession(
            adviser_id=adviser_id, token_hash=hash_secret(token), agent=agent, at=now, seen_at=now, waits_for=waits_for
        )
    )
    return token


def find(session: Session, token: str, now: datetime) -> tuple[LoginSession, Adviser] | None:
    """The open session of this secret, with its adviser and their organisations."""
    row = session.scalar(select(LoginSession).where(LoginSession.token_hash == hash_secret(token)))
    if row is None or not is_open(row, now):
        return None
    adviser = session.get(Adviser, row.adviser_id, options=[selectinload(Adviser.organisations)])
    return (row, adviser) if adviser is not None and adviser.is_active else None


def is_open(row: LoginSession, now: datetime) -> bool:
    """True while it has neither been ended nor run out."""
    if row.ended_at is not None:
        return False
    return now - row.at < PENDING if row.waits_for else now - row.at < LIFE and now - row.seen_at < IDLE


def touch(session: Session, session_id: int, now: datetime) -> None:
    """The adviser did something just now."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))


def end(session: Session, adviser_id: int, session_id: int, now: datetime) -> bool:
    """End one of this adviser's sessions; False when it is none of theirs."""
    theirs = LoginSession.adviser_id == adviser_id, LoginSession.id == session_id, LoginSession.ended_at.is_(None)
    ended = session.execute(update(LoginSession).where(*theirs).values(ended_at=now).returning(LoginSession.id))
    return ended.first() is not None


def end_all(session: Session, adviser_id: int, now: datetime, but: int | None = None) -> None:
    """End all of them, except the one in which it was asked for; also what waits for a code, and old releases' own."""
    theirs = LoginSession.adviser_id == adviser_id, LoginSession.ended_at.is_(None), LoginSession.id != (but or 0)
    session.execute(update(LoginSession).where(*theirs).values(ended_at=now))
    epoch = Adviser.session_epoch + 1
    session.execute(update(Adviser).where(Adviser.id == adviser_id).values(session_epoch=epoch))


def standing(session: Session, adviser_id: int, this: int | None, now: datetime) -> list[Standing]:
    """The open ones, this one first, then the newest."""
    rows = session.scalars(
        select(LoginSession)
        .where(LoginSession.adviser_id == adviser_id, LoginSession.ended_at.is_(None), LoginSession.waits_for == "")
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    )
    found = [Standing(r.id, r.agent, r.at, r.seen_at, r.id == this) for r in rows if is_open(r, now)]
    return sorted(found, key=lambda it: not it.is_this)

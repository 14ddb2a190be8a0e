"""Wrong attempts, counted in the database: one count for all processes.

A try is counted before it is looked at, so that sixty-four at once are sixty-four; who was right gets it back. What is
counted under is a fingerprint: no address is stored. A stranger's tries lock strangers only: a browser in which an
adviser has been logged in has a count of its own, so nobody can keep a colleague out. An address that belongs to no
adviser is counted like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.models import LoginTry


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries are free; then each wait is longer than the one before, up to the last."""

    free: int
    waits: tuple[timedelta, ...]
    forgotten_after: timedelta

    def wait(self, count: int) -> timedelta | None:
        """How long nobody is let try after so many wrong ones."""
        beyond = count - self.free
        return self.waits[min(beyond, len(self.waits) - 1)] if beyond >= 0 else None


_MINUTES = tuple(timedelta(minutes=n) for n in (1, 5, 15))
#: Of one account (and of an address that is none).
ACCOUNT = Limit(free=5, waits=_MINUTES, forgotten_after=timedelta(hours=12))
#: Of one place on the net, where a whole office may sit.
PLACE = Limit(free=30, waits=(timedelta(minutes=5),), forgotten_after=timedelta(minutes=5))
#: Mails to one address.
MAILS = Limit(free=3, waits=(timedelta(hours=1),), forgotten_after=timedelta(hours=1))


def take(session: Session, key: str, limit: Limit, now: datetime) -> datetime | None:
    """Count one try; None lets it happen, else until when nobody may."""
    row = _locked(session, key, now)
    if row.locked_until is not None and now < row.locked_until:
        return row.locked_until
    if now - row.at > limit.forgotten_after:
        row.count = 0
    row.count, row.at = row.count + 1, now
    wait = limit.wait(row.count)
    row.locked_until = now + wait if wait else None
    return None


def forget(session: Session, key: str) -> None:
    """Nothing has been wrong: after a right log-in, or when an admin gives a new link."""
    session.execute(delete(LoginTry).where(LoginTry.key == key))


def give_back(session: Session, key: str, now: datetime) -> None:
    """That one was right: it does not count."""
    row = _locked(session, key, now)
    row.count = max(0, row.count - 1)
    row.locked_until = None


def sweep(session: Session, now: datetime) -> None:
    """Throw away what no count needs any more."""
    session.execute(delete(LoginTry).where(LoginTry.at < now - timedelta(days=2)))


def _locked(session: Session, key: str, now: datetime) -> LoginTry:
    wanted = select(LoginTry).where(LoginTry.key == key).with_for_update()
    if (row := session.scalar(wanted)) is not None:
        return row
    try:
        with session.begin_nested():
            session.add(made := LoginTry(key=key, count=0, at=now, locked_until=None))
        return made
    except IntegrityError:  # somebody else's first try came first
        return session.scalars(wanted).one()

"""What only one process may do at a time: held in the database for a while, renewed, given up, or taken over.

By the machines' clocks, which must agree to within seconds. Who believes to hold it, and does not any more, does no
harm: what is done under a lease has keys of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from bot.db import Database
from bot.models import Lease

#: The lease of the one scheduler that leads.
LEADER = "scheduler"
#: No lease is taken for longer, also where the machines' clocks differ by a little.
LONGEST = timedelta(minutes=10)


def may_take(holder: str | None, until: datetime | None, me: str, now: datetime) -> bool:
    """Mine is mine to renew; another's only after it has run out; nobody's is free.

    One that runs for longer than any lease of ours was taken by a clock that was ahead.
    """
    return holder is None or until is None or holder == me or not now <= until <= now + LONGEST


def take(db: Database, name: str, me: str, now: datetime, until: datetime) -> bool:
    """Take or renew the lease; True when it is held until then. Of several who try at once one gets it."""
    now, until = now.astimezone(UTC), until.astimezone(UTC)
    try:
        with db.write() as session:
            found = session.execute(select(Lease.holder, Lease.until).where(Lease.name == name)).one_or_none()
            if found is None:
                session.add(Lease(name=name, holder=me, until=until))
                return True
            if not may_take(found.holder, found.until.astimezone(UTC), me, now):
                return False
            still = update(Lease).where(Lease.name == name, Lease.holder == found.holder, Lease.until == found.until)
            taken = session.execute(still.values(holder=me, until=until).returning(Lease.name)).first()
            return taken is not None
    except IntegrityError:  # another process was the first ever
        return False


def give_up(db: Database, name: str, me: str) -> None:
    """Let another have it at once."""
    with db.write() as session:
        session.execute(delete(Lease).where(Lease.name == name, Lease.holder == me))


def holder_of(db: Database, name: str, now: datetime) -> str | None:
    """Who holds it now, if anybody does."""
    with db.read() as session:
        row = session.get(Lease, name)
        return row.holder if row is not None and row.until.astimezone(UTC) >= now.astimezone(UTC) else None

"""Writes what was planned: some cases a transaction, each step once. The unique keys decide, not who came first.

The cases of a transaction are written together, in some queries however many they are; where that does not go (another
process writes one of them, one of them fails) each in one of its own. A case that fails is logged by its id and left;
the next tick tries it again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.db import Database
from bot.fact_rows import chunks
from bot.models import Organisation, Wave
from scheduler.gather import Gathered, gather, rules_of
from scheduler.waves import Contact, Skip, plan
from scheduler.write_together import PASSING, write_together

log = structlog.get_logger()

#: So few that SQLite's one lock is given back within a fifth of a second.
_CHUNK = 40
#: Seconds in which whoever polls for SQLite's lock gets it between two transactions: a reply is not held up.
_GIVE_WAY = 0.03

Planned = tuple[Gathered, list[Contact | Skip]]


def is_new(item: Contact | Skip, gathered: Gathered) -> bool:
    """True when writing would change something."""
    if isinstance(item, Contact):
        return True
    if item.why == "expired" and any(step == item.step for step, _ in gathered.skipped):
        return False  # it is known why this step was not done in time
    begins = item.ladder_starts_at is not None and gathered.candidate.starts_at is None
    return begins or (item.why not in PASSING and (item.step, item.why) not in gathered.skipped)


def write_cases(
    db: Database, organisation_id: int, case_ids: Iterable[int], now: datetime, until: datetime
) -> list[Contact]:
    """Plan these cases once more and write what is to be done no later than ``until``; the contacts that are new."""
    written: list[Contact] = []
    for number, ids in enumerate(chunks(sorted(case_ids), _CHUNK)):
        if number and db.is_sqlite:
            threading.Event().wait(_GIVE_WAY)
        try:
            written += _write(db, organisation_id, ids, now, until)
        except Exception as error:
            log.info("Cases are written one by one", action="one_by_one", error=type(error).__name__)
            written += _one_by_one(db, organisation_id, ids, now, until)
    return written


def _write(db: Database, organisation_id: int, ids: list[int], now: datetime, until: datetime) -> list[Contact]:
    with db.write() as session:
        # Whoever ends a wave waits for who is writing it, and so sees everything there is to call off.
        held = select(Wave.id).where(Wave.organisation_id == organisation_id).order_by(Wave.id)
        session.execute(held.with_for_update(read=True, key_share=True))
        rules = rules_of(session, session.get_one(Organisation, organisation_id))
        planned: list[Planned] = []
        for gathered in gather(session, organisation_id, now, only=ids):
            items = [item for item in plan([gathered.candidate], rules, now, until) if is_new(item, gathered)]
            if items:
                planned.append((gathered, items))
        return write_together(session, rules, planned, now, until)


def _one_by_one(db: Database, organisation_id: int, ids: list[int], now: datetime, until: datetime) -> list[Contact]:
    """Each in a transaction of its own: one that held what it has written would wait for others out of their order."""
    written: list[Contact] = []
    for case_id in ids:
        try:
            written += _write(db, organisation_id, [case_id], now, until)
        except IntegrityError:
            continue  # another process has just written this case
        except Exception as error:
            log.error("A case failed", action="contact_failed", case=case_id, error=type(error).__name__)
    return written

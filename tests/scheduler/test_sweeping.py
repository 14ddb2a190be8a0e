"""The leading scheduler throws old rows away, tells when it last did, and stops between two batches."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from bot.db import Database
from bot.heartbeats import last_beat
from bot.housekeeping import BATCH
from bot.meters import REGISTRY
from bot.models import LiveEvent
from scheduler.service import Pace, Scheduler
from tests.bot.test_db import NOON
from tests.bot.test_housekeeping import events, ids
from tests.rig import eventually

__all__ = ["ids"]


def left(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count(LiveEvent.id))) or 0


def test_whoever_leads_sweeps_at_once_and_all_of_it(db: Database, ids: dict[str, int]):
    events(db, ids, BATCH + 10, NOON - timedelta(days=2))
    before = REGISTRY.get_sample_value("redningskrans_rows_swept_total", {"table": "live_events"}) or 0
    scheduler = Scheduler(db, lambda: NOON, 3600, lambda: None, pace=Pace(renew=0.2, lease=30))
    scheduler.start()
    try:
        eventually(lambda: left(db) == 1, seconds=60)
        eventually(lambda: _swept_at(db) == NOON, seconds=60)
    finally:
        scheduler.stop()
    assert REGISTRY.get_sample_value("redningskrans_rows_swept_total", {"table": "live_events"}) == before + BATCH + 9
    assert REGISTRY.get_sample_value("redningskrans_job_last_success_timestamp_seconds", {"job": "sweep"})


def _swept_at(db: Database) -> object:
    with db.read() as session:
        return last_beat(session, "sweep")


def test_whoever_does_not_lead_ends_after_one_batch(db: Database, ids: dict[str, int]):
    """It may have been asleep, and another leads by now."""
    events(db, ids, 2 * BATCH, NOON - timedelta(days=2))
    Scheduler(db, lambda: NOON, 3600, lambda: None).sweep()
    assert left(db) == BATCH

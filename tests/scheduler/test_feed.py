"""Figures that are older than the organisation allows hold its wave, and a human is told until fresh ones come."""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.db import Database
from bot.incidents import open_incidents
from bot.models import Incident, Organisation, Wave
from scheduler import jobs
from scheduler.desk import Desk
from tests.scheduler.world import NOW, World, at


def told(world: World) -> list[tuple[str, str]]:
    with world.db.read() as session:
        return [(each.kind, each.subject) for each in open_incidents(session, [world.organisation_id])]


def state(world: World, now: datetime) -> str:
    with world.db.read() as session:
        return Desk().waves(session, session.get_one(Organisation, world.organisation_id), now)[0].state


def started(world: World) -> bool:
    with world.db.read() as session:
        mine = select(Wave.started_at).where(Wave.organisation_id == world.organisation_id)
        return any(session.scalars(mine))


def old(db: Database) -> tuple[World, int]:
    """A case of a week ago; the organisation allows a day."""
    world = World(db, feed_max_age_hours=24)
    (case,) = world.add("1", opened_at=NOW - timedelta(days=7))
    return world, case


def test_a_wave_waits_for_fresh_figures_and_says_so_until_they_come(db: Database):
    world, case = old(db)
    jobs.tick(db, at("2026-10-26T12:00"))
    assert (state(world, at("2026-10-26T12:00")), told(world)) == ("not_due", [])
    for _ in range(2):
        jobs.tick(db, NOW)
    assert (started(world), world.contacts(), state(world, NOW)) == (False, [], "feed_too_old")
    assert told(world) == [("feed_too_old", "2026-10")]
    fresh = NOW + timedelta(hours=3)
    world.change(case, updated_at=fresh)
    jobs.tick(db, fresh)
    assert (started(world), state(world, fresh), told(world)) == (True, "running", [])
    assert [step for step, *_ in world.contacts(case)] == [0]
    with db.read() as session:
        assert len(session.scalars(select(Incident).where(Incident.kind == "feed_too_old")).all()) == 1


def test_figures_that_grow_old_while_a_wave_runs_hold_its_steps(db: Database):
    world, case = old(db)
    world.change(case, updated_at=NOW)
    jobs.tick(db, NOW)
    later = at("2026-10-29T09:00")
    jobs.tick(db, later)
    assert (state(world, later), told(world)) == ("feed_too_old", [("feed_too_old", "2026-10")])
    assert [step for step, *_ in world.contacts(case)] == [0]


def test_without_a_limit_no_figures_are_too_old(db: Database):
    world = World(db)
    world.add("1", opened_at=NOW - timedelta(days=7))
    jobs.tick(db, NOW)
    assert (started(world), told(world)) == (True, [])


def test_a_wave_that_was_ended_waits_for_nothing(db: Database):
    world, _ = old(db)
    Desk().cancel(db, world.organisation_id, "2026-10", NOW, None)
    jobs.tick(db, NOW)
    assert (state(world, NOW), told(world)) == ("cancelled", [])

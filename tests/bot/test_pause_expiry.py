"""A pause that lets SMS expire is told, once a wave, whether they expire while it lasts or it is found when it ends."""

from datetime import datetime

from bot.db import Database
from bot.dispatch import Dispatch
from bot.incidents import open_incidents
from bot.wave_state import pause_wave, resume_wave, wave_of
from scheduler import run_waves
from tests.fakes import FakeClock, FakeGateway
from tests.scheduler.world import NOW, World, at

EXPIRY = at("2026-10-29T09:00")


def paused(db: Database) -> World:
    world = World(db)
    world.add("1", "2")
    run_waves.start_wave(db, world.organisation_id, NOW, "command")
    with db.write() as session:
        pause_wave(session, wave_of(session, world.organisation_id, "2026-10"), NOW, "command")
    return world


def told(db: Database) -> list[tuple[str, str]]:
    with db.read() as session:
        return [(row.kind, row.subject) for row in open_incidents(session)]


def send_all(db: Database, now: datetime) -> FakeGateway:
    gateway, clock = FakeGateway(), FakeClock(now)
    dispatch = Dispatch(db, clock, gateway, "http://localhost", clock)
    while dispatch.send_next():
        clock.move(seconds=1)
    return gateway


def test_what_expires_during_a_pause_is_told_once(db: Database) -> None:
    world = paused(db)
    send_all(db, NOW)
    assert told(db) == []
    assert send_all(db, EXPIRY).carried == []
    assert [message.error for message in world.messages()] == ["expired", "expired"]
    assert told(db) == [("pause_expired", "2026-10")]


def test_what_is_found_expired_when_the_pause_ends_is_told(db: Database) -> None:
    world = paused(db)
    with db.write() as session:
        resume_wave(session, wave_of(session, world.organisation_id, "2026-10"), EXPIRY, "command")
    assert told(db) == [("pause_expired", "2026-10")]


def test_a_pause_that_ends_in_time_is_not_told(db: Database) -> None:
    world = paused(db)
    with db.write() as session:
        resume_wave(session, wave_of(session, world.organisation_id, "2026-10"), NOW.replace(hour=12), "command")
    assert told(db) == []

"""A wave's SMS at the moment of sending: of a wave that stands still, ended or too old, of a case that came again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.contact_check import Refuse, Send, Wait, recheck, verdict
from bot.db import Database
from bot.dispatch import Dispatch
from bot.models import Message, Organisation
from bot.wave_look import valid_seconds
from bot.wave_state import pause_wave, resume_wave, wave_of
from scheduler import run_waves
from scheduler.cancel import cancel_wave
from tests.bot.test_contact_check import EVENING, FREE
from tests.fakes import FakeClock, FakeGateway
from tests.scheduler.world import NOW, World, at

EXPIRES = at("2026-10-29T09:00")


def queued(db: Database, **settings) -> tuple[World, int]:
    """One SMS of a started wave; gives the world and the case's id."""
    world = World(db, **settings)
    (case,) = world.add("1")
    run_waves.start_wave(db, world.organisation_id, NOW, "command")
    return world, case


def look(world: World, now: datetime = NOW):
    with world.db.write() as session:
        return recheck(session, session.get_one(Message, world.messages()[-1].id), now)


@pytest.mark.parametrize(
    ("change", "now", "expected"),
    [
        ({"cancelled": True}, NOW, Refuse("cancelled")),
        ({"come_again": True}, NOW, Refuse("come_again")),
        ({"paused": True}, NOW, Wait(NOW + timedelta(days=2))),
        ({"paused": True, "expires_at": None}, NOW, Wait(NOW + timedelta(days=1))),
        ({"paused": True, "replied": True}, NOW, Refuse("replied")),
        ({"paused": True, "expires_at": NOW}, NOW, Refuse("expired")),
        ({"feed_too_old": True}, NOW, Wait(NOW + timedelta(hours=1))),
        ({"feed_too_old": True}, EVENING, Wait(at("2026-10-28T10:00"))),
        ({"feed_too_old": True, "expires_at": NOW + timedelta(minutes=5)}, NOW, Wait(NOW + timedelta(minutes=5))),
        ({"expires_at": at("2026-10-28T09:00")}, EVENING, Refuse("expired")),
    ],
)
def test_what_the_wave_says_counts_after_what_the_case_says(change, now, expected):
    assert verdict(replace(FREE, **change), now) == expected


def test_what_slipped_into_the_outbox_of_a_paused_wave_waits_there_for_its_expiry(db: Database):
    world, _ = queued(db)
    with db.write() as session:
        wave = wave_of(session, world.organisation_id, "2026-10")
        wave.paused_at, wave.paused_by = NOW, "command"
    assert look(world) == Wait(EXPIRES)
    assert look(world, EXPIRES) == Refuse("expired")


def test_a_paused_wave_sends_nothing_and_a_resumed_one_what_has_not_expired(db: Database):
    world, _ = queued(db)
    clock, gateway = FakeClock(NOW), FakeGateway()
    dispatch = Dispatch(db, clock, gateway, "http://localhost")
    with db.write() as session:
        pause_wave(session, wave_of(session, world.organisation_id, "2026-10"), NOW, "command")
    assert not dispatch.send_next()
    clock.now = at("2026-10-28T12:00")
    with db.write() as session:
        resume_wave(session, wave_of(session, world.organisation_id, "2026-10"), clock.now, "command")
    assert dispatch.send_next()
    assert len(gateway.carried) == 1


def test_an_sms_of_a_cancelled_wave_is_refused_also_when_it_slipped_in(db: Database):
    world, _ = queued(db)
    with db.write() as session:
        wave = wave_of(session, world.organisation_id, "2026-10")
        wave.cancelled_at, wave.cancelled_by = NOW, "command"
    assert look(world) == Refuse("cancelled")


def test_another_try_at_an_sms_of_a_cancelled_wave_is_refused(db: Database):
    world, _ = queued(db)
    with db.write() as session:
        first = session.get_one(Message, world.messages()[0].id)
        values = {name: getattr(first, name) for name in ("conversation_id", "direction", "author", "body", "bulk")}
        session.add(Message(**values, status="queued", at=NOW, first_try_id=first.id, away_tries=2))
        first.status = "undelivered"
    assert look(world) == Send()
    with db.write() as session:
        cancel_wave(session, wave_of(session, world.organisation_id, "2026-10"), NOW, "command")
    assert look(world) == Refuse("cancelled")


def test_an_sms_of_the_ladder_before_is_not_sent_once_the_case_has_come_again(db: Database):
    world, case = queued(db)
    world.change(case, opened_at=NOW + timedelta(hours=1))
    assert look(world, NOW + timedelta(hours=2)) == Refuse("come_again")


def test_figures_that_grew_too_old_since_it_was_queued_put_it_off_until_fresh_ones_come(db: Database):
    world, case = queued(db, feed_max_age_hours=24)
    tomorrow = at("2026-10-28T12:00")
    assert look(world, tomorrow) == Wait(tomorrow + timedelta(hours=1))
    world.change(case, updated_at=tomorrow)
    assert look(world, tomorrow) == Send()


@pytest.mark.parametrize(
    ("expires_at", "now", "seconds"),
    [
        (EXPIRES, NOW, 8 * 3600 + 55 * 60),  # until the window closes at 18
        (at("2026-10-27T09:10"), NOW, 300),
        (None, NOW, 8 * 3600 + 55 * 60),
        (at("2026-10-27T09:05"), NOW, 1),
        (EXPIRES, at("2026-10-27T17:59"), 60),
    ],
)
def test_what_we_start_dies_on_its_way_when_it_expires_or_the_window_closes(
    sqlite_db: Database, expires_at, now, seconds
):
    world, _ = queued(sqlite_db)
    with sqlite_db.write() as session:
        message = session.get_one(Message, world.messages()[0].id)
        message.expires_at = expires_at
        assert valid_seconds(message, now) == seconds
        message.bulk = False
        assert valid_seconds(message, now) is None


def test_no_more_is_asked_of_the_gateway_than_it_takes(sqlite_db: Database):
    world, _ = queued(sqlite_db, send_from="00:00", send_to="23:59")
    with sqlite_db.write() as session:
        session.get_one(Organisation, world.organisation_id)
        message = session.get_one(Message, world.messages()[0].id)
        assert valid_seconds(message, at("2026-10-27T00:01")) == 36_000

"""A wave as a row: paused once, resumed, and what was queued of it held back and let go, on both databases."""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.db import Database
from bot.models import AuditEvent, Message, Wave
from bot.wave_state import live_waves, pause_wave, resume_wave, wave_of, wave_of_message
from scheduler import run_waves
from tests.scheduler.world import NOW, World, at

LATER = NOW + timedelta(hours=1)


def started(db: Database, *refs: str) -> World:
    """Solgården's wave, started before the window opens: its SMS wait for nine o'clock."""
    world = World(db)
    world.add(*refs)
    run_waves.start_wave(db, world.organisation_id, NOW.replace(hour=7), "command")
    return world


def of(session, world: World, month: str = "2026-10") -> Wave:
    return wave_of(session, world.organisation_id, month)


def due(world: World) -> list[datetime | None]:
    return [message.due_at for message in world.messages()]


def test_a_pause_puts_what_is_queued_off_to_its_expiry_and_a_second_one_changes_nothing(db: Database):
    world = started(db, "1", "2")
    with db.write() as session:
        assert pause_wave(session, of(session, world), NOW, "text_blocked")
        assert not pause_wave(session, of(session, world), LATER, "7")
    assert due(world) == [at("2026-10-29T09:00")] * 2
    with db.read() as session:
        wave = of(session, world)
        assert (wave.paused_at, wave.paused_by) == (NOW, "text_blocked")
        told = session.scalars(select(AuditEvent).where(AuditEvent.action != "wave_started")).one()
        assert (told.action, told.adviser_id, told.detail) == (
            "wave_paused",
            None,
            {"month": "2026-10", "by": "text_blocked"},
        )


def test_resumed_it_is_due_now_or_at_its_own_later_time(db: Database):
    world = started(db, "1")
    with db.write() as session:
        pause_wave(session, of(session, world), NOW.replace(hour=7), "command")
        assert resume_wave(session, of(session, world), NOW.replace(hour=8), "command")
    assert due(world) == [NOW.replace(hour=9, minute=0)]
    with db.write() as session:
        pause_wave(session, of(session, world), NOW, "command")
        assert resume_wave(session, of(session, world), LATER, "command")
        assert not resume_wave(session, of(session, world), LATER, "command")
    assert due(world) == [LATER]


def test_what_has_expired_meanwhile_is_refused_when_it_is_resumed(db: Database):
    world = started(db, "1")
    with db.write() as session:
        pause_wave(session, of(session, world), NOW, "command")
    with db.write() as session:
        resume_wave(session, of(session, world), at("2026-10-29T09:00"), "command")
    assert [(m.status, m.error) for m in world.messages()] == [("refused", "expired")]


def test_only_the_one_wave_is_paused(db: Database):
    world = started(db, "1")
    with db.write() as session:
        pause_wave(session, of(session, world, "2026-09"), NOW, "command")
    assert due(world) == [NOW.replace(hour=9, minute=0)]


def test_a_later_try_of_an_sms_belongs_to_the_same_wave(db: Database):
    started(db, "1")
    with db.write() as session:
        first = session.scalars(select(Message)).one()
        values = {name: getattr(first, name) for name in ("conversation_id", "direction", "author", "body", "bulk")}
        copy = Message(**values, status="queued", at=LATER, first_try_id=first.id)
        answer = Message(**(values | {"author": "bot"}), status="queued", at=LATER)
        session.add_all([copy, answer])
        session.flush()
        waves = [wave_of_message(session, message) for message in (first, copy, answer)]
        assert [wave.month if wave else None for wave in waves] == ["2026-10", "2026-10", None]


def test_another_try_keeps_its_hour_over_a_pause_or_goes_with_the_wave_when_that_went_by(db: Database):
    world = started(db, "1")
    with db.write() as session:
        first = session.scalars(select(Message)).one()
        values = {name: getattr(first, name) for name in ("conversation_id", "direction", "author", "body", "bulk")}
        expires = {"expires_at": first.expires_at, "due_at": LATER}
        session.add(Message(**values, **expires, status="queued", at=NOW, first_try_id=first.id, away_tries=2))
        first.status = "undelivered"
    with db.write() as session:
        pause_wave(session, of(session, world), NOW, "command")
        resume_wave(session, of(session, world), NOW + timedelta(minutes=1), "command")
    assert due(world)[1] == LATER
    with db.write() as session:
        pause_wave(session, of(session, world), NOW + timedelta(minutes=2), "command")
        again = session.scalars(select(Message).where(Message.first_try_id.is_not(None))).one()
        assert again.due_at == LATER
        again.due_at = again.expires_at  # the sender looked at it in its hour
    with db.write() as session:
        resume_wave(session, of(session, world), LATER + timedelta(hours=1), "command")
    assert due(world)[1] == LATER + timedelta(hours=1)


def test_a_wave_is_live_while_one_of_its_cases_is_open(db: Database):
    world = World(db)
    (case,) = world.add("1")
    run_waves.start_wave(db, world.organisation_id, NOW, "command")
    with db.read() as session:
        assert [wave.month for wave in live_waves(session, world.organisation_id)] == ["2026-10"]
    world.change(case, status="settled")
    with db.read() as session:
        assert live_waves(session, world.organisation_id) == []

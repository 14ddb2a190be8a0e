"""A case that was erased and comes again with the next file is not contacted twice in a wave, on both databases."""

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from bot.case_rows import row_from_mapping
from bot.db import Database
from bot.intake import take
from bot.models import Case, Contact, Conversation, Message, MessageStatus, Organisation, StepKey
from bot.wave_state import wave_of
from scheduler import jobs
from scheduler.gather import gather, rules_of
from scheduler.keys import case_key
from scheduler.run_waves import start_wave
from scheduler.waves import plan
from scheduler.write_together import write_together
from tests.scheduler.world import NOW, World, at

LATER = NOW + timedelta(hours=1)


def erase(world: World, case_id: int) -> None:
    """Every row of the case goes, as when its time is up or its resident asks for it."""
    with world.db.write() as session:
        threads = select(Conversation.id).where(Conversation.case_id == case_id)
        messages = select(Message.id).where(Message.conversation_id.in_(threads))
        session.execute(delete(MessageStatus).where(MessageStatus.message_id.in_(messages)))
        session.execute(delete(Message).where(Message.conversation_id.in_(threads)))
        session.execute(delete(Conversation).where(Conversation.case_id == case_id))
        session.execute(delete(Case).where(Case.id == case_id))


def come_again(world: World, ref: str, now: datetime, phone: str = "11 11 40 01") -> int:
    """The next file has the case; gives its new id."""
    row = {"case_ref": ref, "name": f"Line {ref}", "phone": phone, "arrears": "8450,50", "deadline": "2026-11-04"}
    take(world.db, world.organisation_id, [row_from_mapping(row, now.date())], now)
    with world.db.read() as session:
        mine = select(Case.id).where(Case.organisation_id == world.organisation_id, Case.case_ref == ref)
        return session.scalars(mine).one()


def run_until(world: World, now: datetime, end: datetime) -> None:
    jobs.tick(world.db, now)
    while (moment := jobs.due_moments(world.db, now)) is not None and moment <= end:
        now = moment
        jobs.tick(world.db, now)


def keys(world: World) -> int:
    with world.db.read() as session:
        return session.scalar(select(func.count(StepKey.id))) or 0


def test_a_key_is_the_same_for_the_same_case_and_tells_neither_organisation_nor_number():
    assert case_key(1, "S-1") == case_key(1, "S-1")
    assert len({case_key(1, "S-1"), case_key(2, "S-1"), case_key(1, "S-2"), case_key(11, "S-1")}) == 4
    assert "S-1" not in case_key(1, "S-1")


def test_who_was_erased_and_comes_again_hears_nothing_more_of_the_wave(db: Database):
    world = World(db)
    old, other = world.add("1", "2")
    start_wave(db, world.organisation_id, NOW, "command")
    erase(world, old)
    new = come_again(world, "1", LATER)
    assert start_wave(db, world.organisation_id, LATER, "command").sms == 0
    run_until(world, LATER, at("2026-12-20T12:00"))
    assert world.contacts(new) == [(999, "other", "Wed 04 09.00")]  # an adviser hears of the deadline, nobody else
    assert [kind for _, kind, _ in world.contacts(other)].count("sms") == 3


def test_whose_deadlines_task_was_made_before_the_erasure_is_left_alone(db: Database):
    world = World(db)
    (old,) = world.add("1")
    run_until(world, NOW, at("2026-11-04T12:00"))
    erase(world, old)
    new = come_again(world, "1", at("2026-10-27T12:00"))
    run_until(world, at("2026-11-04T13:00"), at("2026-11-25T12:00"))
    assert world.contacts(new) == []


def test_the_next_months_wave_knows_nothing_of_it(db: Database):
    world = World(db)
    (old,) = world.add("1")
    start_wave(db, world.organisation_id, NOW, "command")
    erase(world, old)
    again = at("2026-11-27T09:10")
    row = {"case_ref": "1", "name": "Line 1", "phone": "11 11 40 01", "arrears": "8450,50"}
    take(db, world.organisation_id, [row_from_mapping(row, again.date())], again)
    assert start_wave(db, world.organisation_id, again, "command").sms == 1


def test_a_case_that_comes_again_in_its_own_row_gets_its_new_ladder(db: Database):
    world = World(db)
    (case,) = world.add("1")
    start_wave(db, world.organisation_id, NOW, "command")
    again = at("2026-10-29T08:00")
    world.change(case, received=again.date(), opened_at=again, deadline=date(2026, 11, 6))
    jobs.tick(db, at("2026-10-29T09:00"))
    assert [step for step, *_ in world.contacts(case)] == [0, 0]
    assert keys(world) == 2


def test_writers_at_once_leave_one_key_a_contact(db: Database):
    world = World(db)
    cases = world.add(*map(str, range(12)))
    start_wave(db, world.organisation_id, NOW, "command")
    erase(world, cases[0])
    come_again(world, "0", LATER)
    world.add("late", phone="+4511114500", opened_at=LATER)
    gate = threading.Barrier(3)
    failures: list[BaseException] = []

    def run() -> None:
        gate.wait()
        try:
            start_wave(db, world.organisation_id, LATER, "command")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.read() as session:
        assert session.scalar(select(func.count(Contact.id))) == 12  # of the erased one its own went with it
    assert keys(world) == 13
    assert len(world.messages()) == 12


def test_a_key_that_another_writer_has_put_there_keeps_the_contact_from_being_written(db: Database):
    """The row was erased, came again and was written by somebody else after we looked."""
    world = World(db)
    (case,) = world.add("1")
    with db.read() as session:
        rules = rules_of(session, session.get_one(Organisation, world.organisation_id))
        (gathered,) = gather(session, world.organisation_id, NOW, only=[case])
    items = plan([gathered.candidate], rules, NOW)
    with db.write() as session:
        wave = wave_of(session, world.organisation_id, "2026-10")
        session.add(StepKey(wave_id=wave.id, case_key=gathered.case_key, step=0))
    with pytest.raises(IntegrityError), db.write() as session:
        write_together(session, rules, [(gathered, items)], NOW, NOW)
    assert (world.contacts(), world.ladders(), world.messages()) == ([], [], [])

"""The machine's clock jumps: nothing is sent twice, and nothing waits for the time that was wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import Outgoing
from bot.lease import LEADER, take
from bot.models import Message
from bot.outbox import queue_message
from bot.receive import Inbound, receive
from bot.set_back import undo_wrong_future
from bot.store import conversation_with, organisation_by_number
from bot.turns import Turns
from scheduler import jobs
from scheduler.jumps import JumpWatch, Reading, seconds_back
from scheduler.service import Scheduler
from tests.fakes import FakeClock
from tests.faults.carrier import OURS, Carrier
from tests.rig import eventually, understand
from tests.scheduler.world import World, at

NOW = at("2026-10-27T09:05")
PHONES = [f"+451111400{n}" for n in range(1, 4)]


class Works:
    """A worker whose service clock and machine's clock are one and the same, and jump."""

    def __init__(self, db: Database) -> None:
        self.db, self.clock = db, FakeClock(NOW)
        self.carrier = Carrier(self.clock)
        self.turns = Turns(db, self.clock, understand, leases=self.clock)
        self.dispatch = Dispatch(db, self.clock, self.carrier, "https://here.example", machine=self.clock)

    def tick(self) -> None:
        undo_wrong_future(self.db, self.clock(), self.clock())
        jobs.tick(self.db, self.clock())

    def work(self) -> None:
        for _ in range(100):
            self.clock.move(seconds=1)
            if not (self.turns.take_next() or self.dispatch.send_next()):
                return

    def write(self, phone: str, body: str) -> None:
        it = self.carrier.write(phone, body)
        receive(self.db, Inbound(it.sid, it.sender, it.to, it.body), self.clock())


@pytest.fixture
def works(db: Database) -> Works:
    World(db).add(*"123", opened_at=at("2026-10-27T08:00"))
    return Works(db)


@pytest.mark.parametrize("hours", [1, 24, 24 * 40])
def test_a_clock_that_was_ahead_and_is_set_back_keeps_nobody_waiting(works: Works, hours: int):
    """All that was written while it was ahead says "not before": the number's rate, leases, the answer's due time."""
    works.tick()
    works.work()
    first = len(works.carrier.left)
    assert first == 3
    works.clock.move(hours=hours)
    works.write(PHONES[0], "boligstøtte?")
    works.turns.take_next()  # the answer is due, in the future
    works.write(PHONES[1], "boligstøtte?")
    with works.db.write() as session:  # a worker died with this one in hand
        held = session.query(Message).where(Message.status == "received").one()
        held.attempts, held.lease_until = 1, works.clock() + timedelta(seconds=20)

    works.clock.now = NOW + timedelta(minutes=2)
    works.tick()
    works.work()

    assert sorted(each.to for each in works.carrier.left[first:]) == PHONES[:2]
    assert works.carrier.twice() == []


def test_a_message_in_hand_when_the_clock_is_set_back_is_looked_up_and_not_sent_again(works: Works):
    """The gateway took it, the answer was lost, and the lease seems to last for an hour."""
    works.clock.move(hours=1)
    with works.db.write() as session:
        organisation = organisation_by_number(session, OURS)
        assert organisation is not None
        thread = conversation_with(session, organisation, PHONES[0], works.clock())
        message = queue_message(session, thread, "Hej.", author="bot", now=works.clock())
        message.status, message.attempted_at, message.attempts = "sending", works.clock(), 1
        message.lease_until = works.clock() + timedelta(seconds=30)
    works.carrier.send(Outgoing(OURS, PHONES[0], "Hej.", "https://here.example"))
    works.clock.now = NOW

    works.tick()
    works.work()

    assert works.carrier.twice() == []
    with works.db.read() as session:
        assert session.query(Message).where(Message.body == "Hej.").one().status == "delivered"


def test_what_is_planned_for_later_is_left_alone(works: Works):
    with works.db.write() as session:
        organisation = organisation_by_number(session, OURS)
        assert organisation is not None
        thread = conversation_with(session, organisation, PHONES[0], NOW)
        later = NOW + timedelta(hours=5)
        queue_message(session, thread, "Til i morgen.", author="wave", now=NOW, due_at=later, bulk=True)

    assert undo_wrong_future(works.db, NOW, NOW) == 0


def test_a_jump_forward_starts_the_wave_once_and_a_jump_back_does_not_start_it_again(works: Works):
    works.clock.now = NOW - timedelta(days=1)
    works.tick()
    works.work()
    before = len(works.carrier.left)

    for jump in (timedelta(days=1), timedelta(), timedelta(days=1), timedelta(hours=23, minutes=30)):
        works.clock.now = NOW - timedelta(days=1) + jump
        works.tick()
        works.work()

    assert len(works.carrier.left) == before + 3
    assert works.carrier.twice() == []


@pytest.mark.parametrize("fold", [0, 1], ids=["the first time", "the second time"])
def test_in_the_doubled_hour_of_october_answers_go_at_once_and_once(works: Works, fold: int):
    works.clock.now = at("2026-10-25T02:30").replace(fold=fold)
    works.write(PHONES[0], "boligstøtte?")
    for _ in range(3):
        works.tick()
        works.work()

    assert [each.to for each in works.carrier.left] == [PHONES[0]]


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=30)])
def test_a_lead_taken_by_a_clock_that_was_ahead_is_free_again(db: Database, ahead: timedelta):
    assert take(db, LEADER, "one", NOW + ahead, NOW + ahead + timedelta(seconds=45))

    assert take(db, LEADER, "two", NOW, NOW + timedelta(seconds=45))


def test_a_lead_is_not_taken_away_by_a_machine_whose_clock_is_some_seconds_off(db: Database):
    assert take(db, LEADER, "one", NOW, NOW + timedelta(seconds=45))

    for off in (-20, -5, 5, 20):
        assert not take(db, LEADER, "two", NOW + timedelta(seconds=off), NOW + timedelta(seconds=off + 45))


def test_only_what_the_steady_clock_does_not_know_of_is_a_jump():
    before = Reading(datetime(2026, 10, 27, 9, tzinfo=UTC), 100.0)

    assert seconds_back(before, Reading(before.wall + timedelta(seconds=10), 110.0)) == 0
    assert seconds_back(before, Reading(before.wall - timedelta(hours=1), 110.0)) == 3610
    assert seconds_back(before, Reading(before.wall + timedelta(hours=1), 110.0)) == -3590


def test_the_watch_acts_once_when_the_clock_is_set_back():
    wall, steady, acted = FakeClock(NOW), [0.0], []
    watch = JumpWatch(wall, lambda: acted.append(1), lambda: steady[0])

    def pass_by(seconds: float, jump: float = 0) -> None:
        steady[0] += seconds
        wall.move(seconds=seconds + jump)

    pass_by(5)
    assert not watch.look()
    pass_by(5, jump=-3600)
    assert watch.look()
    pass_by(5)
    assert not watch.look()
    pass_by(5, jump=86_400)
    assert not watch.look()
    assert acted == [1]


def test_after_a_jump_back_the_clockwork_does_not_wait_for_the_time_that_was_wrong(sqlite_db: Database):
    """Its jobs have their next time an hour ahead, as they have when the clock goes back an hour."""
    World(sqlite_db)
    done: list[datetime] = []
    scheduler = Scheduler(sqlite_db, lambda: NOW, 3600, lambda: done.append(NOW))
    scheduler.start()
    try:
        eventually(lambda: scheduler.leads)
        eventually(lambda: done)  # a new leader does everything at once
        done.clear()

        scheduler.begin_anew()

        eventually(lambda: done)
    finally:
        scheduler.stop()

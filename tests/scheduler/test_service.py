"""The clockwork: ticks at once, again after a failure, polls, watches, and ends when told; and only where it leads."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.clock import machine_clock
from bot.db import Database
from bot.gateway import Arrived
from bot.heartbeats import all_beats, beat
from bot.lease import LEADER, give_up, holder_of, may_take, take
from bot.models import Incident, Lease, Message
from scheduler.service import Pace, Scheduler
from tests.fakes import FakeGateway
from tests.rig import eventually
from tests.scheduler.world import NOW, World


def test_it_ticks_at_once_and_wakes_the_worker(sqlite_db: Database):
    world = World(sqlite_db)
    world.add("1")
    woken = threading.Event()
    scheduler = Scheduler(sqlite_db, lambda: NOW, seconds=3600, wake=woken.set)
    scheduler.start()
    assert woken.wait(20)
    scheduler.stop()
    assert len(world.contacts()) == 1


def test_a_failed_tick_is_followed_by_the_next_one(sqlite_db: Database, capsys):
    world = World(sqlite_db)
    world.add("1")
    woken: list[int] = []

    def clock():
        if not woken:
            raise RuntimeError("Line Bek +4511114027")  # what must not be logged
        return NOW

    scheduler = Scheduler(sqlite_db, clock, seconds=1, wake=lambda: woken.append(1))
    scheduler.tick()
    assert world.contacts() == []
    logged = "".join(capsys.readouterr())
    assert "tick_failed" in logged
    assert "RuntimeError" in logged
    assert "Line" not in logged
    scheduler.tick()
    assert len(world.contacts()) == 1
    assert len(woken) == 2


def test_it_ends_also_when_it_is_told_to_in_the_moment_in_which_it_comes_to_lead(sqlite_db: Database):
    for _ in range(5):
        scheduler = Scheduler(sqlite_db, lambda: NOW, seconds=3600, wake=lambda: None)
        scheduler.start()
        ending = threading.Thread(target=scheduler.stop, daemon=True)
        ending.start()
        ending.join(60)
        assert not ending.is_alive()


def test_it_can_be_stopped_before_it_was_started(sqlite_db: Database):
    woken: list[None] = []
    Scheduler(sqlite_db, lambda: NOW + timedelta(0), seconds=60, wake=lambda: woken.append(None)).stop()

    assert woken == []


EARLY, LATE = datetime(2026, 10, 25, 0, 59, tzinfo=UTC), datetime(2026, 10, 25, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("holder", "until", "may"),
    [
        (None, None, True),
        ("me", EARLY, True),
        ("me", LATE, True),
        ("another", LATE, False),
        ("another", EARLY, True),
        ("another", datetime(2026, 10, 25, 1, 0, tzinfo=UTC), False),
    ],
)
def test_who_may_take_the_lease(holder: str | None, until: datetime | None, may: bool):
    """Asked at one o'clock UTC, when Copenhagen's clocks go back."""
    assert may_take(holder, until, "me", datetime(2026, 10, 25, 1, 0, tzinfo=UTC)) is may


def test_the_lease_is_renewed_given_up_and_taken_over_when_it_has_run_out(db: Database):
    now, minute = machine_clock(), timedelta(minutes=1)
    assert take(db, LEADER, "one", now, now + minute)
    assert not take(db, LEADER, "two", now, now + minute)
    assert take(db, LEADER, "one", now, now + 2 * minute)
    assert not take(db, LEADER, "two", now + minute * 1.5, now + 3 * minute)
    give_up(db, LEADER, "two")
    assert holder_of(db, LEADER, now) == "one"
    assert take(db, LEADER, "two", now + 3 * minute, now + 4 * minute)
    give_up(db, LEADER, "two")
    assert holder_of(db, LEADER, now) is None


def test_of_many_who_try_at_once_one_gets_it(db: Database):
    now, start = machine_clock(), threading.Barrier(6)
    got: list[str] = []

    def try_it(name: str) -> None:
        start.wait(20)
        if take(db, LEADER, name, now, now + timedelta(minutes=1)):
            got.append(name)

    threads = [threading.Thread(target=try_it, args=(f"p{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 1
    assert holder_of(db, LEADER, now) == got[0]


def test_the_leader_ticks_polls_looks_up_and_watches_and_says_when(sqlite_db: Database):
    """What a resident wrote while nobody listened is there, and the worker is woken for it."""
    World(sqlite_db)
    gateway, woken = FakeGateway(), threading.Event()
    gateway.arrived = [Arrived("SM1", "+4511114001", "+4511110010", "hej", NOW - timedelta(minutes=1))]
    pace = Pace(watch=0.1)
    scheduler = Scheduler(sqlite_db, lambda: NOW, 3600, woken.set, gateway, pace)
    scheduler.start()
    eventually(lambda: set(beats(sqlite_db)) >= {"tick", "poll", "receipts", "watch"})
    scheduler.stop()
    assert woken.is_set()
    with sqlite_db.read() as session:
        assert session.query(Message.provider_sid).where(Message.direction == "in").all() == [("SM1",)]


def test_who_does_not_lead_does_nothing_and_leads_as_soon_as_the_leader_stops(sqlite_db: Database):
    World(sqlite_db)
    quick, asked = Pace(watch=0.05, renew=0.05), list[str]()
    seconds_own = Database(sqlite_db.url.render_as_string(hide_password=False))
    event.listen(seconds_own.engine, "before_cursor_execute", lambda *sent: asked.append(sent[2]))
    first = Scheduler(sqlite_db, lambda: NOW, 0.05, lambda: None, pace=quick)
    second = Scheduler(seconds_own, lambda: NOW + timedelta(days=1), 0.05, lambda: None, pace=quick)
    first.start()
    eventually(lambda: "tick" in beats(sqlite_db))
    second.start()
    eventually(lambda: sum("FROM lease" in statement for statement in asked) >= 3)  # it stood, and stood again
    assert first.leads
    assert not second.leads
    assert beats(sqlite_db)["tick"] == NOW
    first.stop()
    eventually(lambda: second.leads and beats(sqlite_db)["tick"] > NOW)
    assert holder_of(sqlite_db, LEADER, machine_clock()) == second.name
    second.stop()
    assert holder_of(sqlite_db, LEADER, machine_clock()) is None
    seconds_own.close()


def beats(db: Database) -> dict[str, datetime]:
    with db.read() as session:
        return dict(all_beats(session))


def test_two_that_both_believe_to_lead_do_nothing_twice(db: Database):
    """A contact is made once, and what is wrong is told once."""
    world, later = World(db), NOW + timedelta(days=1)
    world.add("1", "2")
    with db.write() as session:
        take_it_for_dead(session, NOW - timedelta(hours=1))
    two = [Scheduler(db, lambda: later, 60, lambda: None) for _ in range(2)]
    start = threading.Barrier(2)

    def work(scheduler: Scheduler) -> None:
        start.wait(20)
        scheduler.watch()
        scheduler.tick()

    threads = [threading.Thread(target=work, args=(scheduler,)) for scheduler in two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(world.messages()) == 2
    with db.read() as session:
        told = [(row.kind, row.organisation_id, row.ended_at is None) for row in session.scalars(select(Incident))]
    assert sorted(each for each in told if each[0] in ("no_tick", "no_poll")) == [
        ("no_poll", None, True),
        ("no_tick", None, True),
    ]


def take_it_for_dead(session: Session, since: datetime) -> None:
    session.add(Lease(name=LEADER, holder="dead", until=since))
    for name in ("tick", "poll"):
        beat(session, name, since)

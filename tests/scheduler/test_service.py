"""The clockwork: ticks at once, again after a failure, and ends when told."""

import threading
from datetime import timedelta

from bot.db import Database
from scheduler.service import Scheduler
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
    moments = iter([NOW])
    woken: list[int] = []

    def clock():
        if not woken:
            raise RuntimeError("Line Bek +4511114027")  # what must not be logged
        return next(moments)

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


def test_it_can_be_stopped_before_it_was_started(sqlite_db: Database):
    woken: list[None] = []
    Scheduler(sqlite_db, lambda: NOW + timedelta(0), seconds=60, wake=lambda: woken.append(None)).stop()

    assert woken == []

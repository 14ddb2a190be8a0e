"""Two processes, one leader: killed, the other goes on when the lease has run out; stopped, at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess

import pytest

from bot.clock import machine_clock
from bot.db import Database
from bot.heartbeats import last_beat
from bot.lease import LEADER, holder_of
from tests.rig import eventually
from tests.scheduler import lead_child
from tests.scheduler.lead_child import LEASE
from tests.scheduler.world import World


@pytest.fixture
def two(db: Database) -> Iterator[list[BaseProcess]]:
    World(db)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.scheduler.lead_child"])
    url = db.url.render_as_string(hide_password=False)
    processes: list[BaseProcess] = [context.Process(target=lead_child.run, args=(url,)) for _ in range(2)]
    for process in processes:
        process.start()
    yield processes
    for process in processes:
        process.kill()
        process.join(20)


def leader(db: Database) -> int | None:
    """The process id of who leads."""
    holder = holder_of(db, LEADER, machine_clock())
    return int(holder.split(":")[1]) if holder else None


def ticked(db: Database) -> datetime | None:
    with db.read() as session:
        return last_beat(session, "tick")


def test_a_killed_leader_is_followed_by_the_other_within_its_lease_and_a_stopped_one_at_once(
    db: Database, two: list[BaseProcess]
):
    first = eventually(lambda: leader(db), 60)
    eventually(lambda: ticked(db))
    pids = {process.pid for process in two}
    assert first in pids
    would_have_run_out = machine_clock() + timedelta(seconds=LEASE)
    eventually(lambda: machine_clock() > would_have_run_out)
    assert leader(db) == first  # it renews: nobody takes it away

    killed = machine_clock()
    os.kill(first, signal.SIGKILL)
    second = eventually(lambda: leader(db) not in (first, None) and leader(db))
    assert second in pids - {first}
    eventually(lambda: (ticked(db) or killed) > killed)

    third = lead_child_of(db)
    eventually(lambda: third.is_alive())
    os.kill(second, signal.SIGTERM)
    assert eventually(lambda: leader(db) not in (second, None) and leader(db)) == third.pid
    third.kill()
    third.join(20)


def lead_child_of(db: Database) -> BaseProcess:
    url = db.url.render_as_string(hide_password=False)
    process = multiprocessing.get_context("forkserver").Process(target=lead_child.run, args=(url,))
    process.start()
    return process

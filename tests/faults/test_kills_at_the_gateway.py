"""Killed at every point of a turn and of a send over Twilio's own API, then started again: nothing lost, nothing twice.

What else a process does is walked in ``test_kills``, where the outside is a file and a point costs milliseconds.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from functools import partial

import pytest

from bot.db import Database
from bot.models import Organisation
from bot.settings import Settings
from tests.faults import gateway_child
from tests.rig import Rig, eventually

#: More points than a turn and a send have; the walk ends where a worker survives.
MANY = 60


@pytest.fixture
def rig(db: Database) -> Iterator[Rig]:
    rig = Rig(db).start(worker=False)
    rig.add_case()
    with db.write() as session:
        session.query(Organisation).one().settings = {"messages_per_second": 1000}
    yield rig
    rig.stop()


def run(settings: Settings, receipts: str, fatal: int, minutes_later: int) -> int | None:
    """Run a worker in a process of its own; its exit code."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.gateway_child"])
    process = context.Process(target=gateway_child.work, args=(settings, receipts, fatal, minutes_later))
    process.start()
    process.join(300)
    return process.exitcode


@pytest.mark.parametrize("receipts", ["come home", "are lost"])
def test_a_worker_killed_at_any_point_loses_nothing_and_repeats_nothing(rig: Rig, receipts: str):
    settings, walked = rig.service.settings, 0
    address = settings.public_url if receipts == "come home" else f"{settings.public_url}/nowhere"
    for fatal in range(1, MANY):
        phone = f"+451111{fatal:04d}"
        rig.add_case(phone=phone)
        rig.write("boligstøtte?", phone=phone)
        eventually(partial(rig.messages, "in", phone))

        first = run(settings, address, fatal, minutes_later=fatal * 10)
        second = run(settings, address, 0, minutes_later=fatal * 10 + 5)

        assert second == 0
        eventually(partial(rig.got, phone))
        assert len(rig.got(phone)) == 1, f"killed at point {fatal}"
        [message] = rig.messages(phone=phone)
        assert message.body == rig.got(phone)[0]
        assert message.provider_sid, f"killed at point {fatal}"
        assert [m.status for m in rig.messages("in", phone)] == ["processed"]
        if receipts == "come home":
            eventually(rig.settled)
            assert rig.messages(phone=phone)[0].status == "delivered"
        if first == 0:
            break
        assert first == -signal.SIGKILL
        walked = fatal

    assert walked >= 10

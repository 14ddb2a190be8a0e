"""Processes that share a SQLite file write in turn: who waits is next, and who is killed keeps nobody out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot.door import Door
from bot.turnstile import Turnstile, WaitedTooLongError
from tests.rig import eventually

PATIENCE = 10.0
_STAYS = """
import sys, time
from pathlib import Path
from bot.door import Door
assert Door(Path(sys.argv[1])).enter(time.monotonic() + 10)
print("in", flush=True)
sys.stdin.read()
"""


def soon() -> float:
    return time.monotonic() + PATIENCE


def test_one_is_in_at_a_time_and_nobody_waits_longer_than_told(tmp_path: Path):
    here, there = Door(tmp_path / "x"), Door(tmp_path / "x")
    assert here.enter(soon())
    assert not there.enter(time.monotonic() + 0.01)
    here.leave()
    assert there.enter(soon())


def test_who_gave_up_is_not_next_any_more(tmp_path: Path):
    inside, gives_up, comes = (Door(tmp_path) for _ in range(3))
    assert inside.enter(soon())
    assert not gives_up.enter(time.monotonic())
    inside.leave()
    assert comes.enter(soon())


def test_who_waits_goes_before_who_comes_again_at_once(tmp_path: Path):
    busy, other, order = Door(tmp_path), Door(tmp_path), list[str]()

    def write() -> None:
        assert other.enter(soon())
        order.append("other")
        other.leave()

    assert busy.enter(soon())
    thread = threading.Thread(target=write)
    thread.start()
    eventually(lambda: is_locked(tmp_path / "next"))
    busy.leave()
    assert busy.enter(soon())
    order.append("busy")
    busy.leave()
    thread.join(PATIENCE)
    assert order == ["other", "busy"]


def is_locked(file: Path) -> bool:
    """Asked of the kernel, without trying to take it."""
    return any(
        line.split()[5].endswith(f":{file.stat().st_ino}") for line in Path("/proc/locks").read_text().splitlines()
    )


def test_a_killed_process_keeps_nobody_out(tmp_path: Path):
    command = [sys.executable, "-c", _STAYS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        door = Door(tmp_path)
        assert not door.enter(time.monotonic())
        os.kill(other.pid, signal.SIGKILL)
        assert door.enter(soon())


def test_where_no_lock_can_be_made_nobody_is_kept_from_writing(tmp_path: Path):
    (tmp_path / "file").touch()
    door = Door(tmp_path / "file" / "x")
    assert door.enter(soon())
    door.leave()


def test_a_turnstile_lets_other_processes_in_when_nobody_of_its_own_waits(tmp_path: Path):
    here, there = Turnstile(door=Door(tmp_path)), Turnstile(patience=0.01, door=Door(tmp_path))
    with here, here, pytest.raises(WaitedTooLongError), there:
        pass
    with there, there:
        pass
    with here:
        pass


def test_two_turnstiles_at_one_door_never_let_two_in(tmp_path: Path):
    turnstiles = [Turnstile(door=Door(tmp_path)) for _ in range(2)]
    inside, seen = [], []

    def work(turnstile: Turnstile) -> None:
        for _ in range(50):
            with turnstile:
                inside.append(1)
                seen.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work, args=(turnstiles[n % 2],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert (len(seen), set(seen)) == (200, {1})

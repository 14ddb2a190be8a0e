"""The bell between processes on SQLite: heard by who waits for it, and nobody waits for, or hangs on, the dead."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.bell import ALL, Chime
from bot.pipes import Pipes

_DIES = """
import os, sys
from pathlib import Path
from bot.pipes import Pipes
Pipes(Path(sys.argv[1]), ["turns"])
os._exit(0)
"""


@contextmanager
def process(folder: Path, *awaited: Chime) -> Iterator[Pipes]:
    pipes = Pipes(folder, awaited)
    yield pipes
    pipes.close()


def test_what_is_rung_is_heard_once_by_each_who_waits_for_it_and_not_by_the_ringer(tmp_path: Path):
    with (
        process(tmp_path, *ALL) as web,
        process(tmp_path, "turns", "outbox") as worker,
        process(tmp_path, "live") as other,
    ):
        web.ring(["turns", "live"])
        assert select.select((worker.ear,), (), (), 10)[0]
        assert (list(worker.heard()), list(other.heard()), list(web.heard())) == (["turns"], ["live"], [])
        assert not worker.heard()


def test_a_dead_ones_pipe_is_thrown_away_by_who_rings_next(tmp_path: Path):
    subprocess.run([sys.executable, "-c", _DIES, str(tmp_path)], check=True)
    assert len(os.listdir(tmp_path)) == 1
    with process(tmp_path, "turns") as here, process(tmp_path, "turns") as there:
        here.ring(["turns"])
        assert len(os.listdir(tmp_path)) == 2
        assert list(there.heard()) == ["turns"]
    assert os.listdir(tmp_path) == []


def test_who_does_not_listen_for_long_keeps_no_ringer_waiting_and_has_missed_nothing(tmp_path: Path):
    with process(tmp_path) as here, process(tmp_path, "turns", "live") as there:
        for _ in range(20):  # more than a pipe holds
            here._write(there._name, b"0" * 4096)
        here.ring(["live"])
        assert "turns" in there.heard()


def test_where_the_folder_is_gone_ringing_fails_nobody(tmp_path: Path):
    with process(tmp_path / "x", "turns") as here:
        for each in (tmp_path / "x").iterdir():
            each.unlink()
        (tmp_path / "x").rmdir()
        here.ring(["turns"])

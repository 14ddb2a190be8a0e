"""The doctor says who leads, when somebody last ticked and polled, and what is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.clock import machine_clock
from bot.commands.clockwork import clockwork
from bot.commands.common import UnwellError
from bot.db import Database
from bot.heartbeats import beat
from bot.incidents import report
from bot.lease import LEADER, take
from tests.rig import demo_settings


def told(db: Database) -> str:
    try:
        return clockwork(demo_settings(db, 1))
    except UnwellError as error:
        return f"WRONG {error}"


def test_before_the_first_start_it_says_what_would_lead(sqlite_db: Database):
    assert told(sqlite_db).startswith("nobody leads (redningskrans serve, or scheduler, would); no tick ever; no poll")


def test_it_names_the_leader_and_the_last_beats(db: Database):
    now = machine_clock()
    take(db, LEADER, "house:17:ab", now, now + timedelta(minutes=1))
    with db.write() as session:
        beat(session, "tick", now - timedelta(seconds=10))
        beat(session, "poll", now - timedelta(minutes=4, seconds=30))
    said = told(db)
    assert said.startswith("house:17:ab leads; last tick 1")
    assert said.endswith(" s ago; last poll 4 min ago; no incident is open")


def test_silence_and_incidents_are_wrong_each_named_once(sqlite_db: Database):
    now = machine_clock()
    with sqlite_db.write() as session:
        beat(session, "tick", now - timedelta(minutes=6))
        report(session, "no_tick", now)
        for subject in ("30999", "30998"):
            report(session, "unknown_error", now, subject=subject)
    assert "WRONG nobody leads" in told(sqlite_db)
    assert "Wrong now: no_tick, unknown_error (2);" in told(sqlite_db)


def test_without_a_database_it_says_so(tmp_path):
    with pytest.raises(UnwellError, match="database"):
        clockwork(demo_settings(Database(f"sqlite:///{tmp_path}/none.db"), 1))

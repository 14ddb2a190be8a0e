"""The soak of ``make bench`` in small: real processes, what goes wrong quickly, and everything is compared."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.faults import told
from bench.ground import SqliteGround
from bench.page import Table
from bench.processes import BenchError
from bench.soak import Effort, Outcome, soak
from bench.stand_in import Silent
from bench.timing import Times
from bench.troubles import Troubles
from bot.db import Database

#: What costs nobody a time-out or a lease: the rest has its own tests, and the whole its turn in the bench.
QUICK = frozenset({"duplicate", "late_inbound", "lost_inbound", "double_receipt", "swapped_receipt", "504", "html"})
EFFORT = Effort(sms=150, talks=12, patience=180)


def test_many_sms_while_things_go_wrong_are_each_answered_once(sqlite_db: Database):
    """One process on SQLite; the gateway, its webhooks, Rasa and the database go wrong in turn."""
    ground = SqliteGround(Path(str(sqlite_db.url.database)))
    troubles = Troubles(faults=QUICK, times=3, moods=("HTML", "hangs up"), mood_seconds=0.5, away=(0.5,))
    outcome = soak(ground, {"serve": "serve"}, Silent(), troubles, EFFORT)

    assert outcome.broken == []
    assert (outcome.written, outcome.stored) == (150, 150)
    assert outcome.answered + outcome.silent + outcome.overtaken.total() == 150
    assert outcome.answered > 50
    assert {name for name, count in outcome.faults.items() if count > 0} >= {"lost_inbound", "504", "Rasa: HTML"}
    assert len(outcome.waits.seconds) == outcome.answered


FINE = Outcome(
    written=3,
    stored=3,
    answered=2,
    silent=1,
    faults=Counter({"504": 2, "reset": -1}),
    seconds=12.0,
    waits=Times([0.5, 1.5]),
)


def test_the_page_says_what_went_wrong_and_what_came_of_it():
    section = told({"SQLite, serve": FINE})
    counts, waits, faults = (part for part in section.parts if isinstance(part, Table))
    assert counts.rows == [("SQLite, serve", "3", "3", "2", "1", "0", "0")]
    assert all(re.fullmatch(r"\d+\.\d", cell) for cell in waits.rows[0][1:])
    assert faults.rows == [("504", "2")]


def test_a_soak_in_which_anything_was_wrong_writes_no_page():
    with pytest.raises(BenchError, match="stored 2 times"):
        told({"SQLite, serve": replace(FINE, broken=["stored 2 times: SM1"])})

"""The dead man's rules as tables, and the watch over a real database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import machine_clock
from bot.db import Database
from bot.heartbeats import beat
from bot.incidents import report
from bot.models import Incident, Message, SenderRate
from bot.silence import Backlog, is_stuck, silent
from bot.workdays import Window
from scheduler.jobs import tick
from scheduler.watch import OfOrganisation, Wrong, changes, missing_wave, unreleased_wave
from scheduler.watching import watch
from scheduler.waves import Rules
from tests.scheduler.world import NOW, World, at

MINUTES = [({"tick": 4, "poll": 14}, []), ({"tick": 6}, ["no_tick"]), ({"poll": 16}, ["no_poll"]), ({}, [])]


@pytest.mark.parametrize(("ages", "alarms"), MINUTES)
def test_a_silence_is_an_alarm_after_its_limit(ages: Mapping[str, int], alarms: list[str]):
    beats = {name: NOW - timedelta(minutes=minutes) for name, minutes in ages.items()}
    assert list(silent({**beats, "inbound:1": NOW - timedelta(days=9)}, NOW)) == alarms


def test_the_hour_that_copenhagen_repeats_is_no_silence():
    before = at("2026-10-25T02:59")  # summer time still
    assert silent({"tick": before}, before.replace(minute=1, fold=1)) == {}
    assert list(silent({"tick": before}, before.replace(minute=10, fold=1))) == ["no_tick"]


@pytest.mark.parametrize(
    ("tried", "took_lately", "last_turn", "stuck"),
    [
        (False, True, 1, False),  # a long queue at its number's rate
        (True, True, 1, False),  # told to slow down now and then, but it moves
        (True, False, 1, True),  # handed over again and again, and nothing is taken
        (False, False, 1, False),  # the demo's clock jumped over its due times a moment ago
        (False, False, 301, True),  # nobody sends
        (False, True, 301, True),
        (False, False, None, True),  # nobody ever sent
    ],
)
def test_what_is_due_is_stuck_unless_it_only_waits_for_its_turn(
    tried: bool, took_lately: bool, last_turn: int | None, stuck: bool
):
    turn = None if last_turn is None else NOW - timedelta(seconds=last_turn)
    assert is_stuck(Backlog(NOW - timedelta(minutes=6), tried, took_lately, turn), NOW) is stuck


WAVE_DAY = Rules(steps=(), window=Window(time(9), time(18)))


@pytest.mark.parametrize(
    ("now", "but", "month"),
    [
        ("2026-10-27T10:59", {}, None),
        ("2026-10-27T11:00", {}, "2026-10"),
        ("2026-10-29T03:00", {}, "2026-10"),
        ("2026-10-26T12:00", {}, None),
        ("2026-11-02T12:00", {}, None),  # that month is over
        ("2026-10-27T11:00", {"started": frozenset({"2026-10"})}, None),
        ("2026-10-27T11:00", {"started": frozenset({"2026-09"})}, "2026-10"),
        ("2026-10-27T11:00", {"paused": frozenset({"2026-10"})}, None),
        ("2026-10-27T11:00", {"cancelled": frozenset({"2026-10"})}, None),
        ("2026-10-27T11:00", {"needs_release": True}, None),
    ],
)
def test_a_wave_is_missed_two_hours_after_the_window_of_its_day_opened(
    now: str, but: dict[str, Any], month: str | None
):
    here = OfOrganisation(1, replace(WAVE_DAY, **but), has_cases=True)
    assert missing_wave(here, at(now)) == month
    assert missing_wave(replace(here, has_cases=False), at(now)) is None
    assert missing_wave(replace(here, is_stale=True), at(now)) is None


@pytest.mark.parametrize(
    ("now", "but", "month"),
    [
        ("2026-10-27T10:59", {}, None),
        ("2026-10-27T11:00", {}, "2026-10"),
        ("2026-10-27T11:00", {"released": frozenset({"2026-10"})}, None),
        ("2026-10-27T11:00", {"needs_release": False}, None),
        ("2026-10-27T11:00", {"cancelled": frozenset({"2026-10"})}, None),
    ],
)
def test_a_wave_that_nobody_has_released_by_then_is_told_apart(now: str, but: dict[str, Any], month: str | None):
    here = OfOrganisation(1, replace(WAVE_DAY, **({"needs_release": True} | but)), has_cases=True)
    assert unreleased_wave(here, at(now)) == month
    assert unreleased_wave(replace(here, has_cases=False), at(now)) is None


def test_an_incident_is_opened_once_and_ends_when_it_is_over():
    wave, tick_ = Wrong("no_wave", 1, "2026-10"), Wrong("no_tick")
    assert changes({wave: True, tick_: False}, frozenset()) == ([wave], [])
    assert changes({wave: False}, frozenset({wave, tick_})) == ([], [tick_])


# --- over a real database ---


def told(db: Database, of: int | None = None) -> list[tuple[str, int | None, str]]:
    """The open incidents of one organisation, or of all."""
    with db.read() as session:
        rows = session.scalars(select(Incident).where(Incident.ended_at.is_(None)).order_by(Incident.id))
        return [(row.kind, row.organisation_id, row.subject) for row in rows if of in (None, row.organisation_id)]


def test_a_wave_that_does_not_start_on_its_day_is_told_and_over_when_it_has_started(db: Database):
    world = World(db)
    world.add("1")
    here, noon = world.organisation_id, NOW.replace(hour=12)
    watch(db, lambda: NOW)
    assert told(db) == []
    watch(db, lambda: noon)
    watch(db, lambda: noon + timedelta(minutes=1))
    assert told(db, here) == [("no_wave", here, "2026-10")]
    assert [kind for kind, who, _ in told(db) if who != here] == ["not_released"]  # the neighbour's
    tick(db, noon)
    watch(db, lambda: noon + timedelta(minutes=2))
    assert told(db, here) == []


def test_a_wave_whose_feed_is_too_old_has_its_own_incident(db: Database):
    world = World(db)
    world.add("1")
    with db.write() as session:
        report(session, "feed_too_old", NOW, organisation_id=world.organisation_id, subject="2026-10")
    watch(db, lambda: NOW.replace(hour=12))
    assert [kind for kind, *_ in told(db, world.organisation_id)] == ["feed_too_old"]


def test_a_wave_in_hand_is_not_missed_at_night_and_its_incident_does_not_end_by_itself(db: Database):
    world = World(db)
    world.add("1")
    watch(db, lambda: NOW.replace(hour=22))
    assert told(db) == []
    watch(db, lambda: NOW.replace(hour=17))
    watch(db, lambda: NOW.replace(hour=22))
    assert [kind for kind, *_ in told(db, world.organisation_id)] == ["no_wave"]


def test_silence_is_told_and_over_at_the_next_beat(db: Database):
    with db.write() as session:
        for name in ("tick", "poll"):
            beat(session, name, NOW - timedelta(minutes=20))
    watch(db, lambda: NOW)
    assert told(db) == [("no_tick", None, ""), ("no_poll", None, "")]
    with db.write() as session:
        beat(session, "tick", NOW)
    watch(db, lambda: NOW)
    assert told(db) == [("no_poll", None, "")]


def test_an_outbox_that_nobody_empties_is_told_and_one_that_moves_is_not(db: Database):
    """The wave of the first organisation has waited for ten minutes."""
    world = World(db, messages_per_second=1)
    world.add("1", "2", "3")
    tick(db, NOW)
    assert len(world.messages()) == 3
    with db.write() as session:
        session.add(SenderRate(number="+4511110010", next_at=machine_clock() - timedelta(seconds=1)))
    later = NOW + timedelta(minutes=10)
    watch(db, lambda: later)
    assert told(db) == []  # its number sends at this moment
    watch(db, lambda: later, machine=lambda: machine_clock() + timedelta(minutes=6))
    assert told(db) == [("outbox_old", world.organisation_id, "")]
    with db.write() as session:
        for message in session.scalars(select(Message)):
            message.status = "delivered"
    watch(db, lambda: later)
    assert told(db) == []

"""A wave whose month went by while nothing ran: nobody is written to late without a human's word, and it is told."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.incidents import open_incidents
from bot.models import Incident, Wave
from bot.workdays import Window
from scheduler.desk import Desk
from scheduler.jobs import tick
from scheduler.missed import missed_months
from scheduler.watching import watch
from scheduler.waves import Candidate, Rules
from tests.fakes import FakeClock
from tests.scheduler.world import World, at

#: The wave day was Friday the 27th of November; nothing ran from the 26th until the 3rd of December, a Thursday.
BACK = at("2026-12-03T10:00")
CAME = at("2026-11-20T12:00")
RULES = Rules(steps=(), window=Window(time(9), time(18)))
WAITED = Candidate(1, arrived=date(2026, 11, 20), opened_at=CAME, updated_at=CAME, deadline=date(2026, 12, 10))
NOVEMBER = frozenset({"2026-11"})


@pytest.mark.parametrize(
    ("now", "case", "rules", "months"),
    [
        ("2026-12-03T10:00", {}, {}, ["2026-11"]),
        ("2026-11-30T10:00", {}, {}, []),  # still that month's wave: it starts by itself, late
        ("2026-12-03T10:00", {}, {"started": NOVEMBER}, []),
        ("2026-12-03T10:00", {}, {"paused": NOVEMBER}, []),
        ("2026-12-03T10:00", {}, {"cancelled": NOVEMBER}, []),
        ("2026-12-03T10:00", {}, {"needs_release": True}, []),
        ("2026-12-03T10:00", {}, {"needs_release": True, "released": NOVEMBER}, ["2026-11"]),
        ("2026-12-03T10:00", {"starts_at": CAME}, {}, []),
        ("2026-12-03T10:00", {"status": "settled"}, {}, []),
        ("2026-12-03T10:00", {"deadline": date(2026, 11, 27)}, {}, []),  # could not wait for the day
        ("2026-12-03T10:00", {"arrived": date(2026, 11, 30)}, {}, []),  # came after it
        ("2026-12-03T10:00", {"opened_at": at("2026-12-01T09:00")}, {}, []),  # an old case, in a file of today
    ],
)
def test_missed_is_what_waited_for_a_wave_day_that_went_by(now, case, rules, months):
    assert missed_months([replace(WAITED, **case)], replace(RULES, **rules), at(now)) == months


def wave(db: Database, organisation_id: int) -> Wave:
    with db.read() as session:
        mine = select(Wave).where(Wave.organisation_id == organisation_id, Wave.month == "2026-11")
        return session.scalars(mine).one()


def told(db: Database, of: int) -> list[tuple[str, str]]:
    with db.read() as session:
        return [(each.kind, each.subject) for each in open_incidents(session, [of]) if each.organisation_id == of]


def missed(db: Database) -> tuple[World, int]:
    world = World(db)
    (case,) = world.add("1", received=CAME.date(), opened_at=CAME, updated_at=CAME, deadline=date(2026, 12, 10))
    return world, case


def test_a_missed_wave_writes_to_nobody_until_a_human_lets_it_go_on(db: Database):
    world, case = missed(db)
    for hours in (0, 1):
        tick(db, BACK + timedelta(hours=hours))
        watch(db, FakeClock(BACK + timedelta(hours=hours, minutes=1)))
    assert world.contacts(case) == []
    assert (wave(db, world.organisation_id).paused_by, told(db, world.organisation_id)) == (
        "missed",
        [("no_wave", "2026-11")],
    )
    later = BACK + timedelta(hours=2)
    Desk().resume(db, world.organisation_id, "2026-11", later, None)
    tick(db, later)
    watch(db, lambda: later)
    assert [step for step, *_ in world.contacts(case)] == [0]
    assert (wave(db, world.organisation_id).started_by, told(db, world.organisation_id)) == ("command", [])
    tick(db, later + timedelta(minutes=5))
    assert wave(db, world.organisation_id).paused_at is None, "it is not held a second time"


def test_an_incident_of_a_missed_wave_is_over_when_it_is_ended_for_good(db: Database):
    world, case = missed(db)
    tick(db, BACK)
    watch(db, lambda: BACK)
    Desk().cancel(db, world.organisation_id, "2026-11", BACK, None)
    tick(db, BACK + timedelta(minutes=1))
    watch(db, lambda: BACK + timedelta(minutes=1))
    assert (world.contacts(case), told(db, world.organisation_id)) == ([], [])
    with db.read() as session:
        of_november = Incident.kind == "no_wave", Incident.subject == "2026-11"
        ours = select(Incident.id).where(*of_november, Incident.organisation_id == world.organisation_id)
        assert len(session.scalars(ours).all()) == 1


def test_whose_deadline_comes_while_it_is_paused_is_a_task_for_an_adviser(db: Database):
    world, case = missed(db)
    tick(db, BACK)
    tick(db, at("2026-12-10T12:00"))
    assert [kind for _, kind, _ in world.contacts(case)] == ["other"]

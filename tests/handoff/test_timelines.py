"""The way of a case in words: what is told, what is a bound, what nobody knows."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.models import Case
from handoff.timelines import read_timeline
from tests.handoff.world import World

TODAY = date(2026, 12, 1)


def changed(session: Session, **columns: Any) -> Case:
    case = session.scalars(select(Case).order_by(Case.id)).first()
    assert case is not None
    case.received, case.deadline, case.eviction_date = date(2026, 11, 25), date(2026, 12, 3), None
    for name, value in columns.items():
        setattr(case, name, value)
    return case


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("rykker", ["25. nov.", "kan ske nu", "fra 10. dec.", "fra 10. dec.", "ingen dato"]),
        ("paakrav", ["fra 3. nov.", "25. nov.", "fra 4. dec.", "fra 4. dec.", "ingen dato"]),
        ("advokat", ["fra 3. nov.", "fra 6. nov.", "25. nov.", "fra 4. dec.", "ingen dato"]),
        ("ophaevet", ["fra 3. nov.", "fra 6. nov.", "før 25. nov.", "25. nov.", "ingen dato"]),
        ("foged", ["fra 3. nov.", "fra 6. nov.", "før 25. nov.", "før 25. nov.", "ingen dato"]),
    ],
)
def test_each_stop_has_its_day_or_says_that_there_is_none(sqlite_db: Database, world: World, stage, expected):
    with sqlite_db.read() as session:
        shown = read_timeline(changed(session, stage=stage), TODAY)
    assert [stop.when for stop in shown.stops] == expected
    assert [stop.place for stop in shown.stops].count("now") == 1


def test_the_day_in_court_and_what_each_day_rests_on(sqlite_db: Database, world: World):
    with sqlite_db.read() as session:
        shown = read_timeline(changed(session, stage="foged", eviction_date=date(2026, 12, 15)), TODAY)
    assert shown.stops[-1].when == "15. dec."
    listed = {mark.name: (mark.when, mark.basis) for mark in shown.marks}
    assert listed["Fogedretten"] == ("15. dec.", "Fra huslejesystemet")
    assert listed["Ophævelse"] == ("senest 25. nov.", "Fra huslejesystemet")
    when, basis = listed["Påkrav kan sendes"]
    assert when == "tidligst 6. nov."
    assert "§ 90" in basis
    assert basis.startswith("Regnet ud. ")

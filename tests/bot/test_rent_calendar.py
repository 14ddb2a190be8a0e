"""The days of the law, worked out by hand from the Danish calendar."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rent_calendar import (
    SOURCES,
    STAGES,
    KnownCase,
    demand_deadline,
    earliest_demand,
    last_timely_day,
    newest_rent,
    stops,
    timeline,
)

CASE = KnownCase("paakrav", date(2026, 11, 20), date(2026, 12, 4))


@pytest.mark.parametrize(
    ("rent", "expected", "why"),
    [
        (date(2026, 10, 1), date(2026, 10, 1), "a Thursday: no days of grace"),
        (date(2026, 11, 1), date(2026, 11, 2), "a Sunday"),
        (date(2026, 8, 1), date(2026, 8, 3), "a Saturday"),
        (date(2026, 5, 1), date(2026, 5, 1), "1 May is a weekday by this law"),
        (date(2027, 1, 1), date(2027, 1, 4), "New Year's Day is a Friday"),
        (date(2024, 4, 1), date(2024, 4, 2), "Easter Monday"),
        (date(2026, 6, 5), date(2026, 6, 8), "5 June, where rent falls due on it, is a Friday"),
    ],
)
def test_the_last_day_on_which_rent_is_timely(rent, expected, why):
    assert last_timely_day(rent) == expected, why


@pytest.mark.parametrize(
    ("rent", "expected", "why"),
    [
        (date(2021, 10, 1), date(2021, 10, 6), "the case before Vestre Landsret: Saturday, Monday, Tuesday"),
        (date(2026, 11, 1), date(2026, 11, 6), "from Monday the 2nd"),
        (date(2026, 9, 1), date(2026, 9, 5), "from a Tuesday: a demand may be sent on a Saturday"),
        (date(2026, 7, 1), date(2026, 7, 6), "from a Wednesday: the third weekday is the Saturday"),
        (date(2026, 10, 1), date(2026, 10, 6), "from a Thursday"),
        (date(2026, 4, 1), date(2026, 4, 9), "Easter is no weekday: Sat 4, Tue 7 and Wed 8 April"),
        (date(2026, 6, 1), date(2026, 6, 5), "5 June counts as a day on which it may be sent"),
        (date(2027, 1, 1), date(2027, 1, 8), "from Monday the 4th"),
    ],
)
def test_a_demand_comes_at_the_earliest_after_the_third_weekday(rent, expected, why):
    assert earliest_demand(rent) == expected, why


@pytest.mark.parametrize(
    ("reached", "expected", "why"),
    [
        (date(2026, 11, 6), date(2026, 11, 20), "a Friday"),
        (date(2026, 11, 7), date(2026, 11, 23), "the fourteenth day is a Saturday"),
        (date(2026, 5, 22), date(2026, 6, 8), "5 June, a Friday"),
        (date(2026, 3, 20), date(2026, 4, 7), "Good Friday: over Easter"),
        (date(2026, 12, 11), date(2026, 12, 28), "25 December"),
        (date(2026, 12, 10), date(2026, 12, 24), "Christmas Eve is no public holiday"),
    ],
)
def test_the_fourteen_days_end_on_a_weekday(reached, expected, why):
    assert demand_deadline(reached) == expected, why


@pytest.mark.parametrize(
    ("stage", "received", "rent"),
    [
        ("rykker", date(2026, 11, 3), date(2026, 11, 1)),
        ("rykker", date(2026, 11, 2), date(2026, 10, 1)),  # still timely that day
        ("paakrav", date(2026, 11, 6), date(2026, 11, 1)),
        ("paakrav", date(2026, 11, 5), date(2026, 10, 1)),
        ("advokat", date(2026, 11, 21), date(2026, 11, 1)),
        ("advokat", date(2026, 11, 20), date(2026, 10, 1)),  # the fourteenth day itself
        ("foged", date(2027, 1, 5), date(2026, 12, 1)),
    ],
)
def test_it_is_reckoned_from_the_newest_rent_that_can_have_come_so_far(stage, received, rent):
    assert newest_rent(KnownCase(stage, received, received + timedelta(days=8))) == rent


def test_each_day_says_what_it_rests_on_and_whether_it_is_told():
    days = {mark.kind: (mark.day, mark.bound, mark.is_told) for mark in timeline(CASE)}
    assert days == {
        "rent_due": (date(2026, 11, 1), "on", False),
        "last_timely_day": (date(2026, 11, 2), "on", False),
        "demand": (date(2026, 11, 6), "earliest", False),
        "demand_deadline": (date(2026, 11, 20), "earliest", False),
        "wave": (date(2026, 11, 27), "on", False),
        "deadline": (date(2026, 12, 4), "on", True),
        "termination": (date(2026, 12, 5), "earliest", False),
        "foged": (None, "on", True),
    }
    assert {mark.basis for mark in timeline(CASE)} == set(SOURCES)
    assert all("§" in SOURCES[key] for key in ("timely", "demand", "fourteen_days", "termination"))


def test_the_wave_is_the_organisations_own():
    marks = {mark.kind: mark.day for mark in timeline(CASE, 5, "after")}
    assert marks["wave"] == date(2026, 12, 7)  # 5 December is a Saturday; November's fifth is before the demand


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("rykker", ["now on 20", "future earliest 20", "future earliest 05", "future earliest 05", "future unknown"]),
        ("paakrav", ["past earliest 03", "now on 20", "future earliest 05", "future earliest 05", "future unknown"]),
        ("advokat", ["past earliest 03", "past earliest 06", "now on 20", "future earliest 05", "future unknown"]),
        ("ophaevet", ["past earliest 03", "past earliest 06", "past before 20", "now on 20", "future unknown"]),
        ("foged", ["past earliest 03", "past earliest 06", "past before 20", "past before 20", "now unknown"]),
        (
            "noget andet",
            ["now on 20", "future earliest 20", "future earliest 05", "future earliest 05", "future unknown"],
        ),
    ],
)
def test_the_five_stops_say_no_more_than_is_known(stage, expected):
    late = date(2026, 11, 21) if stage in ("advokat", "ophaevet", "foged") else CASE.received
    case = replace(CASE, stage=stage, received=late)
    words = [f"{stop.place} {stop.when}" + (f" {stop.day:%d}" if stop.day else "") for stop in stops(case)]
    assert words == [word.replace("20", f"{late:%d}") for word in expected]


def test_the_day_in_court_is_told_at_every_stage():
    for stage in STAGES:
        last = stops(replace(CASE, stage=stage, eviction_date=date(2026, 12, 15)))[-1]
        assert (last.day, last.when) == (date(2026, 12, 15), "on")


def test_what_has_been_terminated_was_so_no_later_than_the_day_it_came():
    termination = next(m for m in timeline(replace(CASE, stage="ophaevet")) if m.kind == "termination")
    assert (termination.day, termination.bound, termination.is_told) == (CASE.received, "latest", True)


cases = st.builds(
    KnownCase,
    st.sampled_from(STAGES),
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
)


@given(cases)
def test_for_any_case_the_law_has_its_order(case):
    days = {mark.kind: mark.day for mark in timeline(case) if mark.day is not None}
    assert days["rent_due"] <= days["last_timely_day"] < days["demand"] < days["demand_deadline"]
    assert days["rent_due"] <= case.received
    assert days["demand_deadline"] - days["demand"] >= timedelta(days=14)
    assert days["demand"] <= days["wave"] <= days["demand"] + timedelta(days=36)
    assert case.stage in ("ophaevet", "foged") or days["termination"] > case.deadline
    if case.stage in ("advokat", "ophaevet", "foged"):
        assert days["demand_deadline"] < case.received

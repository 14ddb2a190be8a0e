"""Danish working days, send windows and when a human answers."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import COPENHAGEN
from bot.workdays import (
    Window,
    add_working_days,
    after_open_time,
    answer_by,
    closing,
    is_open,
    is_working_day,
    next_opening,
    next_working_day,
    open_time,
    previous_working_day,
)

DAY = Window(time(9), time(18))
OFFICE = Window(time(9), time(15))
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31), timezones=st.just(COPENHAGEN))  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",
        "2026-04-02",
        "2026-04-03",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
        "2026-05-25",
        "2026-06-05",
        "2026-12-24",
        "2026-12-25",
        "2026-12-31",
        "2026-11-21",
        "2026-11-22",
    ],
)
def test_a_day_off(day: str):
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-11-23", "2026-05-15", "2024-04-26", "2025-05-16", "2026-04-07", "2026-12-30"])
def test_a_working_day_store_bededag_among_them_since_2024(day: str):
    assert is_working_day(date.fromisoformat(day))


@given(days)
def test_next_and_previous_are_each_others_way_back(day: date):
    later = next_working_day(day)
    assert is_working_day(later)
    assert later > day
    assert previous_working_day(later) == (day if is_working_day(day) else previous_working_day(day))


@given(days, st.integers(0, 20))
def test_working_days_are_counted_one_by_one(day: date, count: int):
    start = add_working_days(day, 0)
    assert add_working_days(day, count + 1) == next_working_day(add_working_days(day, count)) or not is_working_day(day)
    assert add_working_days(start, count) >= start


@given(moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime):
    opening = next_opening(DAY, moment)
    assert opening >= moment
    assert is_open(DAY, opening)
    assert opening == moment or not is_open(DAY, moment)
    assert closing(DAY, moment) > opening


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-10-27T09:00", "2026-10-27T09:00"),
        ("2026-10-27T08:59", "2026-10-27T09:00"),
        ("2026-10-27T18:00", "2026-10-28T09:00"),
        ("2026-10-23T18:00", "2026-10-26T09:00"),  # over the night when the clocks go back
        ("2026-03-27T20:00", "2026-03-30T09:00"),  # over the night when they go forward
        ("2026-12-23T18:00", "2026-12-28T09:00"),
        ("2026-04-01T18:00", "2026-04-07T09:00"),
    ],
)
def test_the_window_opens_again(moment: str, opening: str):
    assert next_opening(DAY, at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-10-27T08:00", "i dag kl. 15"),
        ("2026-10-27T14:59", "i dag kl. 15"),
        ("2026-10-27T15:00", "i morgen kl. 15"),
        ("2026-10-30T16:00", "mandag kl. 15"),
        ("2026-12-23T16:00", "mandag kl. 15"),
        ("2026-03-27T16:00", "mandag kl. 15"),
    ],
)
def test_when_a_human_answers(now: str, said: str):
    assert answer_by(at(now), OFFICE) == said


def test_a_week_or_more_ahead_the_date_is_said():
    only_mondays = Window(time(9, 30), time(15, 30), frozenset({0}))
    assert answer_by(at("2026-12-21T16:00"), only_mondays) == "mandag d. 28. december kl. 15.30"


@given(moments)
def test_the_promise_of_an_answer_is_never_in_the_past(moment: datetime):
    assert closing(OFFICE, moment) > moment
    assert closing(OFFICE, moment) - moment < timedelta(days=12)


def test_hours_are_said_as_people_say_them():
    assert OFFICE.in_words == "hverdage kl. 9-15"
    assert Window(time(10), time(14, 30), frozenset({0, 3})).in_words == "mandag og torsdag kl. 10-14.30"


def _clock_changes(year: int) -> tuple[date, date]:
    """The last Sundays of March and October."""
    lasts = (date(year, 3, 31), date(year, 10, 31))
    spring, autumn = (last - timedelta(days=(last.weekday() + 1) % 7) for last in lasts)
    return spring, autumn


@pytest.mark.parametrize("year", range(2024, 2036))
def test_over_both_nights_of_the_clocks_the_window_keeps_the_clock_on_the_wall(year: int):
    """From any hour of the night of 23 or 25 hours: the next opening is at nine, and the window is nine hours long."""
    every_day = Window(time(9), time(18), frozenset(range(7)))
    for sunday in _clock_changes(year):
        before = datetime.combine(sunday - timedelta(days=1), time(23), COPENHAGEN)
        assert before.utcoffset() != datetime.combine(sunday, time(12), COPENHAGEN).utcoffset()
        for minutes in range(0, 9 * 60, 15):
            moment = (before.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(COPENHAGEN)
            opens = next_opening(every_day, moment)
            assert opens.time() == time(9)
            assert opens >= moment
            assert closing(every_day, opens).astimezone(UTC) - opens.astimezone(UTC) == timedelta(hours=9)


def _easter(year: int) -> date:
    """Gauss's way, apart from the library that the product asks."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    rest = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", range(2024, 2036))
def test_the_days_off_of_a_year_are_these_and_no_others(year: int):
    """Store Bededag, the fourth Friday after Easter, is none of them: lov nr. 214 of 6.3.2023."""
    easter = _easter(year)
    moving = [easter + timedelta(days=n) for n in (-3, -2, 0, 1, 39, 49, 50)]
    fixed = [date(year, *day) for day in ((1, 1), (5, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))]
    weekdays = [day for n in range(366) if (day := date(year, 1, 1) + timedelta(days=n)).year == year]
    off = {day for day in weekdays if day.weekday() < 5 and not is_working_day(day)}
    assert off == {day for day in (*moving, *fixed) if day.weekday() < 5}
    assert is_working_day(easter + timedelta(days=26)) or easter + timedelta(days=26) in fixed


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("2026-11-24T10:00", "2026-11-24T10:30", 30),
        ("2026-11-24T08:00", "2026-11-24T09:20", 20),  # before it opens nobody waits for us
        ("2026-11-24T14:30", "2026-11-25T09:30", 60),  # over a night
        ("2026-11-27T14:00", "2026-11-30T10:00", 120),  # over a weekend
        ("2026-12-23T14:30", "2026-12-28T09:15", 45),  # over Christmas
        ("2026-11-24T16:00", "2026-11-24T20:00", 0),
        ("2026-11-24T12:00", "2026-11-24T11:00", 0),
    ],
)
def test_a_wait_counts_only_while_somebody_answers(since: str, until: str, minutes: int):
    assert open_time(OFFICE, at(since), at(until)) == timedelta(minutes=minutes)


@given(moments, st.integers(1, 2_000).map(lambda minutes: timedelta(minutes=minutes)))
def test_after_so_much_open_time_just_so_much_has_gone_by(since: datetime, wanted: timedelta):
    until = after_open_time(OFFICE, since, wanted)
    assert open_time(OFFICE, since, until) == wanted
    assert open_time(OFFICE, since, until - timedelta(minutes=1)) < wanted

"""Wave days over the years, worked out by hand from the Danish calendar."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import COPENHAGEN
from bot.workdays import is_working_day
from scheduler.calendar import WaveDay, day_of_wave, latest_wave_day, wave_day, wave_month

DAYS_2026 = ["27", "27", "27", "27", "27", "26", "27", "27", "25", "27", "27", "23"]
DAYS_2027 = ["27", "26", "24", "27", "27", "25", "27", "27", "27", "27", "26", "27"]


@pytest.mark.parametrize(("year", "days"), [(2026, DAYS_2026), (2027, DAYS_2027)])
def test_a_years_wave_days(year, days):
    """2026: 27 Jun Saturday, 27 Sep Sunday, 27 Dec Sunday after Christmas; 2027: Easter from 25 March."""
    assert [f"{wave_day(year, month).day}" for month in range(1, 13)] == days


@pytest.mark.parametrize(
    ("year", "month", "day", "expected", "why"),
    [
        (2024, 3, 28, date(2024, 3, 27), "Maundy Thursday"),
        (2024, 4, 1, date(2024, 3, 27), "Easter Monday, in the month before"),
        (2026, 4, 6, date(2026, 4, 1), "Easter Monday"),
        (2024, 4, 26, date(2024, 4, 26), "Store Bededag is an ordinary Friday since 2024"),
        (2026, 5, 1, date(2026, 4, 30), "1 May"),
        (2026, 5, 14, date(2026, 5, 13), "Ascension Day"),
        (2026, 6, 5, date(2026, 6, 4), "Constitution Day"),
        (2026, 12, 24, date(2026, 12, 23), "Christmas Eve"),
        (2026, 12, 31, date(2026, 12, 30), "New Year's Eve"),
        (2027, 1, 1, date(2026, 12, 30), "New Year's Day, over the turn of the year"),
        (2026, 2, 31, date(2026, 2, 27), "February has no 31st, and its 28th is a Saturday"),
        (2028, 2, 30, date(2028, 2, 29), "a leap year"),
    ],
)
def test_a_day_off_moves_the_wave_to_the_last_working_day_before(year, month, day, expected, why):
    assert wave_day(year, month, WaveDay(day)) == expected, why


@pytest.mark.parametrize(
    ("year", "month", "day", "expected", "why"),
    [
        (2026, 6, 27, date(2026, 6, 29), "a Saturday"),
        (2026, 12, 27, date(2026, 12, 28), "a Sunday after Christmas"),
        (2024, 3, 28, date(2024, 4, 2), "Maundy Thursday, over Easter and into the next month"),
        (2026, 5, 1, date(2026, 5, 4), "1 May is a Friday"),
        (2026, 6, 5, date(2026, 6, 8), "Constitution Day is a Friday"),
        (2026, 12, 24, date(2026, 12, 28), "Christmas"),
        (2026, 12, 31, date(2027, 1, 4), "over the turn of the year"),
        (2026, 11, 27, date(2026, 11, 27), "a working day stays where it is"),
    ],
)
def test_an_organisation_can_have_it_moved_to_the_next_working_day_instead(year, month, day, expected, why):
    assert wave_day(year, month, WaveDay(day, "after")) == expected, why


@pytest.mark.parametrize(
    ("today", "day", "moves", "month"),
    [
        (date(2026, 11, 1), 27, "before", "2026-11"),
        (date(2026, 11, 30), 27, "before", "2026-11"),
        (date(2026, 10, 29), 1, "before", "2026-10"),
        (date(2026, 10, 30), 1, "before", "2026-11"),  # 1 November is a Sunday: its wave is on Friday 30 October
        (date(2026, 12, 30), 1, "before", "2027-01"),
        (date(2026, 10, 31), 1, "after", "2026-10"),
        (date(2026, 11, 1), 1, "after", "2026-11"),
        (date(2026, 11, 2), 31, "after", "2026-10"),  # 31 October is a Saturday: its wave is on Monday 2 November
        (date(2026, 11, 3), 31, "after", "2026-11"),
        (date(2027, 1, 4), 31, "after", "2026-12"),
    ],
)
def test_a_day_belongs_to_its_months_wave_unless_another_ones_day_says_otherwise(today, day, moves, month):
    assert wave_month(today, WaveDay(day, moves)) == month


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 22, 12, tzinfo=COPENHAGEN), date(2026, 10, 27)),
        (datetime(2026, 11, 27, 0, 0, tzinfo=COPENHAGEN), date(2026, 11, 27)),
        (datetime(2026, 1, 3, 12, tzinfo=COPENHAGEN), date(2025, 12, 23)),
    ],
)
def test_the_latest_wave_day_is_not_after_today(now, expected):
    assert latest_wave_day(now) == expected


days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
wanted = st.builds(WaveDay, st.integers(1, 31), st.sampled_from(["before", "after"]))


@given(days, wanted)
def test_every_wave_day_is_a_working_day_and_the_latest_one_is_at_most_two_months_back(today, wave):
    latest = latest_wave_day(datetime(today.year, today.month, today.day, 12, tzinfo=COPENHAGEN), wave)
    assert is_working_day(latest)
    assert latest <= today < latest + timedelta(days=50)
    assert is_working_day(day_of_wave(wave_month(today, wave), wave))


@given(st.integers(2024, 2035), wanted)
def test_there_is_one_wave_a_month_and_each_of_them_is_met_on_its_day(year, wave):
    """Whoever looks every day sees each month's wave on its day, in order, and never goes back to an older one."""
    seen = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    months = [wave_month(day, wave) for day in seen]
    assert months == sorted(months)
    starts = [day for day, month in zip(seen, months, strict=True) if day_of_wave(month, wave) == day]
    assert starts == sorted(set(starts))
    assert {wave_month(day, wave) for day in starts} >= {f"{year}-{month:02d}" for month in range(2, 12)}
    for month in range(1, 13):
        assert wave_month(wave_day(year, month, wave), wave) == f"{year}-{month:02d}"


@given(days, st.integers(1, 31))
def test_the_two_ways_of_moving_stand_around_the_day_itself(today, day):
    before, after = (wave_day(today.year, today.month, WaveDay(day, moves)) for moves in ("before", "after"))
    assert before == after or not any(
        is_working_day(before + timedelta(days=n)) for n in range(1, (after - before).days)
    )

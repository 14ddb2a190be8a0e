"""The days and sums of a plan's instalments."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.instalments import Instalment, instalments, month_after, next_one


def test_the_last_one_is_what_is_left():
    assert instalments(100_000, 3, date(2026, 12, 1), 245_050) == (
        Instalment(1, date(2026, 12, 1), 100_000),
        Instalment(2, date(2027, 1, 1), 100_000),
        Instalment(3, date(2027, 2, 1), 45_050),
    )


def test_of_an_older_plan_whose_total_is_not_known_all_are_alike():
    assert [payment.amount_ore for payment in instalments(100_000, 2, date(2026, 12, 1))] == [100_000, 100_000]


@pytest.mark.parametrize(
    ("first", "months", "day"),
    [
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 31), 3, date(2027, 3, 31)),
        (date(2027, 10, 31), 4, date(2028, 2, 29)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 12, 1), 13, date(2028, 1, 1)),
    ],
)
def test_a_month_too_short_for_the_day_pays_on_its_last(first: date, months: int, day: date):
    assert month_after(first, months) == day


@given(st.integers(1, 200_000), st.integers(1, 60), st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.data())
def test_together_they_pay_the_total_in_order_and_never_two_in_a_month(monthly, count, first, data):
    total = data.draw(st.integers(monthly * (count - 1) + 1, monthly * count))
    made = instalments(monthly, count, first, total)
    assert sum(payment.amount_ore for payment in made) == total
    assert [payment.number for payment in made] == list(range(1, count + 1))
    assert len({(payment.day.year, payment.day.month) for payment in made}) == count
    assert next_one(made, made[-1].day) == made[-1]
    assert next_one(made, made[-1].day + timedelta(days=1)) is None

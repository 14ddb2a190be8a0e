"""Promises after their day, as a table: what the arrears of the last feed say, and what nobody can tell yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import COPENHAGEN
from bot.workdays import Window
from scheduler.promises import Broken, CameLate, CannotTell, Given, Kept, Promised, Wait, due, next_moment

WINDOW = Window(time(9), time(18))
#: A Tuesday; the promise is for Thursday the 26th, so it is looked at on Friday the 27th.
SAID = datetime(2026, 11, 24, 10, tzinfo=COPENHAGEN)
DAY = date(2026, 11, 26)
LOOK = datetime(2026, 11, 27, 9, tzinfo=COPENHAGEN)
DAY_AFTER = LOOK.date()
#: Three working days after the day.
ASK = datetime(2026, 12, 1, 9, tzinfo=COPENHAGEN)
OWED = 845_050
THREE = Given(1, 300_000, DAY, SAID, OWED, task_due=LOOK.date())
ALL = replace(THREE, amount_ore=None)


def seen(*given: Given, arrears: int, told: date = DAY_AFTER, now: datetime = LOOK, may_write: bool = True):
    return due(Promised(given, arrears, told, may_write), WINDOW, now)


@pytest.mark.parametrize(
    ("given", "arrears", "expected"),
    [
        (THREE, OWED - 300_000, [Kept(1, thanks=True)]),
        (THREE, OWED - 400_000, [Kept(1, thanks=True)]),
        (THREE, 0, [Kept(1)]),
        (THREE, OWED, [Broken(1, 0, LOOK.date())]),
        (THREE, OWED - 299_999, [Broken(1, 299_999, LOOK.date())]),  # a part is told, and does not keep it
        (THREE, OWED + 500_000, [Broken(1, 0, LOOK.date())]),  # new rent
        (ALL, 0, [Kept(1)]),
        (ALL, 1, [Broken(1, OWED - 1, LOOK.date())]),
        (replace(THREE, amount_ore=900_000), 0, [Kept(1)]),
        (replace(THREE, owed_ore=None), OWED, [CannotTell(1, LOOK.date(), is_old=True)]),
        (replace(THREE, owed_ore=None, is_asked=True), OWED, []),
        (replace(THREE, owed_ore=None), 0, [Kept(1)]),
        (replace(THREE, status="broken"), OWED - 300_000, [CameLate(1)]),
        (replace(THREE, status="broken"), OWED, []),
        (replace(THREE, status="kept"), OWED, []),
    ],
)
def test_the_day_after_the_arrears_say_whether_it_was_kept(given: Given, arrears: int, expected: list[object]):
    assert seen(given, arrears=arrears) == expected


def test_nothing_is_looked_at_before_the_working_day_after():
    assert seen(THREE, arrears=0, now=LOOK - timedelta(minutes=1)) == []
    assert next_moment(Promised((THREE,), OWED, DAY), WINDOW, SAID) == LOOK
    assert next_moment(Promised((THREE,), OWED, DAY), WINDOW, LOOK) == ASK
    assert next_moment(Promised((replace(THREE, is_asked=True),), OWED, DAY), WINDOW, LOOK) is None


def test_figures_older_than_the_day_say_nothing_and_the_human_is_not_troubled_before_the_third_working_day():
    assert seen(THREE, arrears=OWED, told=DAY) == [Wait(1, ASK.date())]
    assert seen(replace(THREE, task_due=ASK.date()), arrears=OWED, told=DAY) == []
    assert seen(THREE, now=ASK, arrears=OWED, told=DAY) == [CannotTell(1, ASK.date(), is_old=False)]
    assert seen(replace(THREE, is_asked=True), now=ASK, arrears=OWED, told=DAY) == []
    assert seen(replace(THREE, is_asked=True), arrears=OWED, told=ASK.date(), now=ASK) == [Broken(1, 0, LOOK.date())]


def test_old_figures_that_show_the_money_are_enough():
    assert seen(THREE, arrears=OWED - 300_000, told=DAY - timedelta(days=1)) == [Kept(1, thanks=True)]


def test_a_promise_for_a_day_off_waits_for_the_bank_and_for_figures_after_it():
    """For Saturday the 28th: looked at on Monday, but Monday's own figures are too early to hold against anybody."""
    saturday = replace(THREE, day=date(2026, 11, 28), task_due=date(2026, 11, 30))
    monday = datetime(2026, 11, 30, 9, tzinfo=COPENHAGEN)
    assert seen(saturday, arrears=OWED, told=monday.date(), now=monday) == [Wait(1, date(2026, 12, 3))]
    tuesday = monday + timedelta(days=1)
    assert seen(saturday, arrears=OWED, told=tuesday.date(), now=tuesday) == [Broken(1, 0, monday.date())]


SECOND = Given(2, 545_050, date(2026, 12, 15), SAID, OWED)
LATER = datetime(2026, 12, 16, 9, tzinfo=COPENHAGEN)


@pytest.mark.parametrize(
    ("first", "arrears", "expected"),
    [
        ("kept", 0, [Kept(2)]),
        ("kept", 545_050, [Broken(2, 0, LATER.date())]),  # the first one's money counts once
        ("kept", 245_050, [Broken(2, 300_000, LATER.date())]),
        ("broken", 300_000, [Kept(2, thanks=True)]),  # only the second came
        ("broken", 545_050, [Broken(2, 300_000, LATER.date()), CameLate(1)]),
        ("broken", 0, [Kept(2), CameLate(1)]),
    ],
)
def test_several_in_one_breath_add_up_and_money_counts_once(first: str, arrears: int, expected: list[object]):
    assert seen(replace(THREE, status=first), SECOND, arrears=arrears, told=LATER.date(), now=LATER) == expected


def test_two_that_fall_due_together_are_thanked_for_once():
    both = (THREE, replace(THREE, promise_id=2, amount_ore=100_000))
    assert seen(*both, arrears=OWED - 400_000) == [Kept(1, thanks=True), Kept(2)]


def test_what_was_promised_anew_is_measured_from_what_was_owed_then():
    anew = Given(2, 200_000, DAY, SAID + timedelta(hours=5), OWED - 300_000)
    kept = replace(THREE, status="kept")
    assert seen(kept, anew, arrears=OWED - 300_000) == [Broken(2, 0, LOOK.date())]
    assert seen(kept, anew, arrears=OWED - 500_000) == [Kept(2, thanks=True)]


def test_thanks_are_for_who_may_be_written_to_and_soon():
    paid = OWED - 300_000
    assert seen(THREE, may_write=False, arrears=paid) == [Kept(1)]
    assert seen(THREE, now=datetime(2026, 12, 3, 17, tzinfo=COPENHAGEN), arrears=paid) == [Kept(1, thanks=True)]
    assert seen(THREE, now=datetime(2026, 12, 4, 9, tzinfo=COPENHAGEN), arrears=paid) == [Kept(1)]


AMOUNTS = st.integers(1, 40).map(lambda hundreds: hundreds * 10_000)


@given(
    parts=st.lists(st.tuples(AMOUNTS, st.sampled_from(["open", "kept", "broken"])), min_size=1, max_size=4),
    arrears=st.integers(1, OWED),
)
def test_what_is_counted_as_kept_now_is_never_more_than_what_came(parts: list[tuple[int, str]], arrears: int):
    given = tuple(
        Given(number, amount, DAY, SAID, OWED, status) for number, (amount, status) in enumerate(parts, start=1)
    )
    amounts = {each.promise_id: each.amount_ore or 0 for each in given}
    items = seen(*given, arrears=arrears)
    counted = sum(amounts[item.promise_id] for item in items if isinstance(item, Kept | CameLate))
    before = sum(amounts[each.promise_id] for each in given if each.status == "kept")
    assert counted == 0 or before + counted <= OWED - arrears
    assert sum(item.thanks for item in items if isinstance(item, Kept)) <= 1
    assert len({item.promise_id for item in items}) == len(items)

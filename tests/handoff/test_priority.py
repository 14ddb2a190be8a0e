"""How the queue is ordered, and what a row says about time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import COPENHAGEN
from handoff.priority import Chip, as_they_stand, days_left, days_left_chip, group, order, waiting_words, why

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=COPENHAGEN)


@dataclass(frozen=True)
class Row:
    name: str
    priority: str = "normal"
    days_left: int | None = 5
    minutes: int | None = 10
    held_by: str = "queue"

    @property
    def waiting_since(self) -> datetime | None:
        return None if self.minutes is None else NOW - timedelta(minutes=self.minutes)


def names(*rows: Row) -> list[str]:
    return [row.name for row in order(rows)]


def test_crisis_comes_first_then_what_is_urgent_then_the_others():
    assert names(
        Row("other", days_left=0, minutes=900), Row("urgent", "high", 9), Row("crisis", "crisis", 9, minutes=1)
    ) == [
        "crisis",
        "urgent",
        "other",
    ]


def test_inside_a_group_the_fewest_days_come_first_then_the_longest_wait():
    assert names(
        Row("three days", days_left=3),
        Row("one day, short wait", days_left=1, minutes=5),
        Row("one day, long wait", days_left=1, minutes=50),
        Row("gone by", days_left=-2),
    ) == ["gone by", "one day, long wait", "one day, short wait", "three days"]


def test_without_a_deadline_or_a_wait_a_row_stands_last():
    assert names(Row("no deadline", days_left=None), Row("no wait", minutes=None), Row("wait")) == [
        "wait",
        "no wait",
        "no deadline",
    ]


def test_a_crisis_that_nobody_has_taken_comes_before_one_that_somebody_has():
    taken = Row("taken", "crisis", 0, 600, "adviser")
    assert names(taken, Row("untaken", "crisis", 30, 1)) == ["untaken", "taken"]


def test_in_a_crisis_the_longest_wait_comes_first_whatever_the_deadline():
    assert names(
        Row("short wait", "crisis", -3, 2),
        Row("long wait", "crisis", None, 50),
        Row("taken", "crisis", 0, 600, "adviser"),
        Row("no wait", "crisis", 0, None),
    ) == ["long wait", "short wait", "no wait", "taken"]


def test_an_unknown_priority_counts_as_normal():
    assert [found.name for found in group([Row("new", "someday")])] == ["Øvrige"]


@given(st.lists(st.builds(Row, st.just("x"), st.sampled_from(["crisis", "high", "normal"]), st.integers(-9, 60))))
def test_every_row_stands_in_exactly_one_group_and_no_group_is_empty(rows: list[Row]):
    groups = group(rows)
    assert sorted(map(repr, rows)) == sorted(repr(row) for found in groups for row in found.rows)
    assert all(found.rows for found in groups)
    assert [found.name for found in groups] == [
        n for n in ("Krise", "Haster", "Øvrige") if n in {f.name for f in groups}
    ]


@pytest.mark.parametrize(
    ("days", "chip"),
    [
        (-1, Chip("Frist gået", "solid")),
        (0, Chip("I dag", "solid")),
        (1, Chip("I morgen", "solid")),
        (2, Chip("2 dage", "tint")),
        (3, Chip("3 dage", "tint")),
        (4, Chip("4 dage", "outline")),
        (None, None),
    ],
)
def test_the_days_left_are_words_and_a_tone(days: int | None, chip: Chip | None):
    assert days_left_chip(days) == chip


def test_the_last_day_itself_is_zero_days_left():
    assert days_left(date(2026, 12, 3), date(2026, 12, 3)) == 0
    assert days_left(date(2026, 12, 3), date(2026, 12, 1)) == 2


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-3, "nu"), (0, "nu"), (1, "1 min"), (59, "59 min"), (60, "1 t 00 min"), (72, "1 t 12 min"), (2880, "2 dage")],
)
def test_a_wait_is_told_in_words(minutes: int, words: str):
    assert waiting_words(NOW - timedelta(minutes=minutes), NOW) == words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Row("x", "crisis"), "Krise, og ingen har taget den"),
        (Row("x", "crisis", minutes=12, held_by="adviser"), "Krise, som en rådgiver har. Har ventet 12 min"),
        (Row("x", "high", 2, 55), "Haster: 2 dage til fristen, og har ventet 55 min"),
        (Row("x", days_left=2, minutes=55), "2 dage til fristen, og har ventet 55 min"),
        (Row("x", days_left=0, minutes=0), "Fristen er i dag, og har lige skrevet"),
        (Row("x", days_left=1, minutes=None), "Fristen er i morgen, og venter ikke på os"),
        (Row("x", days_left=-1, minutes=61), "Fristen er gået, og har ventet 1 t 01 min"),
        (Row("x", days_left=None, minutes=3), "Ingen frist, og har ventet 3 min"),
    ],
)
def test_a_row_says_why_it_stands_where_it_stands(row: Row, words: str):
    assert why(row, NOW) == words


def test_in_an_order_of_its_own_a_list_has_no_headings():
    rows = [Row("other"), Row("crisis", "crisis")]
    assert [found.rows for found in as_they_stand(rows)] == [tuple(rows)]
    assert as_they_stand([]) == ()

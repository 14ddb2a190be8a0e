"""What a course counts as, time in office hours, periods, and the file: tables of cases."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time

import pytest

from bot.models import COPENHAGEN
from bot.workdays import Window
from handoff.board import courses, periods
from handoff.board.charts import columns, dots, strokes, top_of
from handoff.board.courses import DAY, Course
from handoff.board.office import OfficeHours, median
from handoff.board.sheet import Table, as_csv

NOW = 200 * DAY
PLAIN = Course(1, "2026-11", "Søparken", "rykker", False, "open", False, 0, False, None, False, None, None, None,
               None, None, None, None, None, 0)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "end"),
    [
        ({}, "open"),
        ({"ended_as": "settled"}, "paid"),
        ({"ended_as": "paid"}, "paid"),
        ({"ended_as": "municipality_paid"}, "municipality_paid"),
        ({"plan_at": 5}, "plan_agreed"),
        ({"ended_as": "no_contact", "answered_at": 5}, "no_contact"),
        ({"is_overdue": True}, "no_contact"),
        ({"is_overdue": True, "answered_at": 5}, "open"),
        ({"ended_as": "something newer"}, "other"),
        ({"ended_as": "evicted", "plan_at": 5}, "evicted"),
    ],
)
def test_how_a_case_stands(told, end):
    assert courses.ending(PLAIN._replace(**told)) == end


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"ended_as": "settled"}, "not_threatened"),
        ({"has_date": True, "ended_as": "settled"}, "sure"),
        ({"has_date": True, "ended_as": "evicted"}, "not_averted"),
        ({"has_date": True}, "not_averted"),
        ({"has_date": True, "plan_at": NOW - 90 * DAY}, "sure"),
        ({"has_date": True, "plan_at": NOW - 90 * DAY + 1}, "likely"),
        ({"has_date": True, "ended_as": "plan_agreed"}, "likely"),
        ({"stage": "ophaevet", "ended_as": "settled"}, "likely"),
        ({"stage": "advokat", "ended_as": "settled"}, "not_threatened"),
    ],
)
def test_an_eviction_is_surely_averted_only_with_a_date_and_what_holds(told, found):
    assert courses.averted(PLAIN._replace(**told), NOW) == found


@pytest.mark.parametrize(
    ("told", "reached", "talked"),
    [
        ({}, False, False),
        ({"answered_at": 1}, True, False),
        ({"adviser_at": 1}, False, False),
        ({"answered_at": 1, "adviser_at": 2}, True, True),
        ({"called_at": 1}, True, True),
        ({"met_at": 1}, True, True),
    ],
)
def test_who_is_reached_and_who_has_talked_with_a_human(told, reached, talked):
    course = PLAIN._replace(**told)
    assert (courses.is_reached(course), courses.has_talked(course)) == (reached, talked)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).timestamp())


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-27T10:00", "2026-11-27T12:30", 2.5),
        ("2026-11-27T14:00", "2026-11-30T10:00", 2),  # over a weekend
        ("2026-11-27T20:00", "2026-11-30T09:30", 0.5),
        ("2026-11-27T16:00", "2026-11-27T18:00", 0),
        ("2026-12-23T14:00", "2026-12-28T10:00", 2),  # over Christmas
        ("2026-10-23T14:00", "2026-10-26T10:00", 2),  # over the change of the clock
    ],
)
def test_only_office_hours_count(start, end, hours):
    office = OfficeHours(Window(time(9), time(15)), date(2026, 10, 1), date(2027, 1, 10))
    assert office.between(at(start), at(end)) == hours * 3600


def test_the_median_is_the_one_in_the_middle():
    assert (median([]), median([3]), median([9, 1, 4]), median([1, 2, 4, 9])) == (None, 3, 4, 3)


@pytest.mark.parametrize(
    ("name", "first", "last", "words", "before"),
    [
        ("2026-11", "2026-11", "2026-11", "november 2026", "2026-10"),
        ("2026-01", "2026-01", "2026-01", "januar 2026", "2025-12"),
        ("2026-Q1", "2026-01", "2026-03", "1. kvartal 2026", "2025-Q4"),
        ("2026", "2026-01", "2026-12", "2026", "2025"),
        ("2026-06--2026-11", "2026-06", "2026-11", "juni til november 2026", "2025-12--2026-05"),
        ("2025-12--2026-01", "2025-12", "2026-01", "december 2025 til januar 2026", "2025-10--2025-11"),
    ],
)
def test_periods(name, first, last, words, before):
    period = periods.read_period(name)
    assert period is not None
    assert (period.first, period.last, period.words, period.before.name) == (first, last, words, before)
    assert periods.read_period(period.before.name) == period.before


@pytest.mark.parametrize("name", ["", "2026-13", "2026-Q5", "26", "2026-11--2026-10", "2020-01--2026-01", "x--y"])
def test_what_is_no_period(name):
    assert periods.read_period(name) is None


def test_the_file_opens_in_a_danish_spreadsheet_and_no_name_becomes_a_formula():
    file = as_csv(("Tavlen",), [Table("Pr. afdeling", ("Afdeling", "Sager"), (("=HYPERLINK(1)", "12"), ("+B", "5")))])

    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))
    assert rows[2:] == [
        ["Tabel", "Afdeling", "Sager"],
        ["Pr. afdeling", "'=HYPERLINK(1)", "12"],
        ["Pr. afdeling", "'+B", "5"],
    ]


def test_columns_grow_and_the_line_is_broken_where_nothing_can_be_told():
    first, second = columns([(("1. sms",), 24), (("2. sms",), 11)], 64)
    assert (first.total, second.total, second.before_height) == (24, 35, first.new_height)
    assert second.new_y + second.new_height + second.before_height == pytest.approx(168)

    found = dots([("a", 1, "1"), ("b", 2, "2"), ("c", None, ""), ("d", 3, "3")], 4)
    assert len(strokes(found)) == 1
    assert [top_of(most) for most in (0, 4, 5, 26, 64, 399)] == [4, 4, 8, 32, 80, 400]

"""When an instalment is reminded of, and when a human is asked whether it came: a table of moments."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.instalments import instalments
from bot.workdays import Window, is_open
from scheduler.agreements import Agreed, CameLate, Kept, Look, Remind, Seen, due, is_paid, next_moment
from tests.scheduler.world import at

WINDOW = Window(time(9), time(18))
#: 2.450,50 kr.: 1.000 on Tuesday 1 December, 1.000 on Friday 1 January, 450,50 on Monday 1 February.
PLAN = Agreed(1, instalments(100_000, 3, date(2026, 12, 1), 245_050), 245_050, at("2026-11-24T10:00"))
REMINDED = replace(PLAN, reminded=frozenset({1, 2, 3}))


def said(agreed: Agreed, now: datetime, days: int = 3) -> list[str]:
    """What is due, one word each with the instalment's number."""
    words = []
    for item in due(agreed, WINDOW, days, now):
        match item:
            case Remind():
                words.append(f"remind {item.instalment.number}")
            case Look():
                outcome = "paid" if item.is_paid else "ask" if item.asks else "missed"
                words.append(f"{outcome} {item.instalment.number}")
            case CameLate():
                words.append(f"came {item.instalment.number}")
            case Kept():
                words.append("kept")
    return words


@pytest.mark.parametrize(
    ("now", "days", "expected"),
    [
        ("2026-11-27T08:59", 3, []),  # 28 November is a Saturday: on the Friday before
        ("2026-11-27T09:00", 3, ["remind 1"]),
        ("2026-11-29T12:00", 3, ["remind 1"]),
        ("2026-12-01T17:59", 3, ["remind 1"]),
        ("2026-12-01T18:00", 3, []),
        ("2026-11-30T09:00", 0, []),
        ("2026-11-29T12:00", 1, []),
        ("2026-11-30T09:00", 1, ["remind 1"]),
    ],
)
def test_a_reminder_comes_so_many_days_before_on_a_working_day_and_never_late(now: str, days: int, expected: list[str]):
    assert said(PLAN, at(now), days) == expected


def test_a_reminder_waits_for_the_window_and_ends_with_its_day():
    [remind] = due(PLAN, WINDOW, 3, at("2026-11-28T23:00"))
    assert isinstance(remind, Remind)
    assert (remind.send_at, remind.expires_at) == (at("2026-11-30T09:00"), at("2026-12-01T18:00"))


def test_what_was_just_agreed_is_not_reminded_of():
    assert said(replace(PLAN, decided_at=at("2026-11-27T10:00")), at("2026-11-30T09:00")) == []


@pytest.mark.parametrize(
    "plan", [replace(PLAN, may_write=False), replace(PLAN, reminded=frozenset({1})), replace(PLAN, arrears_ore=145_050)]
)
def test_nobody_is_reminded_twice_or_of_what_is_paid_or_where_we_may_not_write(plan: Agreed):
    assert said(plan, at("2026-11-30T09:00")) == []


@pytest.mark.parametrize(
    ("arrears", "expected"),
    [(245_050, ["ask 1"]), (145_051, ["ask 1"]), (145_050, ["paid 1"]), (100_000, ["paid 1"]), (0, ["kept"])],
)
def test_the_working_day_after_the_rent_system_is_looked_at(arrears: int, expected: list[str]):
    agreed = replace(REMINDED, arrears_ore=arrears)
    assert said(agreed, at("2026-12-02T09:00")) == expected
    assert said(agreed, at("2026-12-02T08:59")) == (["kept"] if arrears == 0 else [])


def test_a_look_waits_over_a_holiday():
    """1 January 2027 is a Friday: the next working day is Monday 4 January."""
    agreed = replace(REMINDED, seen={1: Seen(True, 145_050)}, arrears_ore=145_050)
    assert said(agreed, at("2027-01-03T12:00")) == []
    assert said(agreed, at("2027-01-04T09:00")) == ["ask 2"]


def test_when_the_clock_jumps_over_several_one_question_is_enough_and_no_late_reminder_goes():
    assert said(PLAN, at("2027-02-02T12:00")) == ["missed 1", "missed 2", "ask 3"]


def test_who_fell_behind_once_and_pays_again_is_not_asked_each_month():
    behind = replace(REMINDED, seen={1: Seen(False, 245_050)})
    assert is_paid(replace(behind, arrears_ore=145_050), 2)
    assert not is_paid(replace(behind, arrears_ore=245_050), 2)
    assert said(replace(behind, arrears_ore=245_050), at("2027-01-04T09:00")) == ["ask 2"]


def test_what_comes_late_takes_the_question_back():
    missed = replace(REMINDED, seen={1: Seen(False, 245_050)}, arrears_ore=145_050)
    assert said(missed, at("2026-12-03T09:00")) == ["came 1"]


def test_an_instalment_that_was_over_before_a_human_agreed_is_nobodys_fault():
    late = replace(REMINDED, decided_at=at("2026-12-03T10:00"))
    assert said(late, at("2026-12-04T09:00")) == []
    assert said(replace(late, arrears_ore=145_050), at("2027-01-04T09:00")) == ["paid 2"]


def test_the_moments_when_something_falls_due():
    moments, now = [], at("2026-11-24T10:00")
    while (moment := next_moment(PLAN, WINDOW, 3, now)) is not None:
        moments.append(f"{moment:%Y-%m-%d %H.%M}")
        now = moment
        if len(moments) > 20:
            break
    assert moments[:4] == ["2026-11-27 09.00", "2026-12-02 09.00", "2026-12-29 09.00", "2027-01-04 09.00"]
    assert moments[-1] == "2027-02-02 09.00"


NOWS = st.integers(0, 130 * 24 * 60).map(lambda minutes: at("2026-11-20T00:00") + timedelta(minutes=minutes))


@settings(max_examples=200, deadline=None)
@given(NOWS, st.integers(0, 14), st.integers(0, 300_000))
def test_at_most_one_reminder_in_the_window_before_its_own_end_and_at_most_one_question(now, days, arrears):
    items = due(replace(PLAN, arrears_ore=arrears), WINDOW, days, now)
    reminders = [item for item in items if isinstance(item, Remind)]
    assert len(reminders) <= 1
    for remind in reminders:
        assert is_open(WINDOW, remind.send_at)
        assert now <= remind.send_at < remind.expires_at
    assert sum(isinstance(item, Look) and item.asks for item in items) <= 1

"""The ladder in time: which steps fit, in order, never outside the window, never late."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import COPENHAGEN
from bot.organisations import DEFAULT_LADDER
from bot.workdays import Window, is_open, is_working_day, next_opening
from scheduler.ladder import DEADLINE_STEP, due_from, steps_of, timetable

STEPS = steps_of((step.day, step.kinds) for step in DEFAULT_LADDER)
WINDOW = Window(time(9), time(18))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN)


def shown(starts: str, deadline: date, steps=STEPS, window=WINDOW) -> list[str]:
    return [f"{t.at:%a %d %H.%M} {t.step.kind}" for t in timetable(steps, at(starts), deadline, window)]


def test_the_default_ladder_in_a_week_without_days_off():
    assert shown("2026-10-27T09:05", date(2026, 11, 4)) == [
        "Tue 27 09.05 sms",
        "Thu 29 09.00 sms",
        "Fri 30 09.00 call",
        "Mon 02 09.00 knock",
        "Tue 03 09.00 postcard",
        "Tue 03 09.00 sms",
        "Wed 04 09.00 other",
    ]


def test_easter_stands_between_the_steps():
    assert shown("2026-04-01T10:00", date(2026, 4, 10))[:3] == [
        "Wed 01 10.00 sms",
        "Wed 08 09.00 sms",
        "Thu 09 09.00 call",
    ]


@pytest.mark.parametrize(
    ("starts", "second"),
    [
        ("2026-12-22T10:00", "Mon 28"),  # 24, 25 and 26 December are off
        ("2026-12-30T10:00", "Tue 05"),  # 31 December and 1 January are off
        ("2026-04-30T10:00", "Tue 05"),  # 1 May is off
        ("2026-06-04T10:00", "Tue 09"),  # 5 June is off
    ],
)
def test_no_step_falls_on_a_day_off(starts, second):
    assert shown(starts, date(2027, 2, 1))[1] == f"{second} 09.00 sms"


@pytest.mark.parametrize(
    ("deadline", "kinds"),
    [
        (date(2026, 10, 26), ["other"]),
        (date(2026, 10, 27), ["sms", "other"]),
        (date(2026, 10, 28), ["sms", "other"]),
        (date(2026, 10, 29), ["sms", "sms", "other"]),
        (date(2026, 10, 30), ["sms", "sms", "call", "other"]),
    ],
)
def test_a_late_case_runs_the_steps_that_still_fit_from_the_first_on(deadline, kinds):
    assert [t.step.kind for t in timetable(STEPS, at("2026-10-27T09:05"), deadline, WINDOW)] == kinds


def test_a_step_expires_when_the_next_one_comes_and_the_last_when_the_deadline_ends():
    times = timetable(STEPS, at("2026-10-27T09:05"), date(2026, 11, 4), WINDOW)
    assert [t.expires_at for t in times[:3]] == [t.at for t in times[1:4]]
    assert times[4].expires_at == times[5].expires_at == at("2026-11-04T18:00")
    assert times[6].expires_at is None


def test_a_deadline_on_a_saturday_is_an_advisers_task_on_friday():
    assert shown("2026-11-27T09:05", date(2026, 12, 5))[-1] == "Fri 04 09.00 other"


@pytest.mark.parametrize(
    ("arrived", "deadline", "expected"),
    [
        (date(2026, 11, 20), date(2026, 12, 3), date(2026, 11, 27)),  # waits for the wave day
        (date(2026, 11, 20), date(2026, 11, 28), date(2026, 11, 27)),
        (date(2026, 11, 20), date(2026, 11, 27), date(2026, 11, 20)),  # the wave day would be its last
        (date(2026, 11, 2), date(2026, 11, 10), date(2026, 11, 2)),  # the deadline is nearer
        (date(2026, 11, 27), date(2026, 12, 5), date(2026, 11, 27)),
        (date(2026, 11, 30), date(2026, 12, 31), date(2026, 11, 30)),  # after the wave day: joins it
    ],
)
def test_the_day_from_which_a_case_may_start(arrived, deadline, expected):
    assert due_from(arrived, deadline) == expected


windows = st.builds(
    Window,
    st.times(time(7), time(11)),
    st.times(time(12), time(20)),
    st.frozensets(st.integers(0, 6), min_size=1),
)
ladders = st.lists(
    st.tuples(st.integers(0, 12), st.lists(st.sampled_from(["sms", "call", "knock"]), min_size=1, max_size=3)),
    max_size=6,
).map(steps_of)
moments = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes))


@given(ladders, windows, moments, st.integers(-5, 40))
def test_any_ladder_is_in_order_within_the_window_and_before_the_deadline(steps, window, moment, days):
    starts = next_opening(window, moment)
    deadline = starts.date() + timedelta(days=days)
    *times, last = timetable(steps, starts, deadline, window)
    end = datetime.combine(deadline, window.closes, COPENHAGEN)
    assert [t.step.number for t in times] == list(range(len(times)))
    assert [t.at for t in (*times, last)] == sorted(t.at for t in (*times, last))
    assert all(starts <= t.at <= end for t in times)
    assert all(t.expires_at is not None and t.at <= t.expires_at <= end for t in times)
    texts = [t.at for t in times if t.step.kind == "sms"]
    assert all(is_open(window, moment) for moment in texts)
    assert len({moment.date() for moment in texts}) == len(texts)
    assert last.step.number == DEADLINE_STEP
    assert last.at == starts or is_working_day(last.at.date()) or last.at == times[-1].at

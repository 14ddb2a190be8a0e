"""The ladder in time: which steps fit, in order, never outside the window, never late."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import COPENHAGEN
from bot.organisations import DEFAULT_LADDER, LadderStep
from bot.workdays import Window, add_working_days, is_open, is_working_day, next_opening
from scheduler.ladder import DEADLINE_STEP, Step, due_from, steps_of, timetable

STEPS = steps_of(DEFAULT_LADDER)
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


def test_an_sms_that_no_window_is_left_for_does_not_take_the_call_along():
    """SMS on Saturdays only: there is one before the deadline, and the second would come after it."""
    saturdays = Window(time(9), time(18), frozenset({5}))
    assert shown("2026-10-31T09:00", date(2026, 11, 4), window=saturdays) == [
        "Sat 31 09.00 sms",
        "Wed 04 09.00 call",
        "Wed 04 09.00 other",
    ]


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
kinds = st.lists(st.sampled_from(["sms", "call", "knock"]), min_size=1, max_size=3)
lines = st.builds(LadderStep, day=st.integers(0, 12), kinds=kinds)
last_lines = st.builds(LadderStep, before_deadline=st.integers(1, 12), kinds=kinds)
ladders = st.lists(lines, max_size=6).map(steps_of)
mixed = st.lists(lines | last_lines, max_size=8).map(steps_of)
moments = st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01T00:00") + timedelta(minutes=minutes))


def loses_the_last_of_each_kind(steps, times) -> bool:
    """A late case loses the last SMS, and the last calls and visits, never the first; what is left is in order."""
    left = [t.step.number for t in times]
    numbers = {is_sms: [s.number for s in steps if (s.kind == "sms") == is_sms] for is_sms in (True, False)}
    kept = {is_sms: [t.step.number for t in times if (t.step.kind == "sms") == is_sms] for is_sms in numbers}
    return left == sorted(left) and all(numbers[each][: len(kept[each])] == kept[each] for each in numbers)


@given(ladders, windows, moments, st.integers(-5, 40))
def test_any_ladder_is_in_order_within_the_window_and_before_the_deadline(steps, window, moment, days):
    starts = next_opening(window, moment)
    deadline = starts.date() + timedelta(days=days)
    *times, last = timetable(steps, starts, deadline, window)
    end = datetime.combine(deadline, window.closes, COPENHAGEN)
    assert loses_the_last_of_each_kind(steps, times)
    assert [t.at for t in (*times, last)] == sorted(t.at for t in (*times, last))
    assert all(starts <= t.at <= end for t in times)
    assert all(t.expires_at is not None and t.at <= t.expires_at <= end for t in times)
    texts = [t.at for t in times if t.step.kind == "sms"]
    assert all(is_open(window, moment) for moment in texts)
    assert len({moment.date() for moment in texts}) == len(texts)
    assert last.step.number == DEADLINE_STEP
    assert last.at == starts or is_working_day(last.at.date()) or last.at == times[-1].at


def ladder(*wanted: tuple[int, str]) -> tuple[Step, ...]:
    """A negative number: that many working days before the deadline."""
    places = [{"day": day} if day >= 0 else {"before_deadline": -day} for day, _ in wanted]
    return steps_of(
        LadderStep.model_validate(place | {"kinds": words.split()})
        for place, (_, words) in zip(places, wanted, strict=True)
    )


TO_THE_DEADLINE = ladder((0, "sms"), (2, "call"), (-2, "knock"), (-1, "sms"))


@pytest.mark.parametrize(
    ("why", "deadline", "expected"),
    [
        (
            "there is time for all",
            date(2026, 11, 10),
            ["Tue 27 sms", "Thu 29 call", "Fri 06 knock", "Mon 09 sms", "Tue 10 other"],
        ),
        (
            "a deadline on a Saturday is counted back from there, and the adviser's task is on Friday",
            date(2026, 11, 7),
            ["Tue 27 sms", "Thu 29 call", "Thu 05 knock", "Fri 06 sms", "Fri 06 other"],
        ),
        (
            "days before the deadline and after the start meet: in the order of time",
            date(2026, 10, 30),
            ["Tue 27 sms", "Wed 28 knock", "Thu 29 call", "Thu 29 sms", "Fri 30 other"],
        ),
        (
            "a late case: what should have been done before it began is left out, and nobody gets two SMS a day",
            date(2026, 10, 28),
            ["Tue 27 sms", "Wed 28 other"],
        ),
        ("a deadline that has gone", date(2026, 10, 20), ["Tue 27 other"]),
    ],
)
def test_steps_that_are_counted_from_the_deadline_keep_their_day(why, deadline, expected):
    times = timetable(TO_THE_DEADLINE, at("2026-10-27T09:05"), deadline, WINDOW)
    assert [f"{t.at:%a %d} {t.step.kind}" for t in times] == expected, why


def test_before_easter_a_case_gets_what_fits_into_the_days_that_are_left():
    """Friday 27 March 2026, a week before Good Friday, with the usual eight days: the offices close on Wednesday."""
    assert shown("2026-03-27T10:00", date(2026, 4, 4)) == [
        "Fri 27 10.00 sms",
        "Tue 31 09.00 sms",
        "Wed 01 09.00 call",
        "Wed 01 09.00 other",  # Saturday 4 April: the last working day before it
    ]
    assert shown("2026-03-27T10:00", date(2026, 4, 8), ladder((0, "sms"), (-1, "sms"))) == [
        "Fri 27 10.00 sms",
        "Tue 07 09.00 sms",
        "Wed 08 09.00 other",
    ]


@pytest.mark.parametrize("starts", ["2026-03-27T10:00", "2026-10-23T10:00"])
def test_over_both_clock_changes_a_step_comes_at_nine_by_the_clock_on_the_wall(starts):
    """Sunday 29 March and Sunday 25 October 2026."""
    second = timetable(STEPS, at(starts), date(2026, 12, 1), WINDOW)[1].at
    assert (second.hour, second.minute) == (9, 0)
    assert second.utcoffset() != at(starts).utcoffset()


def test_the_sms_are_counted_in_the_order_in_which_this_case_gets_them():
    steps = ladder((0, "sms"), (-5, "sms"), (5, "sms"))
    order = [(t.step.number, t.step.sms) for t in timetable(steps, at("2026-10-27T09:05"), date(2026, 11, 24), WINDOW)]
    assert order == [(0, 0), (1, 1), (2, 2), (DEADLINE_STEP, None)]
    late = [(t.step.number, t.step.sms) for t in timetable(steps, at("2026-10-27T09:05"), date(2026, 11, 5), WINDOW)]
    assert late == [(0, 0), (2, 1), (1, 2), (DEADLINE_STEP, None)]


def test_an_sms_that_is_counted_from_the_deadline_dies_with_its_day():
    times = timetable(ladder((0, "sms"), (-2, "sms")), at("2026-10-27T09:05"), date(2026, 11, 10), WINDOW)
    assert [t.expires_at for t in times] == [at("2026-11-06T09:00"), at("2026-11-06T18:00"), None]


def test_an_sms_before_the_deadline_goes_on_a_day_on_which_the_window_opens():
    mondays = Window(time(9), time(18), frozenset({0}))
    times = timetable(ladder((-1, "sms call")), at("2026-11-02T09:05"), date(2026, 11, 12), mondays)
    assert [f"{t.at:%a %d} {t.step.kind}" for t in times] == ["Mon 09 sms", "Wed 11 call", "Thu 12 other"]


@given(mixed, windows, moments, st.integers(-5, 40))
def test_any_ladder_to_the_deadline_is_in_order_never_late_and_never_two_sms_a_day(steps, window, moment, days):
    starts = next_opening(window, moment)
    deadline = starts.date() + timedelta(days=days)
    *times, last = timetable(steps, starts, deadline, window)
    end = datetime.combine(deadline, window.closes, COPENHAGEN)
    assert [t.at for t in (*times, last)] == sorted(t.at for t in (*times, last))
    assert len({t.step.number for t in times}) == len(times)
    assert all(starts <= t.at <= end and t.expires_at is not None and t.at <= t.expires_at <= end for t in times)
    texts = [t for t in times if t.step.kind == "sms"]
    assert all(is_open(window, t.at) for t in texts)
    assert len({t.at.date() for t in texts}) == len(texts)
    assert [t.step.sms for t in texts] == list(range(len(texts)))
    for step in (t for t in times if t.step.is_before_deadline):
        assert step.at.date() < deadline
        assert step.step.kind == "sms" or add_working_days(step.at.date(), step.step.day) >= deadline
    first = [t for t in times if not t.step.is_before_deadline]
    assert loses_the_last_of_each_kind([step for step in steps if not step.is_before_deadline], first)

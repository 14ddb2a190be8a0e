"""A bare day, time or sum right after a promise or a call was written down corrects it."""

from dataclasses import replace
from datetime import date, time

from bot.dialogs.effects import CreateTask, RecordPromise
from tests.dialogs.samples import RECOGNISED, alone, done, heard, kinds, said

MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 11, 27)
PROMISED = alone(heard("1000 på fredag", "promise_to_pay", amount=1000, date="2026-11-27")).state
CALLED = alone(heard("ring fredag", "ask_callback", date="2026-11-27")).state


def test_another_day_keeps_the_sum():
    decision = alone(heard("kan også blive mandag", "out_of_scope", date="2026-11-30"), state=PROMISED)
    assert done(decision) == {RecordPromise(100_000, MONDAY)}
    assert said(decision) == ["promise.noted_amount"]


def test_another_sum_keeps_the_day():
    assert done(alone(heard("jeg mener 2000", amount=2000), state=PROMISED)) == {RecordPromise(200_000, FRIDAY)}


def test_both_may_be_corrected():
    decision = alone(heard("jeg mener 2000 på mandag", amount=2000, date="2026-11-30"), state=PROMISED)
    assert done(decision) == {RecordPromise(200_000, MONDAY)}


def test_a_time_is_the_calls_on_the_day_agreed():
    assert CreateTask("call", FRIDAY, time(14)) in alone(heard("kl 14", time="14:00"), state=CALLED).effects


def test_a_time_for_a_call_without_a_day_is_said_back():
    state = alone(heard("ring til mig", "ask_callback")).state
    assert said(alone(heard("kl 14", time="14:00"), state=state)) == ["callback.time"]


def test_a_bare_choice_is_no_sum():
    assert kinds(alone(heard("2"), state=PROMISED)) == []
    assert done(alone(heard("2000"), state=PROMISED)) == {RecordPromise(200_000, FRIDAY)}


def test_thanks_or_something_else_correct_nothing():
    assert kinds(alone(heard("tak", "thank"), state=PROMISED)) == []
    assert said(alone(heard("hvbd"), state=PROMISED)) == ["menu.not_understood"]


def test_only_in_the_next_sms():
    later = alone(heard("tak", "thank"), state=PROMISED).state
    assert kinds(alone(heard("mandag", date="2026-11-30"), state=later)) == []


def test_of_two_promises_nobody_knows_which():
    both = heard("…", "promise_to_pay", amount=[3000, 2000], date=["2026-11-27", "2026-12-01"])
    state = alone(both).state
    assert kinds(alone(heard("mandag", date="2026-11-30"), state=state)) == []


def test_after_the_deadline_no_new_day_is_taken():
    late = replace(RECOGNISED, deadline=date(2026, 11, 20))
    assert "RecordPromise" not in kinds(alone(heard("mandag", date="2026-11-30"), late, PROMISED))

"""The pure plan of a wave that is paused or ended, and of a case that was erased and comes again."""

from dataclasses import replace

import pytest

from scheduler.ladder import DEADLINE_STEP
from scheduler.waves import Contact, Skip, next_moment
from tests.scheduler.test_waves import BEGUN, CASE, NOW, RULES, at, only, reason

PAUSED = replace(RULES, paused=frozenset({"2026-10"}))
CANCELLED = replace(RULES, cancelled=frozenset({"2026-10"}))
MET = replace(CASE, met_before=True)
DEADLINE = at("2026-11-04T09:00")


def test_a_pause_of_its_own_month_holds_a_case_back_and_that_of_another_does_not():
    assert reason(only(CASE, NOW, PAUSED)) == "paused"
    assert isinstance(only(CASE, NOW, replace(RULES, paused=frozenset({"2026-11"}))), Contact)


def test_a_step_that_comes_due_in_a_pause_is_held_and_taken_after_it_until_it_expires():
    assert reason(only(BEGUN, at("2026-10-29T09:00"), PAUSED)) == "paused"
    assert isinstance(only(BEGUN, at("2026-10-29T15:00"), RULES), Contact)


def test_what_the_case_says_is_told_before_what_the_wave_says():
    replied = replace(BEGUN, against=frozenset({"replied"}))
    assert reason(only(replied, at("2026-10-29T09:00"), PAUSED)) == "replied"


def test_a_case_belongs_to_the_wave_in_which_its_ladder_began():
    september = replace(BEGUN, month="2026-09")
    assert isinstance(only(september, at("2026-10-29T09:00"), PAUSED), Contact)
    assert reason(only(september, at("2026-10-29T09:00"), replace(RULES, paused=frozenset({"2026-09"})))) == "paused"


@pytest.mark.parametrize(
    ("case", "step", "rules", "why"),
    [
        (CASE, 0, CANCELLED, "cancelled"),
        (BEGUN, 1, CANCELLED, "cancelled"),
        (MET, 0, RULES, "already_contacted"),
        (replace(BEGUN, met_before=True), 1, RULES, "already_contacted"),
    ],
)
def test_an_ended_ladder_has_one_reason_and_then_the_deadlines_task(case, step, rules, why):
    assert only(case, NOW, rules) == Skip(1, step, why, DEADLINE)
    assert next_moment([case], rules, NOW) == DEADLINE
    last = only(case, DEADLINE, rules)
    assert (type(last), last.step) == (Contact, DEADLINE_STEP)


@pytest.mark.parametrize("rules", [PAUSED, CANCELLED, replace(RULES, needs_release=True)])
def test_on_the_deadline_an_adviser_hears_of_who_was_never_written_to(rules):
    assert reason(only(CASE, at("2026-11-03T17:00"), rules)) is not None
    last = only(CASE, DEADLINE, rules)
    assert (type(last), last.step) == (Contact, DEADLINE_STEP)
    held = only(replace(CASE, against=frozenset({"held"})), DEADLINE, rules)
    assert reason(held) == "held"


def test_whose_adviser_has_heard_before_the_erasure_is_left_alone():
    told = replace(MET, done=frozenset({DEADLINE_STEP}))
    assert reason(only(told, DEADLINE)) == "already_contacted"
    assert next_moment([told], RULES, NOW) is None

"""When the deadline has gone by, only a human speaks of paying: nothing may sound like an extension."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from bot.dialogs.effects import CreateTask, OpenHandoff, ProposePlan, RecordFact, RecordPromise
from bot.dialogs.state import Policy, State
from tests.dialogs.samples import AMINA, RECOGNISED, alone, done, heard, kinds, said
from tests.dialogs.test_properties import TALKS, play
from tests.dialogs.walks import CASES

GONE = replace(RECOGNISED, deadline=date(2026, 11, 20))
ENDED = replace(RECOGNISED, deadline=None, stage="ophaevet")
AT_HUMAN = OpenHandoff("after_deadline", "high")
CONFIRM = State("payment_plan", "confirm", {"monthly": 100_000})


@pytest.mark.parametrize("case", [GONE, ENDED, replace(GONE, policy=Policy(accepts_plan=False))])
@pytest.mark.parametrize("intent", ["ask_how_to_pay", "ask_payment_plan", "promise_to_pay", "ask_amount"])
def test_a_topic_of_money_is_a_humans(case, intent):
    decision = alone(heard("…", intent), case)
    assert said(decision) == ["handoff.after_deadline"]
    assert AT_HUMAN in decision.effects


@pytest.mark.parametrize("text", ["1", "2", "ja", "ok", "500", "nej"])
@pytest.mark.parametrize(
    "state",
    [
        State("first_contact", "amount_no_deadline"),
        CONFIRM,
        State("payment_plan", "amount"),
        State("payment_plan", "too_low", {"monthly": 100}),
        State("payment_plan", "not_accepted"),
        State("promise", "day"),
    ],
)
@pytest.mark.parametrize("case", [GONE, ENDED])
def test_an_answer_to_a_question_asked_before_it_is_a_humans(case, state, text):
    decision = alone(heard(text), case, state)
    assert said(decision) == ["handoff.after_deadline"]
    assert AT_HUMAN in decision.effects
    assert "ProposePlan" not in kinds(decision)


def test_a_choice_of_the_menu_that_is_about_paying_is_a_humans():
    assert said(alone(heard("1"), GONE, State("menu", "choose"))) == ["handoff.after_deadline"]


def test_a_yes_heard_in_other_words_is_a_humans_too():
    assert said(alone(heard("det lyder fint", "affirm"), GONE, CONFIRM)) == ["handoff.after_deadline"]


def test_what_was_told_is_kept():
    asked = State("promise", "day", {"promise_ore": 200_000})
    friday = alone(heard("fredag", "promise_to_pay", date="2026-11-27"), GONE, asked)
    assert done(friday) == {RecordPromise(200_000, date(2026, 11, 27)), AT_HUMAN}
    assert RecordPromise(None, None) in alone(heard("ved ikke"), GONE, State("promise", "day")).effects
    assert RecordPromise(200_000, None) in alone(heard("2000", "promise_to_pay", amount=2000), GONE).effects
    assert RecordFact("can_pay_monthly", 800) in alone(heard("800"), GONE, State("payment_plan", "amount")).effects


def test_paid_in_part_is_looked_for_as_ever():
    decision = alone(heard("…", "already_paid", "promise_to_pay"), GONE)
    assert {CreateTask("check_payment"), AT_HUMAN} <= done(decision)


@pytest.mark.parametrize(("intent", "text"), [("ask_boligstoette", "boligstoette.full"), ("thank", "other.welcome")])
def test_other_help_is_told_and_the_old_question_not_asked_again(intent, text):
    decision = alone(heard("…", intent), GONE, CONFIRM)
    assert said(decision) == [text]
    assert decision.state.flow is None


def test_before_it_and_on_its_day_everything_goes_on():
    assert "ProposePlan" in kinds(alone(heard("ja"), replace(RECOGNISED, deadline=date(2026, 11, 24)), CONFIRM))


def test_a_resident_not_recognised_hears_the_same():
    own = State("payment_plan", "confirm_own", {"monthly": 100_000})
    assert said(alone(heard("ja"), replace(AMINA, deadline=date(2026, 11, 20)), own)) == ["handoff.after_deadline"]


@settings(max_examples=200, deadline=None)
@given(CASES, TALKS)
def test_whatever_is_heard_no_plan_is_proposed_and_no_promise_welcomed(case, talk):
    for _, _, says, effects in play(replace(case, stage="ophaevet"), talk):
        assert not [effect for effect in effects if isinstance(effect, ProposePlan)]
        assert not [say for say in says if say.text.startswith(("plan.", "promise.", "how_to_pay", "deadline."))]

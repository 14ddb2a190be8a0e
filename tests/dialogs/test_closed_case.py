"""Of a closed case nothing is told and nothing begun: kind words are answered, all else is a human's."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.dialogs.effects import OpenHandoff, OptOut
from bot.dialogs.engine import begin
from bot.dialogs.state import State
from bot.dialogs.texts import render
from bot.dialogs.triage import PASSING, URGENT
from bot.nlu.intents import INTENTS
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, alone, heard, kinds, said
from tests.dialogs.test_properties import SECRET, TALKS, play
from tests.dialogs.walks import CASES

CLOSED = replace(RECOGNISED, status="closed")
OWN_WORDS = {*URGENT, *PASSING, "distress", "concern_for_neighbour"}


@pytest.mark.parametrize("intent", sorted(set(INTENTS) - OWN_WORDS))
def test_whatever_is_asked_a_human_answers(intent):
    decision = alone(heard("…", intent), CLOSED)
    assert said(decision) == ["closed.told"]
    assert OpenHandoff("case_status") in decision.effects
    assert set(kinds(decision)) <= {"RecordFact", "OpenHandoff"}


@pytest.mark.parametrize("text", ["1", "14/3", "hvbd", "🙂"])
def test_an_answer_to_a_question_of_before_is_a_humans(text):
    assert said(alone(heard(text), CLOSED, State("first_contact", "amount"))) == ["closed.told"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("thank", "other.welcome"),
        ("greet", "other.greeting"),
        ("affirm", "other.fine"),
        ("deny", "other.all_right"),
    ],
)
def test_kind_words_are_answered_kindly_and_nobody_is_troubled(intent, text):
    decision = alone(heard("…", intent), CLOSED, State("payment_plan", "amount"))
    assert said(decision) == [text]
    assert kinds(decision) == []
    assert decision.state.flow is None


def test_who_is_not_recognised_hears_of_no_case():
    decision = alone(heard("…", "ask_amount"), replace(AMINA, status="closed"))
    assert said(decision) == ["handoff.any"]
    assert OpenHandoff("case_status") in decision.effects


def test_despair_and_a_worry_for_a_neighbour_keep_their_words():
    assert said(alone(heard("…", "distress"), CLOSED)) == ["handoff.distress"]
    assert said(alone(heard("…", "concern_for_neighbour"), CLOSED)) == ["handoff.neighbour"]


def test_stop_and_a_wish_for_a_person_go_as_ever():
    assert OptOut("STOP") in alone(heard("STOP", "opt_out"), CLOSED).effects
    assert said(alone(heard("…", "ask_human", "ask_how_to_pay"), CLOSED)) == ["handoff.any"]


def test_nothing_is_begun():
    assert begin("first_contact", State(), CLOSED, TODAY).effects == ()


@settings(max_examples=200, deadline=None)
@given(CASES, TALKS)
def test_whatever_is_heard_nothing_of_money_or_a_deadline_is_told(case, talk):
    for _, _, says, effects in play(replace(case, status="closed"), talk):
        assert not [word for word in SECRET if word in render(says)]
        assert not {"ProposePlan", "RecordPromise"} & {type(effect).__name__ for effect in effects}
        assert not [say for say in says if say.text.startswith(("plan.", "promise.", "amount.", "deadline.", "paid"))]

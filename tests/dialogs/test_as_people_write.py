"""What whole talks with the real ears have shown: one example each."""

from dataclasses import replace
from datetime import date, time

import pytest

from bot.dialogs.alarms import alarms
from bot.dialogs.effects import CreateTask, OptOut, RecordFact, RecordPromise
from bot.dialogs.state import Heard, Intent, State
from tests.dialogs.samples import AMINA, RECOGNISED, alone, heard, said, talk

PLAN = heard("kan jeg betale 700 om måneden", "ask_payment_plan", amount=700)


def test_a_promise_of_it_all_is_none_of_the_limits_of_a_plan():
    message = heard("nej vent, jeg betaler det hele på mandag", "deny", "promise_to_pay", date="2026-11-30")
    decision = talk(RECOGNISED, PLAN, message).decision
    assert RecordPromise(None, date(2026, 11, 30)) in decision.effects


def test_what_comes_in_is_not_what_is_offered():
    text = "jeg tjener 18000 og kan lægge 1200 om måneden"
    decision = alone(heard(text, "ask_payment_plan", amount=[18_000, 1_200]))
    assert RecordFact("can_pay_monthly", 1_200) in decision.effects


def test_the_day_to_phone_is_no_first_day_of_a_plan():
    plan = heard("1000 om måneden", "ask_payment_plan", amount=1_000)
    message = heard("ring i morgen efter 12", "ask_callback", date="2026-11-25", time="12:00")
    state = talk(RECOGNISED, plan, message).decision.state
    assert "first_date" not in state.slots


def test_when_to_phone_is_kept_beside_the_wish_for_a_human():
    message = heard(
        "må jeg tale med et menneske i morgen kl 10", "ask_human", "ask_callback", date="2026-11-25", time="10:00"
    )
    assert CreateTask("call", date(2026, 11, 25), time(10)) in alone(message).effects


def test_a_time_to_phone_is_not_asked_for_again():
    assert said(alone(heard("ring kl 17", "ask_callback", time="17:00"))) == ["callback.time"]


@pytest.mark.parametrize(("confidence", "stops"), [(0.99, False), (1.0, True)])
def test_no_more_questions_is_no_stop_unless_a_rule_heard_one(confidence: float, stops: bool):
    message = Heard("gider ikke flere spørgsmål nu", (Intent("opt_out", confidence),))
    asked = State("first_contact", "birthday")
    assert any(isinstance(effect, OptOut) for effect in alone(message, AMINA, asked).effects) == stops


def test_whoever_is_not_understood_a_third_time_in_a_talk_gets_a_human():
    twice = State(slots={"lost": 2, "talked": True})
    assert said(alone(heard("øh", "out_of_scope"), state=twice)) == ["handoff.not_understood"]
    assert said(alone(heard("øh", "out_of_scope"), state=replace(twice, slots={"talked": True}))) == [
        "menu.not_understood"
    ]


def test_a_bailiff_with_others_at_the_door_is_an_eviction_now():
    assert alarms("der står en foged og en låsesmed uden for min dør lige nu!!!") == ("eviction_now",)

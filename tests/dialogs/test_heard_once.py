"""One thing said and two things heard: what is definite stands."""

from dataclasses import replace

import pytest

from bot.dialogs.effects import OpenHandoff, OptOut, RecordFact, TakeNumberOff
from bot.dialogs.state import Heard, Intent
from tests.dialogs.samples import RECOGNISED, alone, heard, said

APPLIED = "jeg har søgt kommunen om hjælp men ikke fået svar"


@pytest.mark.parametrize(
    "text",
    [
        "min nabo larmer",
        "naboens hund gør hele natten",
        "naboen ryger hash",
        "de larmer og jeg kan ikke sove",
        "loud music next door",
    ],
)
@pytest.mark.parametrize("names", [("concern_for_neighbour",), ("concern_for_neighbour", "other_housing_matter")])
def test_a_noise_is_no_worry_about_a_neighbour(text: str, names: tuple[str, ...]):
    decision = alone(heard(text, *names))
    assert said(decision)[0].startswith("other_housing_matter")
    assert not [effect for effect in decision.effects if isinstance(effect, OpenHandoff | RecordFact)]


@pytest.mark.parametrize(
    "text",
    [
        "min nabo larmer og jeg hører børnene græde",
        "der er fest hver aften, jeg er bekymret for deres lille dreng",
        "min nabo råber om hjælp",
        "jeg har ikke set min nabo i en uge og hans hund gør",
        "min nabo har ikke været ude i 5 dage og der lugter",
        "der lugter hos naboen",
        "naboens hund gør og gør, der ligger en på gulvet",
    ],
)
def test_a_worry_stays_one_whatever_is_heard_through_the_wall(text: str):
    assert OpenHandoff("neighbour", "high") in alone(heard(text, "concern_for_neighbour")).effects


def test_the_menu_is_for_who_said_nothing_else():
    decision = alone(heard("jeg kan ikke betale, hvad gør jeg", "cannot_pay", "ask_menu"))
    assert not [text for text in said(decision) if text.startswith("menu.")]
    asked = alone(heard("hvordan betaler jeg, hvad kan I", "ask_how_to_pay", "ask_menu"))
    assert said(asked) == ["how_to_pay.full"]
    assert said(alone(heard("hvad kan I", "ask_menu", "greet"))) == ["menu.choose"]


def test_who_waits_for_an_answer_is_not_told_to_apply():
    decision = alone(heard(APPLIED, "ask_enkeltydelse", "ask_case_status"))
    assert said(decision) == ["applied.full"]
    boligstoette = alone(heard("har søgt boligstøtte, venter stadig", "ask_boligstoette", "ask_case_status"))
    assert said(boligstoette) == ["applied.full"]


def test_who_asks_how_to_apply_is_told():
    decision = alone(heard("hvordan søger jeg kommunen", "ask_enkeltydelse", "ask_case_status"), replace(RECOGNISED))
    assert any(text.startswith(("enkeltydelse", "kommune")) for text in said(decision))


class TestWhoOffersToPay:
    def test_has_not_said_that_they_cannot(self):
        effects = alone(heard("i can pay 1000 every month", "ask_payment_plan", "cannot_pay", amount=1000)).effects
        assert RecordFact("cannot_pay", True) not in effects
        assert RecordFact("can_pay_monthly", 1000) in effects

    def test_may_say_so_too(self):
        effects = alone(heard("jeg kan ikke det hele, kun 800", "ask_payment_plan", "cannot_pay", amount=800)).effects
        assert RecordFact("cannot_pay", True) in effects

    def test_has_not_lost_the_wages_that_came(self):
        text = "jeg har fået løn nu så jeg betaler det hele i dag"
        decision = alone(heard(text, "inform_income_change", "promise_to_pay", date="2026-11-24"))
        assert said(decision) == ["promise.noted"]


def test_who_cannot_manage_a_phone_wants_a_human_and_is_no_stop():
    text = "jeg er 78 år og kan ikke finde ud af det der med sms"
    decision = alone(Heard(text, (Intent("opt_out", 0.8),)))
    assert OpenHandoff("ask_human") in decision.effects
    assert not [effect for effect in decision.effects if isinstance(effect, OptOut)]
    ruled = alone(Heard(f"stop. {text}", (Intent("opt_out", 1.0),)))
    assert [effect for effect in ruled.effects if isinstance(effect, OptOut)]


def test_who_writes_from_a_new_number_is_the_resident():
    decision = alone(heard("jeg har fået nyt nummer 11 11 40 55", "wrong_person"))
    assert OpenHandoff("ask_human") in decision.effects
    assert TakeNumberOff() not in decision.effects


def test_who_has_found_work_has_not_lost_it():
    message = heard(
        "jeg har fundet et arbejde og kan betale 1500 om måneden", "inform_job_loss", "ask_payment_plan", amount=1500
    )
    assert RecordFact("inform_job_loss", True) not in alone(message).effects
    lost = heard("jeg fik job men er blevet fyret", "inform_job_loss")
    assert RecordFact("inform_job_loss", True) in alone(lost).effects

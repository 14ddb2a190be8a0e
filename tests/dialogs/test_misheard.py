"""A word or two that answer a question mean nothing else, whatever the classifier makes of them."""

import pytest

from bot.dialogs.effects import OpenHandoff, OptOut, RecordFact
from bot.dialogs.misheard import is_plain
from bot.dialogs.rehearsal import Exchange
from tests.dialogs.samples import RECOGNISED, alone, done, heard, said, talk

ASKED = (heard("3"), heard("ja", "affirm"), heard("jeg er syg", "inform_illness"))


def answered(*messages) -> Exchange:
    return talk(RECOGNISED, heard("ja", "affirm"), *ASKED, *messages)


def test_alone_is_who_lives_there_and_no_break_up():
    effects = done(answered(heard("alene", "inform_separation")).decision)
    assert RecordFact("adults", 1) in effects
    assert RecordFact("inform_separation", True) not in effects


def test_who_lives_there_as_an_answer_to_the_offer_is_a_yes():
    alone_with_three = heard("alene med 3 børn", "inform_separation", children=3)
    exchange = talk(RECOGNISED, heard("ja", "affirm"), heard("jeg er syg", "inform_illness"), alone_with_three)
    assert said(exchange.decision) == ["situation.income_kind"]
    assert RecordFact("inform_separation", True) not in exchange.decision.effects


def test_two_children_are_no_despair():
    effects = done(answered(heard("mig og mine 2 børn", "distress", children=2)).decision)
    assert effects == {RecordFact("children", 2), RecordFact("adults", 1), RecordFact("couple", False)}


def test_a_death_is_heard_beside_the_answer():
    exchange = answered(heard("alene, min mand er død", "inform_bereavement"))
    assert RecordFact("inform_bereavement", True) in exchange.decision.effects
    assert "told.bereavement" in said(exchange.decision)


def test_despair_in_its_own_words_is_heard_beside_the_answer():
    exchange = answered(heard("alene og helt knust", "distress"))
    assert OpenHandoff("distress", "high") in exchange.decision.effects


def test_a_crisis_is_heard_beside_an_answer():
    exchange = answered(heard("alene"), heard("SU", "crisis_self_harm"))
    assert OpenHandoff("crisis_self_harm", "crisis") in exchange.decision.effects


def test_a_stop_by_its_own_word_is_never_an_answer():
    assert OptOut("stop") in answered(heard("stop", "opt_out")).decision.effects


def test_writing_instead_of_a_call_is_no_stop():
    skipped = [
        heard("alene"),
        heard("SU"),
        heard("6000", amount=6000),
        heard("nej"),
        heard("nej"),
        heard("100", amount=100),
    ]
    exchange = answered(*skipped, heard("bare skriv", "opt_out"))
    assert OpenHandoff("situation") in exchange.decision.effects
    assert not [effect for effect in exchange.decision.effects if isinstance(effect, OptOut)]


@pytest.mark.parametrize("name", ["ask_payment_plan", "promise_to_pay"])
def test_money_that_comes_in_is_not_offered(name):
    decision = alone(
        heard("jeg får 11.000 i dagpenge om måneden og kan ikke betale", "cannot_pay", name, amount=11_000)
    )
    assert RecordFact("income", 11_000) in decision.effects
    assert said(decision) == ["told.cannot_pay", "situation.offer"]


def test_a_sum_offered_beside_the_income_is_an_offer():
    message = heard("jeg får 11.000 udbetalt. Kan betale 500 om måneden", "ask_payment_plan", amount=[11_000, 500])
    assert "situation.offer" not in said(alone(message))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("alene", True),
        ("sygedagpenge", True),
        ("2 voksne og 1 barn", True),
        ("jeg er sygemeldt", False),
        ("hvad mener du?", False),
        ("et menneske tak", False),
        ("jeg har betalt", False),
        ("vi er to voksne og tre børn og så er der min svigermor", False),
    ],
)
def test_few_words_without_a_second_topic_are_plain(text, plain):
    assert is_plain(text) is plain


def test_a_word_on_what_is_lived_on_is_no_lost_income_where_a_sum_was_asked_for():
    exchange = answered(heard("alene"), heard("su"), heard("su", "inform_income_change"))
    assert said(exchange.decision) == ["situation.noted", "situation.income"]
    assert RecordFact("inform_income_change", True) not in exchange.decision.effects


def test_nothing_paid_out_this_month_is_no_new_kind_of_income():
    exchange = answered(heard("alene"), heard("fleksjob"), heard("0"))
    assert done(exchange.decision) == {RecordFact("income", 0)}

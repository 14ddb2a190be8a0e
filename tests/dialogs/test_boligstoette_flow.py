"""The estimate by SMS: what is asked, what never is, what it comes to, and when a human works it out instead."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs.boligstoette_answers import answer_to
from bot.dialogs.effects import OpenHandoff, RecordFact
from bot.dialogs.estimating import ASSUMED, ASSUMED_AT_MOST
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts, Heard, Slot
from bot.dialogs.texts import LANGUAGES, LIMIT, render
from bot.dialogs.texts import longest as text_longest
from tests.dialogs.samples import AMINA, NEUTRAL, RECOGNISED, TODAY, UNKNOWN, alone, heard, said

ASKS = heard("hvordan får jeg boligstøtte", "ask_boligstoette")
JA, NEJ = heard("ja", "affirm"), heard("nej", "deny")
RENTED = replace(RECOGNISED, rent_ore=650_000)


def talk(case: CaseFacts, *messages: str | Heard, today: date = TODAY) -> list[Exchange]:
    """The exchanges after the question about boligstøtte and a yes to the offer."""
    rehearsal = Rehearsal(case, today)
    rehearsal.hear(ASKS)
    rehearsal.hear(JA)
    return [rehearsal.exchanges[-1], *(rehearsal.hear(heard(m) if isinstance(m, str) else m) for m in messages)]


def asked(exchanges: list[Exchange]) -> list[str]:
    """The last text of each SMS."""
    return [said(exchange.decision)[-1] for exchange in exchanges]


def told(exchanges: list[Exchange]) -> dict[str, object]:
    """The facts of a talk."""
    effects = [effect for exchange in exchanges for effect in exchange.decision.effects]
    return {effect.name: effect.value for effect in effects if isinstance(effect, RecordFact)}


def is_handed_over(exchange: Exchange) -> bool:
    return OpenHandoff("boligstoette", "normal") in exchange.decision.effects


# The answer and the offer


def test_the_question_is_answered_before_the_estimate_is_offered():
    assert said(alone(ASKS)) == ["boligstoette.full", "estimate.offer"]


def test_an_open_question_is_asked_again_and_nothing_is_offered():
    rehearsal = Rehearsal(AMINA, TODAY)
    rehearsal.begin()
    assert said(rehearsal.hear(ASKS).decision) == ["boligstoette.full", "first_contact.invite"]


@pytest.mark.parametrize(
    "changes", [{"opted_out": True}, {"stage": "ophaevet"}, {"deadline": date(2026, 11, 1)}], ids=str
)
def test_after_stop_or_the_deadline_there_is_the_answer_and_no_offer(changes):
    assert said(alone(ASKS, replace(RECOGNISED, **changes))) == ["boligstoette.full"]


def test_a_number_that_we_do_not_know_is_offered_nothing():
    assert "estimate.offer" not in said(alone(ASKS, UNKNOWN))


@pytest.mark.parametrize("choice", ["1"])
def test_the_menu_of_help_leads_to_the_same(choice):
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    rehearsal.hear(heard("hvad kan I", "ask_menu"))
    rehearsal.hear(heard("2"))
    assert said(rehearsal.hear(heard(choice)).decision) == ["boligstoette.full", "estimate.offer"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("hvad er boligstøtte", "boligstoette"),
        ("hvor lang tid tager det at få boligstøtte", "boligstoette_time"),
        ("hvornår kommer boligstøtten", "boligstoette_time"),
        ("how long does housing benefit take", "boligstoette_time"),
        ("hvor meget er boligstøtte", "boligstoette_amount"),
        ("hvem kan få boligstøtte", "boligstoette_who"),
        ("kan jeg få boligsikring", "boligstoette_who"),
        ("vi er lige flyttet ind, kan vi få boligstøtte", "boligstoette_moved"),
        ("kan i hjælpe mig med at søge boligstøtte, jeg er blind", "boligstoette_paper"),
        ("hvordan søger jeg boligstøtte uden mitid", "boligstoette_paper"),
        ("kan jeg nå det inden fristen med boligstøtte", "boligstoette_acute"),
        ("får man boligstøtte bagud", "boligstoette_acute"),
    ],
)
def test_the_answer_is_the_one_to_what_was_asked(text, answer):
    assert answer_to(heard(text), RECOGNISED) == answer


def test_how_much_boligstoette_is_is_no_question_about_what_is_owed():
    asks = heard("hvor meget er boligydelse", "ask_amount", "ask_boligstoette")
    assert said(alone(asks, AMINA)) == ["boligstoette_amount.full", "estimate.offer"]
    both = heard("hvor meget skylder jeg, og kan jeg få boligstøtte", "ask_amount", "ask_boligstoette")
    assert "recognition.birthday" in said(alone(both, AMINA))


@pytest.mark.parametrize("misheard", ["inform_debt", "inform_income_change"])
def test_a_bare_answer_is_no_news_of_debt_or_less_income(misheard):
    exchanges = talk(RENTED, "kun mig", "dagpenge", heard("15.000 før skat", misheard, amount=15_000))
    assert said(exchanges[-1].decision) == ["estimate.area"]
    assert misheard not in told(exchanges)


def test_before_recognition_nothing_is_said_of_a_payment_plan():
    assert answer_to(heard("får man boligstøtte bagud"), AMINA) == "boligstoette"
    assert answer_to(heard("får man boligstøtte bagud"), NEUTRAL) == "boligstoette"


# The questions


def test_one_question_an_sms_and_never_the_rent_that_we_know():
    exchanges = talk(RENTED, "kun mig", "dagpenge", "19000", "67", NEJ)
    assert asked(exchanges) == [
        "estimate.household",
        "estimate.kind",
        "estimate.income",
        "estimate.area",
        "estimate.heat",
        "estimate.result_told",
    ]
    assert told(exchanges) == {
        "adults": 1,
        "children": 0,
        "couple": False,
        "income_kind": "dagpenge",
        "income": 19_000,
        "income_before_tax": 19_000,
        "area_m2": 67,
        "boligstoette_estimate": 950,
    }
    assert exchanges[-1].answer.startswith(
        "Med 19.000 kr. før skat og 6.500 kr. i husleje kan det blive ca. 950 kr. om"
    )


@pytest.mark.parametrize("case", [replace(AMINA, rent_ore=650_000), replace(NEUTRAL, rent_ore=650_000)])
def test_our_rent_is_not_used_where_the_case_may_not_be_told(case):
    exchanges = talk(case, "kun mig", "dagpenge", "19000", "5000", "67", NEJ)
    assert asked(exchanges)[3] == "estimate.rent"
    assert said(exchanges[-1].decision) == ["estimate.result"]
    assert "6.500" not in " ".join(exchange.answer for exchange in exchanges)
    assert "19.000" not in exchanges[-1].answer


def test_what_was_told_before_is_not_asked():
    known: dict[str, Slot] = {
        "adults": 2,
        "children": 1,
        "couple": True,
        "income_kind": "løn",
        "rent": 8000,
        "area_m2": 90,
    }
    exchanges = talk(replace(RECOGNISED, known=known), NEJ, "30000")
    assert asked(exchanges) == ["estimate.young", "estimate.income_all", "estimate.heat"]


def test_children_told_earlier_are_not_asked_for_and_not_lost():
    exchanges = talk(replace(RENTED, known={"children": 2}), "kun mig")
    assert asked(exchanges) == ["estimate.adults", "estimate.shared"]
    assert "children" not in told(exchanges)


def test_only_adults_told_earlier_leaves_the_children_to_ask():
    assert asked(talk(replace(RENTED, known={"adults": 1}), NEJ)) == ["estimate.children", "estimate.kind"]


def test_what_is_paid_out_is_not_taken_for_the_income_before_tax():
    """The fact "income" is what the resident gets paid out; the law counts what all adults have before tax."""
    known: dict[str, Slot] = {"adults": 1, "children": 0, "income_kind": "løn", "income": 11_000}
    exchanges = talk(replace(RENTED, known=known), "16000")
    assert asked(exchanges) == ["estimate.income_too", "estimate.area"]
    assert told(exchanges) == {"income_before_tax": 16_000}


def test_a_sum_after_tax_is_asked_for_before_tax_once():
    exchanges = talk(RENTED, "kun mig", "løn", "11.000 udbetalt", "får 11000 efter skat")
    assert asked(exchanges)[-2] == "estimate.before_tax"
    assert is_handed_over(exchanges[-1])
    assert told(exchanges)["income"] == 11_000


def test_who_lives_alone_on_nothing_has_no_income_to_ask_for():
    assert asked(talk(RENTED, "kun mig", "ingen indkomst"))[-1] == "estimate.area"


def test_the_first_answer_may_come_with_the_yes():
    rehearsal = Rehearsal(RENTED, TODAY)
    rehearsal.hear(ASKS)
    assert asked([rehearsal.hear(heard("vi er 2 voksne og 3 børn"))]) == ["estimate.young"]


@pytest.mark.parametrize("text", ["jeg kan betale 5000 om måneden", "jeg har betalt 5000", "5000 i afdrag"])
def test_a_sum_that_is_offered_or_paid_is_no_income_and_no_rent(text):
    facts = told(talk(AMINA, "kun mig", "løn", heard(text, amount=5000)))
    assert "income_before_tax" not in facts


def test_a_sum_paid_in_rent_is_the_rent():
    facts = told(talk(AMINA, "kun mig", "løn", "15000", heard("jeg betaler 6.500", "promise_to_pay", amount=6500)))
    assert facts["rent"] == 6500


# What it comes to


def test_it_is_said_to_the_nearest_fifty_and_that_udbetaling_danmark_decides():
    exchanges = talk(RENTED, "mig og mine 2 børn", JA, "løn", "25000", "85", NEJ)
    assert "ca. 2.800 kr." in exchanges[-1].answer
    assert "vejledende, og Udbetaling Danmark bestemmer" in exchanges[-1].answer


def test_a_pensioner_is_asked_of_savings_and_gets_boligydelse():
    exchanges = talk(RENTED, "alene", "folkepension", NEJ, "20000", "60", NEJ, NEJ)
    assert asked(exchanges)[3:] == [
        "estimate.income",
        "estimate.area",
        "estimate.heat",
        "estimate.wealth",
        "estimate.result_told",
    ]
    assert told(exchanges)["boligstoette_estimate"] == 4500


def test_what_was_passed_over_is_assumed_and_said():
    exchanges = talk(RENTED, "alene", "ved ikke", "19000", "ved ikke", NEJ)
    assert said(exchanges[-1].decision) == ["estimate.assumed_kind", "estimate.assumed_area", "estimate.result_told"]
    assert exchanges[-1].answer.startswith("Jeg har regnet uden pension. Boligen har jeg sat til 65 m2.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("result", ["estimate.result", "estimate.result_told", "estimate.result_high_rent"])
def test_the_longest_result_fits_with_the_longest_assumptions(result, language):
    """What was assumed must be said, so nothing may have to give way."""
    longest = sorted((render([text_longest(key)], language) for key in ASSUMED.values()), key=len)
    assert len(" ".join([*longest[-ASSUMED_AT_MOST:], render([text_longest(result)], language)])) <= LIMIT


def test_too_much_passed_over_is_for_a_human():
    exchanges = talk(RENTED, "alene", "ved ikke", "19000", "ved ikke", "ved ikke")
    assert is_handed_over(exchanges[-1])


def test_a_rent_over_half_of_the_income_is_worked_out_and_a_human_offered():
    exchanges = talk(RENTED, "alene", "SU", "12000", "60", NEJ)
    assert said(exchanges[-1].decision) == ["estimate.result_high_rent"]
    assert "Svar RING" in exchanges[-1].answer


def test_nothing_to_get_leads_on_to_help_from_the_kommune():
    exchanges = talk(RENTED, "alene", "løn", "60000", "60", NEJ, JA)
    assert asked(exchanges)[-2] == "estimate.zero"
    assert said(exchanges[-1].decision)[0] == "enkeltydelse.full"


def test_asked_once_more_what_was_told_stands():
    rehearsal = Rehearsal(RENTED, TODAY)
    for message in (ASKS, JA, "kun mig", "dagpenge", "19000", "67", NEJ, ASKS):
        rehearsal.hear(heard(message) if isinstance(message, str) else message)
    assert said(rehearsal.hear(JA).decision) == ["estimate.result_told"]


# What a human works out


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        (["kun mig", "førtidspension"], "førtidspension: før eller efter 2003"),
        (["bor med min kæreste", "kontanthjælp"], "gift eller samlevende med kontanthjælp: boligstøtteloftet"),
        (["vi er 2 voksne", "løn og kontanthjælp"], "gift eller samlevende med kontanthjælp: boligstøtteloftet"),
        (["mig og mine 2 børn", NEJ], "børnene bor også et andet sted"),
        (["mig og mine 2 børn, vi har deleordning"], "børnene bor også et andet sted"),
        (["min kone, mig og 2 børn", JA], "begge voksne er under 30"),
        (["alene", "folkepension", JA], "boligen er anvist"),
        (["alene, kommunen har anvist boligen"], "boligen er anvist"),
        (["alene", "folkepension", NEJ, "20000", "60", NEJ, JA], "stor opsparing"),
        (["alene", "seniorpension"], "seniorpension"),
    ],
)
def test_what_the_rules_leave_to_a_human_is_handed_over_with_why(messages, why):
    exchanges = talk(RENTED, *messages)
    assert is_handed_over(exchanges[-1])
    assert said(exchanges[-1].decision) == ["handoff.boligstoette"]
    assert told(exchanges)["boligstoette_why"] == why
    assert "boligstoette_estimate" not in told(exchanges)


def test_kontanthjaelp_alone_is_worked_out():
    assert not is_handed_over(talk(RENTED, "kun mig", "kontanthjælp")[-1])


@pytest.mark.parametrize("messages", [["ved ikke"], ["kun mig", "løn", "ved ikke"]])
def test_without_who_lives_there_or_the_income_a_human_works_it_out(messages):
    assert is_handed_over(talk(RENTED, *messages)[-1])


@pytest.mark.parametrize("deadline", [None, date(2027, 1, 8)])
def test_from_new_year_a_human_works_it_out_until_there_are_rates(deadline):
    case = replace(RENTED, deadline=deadline)
    rehearsal = Rehearsal(case, date(2027, 1, 1))
    assert said(rehearsal.hear(ASKS).decision) == ["boligstoette.full", "estimate.offer_human"]
    assert is_handed_over(rehearsal.hear(JA))


def test_a_talk_over_new_year_is_handed_over_rather_than_guessed():
    rehearsal = Rehearsal(replace(RENTED, deadline=None), date(2026, 12, 31))
    for message in (ASKS, JA, heard("kun mig"), heard("løn"), heard("19000"), heard("67")):
        rehearsal.hear(message)
    rehearsal.today = date(2027, 1, 1)
    last = rehearsal.hear(NEJ)
    assert is_handed_over(last)
    assert told([last])["boligstoette_why"] == "ingen satser for 2027"


# Leaving it


@pytest.mark.parametrize("text", ["orker ikke flere spørgsmål", "nej tak"])
def test_who_has_had_enough_is_let_go_with_where_to_apply(text):
    last = talk(RENTED, "kun mig", text)[-1]
    assert said(last.decision) == ["estimate.left"]
    assert not is_handed_over(last)


def test_a_no_to_the_offer_is_taken():
    rehearsal = Rehearsal(RENTED, TODAY)
    rehearsal.hear(ASKS)
    assert said(rehearsal.hear(NEJ).decision) == ["estimate.declined"]


def test_after_a_digression_the_open_question_comes_again():
    exchanges = talk(RENTED, "kun mig", heard("hvad gemmer I om mig?", "ask_privacy"), "løn")
    assert said(exchanges[2].decision) == ["privacy.short", "estimate.kind"]
    assert asked(exchanges)[-1] == "estimate.income"


def test_a_promise_on_the_way_is_kept_and_the_estimate_waits():
    exchanges = talk(RENTED, "kun mig", heard("jeg betaler på fredag", "promise_to_pay", date="2026-11-27"))
    assert said(exchanges[-1].decision) == ["promise.noted"]


@pytest.mark.parametrize(
    ("text", "heat"), [("included", "included"), ("den er med i huslejen", "included"), ("ikke inkluderet", "separate")]
)
def test_heat_in_the_rent_may_be_said_in_other_words(text, heat):
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    rehearsal.hear(ASKS)
    for words in ("ja", "kun mig", "løn", "20000", "6500", "60", text):
        rehearsal.hear(heard(words))
    assert rehearsal.state.slots.get("bs_heat") == heat

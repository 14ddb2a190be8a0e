"""Naming the people at home is no crisis; one other word, and everything is heard."""

import pytest

from bot.dialogs.effects import OpenHandoff, RecordFact
from bot.dialogs.people_words import names_only_people, names_only_people_and_pay
from bot.dialogs.rehearsal import Rehearsal
from tests.dialogs.samples import RECOGNISED, TODAY, heard


@pytest.mark.parametrize(
    "text",
    [
        "mig og min mand og 3 børn",
        "min kone og jeg og vores to drenge",
        "Jeg bor med min kæreste",
        "me, my husband and 2 kids",
    ],
)
def test_people_alone_are_named(text):
    assert names_only_people(text)


@pytest.mark.parametrize(
    "text",
    [
        "min mand slår mig",
        "mig og min mand, han er farlig",
        "min mand vil ikke lade mig være",
        "min mand er her",
        "hjælp min mand",
        "",
        "14",
    ],
)
def test_any_other_word_is_more_than_that(text):
    assert not names_only_people(text)


def answered(text: str) -> bool:
    """Whether the crisis was heard in the answer to who lives there."""
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    for message in (heard("boligstøtte", "ask_boligstoette"), heard("ja", "affirm")):
        rehearsal.hear(message)
    last = rehearsal.hear(heard(text, "crisis_violence"))
    return OpenHandoff("crisis_violence", "crisis") in last.decision.effects


def test_a_husband_is_no_violence():
    assert not answered("mig og min mand og 3 børn")


@pytest.mark.parametrize("text", ["mig og min mand, han slår", "min mand er hjemme nu", "min mand tager telefonen"])
def test_a_crisis_in_an_answer_is_heard(text):
    assert answered(text)


@pytest.mark.parametrize(
    "text",
    ["mig og min kæreste og to børn på 4 og 9", "Min kæreste og jeg og vores to børn på 4 og 9"],
)
def test_a_long_answer_that_names_people_is_no_crisis_either(text):
    assert not answered(text)


def test_what_both_live_on_is_no_crisis():
    assert names_only_people_and_pay("han har løn og jeg er på barsel")
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    rehearsal.hear(heard("boligstøtte", "ask_boligstoette"))
    for text in ("ja", "mig og min kæreste og to børn", "nej"):
        rehearsal.hear(heard(text))
    last = rehearsal.hear(heard("han har løn og jeg er på barsel", "crisis_violence", "inform_illness"))
    assert OpenHandoff("crisis_violence", "crisis") not in last.decision.effects


@pytest.mark.parametrize(
    "text", ["mig og min kæreste, han slår mig", "han har løn og slår mig", "mig og min mand han tæver mig"]
)
def test_a_blow_rings_in_any_answer(text):
    assert answered(text)


@pytest.mark.parametrize("text", ["for sig selv", "vi betaler den selv ved siden af", "nej for sig"])
def test_how_the_heat_is_paid_is_no_word_on_oneself(text):
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    rehearsal.hear(heard("boligstøtte", "ask_boligstoette"))
    for words in ("ja", "kun mig", "løn", "20000", "6500", "60"):
        rehearsal.hear(heard(words))
    last = rehearsal.hear(heard(text, "crisis_self_harm"))
    assert OpenHandoff("crisis_self_harm", "crisis") not in last.decision.effects
    assert RecordFact("boligstoette_estimate", 1_000) in last.decision.effects


def test_people_named_with_no_question_open_are_no_crisis_but_one_alone_may_be():
    def rings(text: str) -> bool:
        last = Rehearsal(RECOGNISED, TODAY).hear(heard(text, "crisis_violence"))
        return OpenHandoff("crisis_violence", "crisis") in last.decision.effects

    assert not rings("mig og min fætter")
    assert rings("min mand")
    assert rings("mig og min mand, hjælp")

"""Plain facts and promises that were once taken for a crisis or a stranger, and crises said without the word."""

from __future__ import annotations

from datetime import date

import pytest

from bot.nlu.understand import Understanding

TODAY = date(2026, 11, 25)
_MUST_NOT_BE_IMAGINED = {"crisis_self_harm", "crisis_violence", "opt_out", "wrong_person"}
_PLAIN_FACTS = [
    "hej jeg hedder bo og vil gerne have hjælp",
    "jeg hedder Bo og vil gerne betale",
    "hej, jeg hedder Oskar",
    "jeg bor i Søparken 8",
    "jeg bor alene",
    "har du nummeret",
    "mit cpr er 010203-1234 og jeg hedder bo",
    "jeg har 3 børn",
    "jeg har to børn",
    "jeg har børn",
    "min mand er i fængsel",
    "jeg stopper med at ryge",
    "jeg vil ikke stoppe",
    "jeg har en værge",
]
_HEARD_AS = [
    ("jeg kan låne af min søn på fredag så er det klaret", {"promise_to_pay"}),
    ("kan også blive mandag", {"promise_to_pay"}),
    ("jeg mener 2000 på fredag", {"promise_to_pay"}),
    ("kan jeg få lov at vente til den 10.?", {"promise_to_pay", "ask_payment_plan"}),
    ("tak for snakken", {"thank"}),
    ("hvordan går det med min sag", {"ask_case_status"}),
    ("er der nyt?", {"ask_case_status"}),
    ("vil du betale min husleje", {"ask_enkeltydelse"}),
]
_SELF_HARM = [
    "jeg har lagt pillerne frem på bordet",
    "jeg kan ikke være i verden længere",
    "så er det ligemeget, i finder mig hængende når i kommer",
    "mine børn får mere ud af min livsforsikring end af mig",
    "jeg tænker hele tiden på at hoppe",
    "jeg vil bare sove og ikke vågne",
    "der er ingen der opdager det hvis jeg er væk i morgen",
    "jeg kører bilen ind i et træ i aften",
    "jeg har sagt farvel til mine børn",
    "jeg har ikke lyst til livet mere",
    "hvis fogeden kommer er jeg død inden",
    "min bror vil ikke være her mere, han har sendt en farvelbesked",
    "alle ville have det nemmere uden mig",
    "jeg orker ikke at være til",
    "jeg tror jeg gør en ulykke på mig selv",
    "jeg har samlet medicin nok",
    "snart er i fri for mig for altid",
]
_VIOLENCE = [
    "jeg har låst mig inde på badeværelset, han er helt vanvittig",
    "min eks står nede i gården hver aften og venter på mig",
    "han har sagt at han finder mig og børnene",
    "min mand tog fat om halsen på mig",
    "min søn kaster rundt med mig når han mangler penge",
    "han holder mig fanget herhjemme",
    "jeg kommer med en kniv hvis i sender nogen",
    "jeg brænder jeres kontor af",
    "vi gemmer os hos min søster for min mand",
    "min kæreste tvinger mig til ting",
    "min far lægger hånd på mig",
    "fogeden får en kugle for panden",
    "min datters kæreste har brækket hendes arm",
]
_CRISES = [(t, "crisis_self_harm") for t in _SELF_HARM] + [(t, "crisis_violence") for t in _VIOLENCE]
#: Too vague for an alarm, too grave for nothing.
_SUSPECTED = [
    "jeg har fundet ud af hvordan jeg gør det",
    "jeg har prøvet at gøre det før og nu er jeg der igen",
]


@pytest.fixture(scope="module")
def understand(classifier):
    return Understanding(classifier).understand


@pytest.mark.parametrize("text", _PLAIN_FACTS)
def test_a_plain_fact_is_neither_a_crisis_nor_a_stop_nor_a_stranger(understand, text):
    names = set(understand(text, TODAY).names)
    assert not names & (_MUST_NOT_BE_IMAGINED | {"distress"})


@pytest.mark.parametrize(("text", "intents"), _HEARD_AS)
def test_promises_thanks_and_questions_are_heard_for_what_they_are(understand, text, intents):
    names = understand(text, TODAY).names
    assert len(names) == 1
    assert set(names) <= intents


@pytest.mark.parametrize(("text", "intent"), _CRISES)
def test_a_crisis_said_in_other_words_is_heard(understand, text, intent):
    assert intent in understand(text, TODAY).names


@pytest.mark.parametrize("text", _SUSPECTED)
def test_what_may_be_a_crisis_is_at_least_distress(understand, text):
    assert {"distress", "crisis_self_harm"} & set(understand(text, TODAY).names)

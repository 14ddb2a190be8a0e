"""Who lives there and what they live on: what residents write, and what is no answer."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogs.effects import RecordFact
from bot.dialogs.flow import Scene, Way
from bot.dialogs.household import Household, household, reads_household, reads_income, reads_income_kind
from bot.dialogs.income import income_kind, income_kroner, rent_kroner
from bot.dialogs.skipping import is_tired, skips
from tests.dialogs.samples import RECOGNISED, TODAY, heard


def scene(text: str, **values: Any) -> Scene:
    return Scene({}, heard(text, **values), RECOGNISED, TODAY)


def way(reader: Callable[[Scene], Way | None], text: str, **values: Any) -> Way:
    found = reader(scene(text, **values))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("alene", Household(1, None, False)),
        ("kun mig", Household(1, None, False)),
        ("bare mig selv", Household(1, None, False)),
        ("mig og mine 2 børn", Household(1, 2, False)),
        ("Mine to børn og mig", Household(1, 2, False)),
        ("vi er 2 voksne og 3 børn", Household(2, 3, None)),
        ("1 voksen og et barn", Household(1, 1, False)),
        ("bor med min kæreste", Household(2, None, True)),
        ("min kone og jeg og vores fire børn", Household(2, 4, True)),
        ("jeg er gift og har 3 børn", Household(2, 3, True)),
        ("jeg er enlig mor til tre", Household(1, 3, False)),
        ("alenemor til 2", Household(1, 2, False)),
        ("mig og min søn", Household(1, 1, False)),
        ("mig, min datter og min søn", Household(1, 2, False)),
        ("jeg bor med min mor", Household(2, None, None)),
        ("hos mine forældre", Household(3, None, None)),
        ("mig og min voksne søn", Household(2, None, None)),
        ("min søn på 22 år og mig", Household(2, None, None)),
        ("alene, ingen børn", Household(1, 0, False)),
        ("min mand er flyttet, jeg er alene med 2 børn", Household(1, 2, False)),
        ("min kæreste er flyttet", None),
        ("jeg er skilt fra min mand", None),
        ("just me", Household(1, None, False)),
        ("me and my two kids", Household(1, 2, False)),
        ("my wife and I and three children", Household(2, 3, True)),
        ("2 børn", Household(None, 2, None)),
        ("vi er 4", None),
        ("det er svært lige nu", None),
        ("min mor er syg og jeg er fyret", None),
        ("min mand er indlagt", None),
    ],
)
def test_who_lives_there_as_residents_write_it(text, told):
    assert household(heard(text)) == told


def test_the_number_of_children_that_was_heard_comes_first():
    assert household(heard("alene med tvillinger", children=2)) == Household(1, 2, False)


def test_an_answer_about_adults_alone_means_no_children():
    assert way(reads_household, "bor med min kæreste").effects == (
        RecordFact("adults", 2),
        RecordFact("children", 0),
        RecordFact("couple", True),
    )


def test_children_without_a_number_are_not_counted_as_none():
    assert way(reads_household, "mig og mine børn").effects == (RecordFact("adults", 1), RecordFact("couple", False))


@pytest.mark.parametrize(
    ("message", "kroner"),
    [
        (heard("11.000 udbetalt", amount=11_000), 11_000),
        (heard("11.000 udbetalt"), 11_000),
        (heard("ca 12 tusind"), 12_000),
        (heard("omkring 9500"), 9_500),
        (heard("18.000 før skat og 12.400 efter skat", amount=[18_000, 12_400]), 12_400),
        (heard("udbetalt ca. 10 200"), 10_200),
        (heard("ingenting"), 0),
        (heard("Jeg har ingen indkomst lige nu"), 0),
        (heard("0 kr"), 0),
        (heard("about 13k after tax"), 13_000),
        (heard("jeg får 8000 og min mand 14000", amount=[8_000, 14_000]), None),
        (heard("3"), None),
        (heard("ved ikke"), None),
        (heard("ring på 12345678", phone_number="+4512345678"), None),
        (heard("det ændrer sig hver måned"), None),
    ],
)
def test_income_a_month(message, kroner):
    assert income_kroner(message) == kroner


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("løn", "løn"),
        ("Jeg arbejder deltid i Netto", "løn"),
        ("kontanthjælp", "kontanthjælp"),
        ("integrationsydelse", "kontanthjælp"),
        ("uddannelseshjælp", "kontanthjælp"),
        ("jeg er på bistand", "kontanthjælp"),
        ("dagpenge fra a-kassen", "dagpenge"),
        ("sygedagpenge", "sygedagpenge"),
        ("barselsdagpenge", "andet"),
        ("SU og lidt løn", "SU"),
        ("folkepension", "folkepension"),
        ("lidt løn ved siden af min folkepension", "folkepension"),
        ("førtidspension", "førtidspension"),
        ("foertidspension siden 1999", "førtidspension"),
        ("efterløn", "efterløn"),
        ("seniorpension", "andet"),
        ("ingen", "ingen"),
        ("jeg har ingen indkomst", "ingen"),
        ("selvstændig", "andet"),
        ("mistede mit job, nu dagpenge", "dagpenge"),
        ("jeg har ikke noget arbejde", None),
        ("min kontanthjælp er stoppet", None),
        ("pension", None),
        ("arbejdsløs", None),
        ("salary", "løn"),
        ("unemployment benefits", "dagpenge"),
        ("cash benefit", "kontanthjælp"),
        ("sulten", None),
    ],
)
def test_what_is_lived_on(text, kind):
    assert income_kind(heard(text)) == kind


@pytest.mark.parametrize(
    ("message", "kroner"),
    [
        (heard("7.850 kr", amount=7_850), 7_850),
        (heard("husleje 8200"), 8_200),
        (heard("8 tusind"), 8_000),
        (heard("7000 uden varme, 7800 med", amount=[7_000, 7_800]), None),
        (heard("75"), None),
    ],
)
def test_the_rent(message, kroner):
    assert rent_kroner(message) == kroner


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ("spring over", True),
        ("SPRING OVER", True),
        ("springer over", True),
        ("ved ikke", True),
        ("det ved jeg ikke", True),
        ("vil jeg ikke sige", True),
        ("Vil helst ikke svare", True),
        ("skip", True),
        ("don't know", True),
        ("rather not say", True),
        ("jeg ved ikke hvad jeg skal gøre, min mand er syg og jeg er bange", False),
        ("alene", False),
        ("passer 2 børn", False),
    ],
)
def test_a_question_is_skipped_in_few_words(text, skipped):
    assert skips(heard(text)) is skipped


@pytest.mark.parametrize(
    ("text", "tired"),
    [
        ("jeg orker ikke mere", True),
        ("orker det ikke", True),
        ("ikke flere spørgsmål tak", True),
        ("hvor mange spørgsmål er der? For mange spørgsmål", True),
        ("gider ikke svare på flere", True),
        ("no more questions please", True),
        ("2 børn", False),
        ("jeg er træt af min nabo", False),
    ],
)
def test_who_wants_no_more_questions(text, tired):
    assert is_tired(heard(text)) is tired


def test_the_readers_tell_skip_and_no_answer_apart():
    assert [way(reads_income, text).name for text in ("ved ikke", "12 tusind")] == ["skip", "told"]
    assert reads_income(scene("hvad er boligstøtte?")) is None
    assert way(reads_household, "spring over").name == "skip"
    assert reads_household(scene("hvad er boligstøtte?")) is None
    assert way(reads_income_kind, "vil ikke sige").name == "skip"
    assert reads_income_kind(scene("hvornår er fristen?")) is None


def test_sum_and_kind_told_in_one_breath_are_both_kept():
    both = {RecordFact("income", 12_000), RecordFact("income_kind", "dagpenge")}
    assert set(way(reads_income, "12.000 i dagpenge", amount=12_000).effects) == both
    assert set(way(reads_income_kind, "dagpenge, 12.000", amount=12_000).effects) == both


@pytest.mark.parametrize("text", ["ingen", "ingen penge lige nu", "ikke noget", "0", "no money"])
def test_who_has_nothing_is_not_asked_how_much(text):
    assert set(way(reads_income_kind, text).effects) == {RecordFact("income_kind", "ingen"), RecordFact("income", 0)}


def test_the_children_without_a_number_are_asked_after():
    assert way(reads_household, "mig og børnene").effects == (RecordFact("adults", 1), RecordFact("couple", False))

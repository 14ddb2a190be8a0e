"""What points at a person is taken out of a message, in any spelling; what a message is about stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.disguise import Known, disguise

KNOWN = Known(
    people=("Line Bek Sørensen", "Mette Lind", "Mohammed al Hassan", "Aase Ørsted", ""),
    houses=("Solgården Bolig", "solgaarden"),
    places=("Søparken 8, st. th.", "4000", "Roskilde", "Afdeling 12", ""),
    references=("SB-2026-002", "12-345-6", "--", ""),
    birth_days=("14-03",),
)


@pytest.mark.parametrize(
    ("text", "disguised"),
    [
        ("hej mette, det er LINE", "hej [navn], det er [navn]"),
        ("Line Bek Sørensen", "[navn]"),
        ("line  BEK\nsoerensen her", "[navn] her"),
        ("sorensen er mit navn", "[navn] er mit navn"),
        ("Lines mor og Mettes svar og line's", "[navn] mor og [navn] svar og [navn]"),
        ("det er Mohammed Al Hassans kone", "det er [navn] kone"),
        ("hilsen Åse", "hilsen [navn]"),
        ("Mette/Line 1234", "[navn]/[navn] 1234"),
        ("kære solgårdens folk i Solgaarden bolig", "kære [navn] folk i [navn]"),
        ("jeg bor i søparken 8 st th 4000 Roskilde", "jeg bor i [adresse]"),
        ("Soeparken", "[adresse]"),
        ("bor på Birkevej 12, 2. tv. nu", "bor på [adresse]. nu"),
        ("sag SB 2026 002 eller sb2026002", "sag [sagsnr] eller [sagsnr]"),
        ("lejemål 12-345-6", "lejemål [sagsnr]"),
        ("ring 11 11 40 27, 11114027 eller +45 1111 4027", "ring [telefon], [telefon] eller [telefon]"),
        ("0046 70 123 45 67", "[telefon]"),
        ("skriv til line.bek@mail.dk el. lineb (at) mail.dk", "skriv til [e-mail] el. [e-mail]"),
        ("se https://x.dk/a?b=1 og www.minsag.dk og borger.dk/", "se [link] og [link] og [link]"),
        ("født 14/3, 14-03-1987 eller d. 14. marts", "født [fødselsdag], [fødselsdag] eller d. [fødselsdag]"),
        ("min søn er fra 2.7.2015 og jeg fra 2 juli 1987", "min søn er fra [fødselsdag] og jeg fra [fødselsdag]"),
        ("cpr 010190-1234", "cpr [cpr fjernet]"),
        ("010190\n1234", "[cpr fjernet]"),
        ("konto 1234 5678901 og kort 4571 1234 1234 1234", "konto [nummer] og kort [nummer]"),
        ("ansøgning 8812345", "ansøgning [nummer]"),
        ("spørg Line(min kone)", "spørg [navn] (min kone)"),
        ("  \n ", ""),
    ],
)
def test_what_points_at_a_person_is_taken_out(text: str, disguised: str):
    assert disguise(text, KNOWN) == disguised


@pytest.mark.parametrize(
    "text",
    [
        "jeg kan betale 8.450,50 kr d. 01.12.2026 og 500 den 3/12",
        "jeg betaler 15000 eller 3.000 på mandag kl. 10.30",
        "vi er 2 voksne og 4 børn i en bolig med 3 værelser",
        "i min afdeling er der ingen der svarer",
        "de siger al min løn er væk",
        "linerne er knækket, betale.de siger nej",
        "fra 27-11-2026 til 01/12/26",
        "kan betale 500 600",
    ],
)
def test_what_a_message_is_about_stays(text: str):
    assert disguise(text, KNOWN) == text


def test_several_lines_become_one():
    assert disguise("hej\n\njeg er\tsyg\u2028i dag\x00", Known()) == "hej jeg er syg i dag"


def test_nothing_known_takes_nothing_but_numbers_and_addresses_out():
    assert disguise("hej, ring 11114027", Known()) == "hej, ring [telefon]"


@given(st.text(), st.lists(st.text(), max_size=4))
def test_any_text_and_any_names_can_be_disguised(text: str, names: list[str]):
    known = Known(tuple(names), tuple(names), tuple(names), tuple(names))
    assert len(disguise(text, known).splitlines()) <= 1


@given(st.text(), st.sampled_from(["Line", "line", "SØRENSEN", "Soerensen", "mette", "Bek"]), st.text())
def test_a_known_name_that_stands_as_a_word_is_never_left(before: str, name: str, after: str):
    shown = disguise(f"{before} {name} {after}", KNOWN)
    assert not re.search(rf"(?<![^\W\d_]){name}(?![^\W\d_])", shown, re.IGNORECASE)

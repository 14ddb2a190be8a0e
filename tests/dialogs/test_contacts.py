"""The numbers we give: each in the table with a source and a day, and no other number in any text."""

from datetime import date

import pytest

from bot.dialogs import texts
from bot.dialogs.contacts import contacts, number_of_kommune, numbers_in, packed, sayable

KOMMUNER = {"Aarhus": "+4511110030", "Ringkøbing-Skjern": "+4511110031", "Københavns Kommune": "+4511110032"}
LANGUAGES = sorted(folder.name for folder in texts._FOLDER.iterdir() if folder.is_dir())


@pytest.mark.parametrize("key", sorted(contacts()))
def test_a_number_has_a_name_a_source_and_the_day_it_was_checked(key):
    contact = contacts()[key]
    assert contact.name
    assert contact.source
    assert date(2026, 11, 1) <= contact.checked
    assert numbers_in(contact.number) == (packed(contact.number),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_in_our_texts_stands_verified_in_the_table(language):
    named = {number: key for key, text in texts.catalogue(language).items() for number in numbers_in(text)}
    assert {number: key for number, key in named.items() if number not in sayable()} == {}


def test_the_lint_sees_the_numbers_of_our_own_texts():
    assert {"112", "70201201", "1888", "70128063"} <= {
        number for text in texts.catalogue("da").values() for number in numbers_in(text)
    }


def test_an_unverified_number_is_not_to_be_said():
    assert contacts()["aeldre_sagen"].said is False
    assert "80301527" not in sayable()
    assert "33411200" not in sayable()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Ring 112, hvis der er fare.", ("112",)),
        ("Livslinien: 70 201 201.", ("70201201",)),
        ("på 70 12 80 63, og de", ("70128063",)),
        ("116 111 og 1888", ("116111", "1888")),
        ("skriv fx 500 eller 1.000 kr.", ()),
        ("fx 14/3, i 2003 og § 81", ()),
        ("8.450,50 kr. om 12 måneder", ()),
    ],
)
def test_what_is_a_number_in_a_text(text, numbers):
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("kommune", "number"),
    [
        ("Aarhus", "+4511110030"),
        ("Århus Kommune", "+4511110030"),
        ("  aarhus   kommune ", "+4511110030"),
        ("Ringkoebing-Skjern", "+4511110031"),
        ("Københavns", "+4511110032"),
        ("Roskilde", ""),
        ("", ""),
    ],
)
def test_a_kommune_is_found_however_it_is_spelt(kommune, number):
    assert number_of_kommune(KOMMUNER, kommune) == number

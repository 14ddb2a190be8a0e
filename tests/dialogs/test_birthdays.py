"""The recognition answer is read in every form that people give it, and its year is not kept."""

from __future__ import annotations

import pytest

from bot.dialogs.birthdays import without_year
from bot.dialogs.readers import birth_day
from tests.dialogs.samples import heard

FORMS = [
    "14/3", "14.3", "14-3", "14. 3.", "14/03", "14.03", "14 3", "14 03", "1403", "d. 14/3", "den 14.3.", "14 i 3",
    "14. i 3.", "14. marts", "14 marts", "den 14. marts", "14.marts", "14 mar", "d 14 marts 1985", "14.3.85",
    "14/3-85", "14-03-1985", "14.03.1985", "140385", "14031985", "fjortende marts", "den fjortende marts",
    "fjortende i tredje", "den fjortende tredje", "Fjortende Marts", "14de marts", "14nde marts", "March 14",
    "March 14th", "14th of March", "the 14th of march", "the fourteenth of March", "14th March 1985", "1985-03-14",
    "min fødselsdag er den 14. marts", "jeg har fødselsdag 14/3", "jeg er født d. 14.3.85", "marts 14",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_the_fourteenth_of_march_in_every_form(text: str):
    assert birth_day(heard(text)) == "14-03"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("enogtyvende december", "21-12"),
        ("the twenty-first of december", "21-12"),
        ("første maj", "01-05"),
        ("tredivte i ellevte", "30-11"),
        ("31/12", "31-12"),
        ("010190", "01-01"),
        ("den syvende i syvende", "07-07"),
    ],
)
def test_other_days(text: str, day: str):
    assert birth_day(heard(text)) == day


@pytest.mark.parametrize("text", ["hej", "ja", "45/3", "14/13", "hvad skal I bruge det til", "12B", "2026", "85", ""])
def test_what_is_no_birthday_is_not_guessed(text: str):
    assert birth_day(heard(text)) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("140385", "1403"),
        ("14031985", "1403"),
        ("14.3.85", "14.3"),
        ("14/3-1985", "14/3"),
        ("14. marts 1985", "14. marts"),
        ("jeg er født 14-03-85 og hedder Amina", "jeg er født 14-03 og hedder Amina"),
        ("14th of March 1985", "14th of March"),
        ("14/3", "14/3"),
        ("14. marts", "14. marts"),
        ("12B", "12B"),
        ("1403", "1403"),
        ("ja 14/3", "ja 14/3"),
    ],
)
def test_the_year_is_not_kept(text: str, kept: str):
    assert without_year(text) == kept

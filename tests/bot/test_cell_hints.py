"""What may be meant by a cell that cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from bot.case_rows import row_from_mapping
from bot.cell_hints import about_day, about_sum

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("8.4OO,00", "Der står bogstavet O i stedet for tallet 0."),
        ("1l00", "Der står bogstavet l i stedet for tallet 1."),
        ("OO kr", "Der står bogstavet O i stedet for tallet 0."),
        ("otte tusind", ""),
        ("Ole", ""),
        (None, ""),
    ],
)
def test_a_letter_that_was_typed_for_a_digit_is_named(cell, hint):
    assert about_sum(cell) == hint


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("31-11-2026", "November har 30 dage."),
        ("29/2/2027", "Februar 2027 har 28 dage."),
        ("30-11-2026", ""),
        ("31-13-2026", ""),
        ("snart", ""),
    ],
)
def test_a_day_that_its_month_does_not_have_is_explained(cell, hint):
    assert about_day(cell) == hint


@pytest.mark.parametrize(
    ("cells", "cell", "mending"),
    [
        (
            {"restance": "8.4OO,00"},
            "8.4OO,00",
            "Restance er ikke et beløb. Der står bogstavet O i stedet for tallet 0.",
        ),
        ({"frist": "31-11-2026"}, "31-11-2026", "Frist er ikke en dato. November har 30 dage."),
        ({"restance": "mange"}, "mange", "Restance er ikke et beløb. Skriv fx 8450,50."),
        ({"restance": ""}, "restance mangler", "Feltet er tomt. Skriv fx 8450,50, eller 0 når alt er betalt."),
    ],
)
def test_an_error_shows_the_wrong_cell_and_how_to_mend_it_apart(cells, cell, mending):
    errors = row_from_mapping({"sagsnr": "HP-1", "navn": "Line Bek", "restance": "100"} | cells, TODAY)
    assert isinstance(errors, list)
    assert [(error.cell, error.mending) for error in errors] == [(cell, mending)]

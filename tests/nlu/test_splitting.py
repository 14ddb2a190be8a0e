"""A text falls into what is said; dates, amounts and pairs of words stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.splitting import split


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("jeg er fyret. kan jeg afdrage?", ["jeg er fyret.", "kan jeg afdrage?"]),
        ("hej, hvor meget skylder jeg", ["hej", "hvor meget skylder jeg"]),
        ("jeg er blevet fyret og jeg kan ikke betale", ["jeg er blevet fyret", "og jeg kan ikke betale"]),
        ("jeg bor med mor og far", ["jeg bor med mor og far"]),
        ("betaler 4.500 kr. d. 1. december", ["betaler 4.500 kr. d. 1. december"]),
        ("har betalt\nring til mig", ["har betalt", "ring til mig"]),
        ("nej", ["nej"]),
    ],
)
def test_pieces_in_the_order_said(text, pieces):
    assert split(text) == pieces


@given(st.text(max_size=400))
def test_any_text_falls_into_a_few_pieces(text):
    assert 1 <= len(split(text)) <= 12

"""A machine's answer is told from a person's, in Danish and English as phones write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogs.autoreplies import is_autoreply

ROWS = [
    line
    for line in (Path(__file__).parent / "tables/autoreplies.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


@pytest.mark.parametrize("row", ROWS)
def test_a_machine_is_told_from_a_person(row: str):
    assert is_autoreply(row[2:]) == row.startswith("+")


def test_there_are_enough_of_each():
    assert sum(row.startswith("+") for row in ROWS) >= 30
    assert sum(row.startswith("-") for row in ROWS) >= 20

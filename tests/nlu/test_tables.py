"""What residents write, labelled by hand in tests/nlu/tables: the values in it, and the language it is in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.dialogs.state import Value
from bot.nlu.language import detect
from bot.nlu.values import read_values

_TABLES = Path(__file__).with_name("tables")
_FRIDAY = date(2026, 11, 27)
_SHORT = {"amount": "a", "date": "d", "time": "t", "instalments": "i", "children": "c", "phone_number": "p"}


def _rows(*names: str) -> list[str]:
    lines = [line for name in names for line in (_TABLES / name).read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("# ")]


def _said(value: Value) -> str:
    return _SHORT[value.entity] + str(value.value).removeprefix(f"{_FRIDAY.year}-" if value.entity == "date" else "")


@pytest.mark.parametrize(
    "row", _rows("values.txt", "unseen.txt", "unseen_later.txt", "look_alikes.txt", "unseen_last.txt")
)
def test_the_values_are_those_that_a_reader_found(row):
    text, _, expected = row.rpartition("=>")
    assert sorted(map(_said, read_values(text, _FRIDAY))) == sorted(expected.split())


@pytest.mark.parametrize("row", _rows("languages.txt", "languages_unseen.txt"))
@pytest.mark.parametrize("previous", ["da", None])
def test_the_language_is_the_one_that_a_reader_heard(row, previous):
    language, _, text = row.partition(" | ")
    assert (detect(text, previous) or "da") == language


@pytest.mark.parametrize("previous", ["ar", "tr", "en"])
def test_a_text_that_says_too_little_keeps_the_language_of_the_conversation(previous):
    assert [detect(text, previous) for text in ("ok", "1000", "👍", "Ahmed?", "3")] == [None] * 5

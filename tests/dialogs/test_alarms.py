"""A child alone and an eviction that goes on now are heard by rule, and what only sounds alike is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogs.alarms import alarms, child_writes

ROWS = [
    tuple(part.strip() for part in line.split("|", 1))
    for line in (Path(__file__).parent / "tables/alarms.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


@pytest.mark.parametrize(("expected", "text"), ROWS)
def test_an_alarm_is_heard_and_nothing_else_is_one(expected: str, text: str):
    wanted = () if expected == "-" else tuple(expected.replace("child_writes", "child_alone").split())
    assert alarms(text) == wanted


@pytest.mark.parametrize(("expected", "text"), [row for row in ROWS if "child" in row[0]])
def test_a_child_that_writes_is_told_from_an_adult_that_tells_of_one(expected: str, text: str):
    assert child_writes(text) == (expected == "child_writes")


def test_there_are_enough_of_each():
    assert sum(row[0] != "-" for row in ROWS) >= 60
    assert sum(row[0] == "-" for row in ROWS) >= 60


def test_a_text_of_any_length_is_read_in_no_time():
    """The patterns have gaps in them: on the longest SMS, made of their own words, they must not run wild."""
    for words in ("børnene er ", "fogeden er nu her i ", "mor ", "jeg er 9 ", "de er ved at "):
        assert isinstance(alarms(words * 400), tuple)

"""The page on capacity says what follows from its figures, and its words agree with them."""

from __future__ import annotations

import capacity
import pytest


def test_the_page_is_reckoned_from_its_figures(request: pytest.FixtureRequest):
    if request.config.getoption("--update"):
        capacity.main()
    page = capacity.PAGE.read_text(encoding="utf-8")
    assert page == capacity.filled(page, capacity.parts(capacity.read()))


def test_what_the_page_says_in_short_is_so():
    """All of Denmark in a bad month: some SMS a second, and one machine with two cores."""
    denmark = capacity.loads(capacity.read())[2]
    assert 1 < denmark.peak_in < 20
    assert denmark.cores < 1
    assert (denmark.webs, denmark.workers) == (2, 2)


def test_twice_the_homes_are_twice_the_work():
    figures = capacity.read()
    one, two = (capacity.reckon("", n * 566_000, 0.01, figures) for n in (1, 2))
    assert two.sms_in == pytest.approx(2 * one.sms_in)
    assert two.gigabytes_year == pytest.approx(2 * one.gigabytes_year)
    assert two.wave_minutes == pytest.approx(one.wave_minutes)  # each organisation has its own number


def test_a_place_that_is_missing_is_said():
    with pytest.raises(ValueError, match="traffic"):
        capacity.filled("nothing", {"traffic": "x"})

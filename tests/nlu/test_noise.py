"""Messages misspelled for training: readable still, the same each time, and no other sum."""

from __future__ import annotations

import re
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.noise import noisy

PLAIN = "Jeg kan ikke betale 4.500 kr. før på fredag, når lønnen går ind."


def test_the_same_chance_gives_the_same_text():
    assert noisy(PLAIN, Random(3)) == noisy(PLAIN, Random(3))


def test_most_are_spoilt_and_some_are_left_alone():
    spoilt = [noisy("kom forbi i dag", Random(seed)) for seed in range(60)]
    assert 10 < sum(text != "kom forbi i dag" for text in spoilt) < 55


def test_all_of_what_thumbs_do_is_done():
    every = " | ".join(noisy(PLAIN, Random(seed)) for seed in range(200))
    for form in (" ik ", "foer", "lonnen", "lønnen", "4500", "jeg", "Jeg"):
        assert form in every


@given(st.text(max_size=80), st.integers())
def test_no_digit_is_changed_and_nothing_fails(text, seed):
    assert re.findall(r"\d", noisy(text, Random(seed))) == re.findall(r"\d", text)

"""The back-off grows, has an end, and parts what failed together without any chance."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.backoff import pause

FIRST, LONGEST = timedelta(seconds=3), timedelta(minutes=5)


@given(st.integers(min_value=1), st.integers(min_value=1, max_value=1000))
def test_it_is_never_shorter_than_its_place_says_nor_half_as_long_again(key: int, attempt: int):
    plain = min(FIRST * 2 ** min(attempt - 1, 20), LONGEST)
    assert plain <= pause(key, attempt, FIRST, LONGEST) <= plain * 1.5


def test_the_same_message_always_waits_the_same_and_many_wait_differently():
    waits = [pause(key, 1, FIRST, LONGEST) for key in range(200)]
    assert waits == [pause(key, 1, FIRST, LONGEST) for key in range(200)]
    assert len(set(waits)) > 190
    assert max(waits) - min(waits) > timedelta(seconds=1)

"""The breaker in front of Rasa, by a clock that stands still until it is moved."""

from __future__ import annotations

import threading

import pytest

from bot.nlu.breaker import Breaker


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(clock: Seconds) -> Breaker:
    return Breaker(clock, failures=3, rest_seconds=30)


#: f: asked and failed · a: asked, was answered · x: may not ask · ?: asks, is not back yet · a number: seconds go by
@pytest.mark.parametrize(
    ("story", "state"),
    [
        ("", "closed"),
        ("a a a", "closed"),
        ("f f", "closed"),
        ("f f f", "open"),
        ("f f f x x", "open"),
        ("f f a f f", "closed"),
        ("f f f 29 x", "open"),
        ("f f f 30", "half-open"),
        ("f f f 30 ?", "half-open"),
        ("f f f 30 ? x x", "half-open"),
        ("f f f 30 f", "open"),
        ("f f f 30 f 29 x", "open"),
        ("f f f 30 f 30 a", "closed"),
        ("f f f 30 a", "closed"),
        ("f f f 30 a f f a", "closed"),
        ("f f f 30 a f f f x", "open"),
        ("f f f 30 ? 29 x", "half-open"),
        ("f f f 30 ? 30 ? x", "half-open"),
    ],
)
def test_the_breaker_stands_as_the_story_says(breaker: Breaker, clock: Seconds, story: str, state: str):
    for word in story.split():
        if word.isdecimal():
            clock.now += int(word)
            continue
        assert breaker.may_ask() == (word != "x"), word
        {"f": breaker.failed, "a": breaker.answered}.get(word, lambda: None)()
    assert breaker.state == state


def test_of_many_at_once_one_is_the_probe(breaker: Breaker, clock: Seconds):
    for _ in range(3):
        breaker.failed()
    clock.now += 30
    start, allowed = threading.Barrier(16), []

    def ask() -> None:
        start.wait()
        allowed.append(breaker.may_ask())

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 15 + [True]


def test_who_asked_before_it_opened_may_still_close_it(breaker: Breaker):
    """An answer is an answer, however late."""
    assert breaker.may_ask()
    for _ in range(3):
        breaker.failed()
    breaker.answered()
    assert breaker.state == "closed"

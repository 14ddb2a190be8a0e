"""Statuses only move forward, whatever order the receipts come in."""

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import FINAL, error_class, forward, status_of

STATUSES = ["queued", "sending", "sent", "failed", "undelivered", "delivered"]


@given(st.lists(st.sampled_from(STATUSES), max_size=6).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_any_order_of_the_same_receipts_ends_alike(both: tuple[list[str], list[str]]):
    first, second = both
    assert reduce(forward, first, "queued") == reduce(forward, second, "queued")


def test_a_late_sent_does_not_undo_delivered():
    assert {reduce(forward, order, "queued") for order in permutations(["sending", "sent", "delivered"])} == {
        "delivered"
    }


@pytest.mark.parametrize("status", STATUSES)
def test_nothing_moves_a_message_that_we_refused(status: str):
    assert forward("refused", status) == "refused"


@pytest.mark.parametrize("final", sorted(FINAL))
def test_a_final_status_never_goes_back(final: str):
    assert all(forward(final, status) in FINAL for status in STATUSES)


@pytest.mark.parametrize(
    ("twilio", "ours"),
    [
        ("queued", "sending"),
        ("accepted", "sending"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("receiving", None),
        ("?", None),
    ],
)
def test_twilios_statuses_in_our_words(twilio: str, ours: str | None):
    assert status_of(twilio) == ours


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (21610, "opted_out"),
        ("21211", "wrong_number"),
        (30003, "away"),
        (30007, "filtered"),
        (20429, "rate"),
        (21606, "our_settings"),
        (21617, "our_text"),
        (99999, "unseen"),
        (None, "unseen"),
    ],
)
def test_what_an_error_asks_of_us(code: int | str | None, kind: str):
    assert error_class(code) == kind

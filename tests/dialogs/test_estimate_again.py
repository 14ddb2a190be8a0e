"""A figure put right after the estimate is worked out again; a question, a payment and a bare sum are none."""

import pytest

from bot.dialogs.effects import RecordFact
from bot.dialogs.estimating import AGAIN_AT_MOST
from bot.dialogs.rehearsal import Rehearsal
from tests.dialogs.samples import RECOGNISED, TODAY, heard, said

TALK = ("ja", "1 voksen og 2 børn", "ja", "løn", "20000", "8900", "92", "nej")


def estimated() -> Rehearsal:
    talk = Rehearsal(RECOGNISED, TODAY)
    talk.hear(heard("hvordan får jeg boligstøtte", "ask_boligstoette"))
    for text in TALK:
        talk.hear(heard(text))
    assert said(talk.exchanges[-1].decision)[-1] == "estimate.result_told"
    return talk


def estimate(talk: Rehearsal) -> int:
    facts = {e.name: e.value for e in talk.exchanges[-1].decision.effects if isinstance(e, RecordFact)}
    return int(facts["boligstoette_estimate"])


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        (heard("nej huslejen er 6.800", "deny", amount=6_800), RecordFact("rent", 6_800)),
        (heard("huslejen er 6.100", "dispute_arrears", amount=6_100), RecordFact("rent", 6_100)),
        (heard("vi er 1 barn ikke 2", children=1), RecordFact("children", 1)),
        (heard("undskyld min løn er 26000 før skat", amount=26_000), RecordFact("income_before_tax", 26_000)),
        (heard("den er 160 m2"), RecordFact("area_m2", 160)),
    ],
    ids=lambda value: getattr(value, "text", ""),
)
def test_a_named_figure_is_worked_out_again(message, fact):
    talk = estimated()
    before = estimate(talk)
    exchange = talk.hear(message)
    assert fact in exchange.decision.effects
    assert said(exchange.decision) == ["estimate.result_told"]
    assert estimate(talk) != before


def test_the_rent_put_right_is_no_dispute():
    effects = estimated().hear(heard("huslejen er 6.100", "dispute_arrears", amount=6_100)).decision.effects
    assert RecordFact("dispute_arrears", True) not in effects


def test_a_sum_after_tax_is_asked_for_before_tax():
    exchange = estimated().hear(heard("nej min løn er 15000 efter skat", "deny", amount=15_000))
    assert said(exchange.decision) == ["estimate.before_tax"]


@pytest.mark.parametrize(
    "message",
    [
        heard("hvad er huslejen", "ask_amount"),
        heard("jeg kan betale huslejen på 6.800 på fredag", "promise_to_pay", amount=6_800, date="2026-11-27"),
        heard("6.800", amount=6_800),
        heard("huslejen er 6.800 så jeg skylder ikke 8.000", "dispute_arrears", amount=[6_800, 8_000]),
        heard("tak", "thank"),
        heard("mine børn er syge", "inform_illness"),
    ],
    ids=lambda message: message.text,
)
def test_what_is_no_figure_put_right_is_talked_about(message):
    texts = said(estimated().hear(message).decision)
    assert not [text for text in texts if text.startswith("estimate.")]


def test_it_is_worked_out_again_so_often_only():
    talk = estimated()
    for kroner in range(6_000, 6_000 + 100 * AGAIN_AT_MOST, 100):
        assert said(talk.hear(heard(f"huslejen er {kroner}", amount=kroner)).decision) == ["estimate.result_told"]
    assert "estimate.result_told" not in said(talk.hear(heard("huslejen er 7000", amount=7_000)).decision)

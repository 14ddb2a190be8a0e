"""May we write again, and how is it going: what counts as a yes, and what a resident may say to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogs.effects import DropCheckIns, OpenHandoff, PlanCheckIns
from bot.dialogs.rehearsal import Exchange, Rehearsal
from tests.dialogs.samples import RECOGNISED, TODAY, heard

SETTLED = replace(RECOGNISED, arrears_ore=0, status="settled")
CLOSED = replace(RECOGNISED, status="closed")


def after(what: str, *messages: tuple[str, ...], case=RECOGNISED) -> Exchange:
    talk = Rehearsal(case, TODAY)
    talk.follow_up(what)
    for message in messages:
        talk.hear(heard(*message))
    return talk.exchanges[-1]


@pytest.mark.parametrize("case", [RECOGNISED, SETTLED, CLOSED], ids=["open", "settled", "closed"])
@pytest.mark.parametrize("said", ["ja", "Ja tak", "meget gerne", "det må du godt", "selvfølgelig", "yes please"])
def test_a_yes_in_so_many_words_plans_three(case, said: str):
    exchange = after("thanks_asks", (said, "affirm"), case=case)
    assert PlanCheckIns() in exchange.decision.effects
    assert "om en måned, om tre måneder og om et halvt år" in exchange.answer


@pytest.mark.parametrize("said", ["ok", "fint", "👍"])
def test_a_nod_to_the_thanks_is_no_yes_until_the_question_stood_alone(said: str):
    nodded = after("thanks_asks", (said, "affirm"))
    assert PlanCheckIns() not in nodded.decision.effects
    assert nodded.answer.startswith("Svar JA, hvis jeg må skrive igen")
    assert PlanCheckIns() in after("thanks_asks", (said, "affirm"), (said, "affirm")).decision.effects


def test_a_no_drops_what_may_wait_and_asks_nothing_more():
    exchange = after("thanks_asks", ("nej tak", "deny"))
    assert DropCheckIns() in exchange.decision.effects
    assert exchange.decision.state.step is None


@pytest.mark.parametrize("message", [("stop", "opt_out"), ("hvem er du", "ask_identity"), ("tak", "thank")])
def test_nothing_else_is_a_yes(message: tuple[str, ...]):
    assert PlanCheckIns() not in after("thanks_asks", message).decision.effects


@pytest.mark.parametrize("case", [RECOGNISED, SETTLED, CLOSED], ids=["open", "settled", "closed"])
@pytest.mark.parametrize("said", ["1", "fint", "det går godt", "meget bedre tak", "all good"])
def test_fine_gets_a_warm_word_and_nobody_is_troubled(case, said: str):
    exchange = after("check_in", (said,), case=case)
    assert exchange.answer == "Det er jeg glad for at høre. Skriv bare her, hvis der er noget."
    assert exchange.done == []


@pytest.mark.parametrize("case", [RECOGNISED, SETTLED, CLOSED], ids=["open", "settled", "closed"])
@pytest.mark.parametrize(
    "message",
    [("2",), ("ikke så godt",), ("det går skidt",), ("vil gerne snakke",), ("jeg er fyret", "inform_job_loss")],
)
def test_whoever_needs_somebody_gets_a_human(case, message: tuple[str, ...]):
    exchange = after("check_in", message, case=case)
    assert OpenHandoff("ask_human") in exchange.decision.effects
    assert exchange.answer.startswith("Tak, fordi du siger det. Mette får besked")


def test_despair_is_no_ordinary_wish_to_talk():
    exchange = after("check_in", ("jeg er helt knust", "distress"), case=SETTLED)
    assert OpenHandoff("distress", "high") in exchange.decision.effects


def test_a_yes_to_how_it_goes_says_nothing_and_is_asked_once_in_other_words():
    exchange = after("check_in", ("ja", "affirm"), case=SETTLED)
    assert exchange.answer == "Svar 1, hvis det går fint, eller 2, hvis du gerne vil tale med et menneske."


def test_of_a_closed_case_nothing_else_is_talked_of():
    exchange = after("check_in", ("hvad med min plan?", "ask_payment_plan"), case=CLOSED)
    assert "afsluttet" in exchange.answer


@pytest.mark.parametrize("what", ["thanks", "thanks_asks", "check_in"])
def test_an_old_question_is_let_go_of(what: str):
    talk = Rehearsal(RECOGNISED, TODAY)
    talk.hear(heard("kan jeg betale i bidder", "ask_payment_plan"))
    assert talk.state.flow == "payment_plan"
    talk.follow_up(what)
    assert talk.state.flow in (None, "check_in")

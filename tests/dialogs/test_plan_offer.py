"""An adviser's version of a plan: sums only for who was recognised, and a yes goes the way of any plan's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs.effects import ProposePlan, Say
from bot.dialogs.engine import decide
from bot.dialogs.plan_offer import may_ask, offer
from bot.dialogs.state import State
from tests.dialogs.samples import RECOGNISED, TODAY, heard

VERSION = {"adviser": "Mette", "monthly": 100_000, "instalments": 9, "first_date": "2026-12-31"}


def offered(version=VERSION, case=RECOGNISED, *, is_open: bool = True):
    return offer(State(slots={"months": 12, "down": 100}), case, TODAY, version, is_open=is_open)


@pytest.mark.parametrize("said", ["ja", "ok det passer", "1"])
def test_a_yes_is_a_proposal_on_our_terms(said: str):
    names = ("affirm",) if said != "1" else ()
    decision = decide(offered().state, heard(said, *names), RECOGNISED, TODAY)
    (plan,) = [effect for effect in decision.effects if isinstance(effect, ProposePlan)]
    assert (plan.monthly_ore, plan.first_date) == (100_000, date(2026, 12, 31))


def test_another_sum_is_worked_out_and_nothing_is_proposed_yet():
    decision = decide(offered().state, heard("500", amount=500), RECOGNISED, TODAY)
    assert not any(isinstance(effect, ProposePlan) for effect in decision.effects)


def test_who_was_not_recognised_hears_no_sum_and_is_asked_for_a_time():
    unknown = replace(RECOGNISED, verified=False)
    decision = offered(case=unknown)
    (said,) = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert said.text == "plan.countered_plain"
    assert decision.state.flow is None


def test_once_is_said_as_once():
    (said,) = [e for e in offered({**VERSION, "instalments": 1, "monthly": RECOGNISED.arrears_ore}).effects
               if isinstance(e, Say)]  # fmt: skip
    assert said.text == "plan.countered_one"


def test_where_a_human_has_the_talk_no_question_of_the_bots_is_opened():
    assert offered(is_open=False).state.flow is None


def test_it_is_not_asked_about_after_the_deadline_nor_about_a_part():
    assert may_ask(RECOGNISED, TODAY, RECOGNISED.arrears_ore)
    assert not may_ask(RECOGNISED, TODAY, RECOGNISED.arrears_ore - 1)
    assert not may_ask(replace(RECOGNISED, deadline=date(2020, 1, 1)), TODAY, RECOGNISED.arrears_ore)

"""A plan that was sent, and then another sum, another number of months or another first day."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs.effects import CreateTask, ProposePlan, RecordFact, RecordPromise
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts
from tests.dialogs.samples import RECOGNISED, TODAY, heard, said

YES = heard("ja", "affirm")


def sent(*messages, plan=None, case: CaseFacts = RECOGNISED) -> Exchange:
    """After a plan of 1.000 kr. a month was sent."""
    rehearsal = Rehearsal(case, TODAY)
    exchange = rehearsal.hear(plan or heard("1000 om måneden", "ask_payment_plan", amount=1000))
    for message in (YES, *messages):
        exchange = rehearsal.hear(message)
    return exchange


@pytest.mark.parametrize(
    ("message", "monthly", "times"),
    [
        (heard("nej jeg mente 1200", "deny", amount=1200), 120_000, 8),
        (heard("hellere 900", "out_of_scope", amount=900), 90_000, 10),
        (heard("gør det til 8 mdr", "out_of_scope"), 110_000, 8),
        (heard("jeg kan alligevel kun 800", "cannot_pay", amount=800), 80_000, 11),
        (heard("eller 1200 i stedet", "promise_to_pay", amount=1200), 120_000, 8),
        (heard("kan det blive 8 i stedet"), 110_000, 8),
    ],
)
def test_another_sum_or_number_of_months_is_worked_out_and_put_in_its_place(message, monthly, times):
    changed = sent(message)
    assert said(changed.decision) in (["plan.confirm"], ["plan.confirm_even"])
    plans = [effect for effect in sent(message, YES).decision.effects if isinstance(effect, ProposePlan)]
    assert [(plan.monthly_ore, plan.instalments) for plan in plans] == [(monthly, times)]


def test_the_day_it_begins_stays_and_may_be_another():
    first = heard("1000 om måneden fra den 15. december", "ask_payment_plan", amount=1000, date="2026-12-15")
    changed = sent(heard("nej 1200", "deny", amount=1200), YES, plan=first)
    assert ProposePlan(120_000, 8, date(2026, 12, 15)) in changed.decision.effects
    later = sent(heard("kan det starte den 20. december", "ask_payment_plan", date="2026-12-20"), YES)
    assert ProposePlan(100_000, 9, date(2026, 12, 20)) in later.decision.effects


def test_a_sum_at_once_stays_with_the_plan():
    both = heard("2000 nu og 1000 om måneden", "ask_payment_plan", amount=[2000, 1000])
    changed = sent(heard("nej 1200 om måneden", "deny", amount=1200), YES, plan=both)
    assert [e for e in changed.decision.effects if isinstance(e, RecordPromise)] == [RecordPromise(200_000, TODAY)]
    assert ProposePlan(120_000, 6, date(2026, 12, 1), 645_050) in changed.decision.effects


def test_the_sum_is_kept_at_once_for_the_adviser():
    assert RecordFact("can_pay_monthly", 1200) in sent(heard("nej jeg mente 1200", amount=1200)).decision.effects


def test_too_much_after_all_asks_for_a_sum():
    assert said(sent(heard("det er for meget alligevel", "deny")).decision) == ["plan.other"]
    assert said(sent(heard("glem det", "deny")).decision) == ["plan.other"]
    misheard = sent(heard("det er for meget alligevel", "distress")).decision
    assert said(misheard) == ["plan.other"]
    assert RecordFact("distress", True) not in misheard.effects
    assert said(sent(heard("det hele er for meget", "distress")).decision) == ["handoff.distress"]


def test_later_in_the_talk_a_word_of_change_is_needed():
    thanks = heard("tak", "thank")
    assert said(sent(thanks, heard("gør det til 1200 i stedet", amount=1200)).decision) == ["plan.confirm"]
    assert said(sent(thanks, heard("1200", amount=1200)).decision) == ["menu.not_understood"]


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (heard("tak", "thank"), "other.welcome"),
        (heard("nej", "deny"), "other.all_right"),
        (heard("1000", amount=1000), "other.fine"),
        (heard("2", "out_of_scope"), "menu.not_understood"),
        (heard("14/3", "out_of_scope", date="2027-03-14"), "menu.not_understood"),
        (heard("jeg betaler 3000 på fredag", "promise_to_pay", amount=3000, date="2026-11-27"), "promise.noted_amount"),
    ],
)
def test_what_changes_nothing_is_answered_as_ever(message, says):
    decision = sent(message).decision
    assert says in said(decision)
    assert not [effect for effect in decision.effects if isinstance(effect, ProposePlan | CreateTask)]


def test_past_the_deadline_only_a_human_changes_it():
    late = replace(RECOGNISED, deadline=date(2026, 11, 1), proposed_plan=(100_000, 9))
    rehearsal = Rehearsal(late, TODAY)
    assert "ProposePlan" not in str(rehearsal.hear(heard("hellere 1200", amount=1200)).done)

"""Plans worked out: a table of what was said and what is put before a human, with a sum at once and without."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogs.down_payment import Down, has_other_rhythm, is_by_the_month, read_down
from bot.dialogs.effects import OpenHandoff, ProposePlan, RecordFact, RecordPromise, Say
from bot.dialogs.limits import monthly_for, parts
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import Policy
from bot.dialogs.texts import render
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, alone, heard, kinds, said, talk

YES = heard("ja", "affirm")
FIRST = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("arrears", "values", "plan"),
    [
        (845_050, {"amount": 1000}, (100_000, 9)),
        (845_050, {"amount": 845}, (84_500, 11)),
        (900_000, {"amount": 1000}, (100_000, 9)),
        (900_001, {"amount": 1000}, (100_000, 10)),
        (100_000, {"amount": 1000}, (100_000, 1)),
        (100_000, {"amount": 5000}, (100_000, 1)),
        (15_000, {"amount": 200}, (15_000, 1)),
        (845_050, {"instalments": 12}, (75_000, 12)),
        (845_050, {"instalments": 10}, (85_000, 10)),
        (845_050, {"instalments": 2}, (425_000, 2)),
        (30_000, {"instalments": 2}, None),
        (845_050, {"instalments": 13}, None),
        (845_050, {"amount": 199}, None),
        (845_050, {"amount": 704}, None),
        (845_050, {"amount": 705}, (70_500, 12)),
    ],
)
def test_what_is_proposed_of_what_was_said(arrears: int, values: dict[str, int], plan: tuple[int, int] | None):
    """By a sum: rounded up, the last one smaller. By months: up to 50 kroner. Outside the limits: nothing is stored."""
    case = replace(RECOGNISED, arrears_ore=arrears)
    asks = heard("…", "ask_payment_plan", **values)
    rehearsal = Rehearsal(case, TODAY)
    first = rehearsal.hear(asks)
    if plan is None:
        assert said(first.decision)[0] in ("plan.too_low", "plan.too_long", "plan.too_many")
        assert "ProposePlan" not in kinds(first.decision)
    else:
        assert ProposePlan(*plan, FIRST) in rehearsal.hear(YES).decision.effects


@given(st.integers(1, 5_000_000), st.integers(1, 500_000))
def test_the_parts_pay_it_all_and_the_last_one_is_no_greater(arrears: int, monthly: int):
    count, last = parts(arrears, monthly)
    assert monthly * (count - 1) + last == arrears
    assert 0 < last <= monthly


@given(st.integers(1, 5_000_000), st.integers(1, 120))
def test_by_months_the_sum_is_of_fifty_kroner_and_never_takes_longer(arrears: int, months: int):
    monthly = monthly_for(arrears, months)
    assert monthly % 5_000 == 0 or monthly == arrears
    assert parts(arrears, monthly)[0] <= months


@pytest.mark.parametrize(
    ("text", "values", "down"),
    [
        ("1.000 nu og 500 om måneden", {"amount": [1000, 500]}, Down(100_000, TODAY, 50_000)),
        ("500 om måneden og 1000 nu", {"amount": [500, 1000]}, Down(100_000, TODAY, 50_000)),
        (
            "1000 på fredag og så 500 pr. måned",
            {"amount": [1000, 500], "date": "2026-11-27"},
            Down(100_000, date(2026, 11, 27), 50_000),
        ),
        ("først 1000, derefter 500 kr. hver måned", {"amount": [1000, 500]}, Down(100_000, TODAY, 50_000)),
        ("1.000 kr. og så 500/md", {"amount": [1000, 500]}, Down(100_000, None, 50_000)),
        ("2000 nu og resten over 6 måneder", {"amount": 2000, "instalments": 6}, Down(200_000, TODAY, None)),
        ("1000 now and 500 a month", {"amount": [1000, 500]}, Down(100_000, TODAY, 50_000)),
        ("400 eller 500 om måneden", {"amount": [400, 500]}, None),
        ("500 om måneden", {"amount": 500}, None),
        ("3000 på mandag og 2000 på fredag", {"amount": [3000, 2000], "date": ["2026-11-30", "2026-11-27"]}, None),
        ("over 6 måneder", {"instalments": 6}, None),
    ],
)
def test_a_sum_at_once_is_read_wherever_it_stands(text: str, values: dict[str, object], down: Down | None):
    assert read_down(heard(text, **values), TODAY) == down


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("500 hver 14. dag", True),
        ("hver anden uge", True),
        ("100 om ugen", True),
        ("every two weeks", True),
        ("om 14 dage", False),
        ("den 14. i hver måned", False),
        ("næste uge", False),
    ],
)
def test_another_rhythm_than_the_month(text: str, is_other: bool):
    assert has_other_rhythm(heard(text)) is is_other


@pytest.mark.parametrize(
    ("message", "is_plan"),
    [
        (heard("1000 om måneden fra den 1. marts", "promise_to_pay", amount=1000, date="2027-03-01"), True),
        (heard("over 6 måneder fra den 1.", "ask_payment_plan", instalments=6, date="2026-12-01"), True),
        (heard("1000 den 1.", "promise_to_pay", amount=1000, date="2026-12-01"), False),
        (heard("1000 nu og 500 om måneden", "ask_payment_plan", amount=[1000, 500]), False),
    ],
)
def test_one_sum_a_month_is_a_plan_whatever_day_begins_it(message, is_plan: bool):
    assert is_by_the_month(message) is is_plan


class TestASumAtOnce:
    ASKS = heard("1000 nu og 750 om måneden", "promise_to_pay", "ask_payment_plan", amount=[1000, 750])

    @pytest.mark.parametrize(
        "names", [("ask_payment_plan",), ("promise_to_pay",), ("promise_to_pay", "ask_payment_plan")]
    )
    def test_it_is_a_promise_and_a_plan_of_the_rest(self, names):
        asks = heard("1000 nu og 750 om måneden", *names, amount=[1000, 750])
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        first = rehearsal.hear(asks).decision
        assert said(first) == ["plan.confirm_down"]
        assert {RecordFact("can_pay_now", 1000), RecordFact("can_pay_monthly", 750)} <= {
            effect for effect in first.effects if not isinstance(effect, Say)
        }
        assert "RecordPromise" not in kinds(first), "nothing is promised before the yes"
        sent = rehearsal.hear(YES).decision
        assert RecordPromise(100_000, TODAY) in sent.effects
        assert ProposePlan(75_000, 10, FIRST, 745_050) in sent.effects

    @pytest.mark.parametrize(
        ("case", "message", "text"),
        [
            (RECOGNISED, ASKS, "plan.confirm_down"),
            (replace(RECOGNISED, arrears_ore=850_000), ASKS, "plan.confirm_down_even"),
            (replace(RECOGNISED, arrears_ore=150_000), ASKS, "plan.confirm_down_one"),
            (replace(RECOGNISED, arrears_ore=90_000), ASKS, "plan.confirm_one"),
            (AMINA, ASKS, "plan.confirm_down_own"),
            (
                AMINA,
                heard("2000 nu og resten over 6 måneder", "ask_payment_plan", amount=2000, instalments=6),
                "plan.confirm_down_months",
            ),
            (replace(RECOGNISED, deadline=date(2026, 11, 20)), ASKS, "handoff.after_deadline"),
            (replace(RECOGNISED, policy=Policy(accepts_plan=False)), ASKS, "plan.not_accepted"),
        ],
    )
    def test_how_it_is_said(self, case, message, text):
        assert said(alone(message, case)) == [text]

    def test_the_rest_is_held_against_the_limits_not_all_of_it(self):
        """3.450,50 is left: 300 a month takes 12 times; of 8.450,50 it would be too long."""
        asks = heard("5000 nu og 300 om måneden", "ask_payment_plan", amount=[5000, 300])
        assert ProposePlan(30_000, 12, FIRST, 345_050) in talk(RECOGNISED, asks, YES).decision.effects

    def test_another_sum_a_month_keeps_the_sum_at_once(self):
        exchange = talk(RECOGNISED, self.ASKS, heard("hellere 800", "ask_payment_plan", amount=800), YES)
        assert ProposePlan(80_000, 10, FIRST, 745_050) in exchange.decision.effects
        assert RecordPromise(100_000, TODAY) in exchange.decision.effects

    def test_the_first_month_comes_after_the_sum_at_once(self):
        asks = heard("1000 den 15. og 750 om måneden", "ask_payment_plan", amount=[1000, 750], date="2026-12-15")
        exchange = talk(RECOGNISED, asks, YES)
        assert ProposePlan(75_000, 10, date(2027, 1, 1), 745_050) in exchange.decision.effects
        assert RecordPromise(100_000, date(2026, 12, 15)) in exchange.decision.effects

    def test_a_later_plan_without_it_knows_nothing_of_it(self):
        exchange = talk(RECOGNISED, self.ASKS, YES, heard("1000 om måneden", "ask_payment_plan", amount=1000), YES)
        assert ProposePlan(100_000, 9, FIRST) in exchange.decision.effects
        assert "RecordPromise" not in kinds(exchange.decision)


class TestTheFirstDay:
    ASKS = heard("1000 om måneden fra marts", "ask_payment_plan", amount=1000, date="2027-03-01")

    def test_later_than_the_organisation_allows_is_answered_with_what_is_possible(self):
        asked = talk(RECOGNISED, self.ASKS)
        assert said(asked.decision) == ["plan.first_late"]
        assert "d. 8. januar" in asked.answer
        assert ProposePlan(100_000, 9, date(2027, 1, 8)) in talk(RECOGNISED, self.ASKS, YES, YES).decision.effects

    def test_another_day_within_it_is_taken(self):
        exchange = talk(RECOGNISED, self.ASKS, heard("den 5. januar", date="2027-01-05"), YES)
        assert ProposePlan(100_000, 9, date(2027, 1, 5)) in exchange.decision.effects

    def test_a_no_gets_a_human_and_nothing_is_stored(self):
        decision = talk(RECOGNISED, self.ASKS, heard("nej", "deny")).decision
        assert OpenHandoff("plan_outside_policy") in decision.effects
        assert "ProposePlan" not in kinds(decision)

    @pytest.mark.parametrize(("days", "first"), [(45, FIRST), (7, FIRST), (60, FIRST)])
    def test_our_own_day_is_within_the_limit(self, days: int, first: date):
        case = replace(RECOGNISED, policy=Policy(first_within_days=days))
        exchange = talk(case, heard("1000", "ask_payment_plan", amount=1000), YES)
        assert ProposePlan(100_000, 9, first) in exchange.decision.effects

    def test_where_the_first_of_the_month_is_too_far_it_is_the_last_day_allowed(self):
        case = replace(RECOGNISED, policy=Policy(first_within_days=14))
        exchange = talk(case, heard("1000", "ask_payment_plan", amount=1000), YES, today=date(2026, 11, 25))
        assert ProposePlan(100_000, 9, date(2026, 12, 9)) in exchange.decision.effects

    def test_it_can_be_named_while_the_plan_is_confirmed(self):
        """The classifier takes "fra den 15." for a promise; it is when the plan begins."""
        asks = heard("1000 om måneden", "ask_payment_plan", amount=1000)
        begins = heard("fra den 15. december", "promise_to_pay", date="2026-12-15")
        exchange = talk(RECOGNISED, asks, begins, YES)
        assert ProposePlan(100_000, 9, date(2026, 12, 15)) in exchange.decision.effects


class TestEveryFortnight:
    def test_a_month_is_asked_for_and_the_fortnights_sum_is_not_a_months(self):
        decision = alone(heard("500 hver 14. dag", "ask_payment_plan", amount=500))
        assert said(decision) == ["plan.monthly_only"]
        assert RecordFact("can_pay_monthly", 500) not in decision.effects

    def test_a_sum_a_month_goes_on_and_insisting_gets_a_human(self):
        fortnight = heard("500 hver 14. dag", "ask_payment_plan", amount=500)
        assert said(talk(RECOGNISED, fortnight, heard("1000", amount=1000)).decision) == ["plan.confirm"]
        assert OpenHandoff("not_understood") in talk(RECOGNISED, fortnight, fortnight, fortnight).decision.effects


class TestWhoDecides:
    def test_an_adviser_unless_the_organisation_says_otherwise(self):
        asks = heard("1000 om måneden", "ask_payment_plan", amount=1000)
        assert "En rådgiver siger ja eller nej" in talk(RECOGNISED, asks).answer
        ours = replace(RECOGNISED, policy=Policy(decided_by="organisation"))
        assert "Solgården Bolig siger ja eller nej" in talk(ours, asks).answer
        assert "når Solgården Bolig har sagt ja" in talk(ours, asks, YES).answer

    def test_who_decides_begins_a_sentence_with_a_capital(self):
        assert render([Say("plan.waiting", {"adviser": "Mette", "decider": ""})]).count(" En rådgiver siger") == 1

"""The case by its stage: what is told, what is a human's the same day, and what a deadline does not wait for."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs.effects import CreateTask, OpenHandoff, RecordFact, RecordPromise
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import CaseFacts
from tests.dialogs.samples import AMINA, NEUTRAL, RECOGNISED, TODAY, alone, done, heard, said

AT_HUMAN = OpenHandoff("eviction", "high")
LAWYER = replace(RECOGNISED, stage="advokat")
GONE = replace(RECOGNISED, deadline=date(2026, 11, 20))
COURT = replace(RECOGNISED, stage="foged", deadline=date(2026, 11, 1))
AGREED = replace(RECOGNISED, next_instalment=(100_000, date(2026, 12, 1)))


class TestWhatHappensNext:
    @pytest.mark.parametrize(
        ("case", "text", "says"),
        [
            (replace(RECOGNISED, stage="rykker"), "bliver jeg smidt ud", "eviction.reminder"),
            (replace(RECOGNISED, stage="rykker"), "hvad er et påkrav", "eviction.reminder"),
            (RECOGNISED, "bliver jeg smidt ud", "eviction.before_deadline"),
            (RECOGNISED, "hvad er et påkrav", "eviction.paakrav"),
            (replace(RECOGNISED, deadline=TODAY), "bliver jeg smidt ud", "eviction.before_deadline"),
        ],
    )
    def test_the_law_is_told_while_the_deadline_runs_and_the_bot_keeps_talking(self, case, text, says):
        decision = alone(heard(text, "ask_eviction"), case)
        assert said(decision) == [says]
        assert not done(decision)

    @pytest.mark.parametrize(
        ("case", "text", "says"),
        [
            (LAWYER, "hvad sker der nu", "eviction.lawyer"),
            (replace(LAWYER, deadline=None), "hvad sker der nu", "handoff.eviction"),
            (GONE, "hvad sker der nu", "eviction.late"),
            (replace(GONE, stage="rykker"), "hvad sker der nu", "eviction.late"),
            (replace(GONE, stage="advokat"), "hvad sker der nu", "eviction.late"),
            (replace(RECOGNISED, stage="ophaevet"), "kan jeg blive boende", "eviction.late"),
            (COURT, "hvad sker der nu", "eviction.court"),
            (replace(COURT, eviction_date=date(2026, 12, 14)), "hvornår", "eviction.court_day"),
            (replace(COURT, eviction_date=date(2026, 11, 14)), "hvornår", "eviction.court"),
            (replace(RECOGNISED, deadline=None), "hvad sker der nu", "handoff.eviction"),
            (AMINA, "hvad sker der nu", "handoff.eviction"),
            (NEUTRAL, "hvad sker der i fogedretten", "handoff.eviction"),
        ],
    )
    def test_all_else_is_a_humans_at_once(self, case, text, says):
        decision = alone(heard(text, "ask_eviction"), case)
        assert said(decision) == [says]
        assert AT_HUMAN in decision.effects

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("jeg har fået brev om ophævelse", "eviction.late"),
            ("vi er blevet opsagt", "eviction.late"),
            ("jeg skal i fogedretten", "eviction.court"),
            ("I got a letter from the bailiff", "eviction.court"),
        ],
    )
    @pytest.mark.parametrize("stage", ["rykker", "paakrav", "advokat"])
    def test_a_letter_that_is_further_on_than_our_stage_is_believed(self, stage, text, says):
        decision = alone(heard(text, "ask_eviction"), replace(RECOGNISED, stage=stage))
        assert said(decision) == [says]
        assert AT_HUMAN in decision.effects


class TestDeadline:
    @pytest.mark.parametrize(
        ("case", "says"),
        [
            (RECOGNISED, "deadline.paakrav"),
            (replace(RECOGNISED, stage="rykker"), "deadline.told"),
            (LAWYER, "deadline.told"),
            (replace(RECOGNISED, deadline=TODAY), "deadline.today"),
            (replace(RECOGNISED, deadline=None), "deadline.none"),
            (GONE, "handoff.after_deadline"),
            (AMINA, "recognition.birthday"),
        ],
    )
    def test_until_when(self, case, says):
        assert said(alone(heard("hvornår", "ask_deadline"), case)) == [says]

    @pytest.mark.parametrize(
        "text",
        [
            "kan jeg få mere tid",
            "kan fristen flyttes",
            "kan i give mig en uge mere",
            "kan jeg få udsættelse til den 15.",
            "kan jeg vente til jeg får løn",
            "can I have more time",
        ],
    )
    @pytest.mark.parametrize("intent", ["ask_deadline", "ask_payment_plan"])
    def test_more_time_is_a_humans_and_the_deadline_stands(self, intent, text):
        decision = alone(heard(text, intent))
        assert said(decision) == ["deadline.more_time"]
        assert OpenHandoff("more_time") in decision.effects

    @pytest.mark.parametrize(
        ("case", "says"),
        [
            (replace(RECOGNISED, deadline=None), "deadline.more_time_none"),
            (AMINA, "handoff.any"),
            (GONE, "handoff.after_deadline"),
        ],
    )
    def test_more_time_where_no_deadline_may_be_said(self, case, says):
        assert said(alone(heard("kan jeg få mere tid", "ask_payment_plan"), case)) == [says]

    def test_more_time_with_a_sum_is_a_proposal(self):
        message = heard("mere tid, fx 1000 om måneden", "ask_payment_plan", amount=1000)
        assert said(alone(message)) == ["plan.confirm"]


class TestOfWhat:
    @pytest.mark.parametrize("text", ["hvad består det af", "hvilke måneder er det", "hvad er det for penge"])
    def test_what_the_sum_is_for_is_not_known_and_said_so(self, text):
        assert said(alone(heard(text, "ask_amount"))) == ["amount.of_what"]

    def test_how_much_is_how_much(self):
        assert said(alone(heard("hvor meget er det jeg mangler", "ask_amount"))) == ["amount.ask"]

    def test_nobody_hears_it_before_recognition(self):
        assert said(alone(heard("hvad består det af", "ask_amount"), AMINA)) == ["recognition.birthday"]


class TestStatus:
    @pytest.mark.parametrize(
        ("case", "text", "says"),
        [
            (AGREED, "er der nyt", "plan.agreed"),
            (replace(AGREED, proposed_plan=(50_000, 10)), "er der nyt", "plan.waiting"),
            (replace(AGREED, stage="ophaevet"), "er der nyt", "handoff.case_status"),
            (replace(AGREED, verified=False), "er der nyt", "handoff.case_status"),
            (replace(RECOGNISED, proposed_plan=(50_000, 10)), "er der nyt", "plan.waiting"),
            (replace(RECOGNISED, arrears_ore=0), "er der nyt", "amount.settled"),
            (RECOGNISED, "er der nyt", "handoff.case_status"),
            (RECOGNISED, "har kommunen svaret", "applied.full"),
            (AGREED, "har I hørt fra udbetaling danmark", "applied.full"),
            (AMINA, "er min ansøgning om boligstøtte behandlet", "applied.full"),
        ],
    )
    def test_what_there_is_to_tell(self, case, text, says):
        assert said(alone(heard(text, "ask_case_status"), case)) == [says]

    def test_the_next_instalment_is_told_with_its_sum_and_day(self):
        decision = alone(heard("er der nyt", "ask_case_status"), AGREED)
        [told] = [effect for effect in decision.effects if getattr(effect, "text", "") == "plan.agreed"]
        assert told.values == {"monthly": 100_000, "day": "2026-12-01"}  # type: ignore[union-attr]  # a Say


class TestAnAgreementThatIsHardToKeep:
    @pytest.mark.parametrize(
        ("case", "says"), [(AGREED, "plan.too_hard"), (replace(AGREED, verified=False), "handoff.any")]
    )
    def test_a_human_looks_at_it(self, case, says):
        decision = alone(heard("jeg kan ikke betale den 1.", "cannot_pay"), case)
        assert said(decision) == [says]
        assert OpenHandoff("agreement_hard") in decision.effects

    def test_another_day_is_kept_and_a_human_agrees_to_it_or_not(self):
        decision = alone(heard("kan jeg betale den 10.", "promise_to_pay", date="2026-12-10"), AGREED)
        assert RecordPromise(100_000, date(2026, 12, 10)) in decision.effects
        assert said(decision) == ["plan.too_hard"]
        assert OpenHandoff("agreement_hard") in decision.effects

    @pytest.mark.parametrize("case", [AGREED, replace(AGREED, deadline=date(2026, 11, 10))])
    @pytest.mark.parametrize(
        ("names", "values", "says"),
        [
            (("promise_to_pay",), {}, "plan.agreed"),
            (("promise_to_pay",), {"date": "2026-12-01"}, "plan.agreed"),
            (("ask_how_to_pay",), {}, "how_to_pay.full"),
            (("already_paid",), {"amount": 1000}, "paid.full"),
            (("affirm",), {}, "other.fine"),
            (("thank",), {}, "other.welcome"),
        ],
    )
    def test_what_a_human_has_agreed_to_counts_also_past_the_deadline(self, case, names, values, says):
        decision = alone(heard("…", *names, **values), case)
        assert said(decision) == [says]
        assert not [effect for effect in decision.effects if isinstance(effect, OpenHandoff)]

    def test_past_the_deadline_a_new_sum_is_a_humans(self):
        late = replace(AGREED, deadline=date(2026, 11, 10))
        decision = alone(heard("kan det blive 500", "ask_payment_plan", amount=500), late)
        assert {OpenHandoff("agreement_hard"), RecordFact("can_pay_monthly", 500)} <= done(decision)

    def test_more_time_for_an_instalment_is_about_the_agreement(self):
        decision = alone(heard("kan jeg få mere tid", "ask_payment_plan"), AGREED)
        assert OpenHandoff("agreement_hard") in decision.effects

    def test_where_the_lease_has_ended_the_agreement_is_a_humans(self):
        decision = alone(heard("jeg betaler den 1.", "promise_to_pay"), replace(AGREED, stage="ophaevet"))
        assert said(decision) == ["handoff.after_deadline"]

    def test_who_is_not_recognised_hears_no_sum_of_it(self):
        decision = alone(
            heard("kan jeg betale den 10.", "promise_to_pay", date="2026-12-10"), replace(AGREED, verified=False)
        )
        assert said(decision) == ["promise.noted"]
        assert RecordPromise(None, date(2026, 12, 10)) in decision.effects


class TestDispute:
    def test_a_human_gets_it_in_the_residents_own_words_and_the_deadline_stands(self):
        decision = alone(heard("jeg har  betalt\noktober", "dispute_arrears"))
        assert CreateTask("other", note="Beløbet bestrides: jeg har betalt oktober") in decision.effects
        assert OpenHandoff("dispute") in decision.effects
        assert said(decision) == ["dispute.deadline"]

    @pytest.mark.parametrize("case", [AMINA, replace(RECOGNISED, deadline=None), GONE, NEUTRAL])
    def test_no_deadline_is_said_where_none_may_be_or_runs(self, case):
        assert said(alone(heard("det passer ikke", "dispute_arrears"), case)) == ["handoff.dispute"]

    def test_a_long_message_is_cut_on_the_task(self):
        [task] = [e for e in alone(heard("x" * 300, "dispute_arrears")).effects if isinstance(e, CreateTask)]
        assert len(task.note) < 200

    def test_beside_a_payment_the_sum_is_not_taken_for_what_was_paid(self):
        decision = alone(heard("jeg skylder ikke 8000, jeg har betalt", "dispute_arrears", "already_paid", amount=8000))
        assert not [e for e in decision.effects if isinstance(e, RecordFact) and e.name == "paid_amount"]
        assert CreateTask("check_payment") in decision.effects
        assert said(decision) == ["dispute.deadline"]


class TestPaid:
    @pytest.mark.parametrize(
        ("case", "values", "says"),
        [
            (RECOGNISED, {}, "paid.full"),
            (RECOGNISED, {"amount": 5000, "date": "2026-11-23"}, "paid_part.full"),
            (RECOGNISED, {"amount": 9000}, "paid.full"),
            (replace(RECOGNISED, deadline=None), {"amount": 5000}, "paid.full"),
            (AMINA, {"amount": 5000}, "paid.full"),
            (GONE, {"amount": 5000}, "paid.late"),
        ],
    )
    def test_what_is_said_to_it(self, case, values, says):
        decision = alone(heard("…", "already_paid", **values), case)
        assert said(decision) == [says]
        assert CreateTask("check_payment") in decision.effects

    def test_sum_and_day_are_kept(self):
        decision = alone(heard("…", "already_paid", amount=5000, date="2026-11-23"))
        assert {RecordFact("paid_amount", 5000), RecordFact("paid_date", "2026-11-23")} <= done(decision)

    def test_after_the_deadline_a_human_looks_the_same_day(self):
        decision = alone(heard("…", "already_paid"), GONE)
        assert OpenHandoff("after_deadline", "high") in decision.effects


class TestPromise:
    @pytest.mark.parametrize(
        ("case", "values", "says"),
        [
            (RECOGNISED, {"amount": 3000, "date": "2026-11-27"}, "promise.part"),
            (RECOGNISED, {"amount": 8451, "date": "2026-11-27"}, None),
            (RECOGNISED, {"date": "2026-11-27"}, None),
            (RECOGNISED, {"amount": 3000, "date": "2026-12-10"}, "promise.late"),
            (replace(RECOGNISED, stage="rykker"), {"amount": 3000, "date": "2026-11-27"}, None),
            (AMINA, {"amount": 3000, "date": "2026-11-27"}, None),
            (replace(RECOGNISED, deadline=date(2026, 11, 29)), {"date": "2026-11-28"}, "promise.day_off"),
            (replace(RECOGNISED, deadline=date(2026, 11, 30)), {"date": "2026-11-28"}, None),
            (AGREED, {"amount": 500, "date": "2026-12-10"}, None),
        ],
    )
    def test_what_does_not_meet_the_deadline_is_said_once(self, case: CaseFacts, values, says):
        texts = said(alone(heard("…", "promise_to_pay", **values), case))
        assert texts[1:] == ([says] if says else [])

    def test_two_thousand_now_is_today(self):
        decision = alone(heard("jeg betaler 2.000 nu", "promise_to_pay", amount=2000))
        assert RecordPromise(200_000, TODAY) in decision.effects

    def test_another_day_keeps_the_sum(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(heard("3000 på torsdag", "promise_to_pay", amount=3000, date="2026-11-26"))
        moved = rehearsal.hear(heard("nej det bliver fredag", "deny", "promise_to_pay", date="2026-11-27")).decision
        assert RecordPromise(300_000, date(2026, 11, 27)) in moved.effects
        assert said(moved) == ["promise.noted_amount"]

    def test_the_rest_in_the_next_sms_is_a_second_promise(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(heard("3000 på torsdag", "promise_to_pay", amount=3000, date="2026-11-26"))
        both = rehearsal.hear(heard("resten på mandag", "promise_to_pay", date="2026-11-30")).decision
        given = [effect for effect in both.effects if isinstance(effect, RecordPromise)]
        assert given == [RecordPromise(300_000, date(2026, 11, 26)), RecordPromise(545_050, date(2026, 11, 30))]
        assert said(both) == ["promise.noted_rest"]

    def test_where_nothing_is_owed_nothing_is_promised(self):
        case = replace(RECOGNISED, arrears_ore=0)
        assert said(alone(heard("jeg betaler fredag", "promise_to_pay", date="2026-11-27"), case)) == ["amount.settled"]

"""What is meant, seen from what was written down just before, and from what the letter asks for."""

from dataclasses import replace
from datetime import date, time

import pytest

from bot.dialogs.effects import CreateTask, OptOut, ProposePlan, RecordFact, RecordPromise, SetLanguage
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import State
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, alone, done, heard, said, talk

TOMORROW = date(2026, 11, 25)
YES = heard("ja", "affirm")


class TestAfterACallWasAskedFor:
    CALL = heard("ring til mig", "ask_callback")

    def after(self, *messages) -> Exchange:
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        for message in (self.CALL, *messages):
            exchange = rehearsal.hear(message)
        return exchange

    def test_a_day_is_for_the_call_and_promises_nothing(self):
        decision = self.after(heard("i morgen", "promise_to_pay", date="2026-11-25")).decision
        assert CreateTask("call", TOMORROW) in decision.effects
        assert not [effect for effect in decision.effects if isinstance(effect, RecordPromise)]

    def test_a_time_after_it_keeps_the_day(self):
        day, hour = (
            heard("i morgen", "promise_to_pay", date="2026-11-25"),
            heard("efter 16", "ask_callback", time="16:00"),
        )
        assert CreateTask("call", TOMORROW, time(16)) in self.after(day, hour).decision.effects

    @pytest.mark.parametrize("text", ["jeg betaler i morgen", "2000 i morgen"])
    def test_a_promise_is_still_one(self, text: str):
        sums = {"amount": 2000} if "2000" in text else {}
        promised = heard(text, "promise_to_pay", date="2026-11-25", **sums)
        assert [e for e in self.after(promised).decision.effects if isinstance(e, RecordPromise)]


class TestAfterAPaymentWasTold:
    PAID = heard("jeg har betalt", "already_paid")

    def after(self, message) -> Exchange:
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(self.PAID)
        return rehearsal.hear(message)

    @pytest.mark.parametrize("name", ["inform_expense", "out_of_scope", "inform_debt"])
    def test_a_sum_is_what_was_paid(self, name: str):
        decision = self.after(heard("det var 8450", name, amount=8450)).decision
        assert RecordFact("paid_amount", 8450) in decision.effects
        assert RecordFact("inform_expense", True) not in decision.effects
        assert said(decision) == ["paid.short"]

    def test_a_day_gone_by_is_when(self):
        decision = self.after(heard("i fredags", "out_of_scope", date="2026-11-20")).decision
        assert RecordFact("paid_date", "2026-11-20") in decision.effects

    def test_the_same_again_is_answered_in_short(self):
        assert said(self.after(self.PAID).decision) == ["paid.short"]

    def test_a_day_to_come_is_a_promise(self):
        decision = self.after(heard("resten på fredag", "promise_to_pay", date="2026-11-27")).decision
        assert [e for e in decision.effects if isinstance(e, RecordPromise)]


class TestWhatTheLetterAsksFor:
    def test_the_sum_of_the_letter_is_not_offered(self):
        text = "jeg skal betale 8450 kr inden den 3. december, kan jeg betale 800 om måneden"
        message = heard(text, "ask_payment_plan", amount=[8450, 800], date="2026-12-03")
        exchange = talk(RECOGNISED, message, YES)
        plans = [e for e in exchange.decision.effects if isinstance(e, ProposePlan)]
        assert [(plan.monthly_ore, plan.instalments, plan.total_ore) for plan in plans] == [(80_000, 11, None)]
        assert RecordFact("can_pay_now", 8450) not in exchange.decision.effects

    def test_nor_is_a_sum_said_to_be_owed(self):
        message = heard("de siger jeg skylder 9000, kan jeg få 900 om måneden", "ask_payment_plan", amount=[9000, 900])
        assert RecordFact("can_pay_monthly", 900) in talk(AMINA, message).decision.effects

    def test_a_promise_of_it_all_keeps_its_sum(self):
        message = heard("jeg betaler 8450 på fredag", "promise_to_pay", amount=8450, date="2026-11-27")
        assert RecordPromise(845_000, date(2026, 11, 27)) in done(alone(message))

    def test_a_sum_at_once_and_the_rest_by_the_month_stays_one(self):
        message = heard("2000 nu og 500 om måneden", "ask_payment_plan", amount=[2000, 500])
        assert RecordFact("can_pay_now", 2000) in done(alone(message))


class TestStopThatWasNotMeant:
    def test_who_did_not_mean_stop_hears_how_to_come_back(self):
        decision = alone(heard("undskyld mente ikke stop", "opt_out"), replace(AMINA, opted_out=True))
        assert said(decision) == ["opt_out.still"]

    def test_who_means_it_stops(self):
        assert [e for e in alone(heard("stop nu", "opt_out"), AMINA).effects if isinstance(e, OptOut)]


@pytest.mark.parametrize("language", ["pl", "so", "ro"])
def test_danish_words_are_no_other_language(language: str):
    state = alone(heard("3000 d. 1. dec", "promise_to_pay", amount=3000, date="2026-12-01")).state
    message = heard("nej vent d. 2", "deny", "promise_to_pay", date="2026-12-02", language=language)
    decision = alone(message, state=state)
    assert RecordPromise(300_000, date(2026, 12, 2)) in decision.effects
    assert not [e for e in decision.effects if isinstance(e, SetLanguage)]


class TestTheAmountQuestion:
    def test_a_day_alone_is_when_it_is_paid(self):
        decision = talk(RECOGNISED, YES, heard("fredag", date="2026-11-27")).decision
        assert RecordPromise(None, date(2026, 11, 27)) in decision.effects

    @pytest.mark.parametrize("text", ["den sidste", "sidste mulighed", "the last one"])
    def test_the_last_choice_may_be_named_so(self, text: str):
        decision = talk(RECOGNISED, YES, heard(text, date="2026-11-30")).decision
        assert said(decision) == ["situation.offer"]

    def test_no_more_than_is_missing_is_the_least(self):
        small = replace(RECOGNISED, arrears_ore=15_000)
        answer = talk(small, YES, heard("2"), heard("50 kr", amount=50)).answer
        assert "150 kr." in answer
        assert "200 kr." not in answer


class TestTheFirstSms:
    def test_a_number_chooses_nothing_where_none_was_offered(self):
        assert said(talk(AMINA, heard("3")).decision) == ["first_contact.invite_again"]
        assert said(talk(AMINA, heard("3"), heard("3")).decision) == ["first_contact.declined"]

    def test_the_right_birthday_at_once_is_enough(self):
        exchange = talk(AMINA, heard("14/3", date="2027-03-14"))
        assert said(exchange.decision)[:2] == ["recognition.thanks", "amount.ask"]
        assert said(talk(AMINA, heard("15/3", date="2027-03-15")).decision) == ["first_contact.invite_again"]

    def test_who_is_recognised_is_asked_what_it_is_about(self):
        assert said(talk(RECOGNISED, heard("hvbd")).decision) == ["menu.not_understood"]
        assert said(talk(RECOGNISED, heard("hej", "greet")).decision) == ["other.greeting", "menu.choose"]

    def test_help_comes_before_money_for_who_tells_of_a_death(self):
        decision = talk(RECOGNISED, heard("min mor er død", "inform_bereavement")).decision
        assert said(decision) == ["told.bereavement", "situation.offer"]


def test_the_rest_without_a_day_is_asked_for_one():
    first = heard("2000 den 1.", "promise_to_pay", amount=2000, date="2026-12-01")
    asked = talk(RECOGNISED, first, heard("og resten måneden efter", "out_of_scope"))
    assert said(asked.decision) == ["promise.day"]
    kept = talk(RECOGNISED, first, heard("og resten måneden efter"), heard("2. januar", date="2027-01-02"))
    assert RecordPromise(645_050, date(2027, 1, 2)) in kept.decision.effects


def test_less_than_promised_is_no_new_sum():
    state = alone(heard("3000 på fredag", "promise_to_pay", amount=3000, date="2026-11-27")).state
    assert not [
        e for e in alone(heard("og 500 mindre", amount=500), state=state).effects if isinstance(e, RecordPromise)
    ]


def test_thanks_are_not_given_twice_when_recognised_too_late():
    late = replace(AMINA, stage="ophaevet")
    assert talk(late, YES, heard("14/3", date="2027-03-14")).answer.count("Tak") == 1


def test_an_open_question_takes_a_day_as_before():
    assert alone(heard("fredag", date="2026-11-27"), state=State("promise", "day")).effects


def test_who_has_an_agreement_hears_of_its_next_day_not_of_the_deadline_before_it():
    agreed = replace(RECOGNISED, next_instalment=(100_000, date(2026, 12, 1)))
    asked = heard("hvornår skal jeg betale næste gang", "ask_deadline")
    assert said(alone(asked, agreed)) == ["plan.agreed"]
    assert said(alone(asked, replace(agreed, deadline=date(2026, 11, 1)))) == ["plan.agreed"]


class TestSumsAndDays:
    def test_now_and_the_rest_later_are_two(self):
        message = heard("4225 nu og resten den 1. januar", "promise_to_pay", amount=4225, date="2027-01-01")
        promised = [e for e in alone(message).effects if isinstance(e, RecordPromise)]
        assert promised == [RecordPromise(422_500, TODAY), RecordPromise(422_550, date(2027, 1, 1))]

    def test_a_sum_said_for_each_day_is_each_days(self):
        text = "Jeg betaler 1.000 d.1/12 - 1.000 d.1/1"
        message = heard(text, "promise_to_pay", amount=1000, date=["2026-12-01", "2027-01-01"])
        promised = [e for e in alone(message).effects if isinstance(e, RecordPromise)]
        assert promised == [RecordPromise(100_000, date(2026, 12, 1)), RecordPromise(100_000, date(2027, 1, 1))]

    @pytest.mark.parametrize("message", [heard("jeg kan ikke betale noget", "cannot_pay"), heard("0"), heard("intet")])
    def test_who_can_pay_nothing_is_not_asked_how_much(self, message):
        decision = talk(RECOGNISED, YES, heard("2"), message).decision
        assert said(decision)[-1] == "situation.offer"

    @pytest.mark.parametrize(
        ("message", "says"),
        [
            (heard("alt", "distress"), "promise.day"),
            (heard("det hele"), "promise.day"),
            (heard("lidt"), "plan.amount"),
            (heard("hjælp", "ask_menu"), "situation.offer"),
            (heard("i need help", "ask_menu", language="en"), "situation.offer"),
        ],
    )
    def test_the_choices_may_be_said_in_words(self, message, says):
        decision = talk(RECOGNISED, YES, message).decision
        assert said(decision) == [says]
        assert RecordFact("distress", True) not in decision.effects


def test_who_is_not_recognised_hears_no_rest():
    first = heard("2000 den 1.", "promise_to_pay", amount=2000, date="2026-12-01")
    exchange = talk(AMINA, first, heard("og resten måneden efter"), heard("2. januar", date="2027-01-02"))
    assert "6.450" not in exchange.answer


def test_all_of_a_small_sum_today_is_a_promise_and_no_other_plan():
    small = replace(RECOGNISED, arrears_ore=15_000)
    all_of_it = heard("nej jeg betaler de 150 i dag", "deny", "promise_to_pay", amount=150, date="2026-11-24")
    decision = talk(small, YES, heard("2"), heard("50 kr", amount=50), all_of_it).decision
    assert RecordPromise(15_000, TODAY) in decision.effects

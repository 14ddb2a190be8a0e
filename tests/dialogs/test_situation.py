"""The interview about the situation: what it asks, what it never asks, and how it ends."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs.effects import CreateTask, OpenHandoff, OptOut, RecordFact, RecordPromise
from bot.dialogs.flow import Step
from bot.dialogs.flows import FLOWS
from bot.dialogs.interview import HAPPENED, QUESTIONS_IN_ORDER
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts, Heard, Slot
from bot.dialogs.texts import catalogue
from bot.dialogs.told import FACTS
from bot.dialogs.topics import TOPICS
from bot.dialogs.triage import TOLD
from tests.dialogs.samples import AMINA, NEUTRAL, RECOGNISED, TODAY, done, heard, kinds, said

YES = heard("ja", "affirm")
CANNOT = heard("jeg kan ikke betale", "cannot_pay")


def interview(*answers: Heard, case: CaseFacts = RECOGNISED, first: Heard = CANNOT) -> Exchange:
    """The last exchange of an interview that was offered and agreed to."""
    rehearsal = Rehearsal(case, TODAY)
    for message in (first, YES, *answers):
        exchange = rehearsal.hear(message)
    return exchange


def asked(exchange: Exchange) -> str:
    return said(exchange.decision)[-1]


ILL = heard("jeg er blevet syg", "inform_illness")
HOME, PAY = heard("alene"), heard("dagpenge 12.000", amount=12_000)
NO, SKIP = heard("nej", "deny"), heard("spring over")
ALL: dict[str, Slot] = {
    "adults": 1,
    "children": 0,
    "income_kind": "SU",
    "income": 6_000,
    "knows_letter": False,
    "can_pay_monthly": 100,
}


class TestTheOffer:
    def test_it_is_offered_to_who_needs_help_and_can_be_declined(self):
        declined = Rehearsal(RECOGNISED, TODAY)
        assert said(declined.hear(CANNOT).decision) == ["told.cannot_pay", "situation.offer"]
        assert said(declined.hear(NO).decision) == ["situation.declined", "menu.help"]

    def test_who_declined_is_offered_the_menu_next_time(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        for message in (CANNOT, NO, heard("3")):
            talk.hear(message)
        talk.case = replace(talk.case, held_by="bot")
        assert asked(talk.hear(ILL)) == "menu.help"

    @pytest.mark.parametrize("words", ["spring over", "orker ikke", "nej tak"])
    def test_a_skip_or_tired_words_decline_it(self, words):
        talk = Rehearsal(RECOGNISED, TODAY)
        talk.hear(CANNOT)
        assert asked(talk.hear(heard(words))) == "menu.help"

    def test_who_tells_at_once_has_agreed(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        talk.hear(CANNOT)
        exchange = talk.hear(ILL)
        assert asked(exchange) == "situation.household"
        assert RecordFact("inform_illness", True) in exchange.decision.effects

    def test_a_neutral_organisation_only_offers_a_call(self):
        talk = Rehearsal(NEUTRAL, TODAY)
        assert asked(talk.hear(CANNOT)) == "situation.call"
        assert CreateTask("call") in talk.hear(YES).decision.effects

    def test_after_the_deadline_a_human_comes_at_once(self):
        late = replace(RECOGNISED, deadline=date(2026, 11, 20))
        exchange = Rehearsal(late, TODAY).hear(CANNOT)
        assert OpenHandoff("after_deadline", "high") in exchange.decision.effects


class TestTheQuestions:
    def test_they_come_one_by_one_in_their_order(self):
        answers = (ILL, HOME, heard("dagpenge"), heard("12.000", amount=12_000), NO, heard("300", amount=300), NO)
        texts = [asked(interview(*answers[:count])) for count in range(len(answers) + 1)]
        assert texts == [
            "situation.what_happened",
            "situation.household",
            "situation.income_kind",
            "situation.income",
            "situation.letter",
            "pay.monthly",
            "situation.best_time",
            "handoff.situation",
        ]

    @pytest.mark.parametrize(
        ("known", "question"),
        [
            ({}, "situation.what_happened"),
            ({"inform_job_loss": True}, "situation.household"),
            ({"inform_job_loss": True, "children": 2}, "situation.adults"),
            ({"inform_job_loss": True, "adults": 1}, "situation.children"),
            ({"inform_job_loss": True, "adults": 1, "children": 0}, "situation.income_kind"),
            ({"inform_job_loss": True, "adults": 1, "children": 0, "income_kind": "SU"}, "situation.income"),
            ({"inform_job_loss": True, **ALL}, "situation.best_time"),
        ],
    )
    def test_what_is_known_is_never_asked(self, known, question):
        assert asked(interview(case=replace(RECOGNISED, known=known))) == question

    def test_when_all_is_known_a_human_gets_it_without_a_question(self):
        known = {"inform_job_loss": True, **ALL, "best_time": "12:00"}
        exchange = Rehearsal(replace(RECOGNISED, known=known), TODAY).hear(CANNOT)
        assert said(exchange.decision)[-1] == "handoff.situation"
        assert exchange.decision.state.step is None

    def test_what_one_answer_tells_beside_its_question_is_not_asked(self):
        assert asked(interview(ILL, HOME, PAY)) == "situation.letter"

    def test_no_sum_is_asked_for_before_recognition(self):
        answers = (ILL, HOME, PAY, NO)
        assert asked(interview(*answers, case=AMINA)) == "situation.best_time"

    def test_a_letter_without_a_day_is_asked_after_once(self):
        assert asked(interview(ILL, HOME, PAY, YES)) == "situation.letter_day"
        exchange = interview(ILL, HOME, PAY, YES, heard("d. 19. november", date="2026-11-19"))
        assert RecordFact("letter_date", "2026-11-19") in exchange.decision.effects

    def test_a_letter_from_the_court_is_a_humans_at_once(self):
        exchange = interview(ILL, HOME, PAY, heard("ja fra fogedretten", "affirm"))
        assert OpenHandoff("eviction", "high") in exchange.decision.effects

    def test_children_told_before_are_not_set_to_none_by_a_later_answer(self):
        known = {"inform_job_loss": True, "children": 2}
        exchange = interview(heard("kun mig"), case=replace(RECOGNISED, known=known))
        assert done(exchange.decision) == {RecordFact("adults", 1), RecordFact("couple", False)}

    def test_two_is_enough_when_it_is_asked_how_many_adults(self):
        known = {"inform_job_loss": True, "children": 2}
        exchange = interview(heard("2"), case=replace(RECOGNISED, known=known))
        assert done(exchange.decision) == {RecordFact("adults", 2)}

    @pytest.mark.parametrize(("text", "count"), [("nej", 0), ("ja 2", 2), ("to", 2), ("0", 0)])
    def test_children_are_told_in_a_word(self, text, count):
        known = {"inform_job_loss": True, "adults": 1}
        exchange = interview(heard(text), case=replace(RECOGNISED, known=known))
        assert done(exchange.decision) == {RecordFact("children", count)}

    @pytest.mark.parametrize(
        ("text", "kroner"), [("nej", 0), ("ikke noget", 0), ("kan desværre ikke", 0), ("250", 250)]
    )
    def test_what_can_be_paid_is_kept_and_nothing_is_an_answer(self, text, kroner):
        exchange = interview(ILL, HOME, PAY, NO, heard(text))
        assert RecordFact("can_pay_monthly", kroner) in exchange.decision.effects

    def test_it_says_why_it_asks(self):
        exchange = interview(ILL, heard("hvorfor spørger du om det"))
        assert said(exchange.decision) == ["situation.why", "situation.household"]


class TestItsEnds:
    def test_two_skips_in_a_row_end_it_warmly(self):
        exchange = interview(ILL, SKIP, heard("ved ikke"))
        assert said(exchange.decision) == ["situation.enough", "handoff.situation"]
        assert OpenHandoff("situation") in exchange.decision.effects

    def test_two_skips_with_an_answer_between_do_not(self):
        assert asked(interview(ILL, SKIP, heard("SU"), SKIP)) == "situation.letter"

    def test_tired_words_end_it_warmly(self):
        exchange = interview(ILL, heard("jeg orker ikke flere spørgsmål"))
        assert said(exchange.decision) == ["situation.enough", "handoff.situation"]

    def test_not_understood_it_asks_in_other_words_and_then_lets_go(self):
        assert asked(interview(ILL, heard("blå", "out_of_scope"))) == "situation.household_again"
        exchange = interview(ILL, heard("blå", "out_of_scope"), heard("grøn", "out_of_scope"))
        assert said(exchange.decision) == ["situation.enough", "handoff.situation"]

    def test_a_time_to_phone_becomes_a_task(self):
        answers = (ILL, HOME, PAY, NO, NO, heard("torsdag efter 12", date="2026-11-26", time="12:00"))
        exchange = interview(*answers)
        assert said(exchange.decision) == ["callback.when", "situation.read_first"]
        tasks = [effect for effect in exchange.decision.effects if isinstance(effect, CreateTask)]
        assert [(task.type, task.due) for task in tasks] == [("call", date(2026, 11, 26))]

    @pytest.mark.parametrize(
        ("words", "values", "texts"),
        [
            ("ring hellere til mig", {}, ["callback.any", "situation.read_first"]),
            ("ring bare om formiddagen", {"time": "forenoon"}, ["callback.time", "situation.read_first"]),
            ("ring på torsdag", {"date": "2026-11-26"}, ["callback.when", "situation.read_first"]),
        ],
    )
    def test_who_would_rather_be_phoned_is_asked_no_more(self, words, values, texts):
        exchange = interview(ILL, heard(words, "ask_callback", **values))
        assert said(exchange.decision) == texts
        assert OpenHandoff("situation") in exchange.decision.effects
        assert [effect.type for effect in exchange.decision.effects if isinstance(effect, CreateTask)] == ["call"]

    def test_any_time_is_a_time(self):
        exchange = interview(ILL, HOME, PAY, NO, NO, heard("når som helst"))
        assert RecordFact("best_time", "anytime") in exchange.decision.effects
        assert said(exchange.decision) == ["situation.any_time", "handoff.situation"]

    def test_despair_in_the_middle_is_a_humans_at_once(self):
        exchange = interview(ILL, heard("jeg kan ikke mere, jeg græder hele tiden", "distress"))
        assert OpenHandoff("distress", "high") in exchange.decision.effects

    def test_stop_in_the_middle_is_a_stop(self):
        assert OptOut("stop") in interview(ILL, heard("stop", "opt_out")).decision.effects


class TestDigressions:
    def test_a_question_is_answered_and_the_open_one_asked_again(self):
        exchange = interview(ILL, heard("hvem er I?", "ask_identity"))
        assert said(exchange.decision)[-1] == "situation.household_again"

    def test_a_promise_in_the_middle_is_kept_and_the_interview_goes_on(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        promise = heard("jeg betaler 2000 på fredag", "promise_to_pay", amount=2_000, date="2026-11-27")
        for message in (ILL, YES, promise):
            exchange = talk.hear(message)
        assert RecordPromise(200_000, date(2026, 11, 27)) in exchange.decision.effects
        assert RecordFact("adults", 1) in talk.hear(HOME).decision.effects
        assert "situation.income_kind" in said(talk.exchanges[-1].decision)

    def test_what_can_be_paid_now_is_not_asked_after_a_promise(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        promise = heard("jeg betaler 2000 på fredag", "promise_to_pay", amount=2_000, date="2026-11-27")
        for message in (ILL, YES, promise, HOME, PAY, NO):
            exchange = talk.hear(message)
        assert asked(exchange) == "pay.monthly"


class TestWhatWasTold:
    @pytest.mark.parametrize("name", [name for name in TOLD if name != "abuse"])
    def test_everything_told_is_kept_as_a_fact_whatever_comes_of_it(self, name):
        assert name in FACTS
        effects = Rehearsal(RECOGNISED, TODAY).hear(heard("sådan er det bare lige nu", name)).decision.effects
        told = [effect for effect in effects if isinstance(effect, RecordFact) and effect.name == name]
        assert [effect.value for effect in told] == [True]

    def test_every_question_has_a_text_and_another_in_other_words(self):
        nodes = FLOWS["situation"].nodes
        keys = {node.text for name, node in nodes.items() if name in QUESTIONS_IN_ORDER and isinstance(node, Step)}
        assert len(keys) == len(QUESTIONS_IN_ORDER)
        assert {f"{key}_again" for key in keys} <= catalogue("da").keys()

    def test_what_happened_is_any_of_what_can_be_told_of_a_life(self):
        assert {name for name in TOPICS if name.startswith("inform_")} == HAPPENED


class TestToldInstead:
    """An answer to another question than the one that is open."""

    INCOME = (ILL, HOME, heard("dagpenge"))

    @pytest.mark.parametrize(
        ("message", "fact"),
        [
            (heard("1 voksen"), RecordFact("adults", 1)),
            (heard("ja de sender rykkere hele tiden", "affirm"), RecordFact("knows_letter", True)),
            (heard("200 kr om måneden", "ask_payment_plan", amount=200), RecordFact("can_pay_monthly", 200)),
            (heard("jeg har 2 børn", children=2), RecordFact("children", 2)),
        ],
        ids=lambda value: getattr(value, "text", ""),
    )
    def test_it_is_kept_and_the_open_question_asked_once_more(self, message, fact):
        exchange = interview(*self.INCOME, message)
        assert fact in exchange.decision.effects
        assert said(exchange.decision) == ["situation.noted", "situation.income"]

    def test_who_tells_something_each_time_has_not_had_enough(self):
        letters, monthly = heard("ja de sender rykkere hele tiden", "affirm"), heard("200 kr om måneden", amount=200)
        exchange = interview(*self.INCOME, letters, monthly)
        assert asked(exchange) == "situation.letter_day"
        assert "OpenHandoff" not in kinds(exchange.decision)

    def test_what_happened_instead_of_an_answer_leads_on_the_second_time(self):
        exchange = interview(
            *self.INCOME, heard("jeg er skilt", "inform_separation"), heard("og min mor døde", "inform_bereavement")
        )
        assert said(exchange.decision) == ["told.bereavement", "situation.letter"]

    def test_a_yes_to_what_can_be_paid_is_asked_how_much(self):
        assert asked(interview(HOME, PAY, NO, YES, first=ILL)) == "pay.how_much"
        exchange = interview(HOME, PAY, NO, YES, heard("500", amount=500), first=ILL)
        assert RecordFact("can_pay_now", 500) in exchange.decision.effects
        assert asked(exchange) == "pay.monthly"

    def test_a_sum_a_month_is_one_whatever_was_asked(self):
        monthly = heard("300 om måneden", "ask_payment_plan", amount=300)
        exchange = interview(HOME, PAY, NO, monthly, first=ILL)
        assert RecordFact("can_pay_monthly", 300) in exchange.decision.effects
        assert asked(exchange) == "situation.best_time"

    def test_a_payment_made_in_the_middle_is_looked_for_and_the_interview_goes_on(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        paid = heard("jeg har betalt 2000 i går", "already_paid", amount=2_000, date="2026-11-23")
        for message in (ILL, YES, paid):
            exchange = talk.hear(message)
        assert CreateTask("check_payment") in exchange.decision.effects
        assert asked(exchange) == "situation.household"
        assert RecordFact("adults", 1) in talk.hear(HOME).decision.effects

    def test_who_asks_what_to_do_is_asked_our_questions(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        talk.hear(ILL)
        assert asked(talk.hear(heard("hvad kan jeg gøre", "ask_menu"))) == "situation.offer"

    def test_a_no_to_the_choices_ends_it(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        for message in (ILL, NO):
            talk.hear(message)
        exchange = talk.hear(NO)
        assert said(exchange.decision) == ["other.all_right"]
        assert "OpenHandoff" not in kinds(exchange.decision)

    def test_who_only_tells_facts_was_understood(self):
        exchange = Rehearsal(RECOGNISED, TODAY).hear(heard("jeg får førtidspension", "out_of_scope"))
        assert said(exchange.decision) == ["told.debt", "situation.offer"]
        assert RecordFact("income_kind", "førtidspension") in exchange.decision.effects

    def test_a_sum_alone_is_the_income_of_who_has_told_what_they_live_on(self):
        two = heard("2 børn", children=2)
        exchange = interview(ILL, two, heard("løn"), heard("19.000", amount=19_000))
        assert RecordFact("income", 19_000) in exchange.decision.effects
        assert asked(exchange) == "situation.letter"

    def test_a_sum_that_was_paid_is_no_income(self):
        paid = heard("jeg har faktisk betalt 1000 i går", "already_paid", amount=1_000, date="2026-11-23")
        exchange = interview(*self.INCOME, paid)
        assert RecordFact("income", 1_000) not in exchange.decision.effects
        assert asked(exchange) == "situation.income"

    def test_a_no_in_other_words_to_a_call_is_one(self):
        exchange = interview(ILL, HOME, PAY, NO, NO, heard("nej helst ikke", "deny"))
        assert OpenHandoff("situation") in exchange.decision.effects

    def test_a_question_without_its_mark_is_no_yes_to_the_offer(self):
        talk = Rehearsal(RECOGNISED, TODAY)
        talk.hear(ILL)
        assert asked(talk.hear(heard("hvad hvis jeg har penge i banken", "out_of_scope"))) == "situation.offer_again"

    def test_a_sum_after_tax_is_the_income_whatever_was_asked(self):
        exchange = interview(ILL, HOME, heard("9.000 efter skat", "inform_debt", amount=9_000))
        assert RecordFact("income", 9_000) in exchange.decision.effects
        assert asked(exchange) == "situation.income_kind"

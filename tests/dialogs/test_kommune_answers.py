"""Which part of an answer about help from the kommune was asked for; no answer is given word for word again."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs import texts
from bot.dialogs.effects import OpenHandoff, RecordFact, RecordPromise
from bot.dialogs.in_context import in_context
from bot.dialogs.kommune_answers import IN_TURN, asks_which_help, gambles, parts_asked
from bot.dialogs.kommune_words import PARTS
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import CaseFacts, Policy, Slot, State
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, alone, done, heard, said

ASKS = heard("hvad er enkeltydelse", "ask_enkeltydelse")
LATE = replace(RECOGNISED, deadline=date(2026, 11, 20))

ABOUT: dict[str, Slot] = {"about": "ask_enkeltydelse"}
#: Everything that the interview asks for, but when to call.
ALL_TOLD: dict[str, Slot] = {
    **dict.fromkeys(("children", "can_pay_now", "can_pay_monthly"), 0),
    **dict.fromkeys(("inform_illness", "cannot_pay"), True),
    "adults": 1,
    "income_kind": "løn",
    "income": 14000,
    "knows_letter": False,
}


class TestParts:
    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("hvad skal jeg have med", "kommune_bring"),
            ("hvilke papirer skal I bruge?", "kommune_bring"),
            ("skal de se lønsedler", "kommune_bring"),
            ("what documents do i need", "kommune_bring"),
            ("hvor lang tid tager det", "kommune_time"),
            ("hvornår får jeg svar", "kommune_time"),
            ("kan de nå det inden fristen, når det haster", "kommune_time"),
            ("how long does it take", "kommune_time"),
            ("skal det betales tilbage", "kommune_repay"),
            ("er det et lån", "kommune_repay"),
            ("er det gratis eller et lån", "kommune_repay"),
            ("do i have to pay it back", "kommune_repay"),
            ("hvor søger jeg", "kommune_where"),
            ("hvordan søger man", "kommune_where"),
            ("har du nummeret", "kommune_where"),
            ("where do i apply", "kommune_where"),
            ("hvor meget kan jeg få", "kommune_decides"),
            ("hvem bestemmer det", "kommune_decides"),
            ("kommunen har sagt nej", "kommune_refused"),
            ("jeg fik afslag", "kommune_refused"),
            ("kan jeg klage", "kommune_refused"),
            ("jeg har betalt, kan jeg så få det", "kommune_paid"),
            ("hvad er midlertidig huslejehjælp", "kommune_rent"),
            ("§ 81 a", "kommune_rent"),
            ("kan jeg få det når jeg arbejder", "kommune_work"),
            ("jeg er på SU, kan jeg få enkeltydelse", "kommune_work"),
            ("jeg får førtidspension", "early_pension"),
            ("jeg er på folkepension", "personal_supplement"),
        ],
    )
    def test_a_question_names_its_part(self, text, part):
        assert parts_asked("ask_enkeltydelse", text) == (part,)

    @pytest.mark.parametrize(
        "text", ["", "hvad er enkeltydelse", "kan kommunen hjælpe", "jeg har ikke betalt", "can the municipality help"]
    )
    def test_a_general_question_names_none(self, text):
        assert parts_asked("ask_enkeltydelse", text) == ()

    def test_two_parts_are_both_answered(self):
        assert parts_asked("ask_enkeltydelse", "hvad skal jeg have med og hvor lang tid tager det") == (
            "kommune_bring",
            "kommune_time",
        )

    @pytest.mark.parametrize(
        ("intent", "text", "part"),
        [
            ("ask_medicine_support", "hvad med tandlægen", "medicine_teeth"),
            ("ask_medicine_support", "kan jeg dele det op på apoteket", "medicine_pharmacy"),
            ("ask_medicine_support", "jeg er pensionist", "health_supplement"),
            ("ask_personal_supplement", "helbredstillæg", "health_supplement"),
            ("ask_personal_supplement", "jeg har førtidspension", "early_pension"),
            ("ask_budget_advice", "jeg har gæld til inkasso", "debt"),
            ("ask_budget_advice", "jeg spiller på nettet", "gambling"),
            ("ask_budget_advice", "jeg er ludoman", "gambling"),
            ("ask_rent_administration", "kan banken gøre det", "rent_bank"),
        ],
    )
    def test_other_questions_have_their_own_parts(self, intent, text, part):
        assert parts_asked(intent, text) == ((part,) if part else ())

    @pytest.mark.parametrize("intent", sorted(IN_TURN))
    def test_every_part_has_a_full_and_a_short_text(self, intent):
        for name in (*IN_TURN[intent], *(part for part, _ in PARTS[intent])):
            assert texts.has(f"{name}.full")
            assert texts.has(f"{name}.short")

    @pytest.mark.parametrize(
        ("text", "is_gambling"),
        [
            ("har brugt pengene på spil igen", True),
            ("jeg er ludoman", True),
            ("casino", True),
            ("jeg spillede pengene op på odds", True),
            ("spil dansk", False),
            ("jeg spiller fodbold", False),
        ],
    )
    def test_gambling_is_seen(self, text, is_gambling):
        assert gambles(text) is is_gambling

    @pytest.mark.parametrize(
        ("text", "is_asked"),
        [
            ("hvilken hjælp kan jeg få", True),
            ("what help is there", True),
            ("er der anden hjælp", True),
            ("hjælp", False),
            ("hvem er I", False),
        ],
    )
    def test_which_help_is_asked(self, text, is_asked):
        assert asks_which_help(text) is is_asked


class TestNothingTwice:
    def test_the_same_question_gets_the_next_thing_then_that_a_human_knows_more_then_a_human(self):
        rehearsal = Rehearsal(replace(RECOGNISED, kommune_number="+4511110040"), TODAY)
        given = [said(rehearsal.hear(replace(ASKS, text=f"enkeltydelse {n}")).decision)[0] for n in "abcde"]
        assert given == [
            "enkeltydelse.full",
            "kommune_where.full",
            "kommune_bring.full",
            "kommune_more.full",
            "handoff.any",
        ]
        assert rehearsal.case.held_by == "queue"

    @pytest.mark.parametrize("intent", sorted(IN_TURN))
    def test_no_answer_is_given_word_for_word_twice(self, intent):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        answers: list[str] = []
        while rehearsal.case.held_by == "bot" and len(answers) < 9:
            answers.append(said(rehearsal.hear(heard("?", intent)).decision)[0])
        assert len(answers) == len(set(answers)) < 9
        assert rehearsal.case.held_by == "queue"

    def test_a_new_talk_begins_from_the_beginning(self):
        first = alone(ASKS)
        rehearsal = Rehearsal(RECOGNISED, TODAY, state=first.state)
        rehearsal.begin()
        assert "enkeltydelse.full" in said(rehearsal.hear(ASKS).decision)

    def test_two_questions_with_one_answer_get_it_once(self):
        both = heard("jeg er på folkepension, kan kommunen hjælpe", "ask_personal_supplement", "ask_enkeltydelse")
        assert said(alone(both))[0] == "personal_supplement.full"
        assert len(said(alone(both))) == 2


class TestWhatFollows:
    def test_what_happened_is_asked_where_it_is_not_known(self):
        decision = alone(ASKS)
        assert said(decision) == ["enkeltydelse.full", "situation.what_happened"]

    def test_help_is_offered_where_it_is(self):
        decision = alone(ASKS, replace(RECOGNISED, known={"inform_illness": True}))
        assert said(decision) == ["enkeltydelse.full", "enkeltydelse.offer"]

    def test_a_yes_is_a_humans_and_a_no_is_all_right(self):
        known = replace(RECOGNISED, known={"inform_illness": True})
        state = alone(ASKS, known).state
        yes = alone(heard("ja", "affirm"), known, state)
        assert said(yes) == ["handoff.kommune"]
        assert OpenHandoff("kommune") in yes.effects
        no = alone(heard("nej", "deny"), known, state)
        assert said(no) == ["enkeltydelse.left"]
        again = alone(ASKS, known, no.state)
        assert "enkeltydelse.offer" not in said(again)

    def test_a_refusal_leads_to_help_not_to_what_happened(self):
        asks = heard("kommunen har sagt nej til enkeltydelse", "ask_enkeltydelse")
        assert said(alone(asks)) == ["kommune_refused.full", "enkeltydelse.offer"]

    def test_an_answer_without_a_question_ends_with_whom_to_ask(self):
        assert said(alone(heard("?", "ask_budget_advice"))) == ["budget_advice.full", "kommune_call.full"]

    @pytest.mark.parametrize("late", [LATE, replace(RECOGNISED, stage="ophaevet"), replace(RECOGNISED, stage="foged")])
    def test_after_the_deadline_a_human_takes_over_at_once(self, late):
        decision = alone(ASKS, late)
        assert OpenHandoff("after_deadline", "high") in decision.effects
        assert "situation.what_happened" not in said(decision)

    def test_after_stop_a_question_is_answered_and_nothing_begun(self):
        decision = alone(ASKS, replace(RECOGNISED, opted_out=True))
        assert said(decision) == ["enkeltydelse.full", "kommune_call.full"]
        assert decision.state.flow is None

    def test_with_a_wish_for_a_human_only_the_human_follows(self):
        decision = alone(heard("kan kommunen hjælpe, jeg vil tale med en", "ask_enkeltydelse", "ask_human"))
        assert said(decision) == ["enkeltydelse.short", "handoff.any"]

    def test_the_kommunes_number_is_named_to_who_was_recognised_only(self):
        asks = heard("hvor søger jeg enkeltydelse", "ask_enkeltydelse")
        known = replace(RECOGNISED, kommune_number="+4511110040")
        assert said(alone(asks, known))[0] == "kommune_where.full"
        for case in (
            replace(known, verified=False),
            replace(known, kommune_number=""),
            replace(known, policy=Policy(sms_detail="neutral")),
        ):
            assert said(alone(asks, case))[0] == "kommune_where.full_no_kommune"


class TestTheMenu:
    def test_the_choice_of_the_kommune_says_what_fits_best(self):
        known = replace(RECOGNISED, known={"inform_illness": True})
        state = State(flow="menu", step="help")
        assert said(alone(heard("2"), known, state)) == ["help.enkeltydelse", "enkeltydelse.offer"]
        assert said(alone(heard("2"), RECOGNISED, state)) == ["enkeltydelse.full", "situation.what_happened"]

    def test_asked_which_help_there_is_the_fitting_kind_is_named_and_then_the_next(self):
        asks = heard("hvilken hjælp kan jeg få", "ask_menu")
        rehearsal = Rehearsal(replace(RECOGNISED, known={"inform_job_loss": True, "kommune_left": True}), TODAY)
        assert said(rehearsal.hear(asks).decision)[0] == "help.enkeltydelse"
        assert said(rehearsal.hear(asks).decision)[0] == "help.boligstoette"

    def test_asked_which_help_with_nothing_told_there_is_a_choice(self):
        assert said(alone(heard("hvilken hjælp kan jeg få", "ask_menu"))) == ["menu.help"]
        assert said(alone(heard("hjælp", "ask_menu"))) == ["menu.choose"]

    def test_a_proposal_in_the_middle_is_not_lost(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(heard("1000 om måneden", "ask_payment_plan", amount=1000))
        rehearsal.hear(heard("kan kommunen hjælpe", "ask_enkeltydelse", "ask_menu"))
        assert rehearsal.state.flow == "payment_plan"


class TestTheEndOfTheInterview:
    LAST = State(flow="situation", step="best_time", slots={"situation": "agreed"})
    ILL = replace(RECOGNISED, known=ALL_TOLD)

    def test_the_fitting_kind_is_named_before_the_human(self):
        decision = alone(heard("nej", "deny"), self.ILL, self.LAST)
        assert said(decision) == ["help.enkeltydelse", "handoff.situation"]
        assert OpenHandoff("situation") in decision.effects

    def test_not_again_where_it_has_been_named(self):
        told = self.LAST.evolve(slots={**self.LAST.slots, "told": "help.enkeltydelse"})
        assert said(alone(heard("nej", "deny"), self.ILL, told)) == ["handoff.situation"]

    def test_a_time_to_call_is_confirmed_instead(self):
        decision = alone(heard("efter 12", time="12:00"), self.ILL, self.LAST)
        assert "help.enkeltydelse" not in said(decision)


class TestDebt:
    def test_who_was_recognised_hears_what_comes_first(self):
        assert {"debt.full", "debt.short"} & set(said(alone(heard("rki", "inform_debt"))))

    def test_before_recognition_no_word_on_rent(self):
        decision = alone(heard("jeg har gæld", "inform_debt"), AMINA)
        assert not {"debt.full", "debt.short"} & set(said(decision))

    def test_gambling_gets_warmth_of_its_own(self):
        assert said(alone(heard("jeg er ludoman", "inform_debt")))[0] == "told.gambling"


class TestInContext:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("hvor lang tid tager det", ["out_of_scope"]),
            ("hvad skal jeg have med", ["ask_amount"]),
            ("skal det betales tilbage", []),
            ("what papers do i need", ["out_of_scope"]),
            ("hva sk jeg ha me", ["ask_menu"]),
            ("hvo lang ti tar det", ["out_of_scope"]),
            ("er det et lån?", ["inform_debt"]),
            ("hvad hvis jeg ikke kan betale det tilbage", ["cannot_pay"]),
        ],
    )
    def test_a_short_question_goes_on_about_the_last_answer(self, text, names):
        assert in_context(heard(text, *names), ABOUT, RECOGNISED).names == ("ask_enkeltydelse",)
        assert in_context(heard(text, *names), {}, RECOGNISED).names == tuple(names)

    @pytest.mark.parametrize(
        "message",
        [
            heard("hvor lang tid tager det", "ask_case_status"),
            heard("hvor lang tid har jeg", "ask_deadline"),
            heard("jeg vil ikke leve, hvor lang tid tager det", "crisis_self_harm"),
            heard("skal det betales tilbage på fredag", "promise_to_pay", date="2026-11-27"),
            heard("500 tilbage", amount=500),
            heard("jeg har talt med en dame", "out_of_scope"),
            heard("ja", "affirm"),
            heard("nej", "deny"),
        ],
    )
    def test_what_was_heard_for_something_else_stays_that(self, message):
        assert in_context(message, ABOUT, RECOGNISED) == message

    def test_the_kommune_named_is_enough(self):
        assert in_context(heard("kommunen har sagt nej", "deny"), {}, RECOGNISED).names == ("ask_enkeltydelse",)

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("kan jeg få særlig støtte", ["ask_boligstoette"]),
            ("skal man søge før man betaler", ["out_of_scope"]),
            ("giver kommunen penge til det", []),
        ],
    )
    def test_what_was_abolished_or_only_hinted_at_gets_what_there_is(self, text, names):
        assert in_context(heard(text, *names), {}, RECOGNISED).names == ("ask_enkeltydelse",)

    def test_how_is_about_paying_only_where_it_says_so(self):
        about = {"about": "ask_rent_administration"}
        assert in_context(heard("hvordan gør jeg", "ask_how_to_pay"), about, RECOGNISED).names == tuple(about.values())
        pays = heard("hvordan betaler jeg", "ask_how_to_pay")
        assert in_context(pays, about, RECOGNISED) == pays

    def test_after_boligstoette_it_is_about_boligstoette(self):
        message = heard("hvor lang tid tager det", "out_of_scope")
        assert in_context(message, {"about": "ask_boligstoette"}, RECOGNISED).names == ("ask_boligstoette",)

    def test_a_loan_to_come_is_no_payment_made(self):
        message = heard("jeg tager et kviklån så er den betalt", "inform_debt", "already_paid")
        assert in_context(message, {}, RECOGNISED).names == ()
        paid = heard("jeg har betalt med et kviklån jeg har taget", "already_paid")
        assert in_context(paid, {}, RECOGNISED).names == ("already_paid",)

    def test_the_kommune_asked_for_help_administers_nothing(self):
        both = ("ask_enkeltydelse", "ask_rent_administration")
        assert in_context(heard("kan kommunen hjælpe med huslejen", *both), {}, RECOGNISED).names == both[:1]
        assert in_context(heard("kan kommunen betale den direkte", *both), {}, RECOGNISED).names == both


class TestBorrowing:
    PROMISE = heard("jeg låner af min søster og betaler på fredag", "promise_to_pay", date="2026-11-27")

    def test_the_warning_comes_first_and_the_promise_is_kept_as_told(self):
        decision = alone(self.PROMISE)
        assert said(decision)[:2] == ["borrow.warning", "promise.noted"]
        assert {RecordFact("borrows_to_pay", True), RecordPromise(None, date(2026, 11, 27))} <= done(decision)

    def test_with_a_question_about_the_kommune_the_warning_is_the_answer(self):
        asks = heard("jeg låner af min mor, men kan kommunen hjælpe", "ask_enkeltydelse")
        assert said(alone(asks)) == ["borrow.warning", "situation.what_happened"]

    def test_it_is_never_crowded_out(self):
        days = ["2026-11-27", "2026-12-15"]
        two = heard("jeg laaner, 3000 fredag og resten d 15", "promise_to_pay", amount=3000, date=days)
        assert said(alone(two))[:2] == ["borrow.warning", "promise.noted_rest"]

    def test_it_is_given_once_a_talk(self):
        first = alone(self.PROMISE)
        assert "borrow.warning" not in said(alone(self.PROMISE, RECOGNISED, first.state))

    def test_who_only_asks_whether_to_borrow_is_warned_and_asked_what_happened(self):
        decision = alone(heard("skal jeg låne af min bror?", "out_of_scope"))
        assert said(decision) == ["borrow.warning", "situation.what_happened"]

    def test_who_insists_gets_a_human(self):
        first = alone(heard("skal jeg låne af min bror?"), replace(RECOGNISED, known={"inform_illness": True}))
        state = replace(first.state, flow=None, step=None)
        assert OpenHandoff("kommune") in alone(heard("så låner jeg altså"), RECOGNISED, state).effects

    def test_too_late_a_human_says_what_is_possible(self):
        decision = alone(heard("skal jeg låne af min bror?"), LATE)
        assert OpenHandoff("after_deadline", "high") in decision.effects

    def test_whoever_holds_it_the_adviser_learns_of_it(self):
        for case in (replace(RECOGNISED, held_by="adviser"), replace(RECOGNISED, held_by="queue")):
            assert RecordFact("borrows_to_pay", True) in alone(heard("jeg låner af min bror"), case).effects

    @pytest.mark.parametrize(
        "message",
        [
            heard("jeg har lånt 3000 ud"),
            heard("kan man låne fælleshuset", "other_housing_matter"),
            heard("jeg har lånt penge af banken sidste år", "inform_debt"),
            heard("jeg har lånt og betalt", "already_paid", date="2026-11-23"),
        ],
    )
    def test_what_is_no_borrowing_for_the_rent_is_not_flagged(self, message):
        decision = alone(message)
        assert RecordFact("borrows_to_pay", True) not in decision.effects
        assert not {"borrow.warning", "borrow.already"} & set(said(decision))

    def test_a_settled_case_is_not_warned(self):
        settled: CaseFacts = replace(RECOGNISED, status="settled", arrears_ore=0)
        assert "borrow.warning" not in said(alone(heard("jeg låner af min bror"), settled))

    def test_what_is_owed_is_asked_for_in_the_middle_of_boligstoette_too(self):
        message = heard("Hvor meget mangler jeg", "ask_amount")
        assert in_context(message, {"about": "ask_boligstoette"}, RECOGNISED) == message

    def test_what_medicine_costs_is_offered_to_nobody(self):
        costs = heard(
            "jeg skal betale 900 kr for medicin hver måned", "ask_payment_plan", "ask_medicine_support", amount=900
        )
        assert in_context(costs, {}, RECOGNISED).names == ("ask_medicine_support",)
        offers = heard(
            "medicin er dyrt, kan jeg betale 500 om måneden", "ask_medicine_support", "ask_payment_plan", amount=500
        )
        assert in_context(offers, {}, RECOGNISED) == offers

    def test_when_the_answer_comes_is_about_what_was_spoken_of(self):
        message = heard("hvornår får jeg svar", "ask_case_status")
        assert in_context(message, {"about": "ask_boligstoette"}, RECOGNISED).names == ("ask_boligstoette",)
        assert in_context(message, {}, RECOGNISED) == message

"""The rules of a turn: what must not wait, who holds the conversation, what every intent leads to."""

from dataclasses import replace
from datetime import date, time

import pytest

from bot.dialogs.effects import (
    CreateTask,
    MarkRecognitionFailed,
    MarkVerified,
    OpenHandoff,
    OptIn,
    OptOut,
    PauseBot,
    ProposePlan,
    RecordFact,
    RecordPromise,
    Say,
    SetLanguage,
    TakeNumberOff,
)
from bot.dialogs.engine import begin, decide
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import Heard, Intent, Policy, State, Value
from bot.dialogs.texts import render
from bot.dialogs.topics import TOPICS
from bot.dialogs.triage import NOTHING, ORDER, PASSING, URGENT, names
from bot.nlu.intents import INTENTS
from tests.dialogs.samples import AMINA, NEUTRAL, RECOGNISED, TODAY, UNKNOWN, alone, done, heard, kinds, said, talk

QUEUE = replace(RECOGNISED, held_by="queue")
ADVISER = replace(RECOGNISED, held_by="adviser")
STOPPED = replace(AMINA, opted_out=True)


class TestTheOrder:
    def test_every_intent_has_its_place_and_an_answer_a_flow_or_a_human(self):
        assert sorted(ORDER) == sorted(INTENTS)
        assert set(INTENTS) == TOPICS.keys() | {*URGENT, *PASSING, *NOTHING}

    @pytest.mark.parametrize("intent", sorted(INTENTS))
    @pytest.mark.parametrize(
        "case", [AMINA, RECOGNISED, NEUTRAL, UNKNOWN], ids=["new", "recognised", "neutral", "unknown"]
    )
    def test_every_intent_said_alone_gets_an_answer(self, intent, case):
        assert said(alone(heard("…", intent), case))

    def test_what_must_not_wait_comes_before_all_that_was_said_before_it(self):
        message = heard("…", "thank", "inform_illness", "ask_boligstoette", "ask_payment_plan", "ask_human", "opt_out")
        order = ("opt_out", "ask_human", "ask_payment_plan", "ask_boligstoette", "inform_illness", "thank")
        assert names(message, AMINA) == order

    @pytest.mark.parametrize(("text", "intent"), [("Rådgiver.", "ask_human"), (" ring ", "ask_callback")])
    def test_a_word_that_our_texts_ask_for_means_what_we_said(self, text, intent):
        assert names(heard(text, "out_of_scope"), AMINA) == (intent,)

    def test_start_from_somebody_who_never_said_stop_is_a_yes(self):
        assert names(heard("start", "opt_in"), AMINA) == ("affirm",)
        assert names(heard("start", "opt_in"), STOPPED) == ("opt_in",)


class TestCrisis:
    @pytest.mark.parametrize("case", [AMINA, RECOGNISED, UNKNOWN, STOPPED, QUEUE, ADVISER])
    @pytest.mark.parametrize(
        ("intent", "number"), [("crisis_self_harm", "crisis.self_harm"), ("crisis_violence", "crisis.violence")]
    )
    def test_fixed_words_a_human_and_a_pause_whoever_holds_it(self, case, intent, number):
        decision = alone(heard("…", "ask_amount", intent, amount=500), case)
        assert said(decision) == [number]
        assert OpenHandoff(intent, "crisis") in decision.effects
        assert PauseBot() in decision.effects

    def test_both_at_once_are_one_text(self):
        assert said(alone(heard("…", "crisis_violence", "crisis_self_harm"))) == ["crisis.both"]

    def test_the_words_are_said_once_and_the_human_is_called_again(self):
        decision = alone(heard("…", "crisis_self_harm"), replace(ADVISER, crisis_told=True, bot_paused=True))
        assert said(decision) == []
        assert OpenHandoff("crisis_self_harm", "crisis") in decision.effects

    def test_stop_in_the_same_breath_is_kept_and_confirmed(self):
        decision = alone(heard("skriv ikke mere, jeg vil dø", "opt_out", "crisis_self_harm"))
        assert said(decision) == ["crisis.self_harm", "opt_out.short"]
        assert OptOut("skriv ikke mere, jeg vil dø") in decision.effects

    def test_what_else_was_told_is_kept(self):
        decision = alone(heard("…", "inform_job_loss", "promise_to_pay", "crisis_self_harm", date="2026-11-27"))
        assert RecordFact("inform_job_loss", True) in decision.effects
        assert RecordPromise(None, date(2026, 11, 27)) in decision.effects

    def test_the_bot_is_silent_afterwards(self):
        assert talk(AMINA, heard("…", "crisis_violence"), heard("hvad er boligstøtte", "ask_boligstoette")).answer == ""


class TestStop:
    def test_the_first_is_confirmed_and_the_open_question_closed(self):
        decision = alone(heard("STOP", "opt_out"), state=State(flow="payment_plan", step="amount"))
        assert said(decision) == ["opt_out.confirmed"]
        assert OptOut("STOP") in decision.effects
        assert decision.state.flow is None

    def test_later_ones_are_not(self):
        decision = alone(heard("STOP", "opt_out"), STOPPED)
        assert decision.effects == ()

    @pytest.mark.parametrize("case", [QUEUE, ADVISER, replace(QUEUE, bot_paused=True)])
    def test_it_is_confirmed_whoever_holds_it(self, case):
        assert said(alone(heard("STOP", "opt_out"), case)) == ["opt_out.confirmed"]

    def test_without_a_number_none_is_named(self):
        assert said(alone(heard("STOP", "opt_out"), replace(AMINA, main_number=""))) == ["opt_out.confirmed_no_number"]

    def test_wanting_a_person_instead_of_sms_gets_one(self):
        decision = alone(heard("…", "opt_out", "ask_human"))
        assert said(decision) == ["opt_out.confirmed"]
        assert OpenHandoff("ask_human") in decision.effects

    def test_a_question_is_answered_and_nothing_started(self):
        assert said(alone(heard("…", "ask_boligstoette"), STOPPED)) == ["boligstoette.full"]
        started = alone(heard("500 om måneden", "ask_payment_plan", amount=500), STOPPED)
        assert said(started) == ["opt_out.still"]
        assert started.state.flow is None

    @pytest.mark.parametrize("intent", ["thank", "affirm", "deny", "greet"])
    def test_a_word_in_passing_gets_silence(self, intent):
        assert alone(heard("ok", intent), STOPPED).effects == ()

    def test_a_promise_is_kept(self):
        decision = alone(heard("på fredag", "promise_to_pay", date="2026-11-27"), STOPPED)
        assert RecordPromise(None, date(2026, 11, 27)) in decision.effects

    def test_start_takes_it_back(self):
        decision = alone(heard("start", "opt_in"), STOPPED)
        assert OptIn("start") in decision.effects
        assert said(decision)[0] == "opt_out.back"

    def test_start_while_an_adviser_writes_is_taken_without_a_word(self):
        assert alone(heard("start", "opt_in"), replace(ADVISER, opted_out=True)).effects == (OptIn("start"),)


class TestWrongPerson:
    def test_one_apology_the_number_off_and_a_task(self):
        decision = alone(heard("forkert nr", "wrong_person"), AMINA)
        assert said(decision) == ["other.wrong_person"]
        assert {TakeNumberOff(), CreateTask("find_number")} <= done(decision)

    def test_then_silence_and_a_human_reads_what_is_more(self):
        state = alone(heard("forkert nr", "wrong_person"), AMINA).state
        assert alone(heard("forkert nummer!", "wrong_person"), AMINA, state).effects == ()
        asks = alone(heard("hvem er I", "ask_identity"), AMINA, state)
        assert asks.effects == (OpenHandoff("unknown_number"),)

    def test_with_stop_both_are_done_and_said_in_one(self):
        decision = alone(heard("forkert nr, stop", "wrong_person", "opt_out"), AMINA)
        assert said(decision) == ["other.wrong_person"]
        assert kinds(decision) == ["OptOut", "TakeNumberOff", "CreateTask"]

    def test_a_new_case_on_the_number_speaks_again(self):
        state = alone(heard("forkert nr", "wrong_person"), AMINA).state
        begun = begin("first_contact", state, AMINA, TODAY)
        assert said(decide(begun.state, heard("ja", "affirm"), AMINA, TODAY)) == ["recognition.birthday"]

    @pytest.mark.parametrize(
        "intent", ["ask_payment_plan", "promise_to_pay", "dispute_arrears", "cannot_pay", "ask_human"]
    )
    def test_who_asks_for_anything_keeps_the_number(self, intent):
        decision = alone(heard("det er den forkerte, jeg vil gerne have hjælp", "wrong_person", intent), AMINA)
        assert TakeNumberOff() not in decision.effects
        assert said(decision)

    def test_who_signs_with_the_residents_name_keeps_the_number(self):
        decision = alone(heard("I har fat i den forkerte. Hilsen AMINA", "wrong_person"), AMINA)
        assert TakeNumberOff() not in decision.effects
        decision = alone(heard("det er ikke den forkerte, det er amina", "wrong_person"), AMINA)
        assert TakeNumberOff() not in decision.effects

    @pytest.mark.parametrize("text", ["kender ikke nogen Amina", "er ikke amina", "forkert, jeg bor i Aminavej"])
    def test_who_only_says_it_is_somebody_else_is_a_stranger(self, text):
        assert TakeNumberOff() in alone(heard(text, "wrong_person"), AMINA).effects

    def test_stop_beside_a_question_stops_but_keeps_the_number(self):
        decision = alone(heard("…", "wrong_person", "opt_out", "dispute_arrears"), AMINA)
        assert kinds(decision) == ["RecordFact", "OptOut"]

    def test_asking_who_we_are_is_a_strangers_question(self):
        assert TakeNumberOff() in alone(heard("forkert nr, hvem er I", "wrong_person", "ask_identity"), AMINA).effects

    def test_while_an_adviser_writes_it_is_the_advisers(self):
        assert alone(heard("forkert nr", "wrong_person"), ADVISER).effects == ()


class TestWhoHolds:
    def test_in_the_queue_it_is_confirmed_once_and_facts_are_kept(self):
        first = alone(heard("jeg er blevet fyret", "inform_job_loss"), QUEUE)
        assert said(first) == ["queue.waiting"]
        assert RecordFact("inform_job_loss", True) in first.effects
        second = alone(heard("og jeg er syg", "inform_illness"), QUEUE, first.state)
        assert second.effects == (RecordFact("inform_illness", True),)

    def test_asking_again_for_a_human_in_the_queue_opens_no_second_handoff(self):
        assert kinds(alone(heard("et menneske", "ask_human"), QUEUE)) == []

    def test_when_to_phone_is_kept_quietly_while_a_human_is_awaited(self):
        waits = State(told_handoff=True)
        decision = alone(
            heard("ring hellere i morgen kl 14", "ask_callback", date="2026-11-25", time="14:00"), QUEUE, waits
        )
        assert CreateTask("call", date(2026, 11, 25), time(14)) in done(decision)
        assert said(decision) == []
        assert "CreateTask" not in kinds(alone(heard("ring til mig", "ask_callback"), QUEUE, waits))

    @pytest.mark.parametrize("case", [ADVISER, replace(QUEUE, bot_paused=True)])
    def test_an_adviser_or_a_pause_silences_the_bot(self, case):
        decision = alone(heard("hvad er boligstøtte", "ask_boligstoette", "inform_job_loss"), case)
        assert decision.effects == (RecordFact("inform_job_loss", True),)

    def test_given_back_the_bot_has_no_old_question(self):
        state = alone(heard("2"), ADVISER, State(flow="first_contact", step="amount")).state
        assert said(alone(heard("2"), RECOGNISED, state)) == ["menu.not_understood"]

    @pytest.mark.parametrize("case", [QUEUE, ADVISER, STOPPED, replace(AMINA, bot_paused=True)])
    def test_nothing_is_begun_where_we_must_not_write(self, case):
        assert begin("first_contact", State(), case, TODAY).effects == ()


class TestUnknownNumber:
    @pytest.mark.parametrize("intent", ["ask_amount", "ask_payment_plan", "greet", "affirm"])
    def test_a_kind_answer_and_a_human(self, intent):
        decision = alone(heard("…", intent), UNKNOWN)
        assert said(decision) == ["handoff.unknown_number"]
        assert OpenHandoff("unknown_number") in decision.effects

    def test_no_fact_is_kept_on_a_case_that_is_not_there(self):
        assert kinds(alone(heard("…", "inform_job_loss"), UNKNOWN)) == ["OpenHandoff"]


class TestOddMessages:
    @pytest.mark.parametrize("text", ["", "   ", "🙂🙂", "/promise_to_pay", "x" * 1600])
    def test_what_says_nothing_is_asked_about_once_and_then_handed_over(self, text):
        first = alone(heard(text))
        assert said(first) == ["menu.not_understood"]
        second = alone(heard(text), RECOGNISED, first.state)
        assert second.effects[0] == OpenHandoff("not_understood")

    def test_understood_in_between_is_no_second_miss(self):
        state = alone(heard("hvbd")).state
        state = alone(heard("hvad er boligstøtte", "ask_boligstoette"), RECOGNISED, state).state
        assert state.misses == 0

    def test_a_picture_goes_to_a_human(self):
        decision = alone(heard("", media=1))
        assert said(decision) == ["handoff.media"]
        assert OpenHandoff("media") in decision.effects

    def test_a_removed_cpr_number_is_spoken_of_first(self):
        decision = alone(heard("hvad er boligstøtte", "ask_boligstoette", cpr_removed=True))
        assert said(decision) == ["other.cpr", "boligstoette.short", "estimate.offer"]

    def test_a_language_we_do_not_have_goes_to_a_human_with_what_was_told(self):
        decision = alone(heard("kirayi bu ay odeyemiyorum", "cannot_pay", language="tr"))
        assert said(decision) == ["handoff.language"]
        assert {SetLanguage("tr"), OpenHandoff("language"), RecordFact("cannot_pay", True)} <= done(decision)

    def test_a_bare_answer_is_read_in_any_language(self):
        state = begin("first_contact", State(), AMINA, TODAY).state
        assert said(decide(state, heard("ok", "affirm", language="pl"), AMINA, TODAY)) == ["recognition.birthday"]

    def test_english_is_followed(self):
        decision = alone(heard("how do I get housing benefit", "ask_boligstoette", language="en"))
        assert SetLanguage("en") in decision.effects
        assert said(decision) == ["boligstoette.full", "estimate.offer"]


class TestRecognition:
    def test_the_wave_begins_with_the_text_of_its_step(self):
        texts = [said(begin("first_contact", State(), AMINA, TODAY, step))[0] for step in (0, 1, 2, 7)]
        assert texts == ["first_contact.first", "first_contact.second", "first_contact.last", "first_contact.last"]

    def test_a_new_wave_begins_a_new_talk(self):
        old = State(
            "payment_plan", "amount", {"monthly": 50_000, "language": "en"}, 1, {"payment_plan.amount": 2}, True
        )
        begun = begin("first_contact", old, AMINA, TODAY).state
        assert begun == State("first_contact", "invite", {"language": "en"}, 0, {"first_contact.invite": 1}, False)

    @pytest.mark.parametrize(
        ("case", "question"),
        [
            (AMINA, "recognition.birthday"),
            (replace(AMINA, birth_day=None), "recognition.house"),
            (replace(AMINA, birth_day=None, house_number=None), "handoff.no_recognition"),
            (replace(AMINA, wrong_recognitions_today=2), "handoff.recognition_failed"),
            (NEUTRAL, "first_contact.agreed_neutral"),
            (RECOGNISED, "amount.ask"),
        ],
    )
    def test_where_a_yes_leads(self, case, question):
        assert said(talk(case, heard("ja", "affirm")).decision) == [question]

    def test_the_right_birthday_opens_the_case(self):
        decision = talk(AMINA, heard("ja", "affirm"), heard("14. marts")).decision
        assert decision.effects[0] == MarkVerified()
        assert said(decision) == ["recognition.thanks", "amount.ask"]

    @pytest.mark.parametrize("misheard", ["promise_to_pay", "ask_payment_plan", "out_of_scope"])
    def test_a_birthday_is_no_promise(self, misheard):
        decision = talk(AMINA, heard("ja", "affirm"), heard("14/3", misheard, date="2027-03-14")).decision
        assert kinds(decision) == ["MarkVerified"]

    def test_two_wrong_answers_and_a_human(self):
        exchange = talk(AMINA, heard("ja", "affirm"), heard("1/1"), heard("2/2"))
        assert exchange.decision.effects[:2] == (MarkRecognitionFailed(), OpenHandoff("recognition_failed"))

    def test_the_second_wrong_answer_of_a_day_may_come_in_another_talk(self):
        decision = talk(replace(AMINA, wrong_recognitions_today=1), heard("ja", "affirm"), heard("1/1")).decision
        assert OpenHandoff("recognition_failed") in decision.effects

    def test_who_would_rather_not_say_gets_a_human(self):
        decision = talk(AMINA, heard("ja", "affirm"), heard("nej det vil jeg ikke", "deny")).decision
        assert OpenHandoff("no_recognition") in decision.effects

    def test_asking_for_the_amount_leads_to_recognition(self):
        assert said(alone(heard("hvor meget", "ask_amount"), AMINA)) == ["recognition.birthday"]

    def test_a_proposal_beside_the_yes_leads_on(self):
        decision = talk(AMINA, heard("ja, 1000 om måneden?", "affirm", "ask_payment_plan", amount=1000)).decision
        assert said(decision) == ["plan.confirm_own"]

    def test_a_yes_with_a_wish_to_be_phoned_is_a_call(self):
        decision = talk(AMINA, heard("ja ring kl 15", "affirm", "ask_callback", time="15:00")).decision
        assert CreateTask("call", None, time(15)) in decision.effects
        assert said(decision) == ["callback.time"]

    def test_a_time_answers_the_second_sms(self):
        decision = talk(AMINA, heard("i morgen kl 10", date="2026-11-25", time="10:00")).decision
        assert CreateTask("call", date(2026, 11, 25), time(10)) in decision.effects

    def test_an_unknown_step_in_a_stored_state_still_understands_a_yes(self):
        state = State(flow="first_contact", step="a_step_of_last_year")
        assert said(decide(state, heard("ja", "affirm"), AMINA, TODAY)) == ["recognition.birthday"]

    def test_a_yes_when_all_is_said_tells_nothing(self):
        state = alone(heard("har betalt", "already_paid")).state
        assert said(alone(heard("ok", "affirm"), RECOGNISED, state)) == ["other.fine"]


class TestNeutralOrganisation:
    def test_a_verified_resident_hears_nothing_of_the_case_either(self):
        case = replace(RECOGNISED, policy=Policy(sms_detail="neutral"))
        for intent in ("ask_amount", "ask_deadline"):
            assert said(alone(heard("…", intent), case)) == ["amount.neutral"]
        assert said(alone(heard("…", "ask_payment_plan", amount=1000), case)) == ["plan.confirm_own"]


class TestPlan:
    def test_it_is_worked_out_confirmed_and_put_before_a_human_while_the_bot_talks_on(self):
        exchange = talk(RECOGNISED, heard("1000 om måneden?", "ask_payment_plan", amount=1000), heard("ja", "affirm"))
        assert ProposePlan(100_000, 9, date(2026, 12, 1)) in exchange.decision.effects
        assert CreateTask("approve_plan") in exchange.decision.effects
        assert "OpenHandoff" not in kinds(exchange.decision)

    @pytest.mark.parametrize(
        ("today", "first"),
        [
            (date(2026, 11, 24), date(2026, 12, 1)),
            (date(2026, 11, 25), date(2027, 1, 1)),
            (date(2026, 12, 1), date(2027, 1, 1)),
            (date(2026, 12, 28), date(2027, 2, 1)),
        ],
    )
    def test_the_first_day_is_the_first_of_a_month_at_least_a_week_away(self, today, first):
        case = replace(RECOGNISED, deadline=None)
        exchange = talk(case, heard("1000", "ask_payment_plan", amount=1000), heard("ja", "affirm"), today=today)
        assert [e.first_date for e in exchange.decision.effects if isinstance(e, ProposePlan)] == [first]

    def test_a_day_that_was_named_is_the_first_day(self):
        asks = heard("1000 om måneden", "ask_payment_plan", amount=1000)
        later = heard("fra den 15.", date="2026-12-15")
        assert (
            ProposePlan(100_000, 9, date(2026, 12, 15))
            in talk(RECOGNISED, asks, later, heard("ja", "affirm")).decision.effects
        )

    def test_a_first_day_that_has_gone_by_is_not_proposed(self):
        state = State("payment_plan", "confirm", {"monthly": 100_000, "first_date": "2026-11-20"})
        decision = alone(heard("ja", "affirm"), state=state)
        assert ProposePlan(100_000, 9, date(2026, 12, 1)) in decision.effects

    @pytest.mark.parametrize(
        ("arrears", "months", "monthly", "instalments"),
        [(845_050, 6, 145_000, 6), (600_000, 12, 50_000, 12), (100_100, 4, 30_000, 4), (845_050, 1, 845_050, 1)],
    )
    def test_by_months_the_sum_is_rounded_up_to_fifty_kroner(self, arrears, months, monthly, instalments):
        case = replace(RECOGNISED, arrears_ore=arrears)
        exchange = talk(case, heard("…", "ask_payment_plan", instalments=months), heard("ja", "affirm"))
        assert ProposePlan(monthly, instalments, date(2026, 12, 1)) in exchange.decision.effects

    @pytest.mark.parametrize("text", ["hm kan det blive 8 i stedet", "8", "nej hellere 8"])
    def test_another_number_from_who_spoke_of_months_is_months(self, text):
        exchange = talk(
            RECOGNISED,
            heard("…", "ask_payment_plan", instalments=6),
            heard(text, "out_of_scope"),
            heard("ja", "affirm"),
        )
        assert ProposePlan(110_000, 8, date(2026, 12, 1)) in exchange.decision.effects

    @pytest.mark.parametrize(
        ("case", "more", "text"),
        [
            (RECOGNISED, {"amount": 1000}, "plan.confirm"),
            (replace(RECOGNISED, arrears_ore=800_000), {"amount": 1000}, "plan.confirm_even"),
            (RECOGNISED, {"amount": 9000}, "plan.confirm_one"),
            (RECOGNISED, {"amount": 100}, "plan.too_low"),
            (RECOGNISED, {"amount": 500}, "plan.too_long"),
            (RECOGNISED, {"instalments": 24}, "plan.too_many"),
            (AMINA, {"amount": 1000}, "plan.confirm_own"),
            (AMINA, {"instalments": 6}, "plan.confirm_months"),
            (AMINA, {"amount": 500}, "plan.ask_human"),
            (AMINA, {"amount": 100}, "plan.too_low"),
            (replace(AMINA, arrears_ore=0), {"amount": 500}, "plan.ask_human"),
            (replace(RECOGNISED, arrears_ore=0), {"amount": 500}, "amount.settled"),
            (replace(RECOGNISED, policy=Policy(accepts_plan=False)), {"amount": 1000}, "plan.not_accepted"),
            (replace(RECOGNISED, deadline=date(2026, 11, 23)), {"amount": 1000}, "handoff.after_deadline"),
            (replace(RECOGNISED, stage="foged"), {"amount": 1000}, "handoff.after_deadline"),
        ],
    )
    def test_what_a_proposal_leads_to(self, case, more, text):
        assert said(alone(heard("…", "ask_payment_plan", **more), case)) == [text]

    def test_what_is_possible_is_proposed_on_a_yes(self):
        asks, yes = heard("500", "ask_payment_plan", amount=500), heard("ja", "affirm")
        assert ProposePlan(75_000, 12, date(2026, 12, 1)) in talk(RECOGNISED, asks, yes, yes).decision.effects

    def test_a_sum_told_before_is_not_asked_for(self):
        case = replace(RECOGNISED, known={"can_pay_monthly": 1000})
        assert said(alone(heard("kan jeg dele det op", "ask_payment_plan"), case)) == ["plan.confirm"]

    def test_a_second_no_gets_a_human(self):
        no, asks = heard("nej", "deny"), heard("1000", "ask_payment_plan", amount=1000)
        assert OpenHandoff("plan_outside_policy") in talk(RECOGNISED, asks, no, no).decision.effects
        assert OpenHandoff("plan_outside_policy") in talk(RECOGNISED, asks, no, heard("900"), no).decision.effects

    def test_one_payment_instead_of_a_plan_is_a_promise(self):
        asks = heard("1000", "ask_payment_plan", amount=1000)
        instead = heard("jeg betaler 3000 på mandag", "promise_to_pay", amount=3000, date="2026-11-30")
        assert RecordPromise(300_000, date(2026, 11, 30)) in talk(RECOGNISED, asks, instead).decision.effects

    def test_a_question_in_the_middle_is_answered_and_the_question_asked_again(self):
        asks = heard("1000", "ask_payment_plan", amount=1000)
        exchange = talk(RECOGNISED, asks, heard("hvad er enkeltydelse", "ask_enkeltydelse"))
        assert said(exchange.decision) == ["enkeltydelse.full", "plan.confirm_short"]

    def test_after_many_questions_in_the_middle_it_is_not_asked_a_third_time(self):
        asks, question = heard("1000", "ask_payment_plan", amount=1000), heard("?", "ask_enkeltydelse")
        assert said(talk(RECOGNISED, asks, question, question).decision) == ["kommune_where.full_no_kommune"]
        assert "ProposePlan" in kinds(talk(RECOGNISED, asks, question, question, heard("ja", "affirm")).decision)

    @pytest.mark.parametrize(
        ("case", "text"),
        [
            (RECOGNISED, "plan.sent_deadline"),
            (replace(RECOGNISED, deadline=None), "plan.sent"),
            (AMINA, "plan.sent"),
            (replace(RECOGNISED, policy=Policy(sms_detail="neutral")), "plan.sent"),
        ],
    )
    def test_a_proposal_moves_no_deadline_and_says_so_where_it_may(self, case, text):
        asks, yes = heard("1000", "ask_payment_plan", amount=1000), heard("ja", "affirm")
        assert said(talk(case, asks, yes).decision) == [text]

    def test_paid_meanwhile_there_is_nothing_left_to_confirm(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(heard("1000", "ask_payment_plan", amount=1000))
        rehearsal.case = replace(rehearsal.case, arrears_ore=0)
        assert kinds(rehearsal.hear(heard("ja", "affirm")).decision) == []


class TestPromise:
    def test_three_thousand_now_and_the_rest_later_is_two(self):
        message = heard(
            "3.000 på mandag og resten den 15.", "promise_to_pay", amount=3000, date=["2026-11-30", "2026-12-15"]
        )
        promised = (RecordPromise(300_000, date(2026, 11, 30)), RecordPromise(545_050, date(2026, 12, 15)))
        assert alone(message).effects[:2] == promised

    def test_the_rest_is_not_said_in_kroner_to_who_is_not_recognised(self):
        message = heard(
            "3.000 på mandag og resten den 15.", "promise_to_pay", amount=3000, date=["2026-11-30", "2026-12-15"]
        )
        assert said(alone(message, AMINA)) == ["promise.noted_rest"]

    def test_a_day_after_the_deadline_is_said_to_be_one(self):
        message = heard("d. 10.", "promise_to_pay", date="2026-12-10")
        assert said(alone(message)) == ["promise.noted", "promise.late"]
        assert said(alone(message, AMINA)) == ["promise.noted"]

    def test_after_the_deadline_a_promise_is_kept_and_a_human_answers(self):
        decision = alone(heard("på fredag", "promise_to_pay", date="2026-11-27"), replace(RECOGNISED, stage="ophaevet"))
        assert decision.effects[:2] == (RecordPromise(None, date(2026, 11, 27)), OpenHandoff("after_deadline", "high"))

    @pytest.mark.parametrize(
        ("text", "amount", "days"),
        [
            ("jeg betalte 5000 i går og resten kommer den 1.", 5000, ["2026-11-23", "2026-12-01"]),
            ("jeg har betalt 5000, og resten kommer den 1.", 5000, ["2026-12-01"]),
            ("jeg har betalt 5000 i dag, og resten kommer den 1.", 5000, ["2026-11-24", "2026-12-01"]),
        ],
    )
    def test_what_was_paid_is_looked_for_and_not_promised_again(self, text, amount, days):
        decision = alone(heard(text, "already_paid", "promise_to_pay", amount=amount, date=days))
        promised = RecordPromise(None, date(2026, 12, 1))
        assert {CreateTask("check_payment"), promised} <= done(decision)
        assert [effect for effect in decision.effects if isinstance(effect, RecordPromise)] == [promised]
        assert "5.000" not in render([effect for effect in decision.effects if isinstance(effect, Say)])

    def test_what_was_paid_may_be_said_last(self):
        values = (Value("date", "2026-12-01"), Value("amount", 5000), Value("date", "2026-11-23"))
        message = Heard("resten den 1., 5000 i går", (Intent("already_paid", 1), Intent("promise_to_pay", 1)), values)
        assert RecordPromise(None, date(2026, 12, 1)) in alone(message).effects

    def test_paid_in_part_as_an_answer_to_which_day_is_both(self):
        values = (
            Value("amount", 5000),
            Value("date", "2026-11-23"),
            Value("amount", 1000),
            Value("date", "2026-12-01"),
        )
        message = Heard("…", (Intent("already_paid", 1),), values)
        decision = alone(message, state=State("promise", "day", {"promise_ore": 200_000}))
        assert done(decision) == {CreateTask("check_payment"), RecordPromise(100_000, date(2026, 12, 1))} | {
            RecordFact("already_paid", True),
            RecordFact("paid_amount", 5000),
            RecordFact("paid_date", "2026-11-23"),
        }

    def test_the_rest_is_not_worked_out_beside_a_payment_we_have_not_seen(self):
        values = (
            Value("amount", 5000),
            Value("date", "2026-11-23"),
            Value("amount", 1000),
            Value("date", "2026-12-01"),
        )
        message = Heard(
            "…", (Intent("already_paid", 1), Intent("promise_to_pay", 1)), (*values, Value("date", "2026-12-15"))
        )
        given = [effect for effect in alone(message).effects if isinstance(effect, RecordPromise)]
        assert given == [RecordPromise(100_000, date(2026, 12, 1)), RecordPromise(None, date(2026, 12, 15))]

    def test_a_day_gone_by_takes_no_sum_from_a_promise(self):
        values = (Value("date", "2026-11-23"), Value("amount", 3000), Value("date", "2026-11-27"))
        message = Heard("i går sagde jeg 3000 på fredag", (Intent("promise_to_pay", 1),), values)
        assert RecordPromise(300_000, date(2026, 11, 27)) in alone(message).effects

    def test_not_knowing_the_day_is_fine(self):
        exchange = talk(RECOGNISED, heard("jeg betaler 2000", "promise_to_pay", amount=2000), heard("ved ikke"))
        assert exchange.decision.effects[0] == RecordPromise(200_000, None)
        assert said(exchange.decision) == ["promise.no_day"]


class TestTopics:
    @pytest.mark.parametrize(
        ("intent", "reason", "priority"),
        [
            ("ask_human", "ask_human", "normal"),
            ("dispute_arrears", "dispute", "normal"),
            ("distress", "distress", "high"),
            ("concern_for_neighbour", "neighbour", "high"),
            ("ask_case_status", "case_status", "normal"),
        ],
    )
    def test_what_only_a_human_can_do(self, intent, reason, priority):
        assert OpenHandoff(reason, priority) in alone(heard("…", intent)).effects

    def test_worry_for_a_neighbour_is_answered_as_that_also_when_it_sounds_hard(self):
        decision = alone(heard("min nabo græder hele natten", "distress", "concern_for_neighbour"))
        assert said(decision) == ["handoff.neighbour"]
        assert OpenHandoff("neighbour", "high") in decision.effects

    def test_eviction_is_explained_only_while_a_paakrav_runs(self):
        asks = heard("bliver vi smidt ud", "ask_eviction")
        assert said(alone(asks)) == ["eviction.before_deadline"]
        for case in (AMINA, replace(RECOGNISED, stage="advokat"), replace(RECOGNISED, deadline=date(2026, 11, 1))):
            assert OpenHandoff("eviction", "high") in alone(asks, case).effects

    def test_a_payment_already_made_is_looked_for(self):
        assert CreateTask("check_payment") in alone(heard("har betalt", "already_paid")).effects

    def test_a_callback_has_its_day_time_and_number(self):
        message = heard("…", "ask_callback", date="2026-11-25", time="12:00", phone_number="+4511114027")
        assert CreateTask("call", date(2026, 11, 25), time(12), "ring på +4511114027") in alone(message).effects

    def test_a_part_of_the_day_is_noted(self):
        decision = alone(heard("om formiddagen", "ask_callback", time="forenoon"))
        assert CreateTask("call", note="om formiddagen") in decision.effects
        assert RecordFact("best_time", "forenoon") in decision.effects

    def test_what_was_told_is_acknowledged_and_help_offered(self):
        decision = alone(heard("jeg er blevet fyret", "inform_job_loss"))
        assert said(decision) == ["told.job_loss", "situation.offer"]
        assert RecordFact("inform_job_loss", True) in decision.effects

    def test_what_is_known_is_not_noted_twice(self):
        assert kinds(alone(heard("…", "inform_job_loss"), replace(RECOGNISED, known={"inform_job_loss": True}))) == []

    def test_thanks_are_not_answered_with_a_question(self):
        exchange = talk(RECOGNISED, heard("kan jeg dele det op", "ask_payment_plan"), heard("tak", "thank"))
        assert said(exchange.decision) == ["other.welcome"]

    def test_a_second_flow_in_one_sms_is_kept_for_the_adviser(self):
        decision = alone(heard("…", "promise_to_pay", "ask_payment_plan"))
        assert said(decision) == ["promise.day"]
        assert RecordFact("ask_payment_plan", True) in decision.effects

    def test_borrowing_while_the_kommune_is_asked_is_warned_of_first(self):
        message = heard("jeg låner og betaler på fredag", "ask_enkeltydelse", "promise_to_pay", date="2026-11-27")
        decision = alone(message)
        texts = said(decision)
        assert texts.index("borrow.warning") < texts.index("promise.noted")
        assert {RecordFact("borrows_to_pay", True), RecordPromise(None, date(2026, 11, 27))} <= done(decision)

    def test_thanks_are_given_once_in_one_sms(self):
        asked = State(flow="first_contact", step="birthday")
        decision = alone(heard("14/3, jeg er syg", "inform_illness"), AMINA, asked)
        assert said(decision) == ["recognition.thanks", "amount.told", "situation.offer"]
        decision = alone(heard("14/3, jeg er skilt", "inform_separation"), AMINA, asked)
        assert said(decision)[0] == "told.separation"
        assert said(alone(heard("jeg er syg", "inform_illness")))[0] == "told.illness"

    def test_the_deadline_is_told_once_in_one_sms(self):
        both = heard("hvor meget og hvornår", "ask_amount", "ask_deadline")
        assert said(alone(both)) == ["amount.ask"]
        asked = State(flow="menu", step="help")
        assert said(alone(both, state=asked)) == ["amount.told", "menu.help"]
        assert said(alone(heard("hvornår", "ask_deadline"))) == ["deadline.paakrav"]
        assert said(alone(heard("hvornår", "ask_deadline"), replace(RECOGNISED, stage="rykker"))) == ["deadline.told"]

    def test_who_insists_on_two_things_gets_a_human_and_not_the_same_question_again(self):
        insists = heard("ja", "ask_callback", "ask_amount")
        once = alone(insists, AMINA)
        twice = alone(insists, AMINA, once.state)
        assert said(twice)[-1] == "recognition.birthday"
        assert OpenHandoff("loop") in alone(insists, AMINA, twice.state).effects

    def test_three_questions_in_one_sms_are_two_segments(self):
        decision = alone(heard("…", "ask_boligstoette", "ask_enkeltydelse", "ask_privacy"))
        assert len(said(decision)) == 4


class TestAnOrganisationThatHasNamedNoAdviser:
    """Nobody is called "en rådgiver"; the texts find other words."""

    def test_the_first_sms_names_the_organisation_alone(self):
        opening = begin("first_contact", State(), replace(AMINA, adviser=""), TODAY)

        assert said(opening) == ["first_contact.first_no_name"]

    def test_elsewhere_an_adviser_is_spoken_of(self):
        asked = alone(heard("et menneske", "ask_human"), replace(AMINA, adviser=""))

        assert "til en rådgiver, så" in render([e for e in asked.effects if isinstance(e, Say)])


def test_despair_while_in_the_queue_moves_the_resident_up_without_a_word_more():
    waiting = State(told_handoff=True)

    decision = decide(waiting, heard("jeg kan ikke mere", "distress"), QUEUE, TODAY)

    assert OpenHandoff("distress", "high") in decision.effects
    assert said(decision) == []

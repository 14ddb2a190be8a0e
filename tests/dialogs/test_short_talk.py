"""A talk in a language of which we have only short texts: whole SMS in one language, and always a human."""

import re
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogs import texts
from bot.dialogs.effects import CreateTask, OpenHandoff, OptOut, PauseBot, RecordFact, Say, SetLanguage
from bot.dialogs.engine import begin, decide
from bot.dialogs.languages import SHORT
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts, State
from bot.sms import segments
from tests.dialogs.samples import AMINA, TODAY, UNKNOWN, alone, done, heard, said, talk
from tests.dialogs.walks import CASES, HEARD

ON = ("da", "en", "tr", "pl")
EMINE = replace(AMINA, language="tr", languages=ON)
OFF = replace(AMINA, language="tr")
CALL = CreateTask("call", note="tolk: tyrkisk")
TALKS = st.lists(HEARD, min_size=1, max_size=8)


def tongue(sms: str, says: list[Say], of: CaseFacts) -> set[str]:
    """The languages in which these texts make this SMS."""
    return {code for code in of.languages if texts.written(says, code) == sms}


class TestFirstContact:
    def test_the_first_sms_is_in_the_language_of_the_file_where_it_is_switched_on(self):
        assert talk(EMINE).answer.startswith("Merhaba Amina. Ben Mette, Solgården Bolig konut")

    def test_where_it_is_not_switched_on_the_first_sms_is_danish_as_ever(self):
        assert talk(OFF).answer == talk(AMINA).answer

    @pytest.mark.parametrize("step", [0, 1, 2])
    @pytest.mark.parametrize("language", SHORT)
    @pytest.mark.parametrize("adviser", ["Mette", ""])
    def test_each_sms_of_the_ladder_is_in_it_with_and_without_an_advisers_name(self, language, step, adviser):
        case = replace(AMINA, language=language, languages=("da", "en", language), adviser=adviser)
        says = [
            effect for effect in begin("first_contact", State(), case, TODAY, step).effects if isinstance(effect, Say)
        ]
        sms = texts.render(says, language, switched_on=case.languages)
        assert tongue(sms, says, case) == {language}

    def test_a_yes_leads_to_a_human_who_calls_with_an_interpreter_and_not_into_recognition(self):
        exchange = talk(EMINE, heard("evet", "affirm", language="tr"))
        assert done(exchange.decision) == {OpenHandoff("language"), CALL, RecordFact("language", "tr")}
        assert exchange.answer.startswith("Size bir insan")

    def test_thanks_in_danish_is_a_yes_in_polish(self):
        tomasz = replace(AMINA, language="pl", languages=ON)
        exchange = talk(tomasz, heard("Tak", "thank", language="pl"))
        assert OpenHandoff("language") in exchange.decision.effects
        assert said(talk(AMINA, heard("tak", "thank")).decision) == ["other.welcome"]

    def test_a_no_is_taken_and_a_later_yes_still_counts(self):
        exchange = talk(EMINE, heard("hayır", "deny", language="tr"))
        assert said(exchange.decision) == ["first_contact.declined"]
        assert not done(exchange.decision)
        later = talk(EMINE, heard("hayır", "deny", language="tr"), heard("evet", "affirm", language="tr"))
        assert OpenHandoff("language") in later.decision.effects

    def test_who_answers_in_danish_goes_on_in_danish(self):
        exchange = talk(EMINE, heard("ja det må du gerne spørge om", "affirm"))
        assert SetLanguage("da") in exchange.decision.effects
        assert exchange.answer.startswith("Tak. Jeg skal passe på dine oplysninger")

    def test_who_asks_who_we_are_is_told_and_gets_a_human(self):
        exchange = talk(EMINE, heard("siz kimsiniz", "ask_identity", language="tr"))
        assert said(exchange.decision) == ["identity.short"]
        assert {OpenHandoff("language"), CALL} <= done(exchange.decision)


class TestInterpreter:
    def test_a_yes_is_a_fact_for_the_adviser_and_is_confirmed(self):
        exchange = talk(EMINE, heard("evet", "affirm", language="tr"), heard("evet", "affirm", language="tr"))
        assert done(exchange.decision) == {RecordFact("interpreter", True)}
        assert exchange.answer.startswith("Tesekkürler, not edildi")

    def test_a_no_changes_the_task(self):
        exchange = talk(EMINE, heard("evet", "affirm", language="tr"), heard("hayir", "deny", language="tr"))
        note = "taler tyrkisk, ønsker ikke tolk"
        assert done(exchange.decision) == {RecordFact("interpreter", False), CreateTask("call", note=note)}

    def test_a_task_with_an_agreed_time_keeps_it(self):
        exchange = talk(
            EMINE,
            heard("yarin saat 12 de arayin", "ask_callback", language="tr", date="2026-11-25", time="12:00"),
            heard("hayir", "deny", language="tr"),
        )
        assert done(exchange.decision) == {RecordFact("interpreter", False)}

    def test_the_task_of_who_wants_a_call_names_the_time_and_the_interpreter(self):
        wish = heard("yarin saat 12 de arayin", "ask_callback", language="tr", date="2026-11-25", time="12:00")
        [task] = [effect for effect in talk(EMINE, wish).decision.effects if isinstance(effect, CreateTask)]
        assert (task.due, task.at, task.note) == (date(2026, 11, 25), time(12), "tolk: tyrkisk")

    def test_a_yes_in_farsi_is_not_taken_for_arabic(self):
        reza = replace(AMINA, language="fa", languages=("da", "en", "ar", "fa"))
        yes = heard("بله", "affirm", language="ar")
        assert done(talk(reza, yes, yes).decision) == {RecordFact("interpreter", True)}

    def test_it_is_never_asked_twice(self):
        told = replace(EMINE, known={"interpreter": False, "language": "tr"})
        decision = alone(heard("kirayi odeyemiyorum param yok", "cannot_pay", language="tr"), told)
        assert said(decision) == ["queue.waiting"]
        assert CreateTask("call", note="taler tyrkisk, ønsker ikke tolk") in decision.effects

    def test_anything_but_a_yes_or_no_is_the_humans_to_read(self):
        exchange = talk(EMINE, heard("evet", "affirm", language="tr"), heard("oğlum hasta ve işim yok", language="tr"))
        assert said(exchange.decision) == ["queue.waiting"]
        assert not done(exchange.decision)


class TestWhateverElse:
    def test_a_danish_talk_goes_over_to_the_language_that_is_written(self):
        decision = alone(
            heard("kirayi odeyemiyorum param yok", "cannot_pay", language="tr"), replace(AMINA, languages=ON)
        )
        assert {SetLanguage("tr"), OpenHandoff("language"), CALL} <= done(decision)

    @pytest.mark.parametrize(
        ("name", "reason", "priority"), [("distress", "distress", "high"), ("ask_human", "ask_human", "normal")]
    )
    def test_the_reason_is_the_one_that_counts(self, name, reason, priority):
        assert OpenHandoff(reason, priority) in alone(heard("cok zor artik", name, language="tr"), EMINE).effects

    def test_what_was_paid_is_looked_up_and_what_is_disputed_is_a_humans(self):
        assert (
            CreateTask("check_payment")
            in alone(heard("parayi odedim zaten", "already_paid", language="tr"), EMINE).effects
        )
        assert (
            OpenHandoff("dispute") in alone(heard("bu miktar yanlis", "dispute_arrears", language="tr"), EMINE).effects
        )

    def test_nobody_calls_a_number_that_is_somebody_elses(self):
        exchange = talk(
            EMINE,
            heard("ben Emine degilim yanlis numara", "wrong_person", language="tr"),
            heard("siz kimsiniz", "ask_identity", language="tr"),
        )
        assert done(exchange.decision) == {OpenHandoff("unknown_number")}

    def test_a_language_asked_for_in_danish_is_answered_in_it(self):
        wish = heard("kan vi skrive på tyrkisk", "change_language")
        exchange = talk(replace(AMINA, languages=ON), wish)
        assert exchange.answer.startswith("Size bir insan")
        assert {SetLanguage("tr"), OpenHandoff("language"), CALL} <= done(exchange.decision)

    def test_danish_asked_for_in_the_short_language_is_danish_from_there_and_asks_on(self):
        decision = talk(EMINE, heard("dansk er fint", "change_language")).decision
        assert said(decision) == ["other.language", "first_contact.invite"]
        assert SetLanguage("da") in decision.effects

    def test_another_language_that_is_off_gets_danish_and_english(self):
        exchange = talk(EMINE, heard("waxaan rabaa inaan la hadlo qof", "ask_human", language="so"))
        assert SetLanguage("so") in exchange.decision.effects
        assert "A person will help you" in exchange.answer

    def test_stop_is_confirmed_in_the_language(self):
        exchange = talk(EMINE, heard("STOP", "opt_out", language="tr"))
        assert exchange.answer == (
            "Bizden baska SMS almayacaksiniz. Bizi arayabilirsiniz: 70 11 11 11. START yazarsaniz yine yazisiriz."
        )

    def test_start_after_it_leads_to_a_human(self):
        exchange = talk(EMINE, heard("STOP", "opt_out", language="tr"), heard("START", "opt_in", language="tr"))
        assert exchange.answer.startswith("Size bir insan")
        assert OpenHandoff("language") in exchange.decision.effects

    def test_polite_words_after_a_stop_are_left_alone(self):
        stopped = replace(EMINE, opted_out=True)
        assert alone(heard("tesekkürler", "thank", language="tr"), stopped).effects == ()

    def test_an_unknown_number_is_answered_in_a_language_that_is_on(self):
        unknown = replace(UNKNOWN, languages=ON)
        exchange = Rehearsal(unknown, TODAY).hear(heard("kirayi odeyemiyorum param yok", language="tr"))
        assert exchange.answer.startswith("Size bir insan")
        assert done(exchange.decision) == {SetLanguage("tr"), OpenHandoff("unknown_number")}

    def test_an_unknown_number_that_writes_another_language_is_answered_in_danish_and_english(self):
        decision = alone(heard("kirayi odeyemiyorum param yok", language="tr"), UNKNOWN)
        assert said(decision) == ["handoff.unknown_number_other_language"]
        assert SetLanguage("tr") in decision.effects

    def test_despair_in_a_language_that_is_off_is_seen_first_and_told_whom_to_call(self):
        exchange = talk(AMINA, heard("artik dayanamiyorum cok yoruldum", "distress", language="tr"))
        assert OpenHandoff("distress", "high") in exchange.decision.effects
        assert exchange.answer.count("70 201 201") == 2

    def test_a_human_asked_for_in_a_language_that_is_off_is_promised_in_danish_and_english(self):
        decision = alone(heard("waxaan rabaa inaan la hadlo qof", "ask_human", language="so"))
        assert said(decision) == ["handoff.any_other_language"]

    @pytest.mark.parametrize("number", ["+4570111111", ""])
    def test_stop_and_waiting_are_confirmed_in_both_where_the_language_is_off(self, number):
        case = replace(OFF, main_number=number)
        stopped = talk(case, heard("STOP", "opt_out", language="tr"))
        assert said(stopped.decision) == ["opt_out.confirmed_other_language"]
        waits = talk(case, heard("param yok simdi ne olacak", language="tr"), heard("cevap verin", language="tr"))
        assert said(waits.decision) == ["queue.waiting_other_language"]


class TestCrisis:
    def test_it_is_answered_in_the_language_of_the_talk(self):
        exchange = talk(EMINE, heard("olmek istiyorum", "crisis_self_harm", language="tr"))
        assert exchange.answer.startswith("Cok zor bir dönemdesiniz")
        assert {PauseBot(), OpenHandoff("crisis_self_harm", "crisis")} <= done(exchange.decision)
        assert not [effect for effect in exchange.decision.effects if isinstance(effect, CreateTask)]

    def test_two_words_are_enough_to_go_over_to_it(self):
        exchange = talk(replace(AMINA, languages=ON), heard("olmek istiyorum", "crisis_self_harm", language="tr"))
        assert exchange.answer.startswith("Cok zor bir dönemdesiniz")

    @pytest.mark.parametrize("name", ["crisis_self_harm", "crisis_violence"])
    def test_in_a_language_that_is_off_it_is_danish_and_english(self, name):
        exchange = talk(AMINA, heard("olmek istiyorum", name, language="tr"))
        assert "Ring 112" in exchange.answer
        assert "Call 112" in exchange.answer
        assert ("70 201 201" if name == "crisis_self_harm" else "1888") in exchange.answer

    @pytest.mark.parametrize("language", SHORT)
    def test_beside_a_stop_the_crisis_text_is_what_is_said(self, language):
        case = replace(AMINA, language=language, languages=("da", "en", language))
        exchange = talk(case, heard("STOP", "opt_out", "crisis_self_harm", language=language))
        assert said(exchange.decision)[0] == "crisis.self_harm"
        assert OptOut("STOP") in exchange.decision.effects
        assert segments(exchange.answer) <= 2


@settings(max_examples=300, deadline=None)
@given(CASES, TALKS, st.sampled_from(SHORT), st.sampled_from(["da", "short"]))
def test_every_sms_is_wholly_in_one_language_and_two_segments(case, messages, language, begun_in):
    """Whatever is said in whatever order, in a short language that is switched on: no SMS is half in another."""
    now = language if begun_in == "short" else "da"
    rehearsal = Rehearsal(replace(case, language=now, languages=("da", "en", language)), TODAY)
    for message in messages:
        spoken = language if message.language == "tr" else message.language
        exchange = rehearsal.hear(replace(message, language=spoken))
        says = [effect for effect in exchange.decision.effects if isinstance(effect, Say)]
        if says:
            now = rehearsal.case.language if rehearsal.case.language in rehearsal.case.languages else "da"
            assert now in tongue(exchange.answer, says, rehearsal.case)
            assert segments(exchange.answer) <= 2
    _speaks_only_short(rehearsal.exchanges, language)


def _speaks_only_short(exchanges: list[Exchange], language: str) -> None:
    """In it no sum, no deadline and no question of ours but the one about an interpreter is said."""
    for exchange in exchanges:
        if exchange.language == language:
            assert not re.search(r"\d{3}[.,]\d|\bkr\.", exchange.answer)


@settings(max_examples=200, deadline=None)
@given(CASES, TALKS)
def test_a_short_language_is_never_a_dead_end(case, messages):
    """Where the bot may speak it speaks or asks for a human, and after a human was asked for it starts nothing."""
    rehearsal = Rehearsal(replace(case, language="tr", languages=ON), TODAY)
    silenced = False
    for message in messages:
        before = rehearsal.case
        decision = rehearsal.hear(replace(message, language="tr")).decision
        silenced |= "other.wrong_person" in said(decision)
        free = before.held_by == "bot" and not before.bot_paused and not before.opted_out and not silenced
        if free and "opt_out" not in message.names:
            assert said(decision) or any(isinstance(effect, OpenHandoff) for effect in decision.effects)
        assert decision.state.flow is None or rehearsal.case.language != "tr"


def test_the_stored_state_of_an_english_talk_changes_nothing_of_it():
    decision = decide(
        State(), heard("I lost my job", "inform_job_loss", language="en"), replace(AMINA, language="en"), TODAY
    )
    assert texts.render([e for e in decision.effects if isinstance(e, Say)], "en").startswith("I am sorry")

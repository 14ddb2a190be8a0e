"""The bot talks with people: a machine gets no answer, a ring is ended once, anger is met once and then by a human."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogs.effects import OpenHandoff, RecordFact
from bot.dialogs.guard import LATELY_AT_MOST, SAME_AT_MOST
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import CaseFacts, Heard, Intent
from bot.dialogs.triage import ORDER
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, UNKNOWN, alone, done, heard, kinds, said, talk

AWAY = "Autosvar: Jeg er på ferie til og med uge 30"


def reasons(rehearsal: Rehearsal) -> list[str]:
    return [e.reason for x in rehearsal.exchanges for e in x.decision.effects if isinstance(e, OpenHandoff)]


class TestAutoreplies:
    @pytest.mark.parametrize("case", [AMINA, RECOGNISED, UNKNOWN])
    def test_no_answer_no_task_no_fact_no_other_language(self, case: CaseFacts):
        for text, language in ((AWAY, "da"), ("I am currently out of the office", "en")):
            decision = alone(heard(text, "inform_illness", "ask_callback", language=language), case)
            assert (said(decision), kinds(decision)) == ([], [])

    def test_the_invitation_stays_open_for_whoever_reads_it_later(self):
        assert said(talk(AMINA, heard(AWAY), heard(AWAY), heard(AWAY), heard("ja", "affirm")).decision) == [
            "recognition.birthday"
        ]

    def test_with_a_picture_it_is_a_humans(self):
        assert OpenHandoff("media") in alone(heard("Jeg er på ferie til 1. august", media=1)).effects

    def test_several_pictures_with_words_are_a_humans_and_the_words_are_kept(self):
        decision = alone(heard("her er brevene, jeg er sygemeldt", "inform_illness", media=3))
        assert said(decision) == ["handoff.media"]
        assert {RecordFact("inform_illness", True), OpenHandoff("media")} <= done(decision)

    def test_stop_in_it_is_stop(self):
        assert "OptOut" in kinds(alone(heard(f"{AWAY}. STOP", "opt_out")))


class TestRing:
    def test_the_same_text_three_times_is_a_humans_once_and_then_silence(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        answers = [rehearsal.hear(heard("Hvem er du?", "ask_identity")).answer for _ in range(6)]
        assert reasons(rehearsal) == ["loop"]
        assert [bool(answer) for answer in answers] == [True, True, True, False, False, False]

    def test_three_answers_to_three_questions_are_no_ring(self):
        rehearsal = Rehearsal(replace(AMINA, verified=True), TODAY)
        rehearsal.begin()
        for text in ("ja", "1", "ja"):
            rehearsal.hear(heard(text, "affirm" if text == "ja" else "out_of_scope"))
        assert "loop" not in reasons(rehearsal)

    def test_case_and_signs_make_no_other_text(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        for text in ("Hvem er du?", "HVEM ER DU?", "hvem  er du?"):
            rehearsal.hear(heard(text, "ask_identity"))
        assert reasons(rehearsal) == ["loop"]

    def test_more_than_anybody_types_in_a_few_minutes_is_a_ring(self):
        busy = replace(RECOGNISED, inbound_lately=LATELY_AT_MOST + 1)
        assert OpenHandoff("loop") in alone(heard("tak", "thank"), busy).effects
        assert said(alone(heard("tak", "thank"), replace(busy, inbound_lately=LATELY_AT_MOST))) == ["other.welcome"]

    def test_who_said_stop_and_is_only_polite_gets_no_sms_for_it(self):
        rehearsal = Rehearsal(replace(RECOGNISED, opted_out=True), TODAY)
        assert [rehearsal.hear(heard("ok", "affirm")).answer for _ in range(4)] == [""] * 4
        assert reasons(rehearsal) == []

    def test_of_the_text_only_a_hash_is_kept(self):
        state = alone(heard("min hemmelighed", "greet")).state
        assert "hemmelighed" not in str(state.to_json())

    def test_what_must_not_wait_goes_before(self):
        busy = replace(RECOGNISED, inbound_lately=99)
        assert said(alone(heard("jeg vil dø", "crisis_self_harm"), busy)) == ["crisis.self_harm"]
        assert "OptOut" in kinds(alone(heard("stop", "opt_out"), busy))

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.lists(st.sampled_from(ORDER), max_size=2, unique=True), min_size=1, max_size=6))
    def test_two_bots_that_talk_with_each_other_stop_within_few_turns(self, ears: list[list[str]]):
        """Each hears the other as whatever the ears say, over and over: the count of the last minutes ends it."""
        sides = [Rehearsal(replace(RECOGNISED, first_name=name), TODAY) for name in ("Amina", "Line")]
        text, turns = sides[0].begin().answer, 0
        while text and turns < 4 * LATELY_AT_MOST:
            hearer = sides[(turns + 1) % 2]
            hearer.case = replace(hearer.case, inbound_lately=turns // 2 + 1)
            names = ears[turns % len(ears)]
            text = hearer.hear(Heard(text, tuple(Intent(name, 0.9) for name in names))).answer
            turns += 1
        assert not text
        assert turns <= 2 * LATELY_AT_MOST + 4

    def test_a_machine_that_always_answers_the_same_is_done_with_after_a_few(self):
        rehearsal = Rehearsal(AMINA, TODAY)
        rehearsal.begin()
        answers = [rehearsal.hear(heard("Tak for din bestilling", "thank")).answer for _ in range(10)]
        assert sum(bool(answer) for answer in answers) <= SAME_AT_MOST


class TestAnger:
    def test_one_offer_then_a_human_then_silence(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        answers = [rehearsal.hear(heard(text, "abuse")).answer for text in ("idioter", "rend mig", "svin", "fuck")]
        assert "RÅDGIVER" in answers[0]
        assert "Mette" in answers[1]
        assert answers[2:] == ["", ""]
        assert reasons(rehearsal) == ["abuse"]

    def test_what_is_asked_in_anger_is_answered_for_what_it_asks(self):
        assert said(alone(heard("idioter, hvor meget skylder jeg", "abuse", "ask_amount"))) == ["amount.ask"]
        again = Rehearsal(RECOGNISED, TODAY)
        again.hear(heard("idioter", "abuse"))
        again.hear(heard("idioter, hvad er boligstøtte", "abuse", "ask_boligstoette"))
        assert reasons(again) == []

    def test_a_new_talk_begins_without_it(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(heard("idioter", "abuse"))
        rehearsal.begin()
        rehearsal.hear(heard("svin", "abuse"))
        assert reasons(rehearsal) == []

    def test_who_asks_for_a_human_in_anger_is_not_offered_one(self):
        assert said(alone(heard("idioter, giv mig et menneske", "abuse", "ask_human"))) == ["handoff.any"]

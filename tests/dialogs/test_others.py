"""Who is not the resident: nothing of the case, a kind word, and a human."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogs.effects import CreateTask, MarkUnverified, OpenHandoff, RecordFact, Say, TakeNumberOff
from bot.dialogs.other_people import asks_where_from, has_moved, has_new_number, says_to_be_back, writes_for_another
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.texts import render
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, UNKNOWN, alone, done, heard, kinds, said

SECRETS = ("8.450", "betale", "frist", "sag", "Amina", "husleje")


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "det er hans kone",
            "Det er hendes mand der skriver",
            "jeg er hendes søn",
            "hej det er Aminas mand",
            "jeg er Aminas datter, hun kan ikke dansk",
            "det er ikke Amina det er hendes søster",
            "jeg skriver for min mor",
            "jeg skriver på vegne af hende",
            "du skriver til min mors telefon",
            "det er min mors nummer",
            "hun er ikke hjemme",
            "han er ikke her lige nu",
            "Amina er ikke hjemme lige nu",
            "mor er ikke hjemme",
            "mor er på arbejde",
            "jeg har lånt hendes telefon",
            "this is her husband",
            "I'm his wife",
            "I am writing on behalf of my mother",
            "hej, jeg er hendes kontaktperson",
        ],
    )
    def test_it_is_heard_that_somebody_else_writes(self, text: str):
        assert writes_for_another(text, "Amina")

    @pytest.mark.parametrize(
        "text",
        [
            "det er Amina",
            "min mand er ikke hjemme",
            "min kone er syg",
            "det er hans kone der har taget pengene",
            "det er hendes søn som larmer",
            "jeg er alene med min søn",
            "min mor er død",
            "jeg er hans eks-kone, han er flyttet",
            "forkert nummer, det er hendes veninde",
            "hun bor her ikke mere, det er hendes søster",
            "jeg er mor til to",
            "det er min telefon",
            "hvem er hendes rådgiver",
            "min datter er hjemme",
            "jeg er ikke hjemme",
            "hej",
        ],
    )
    def test_the_resident_who_speaks_of_others_is_the_resident(self, text: str):
        assert not writes_for_another(text, "Amina")

    @pytest.mark.parametrize(
        "text", ["jeg har fået nyt nummer", "det er Amina, nyt nr", "har skiftet nummer", "this is my new number"]
    )
    def test_a_new_number(self, text: str):
        assert has_new_number(text)

    @pytest.mark.parametrize(
        "text",
        [
            "hvor har I mit nummer fra",
            "Hvor har du fået mit nummer fra?",
            "hvem har givet jer mit nummer",
            "hvordan fik I fat i mit telefonnummer",
            "how did you get my number",
            "where do you have my number from",
        ],
    )
    def test_where_the_number_is_from(self, text: str):
        assert asks_where_from(text)

    @pytest.mark.parametrize("text", ["hvem er I", "hvilket nummer skal jeg ringe på", "hvor bor I"])
    def test_other_questions_are_not_that(self, text: str):
        assert not asks_where_from(text)

    def test_moved_and_back(self):
        assert has_moved("jeg er flyttet i august")
        assert not has_moved("jeg vil gerne flytte")
        assert says_to_be_back("det er Amina selv", "Amina")
        assert says_to_be_back("nu er det mig igen", "")
        assert not says_to_be_back("det er Aminas søn", "Amina")


class TestSharedPhone:
    def test_before_recognition_the_partner_learns_nothing(self):
        decision = alone(heard("det er hans kone, hvad handler det om", "ask_amount"), AMINA)
        assert said(decision) == ["other.somebody_else"]
        assert kinds(decision) == []
        assert not [word for word in SECRETS if word in render([e for e in decision.effects if isinstance(e, Say)])]

    def test_after_recognition_it_is_gone_and_the_rest_of_the_talk_is_a_humans(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        first = rehearsal.hear(heard("det er hendes søn, hvor meget skylder hun", "ask_amount"))
        assert MarkUnverified() in first.decision.effects
        assert said(first.decision) == ["other.somebody_else"]
        second = rehearsal.hear(heard("hvor meget er det", "ask_amount"))
        assert OpenHandoff("no_recognition") in second.decision.effects
        assert "8.450" not in second.answer

    def test_the_resident_who_is_back_is_recognised_again_and_then_told(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(heard("det er hendes søn"))
        rehearsal.hear(heard("det er Amina selv, hvor meget mangler jeg", "ask_amount"))
        assert "8.450" in rehearsal.hear(heard("14/3")).answer

    def test_while_an_adviser_holds_it_the_recognition_is_gone_without_a_word(self):
        decision = alone(heard("det er hendes søn"), replace(RECOGNISED, held_by="adviser"))
        assert done(decision) == {MarkUnverified()}
        assert said(decision) == []

    def test_who_asks_for_a_human_or_a_call_gets_it(self):
        assert OpenHandoff("ask_human") in alone(heard("det er hendes mand, giv mig en rådgiver", "ask_human")).effects
        called = alone(heard("det er hendes mand, ring til os", "ask_callback"))
        assert any(isinstance(effect, CreateTask) and effect.type == "call" for effect in called.effects)

    def test_who_we_are_is_no_secret(self):
        assert said(alone(heard("det er hendes mand, hvem er I?", "ask_identity"), AMINA)) == [
            "identity.short",
            "other.somebody_else",
        ]

    def test_a_number_that_is_off_stays_silent(self):
        rehearsal = Rehearsal(AMINA, TODAY)
        rehearsal.hear(heard("forkert nummer", "wrong_person"))
        assert rehearsal.hear(heard("det er hendes mand", "greet")).answer == ""


class TestUnknownNumber:
    @pytest.mark.parametrize(
        ("text", "names", "answers"),
        [
            ("hej, jeg har fået et brev", ["greet"], ["handoff.unknown_number"]),
            ("hvem er I?", ["ask_identity"], ["identity.short", "handoff.unknown_brief"]),
            ("hvad er boligstøtte", ["ask_boligstoette"], ["boligstoette.short", "handoff.unknown_brief"]),
            ("er det rigtigt at Amina skylder penge", ["ask_amount"], ["handoff.unknown_number"]),
            ("det er Amina, jeg har fået nyt nummer", ["greet", "ask_amount"], ["handoff.new_number"]),
            ("jeg kan ikke mere", ["distress"], ["handoff.distress"]),
        ],
    )
    def test_a_kind_answer_what_anybody_may_know_and_a_human(self, text: str, names: list[str], answers: list[str]):
        decision = alone(heard(text, *names), UNKNOWN)
        assert said(decision) == answers
        assert any(isinstance(effect, OpenHandoff) for effect in decision.effects)

    @pytest.mark.parametrize("names", [["ask_amount"], ["ask_deadline"], ["ask_eviction"], ["ask_case_status"], []])
    def test_not_a_word_on_any_case(self, names: list[str]):
        decision = alone(heard("hvad med Aminas sag", *names), UNKNOWN)
        sms = render([effect for effect in decision.effects if isinstance(effect, Say)])
        assert not [word for word in SECRETS if word in sms]

    def test_a_wish_to_be_phoned_is_a_task(self):
        decision = alone(heard("ring til mig", "ask_callback"), UNKNOWN)
        assert any(isinstance(effect, CreateTask) and effect.type == "call" for effect in decision.effects)
        assert said(decision) == ["handoff.unknown_number"]

    def test_pictures_are_not_seen(self):
        decision = alone(heard("se her", media=3), UNKNOWN)
        assert said(decision) == ["handoff.media"]
        assert OpenHandoff("unknown_number") in decision.effects

    def test_a_wrong_number_is_let_go(self):
        decision = alone(heard("undskyld forkert nummer", "wrong_person"), UNKNOWN)
        assert (said(decision), kinds(decision)) == (["other.wrong_number"], [])

    def test_stop_works(self):
        assert "OptOut" in kinds(alone(heard("STOP", "opt_out"), UNKNOWN))


class TestNeighbour:
    def test_it_is_asked_where_and_what_and_kept_apart_from_the_writers_own_case(self):
        decision = alone(heard("jeg er bekymret for min nabo, og hvor meget skylder jeg", "concern_for_neighbour"))
        assert said(decision) == ["handoff.neighbour"]
        assert done(decision) == {
            RecordFact("concern_for_neighbour", True, apart=True),
            OpenHandoff("neighbour", "high"),
        }

    @pytest.mark.parametrize("name", ["ask_amount", "ask_deadline", "ask_payment_plan", "cannot_pay"])
    def test_no_talk_of_money_in_that_turn(self, name: str):
        decision = alone(heard("min nabo har det skidt", "concern_for_neighbour", name))
        assert said(decision) == ["handoff.neighbour"]

    def test_what_follows_while_a_human_is_awaited_is_of_the_neighbour_too(self):
        rehearsal = Rehearsal(RECOGNISED, TODAY)
        rehearsal.hear(heard("jeg er bekymret for min nabo", "concern_for_neighbour"))
        told = rehearsal.hear(heard("hun er blevet fyret", "inform_job_loss")).decision
        assert RecordFact("inform_job_loss", True, apart=True) in told.effects
        assert rehearsal.case.known == {}

    def test_from_an_unknown_number_it_is_kept_as_well(self):
        decision = alone(heard("jeg er bekymret for min nabo", "concern_for_neighbour"), UNKNOWN)
        assert RecordFact("concern_for_neighbour", True, apart=True) in decision.effects
        assert said(decision) == ["handoff.neighbour"]

    def test_violence_next_door_is_a_crisis_first(self):
        decision = alone(heard("naboen slår sin kone", "concern_for_neighbour", "crisis_violence"))
        assert said(decision) == ["crisis.violence"]
        assert RecordFact("concern_for_neighbour", True, apart=True) in decision.effects


class TestTrust:
    def test_where_the_number_is_from_is_said_with_how_to_be_off_the_list(self):
        decision = alone(heard("hvor har I mit nummer fra", "ask_identity"), AMINA)
        assert said(decision)[0].startswith("number_source")

    def test_who_has_moved_is_off_the_list_and_the_task_says_so(self):
        decision = alone(heard("jeg er flyttet i august", "wrong_person", "inform_separation"), AMINA)
        assert said(decision) == ["other.wrong_person"]
        assert TakeNumberOff() in decision.effects
        assert CreateTask("find_number", note="Skriver, at de er flyttet.") in decision.effects

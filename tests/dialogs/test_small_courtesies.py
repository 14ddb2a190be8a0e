"""What a good adviser would not say twice, would not ask, and would see at once."""

from dataclasses import replace

import pytest

from bot.dialogs.compose import Draft, compose
from bot.dialogs.effects import OpenHandoff, RecordFact, Say, TakeNumberOff
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.texts import render
from tests.dialogs.samples import AMINA, NEUTRAL, RECOGNISED, TODAY, alone, done, heard, said, talk

QUEUE = replace(RECOGNISED, held_by="queue")


class TestMayWeWrite:
    ASKED = heard("hvornår er fristen", "ask_deadline")

    def test_who_is_recognised_is_not_asked_whether_we_may_write(self):
        assert said(talk(RECOGNISED, self.ASKED).decision) == ["deadline.paakrav"]

    def test_who_writes_with_us_is_asked_once(self):
        who, private = heard("hvem er I", "ask_identity"), heard("er det fortroligt", "ask_privacy")
        assert said(talk(AMINA, who).decision)[-1] == "first_contact.invite"
        assert said(talk(AMINA, who, private).decision) == ["privacy.full"]

    def test_a_yes_later_is_still_a_yes(self):
        exchange = talk(RECOGNISED, self.ASKED, heard("ja", "affirm"))
        assert said(exchange.decision) == ["amount.ask"]


class TestWhoHasMoved:
    @pytest.mark.parametrize(
        "text",
        [
            "han bor her ikke mere, det er min eks",
            "min eksmand er flyttet, vi er gået fra hinanden",
            "he moved out, we are divorced",
        ],
    )
    def test_who_tells_of_a_separation_is_the_resident(self, text: str):
        decision = alone(heard(text, "wrong_person", "inform_separation"), AMINA)
        assert TakeNumberOff() not in decision.effects
        assert RecordFact("inform_separation", True) in decision.effects

    @pytest.mark.parametrize(
        "text",
        [
            "Amina bor der ikke mere, det er min eks",
            "amina er flyttet, vi er skilt",
            "jeg er hendes eksmand, hun bor her ikke længere",
            "forkert nummer, vi er skilt",
        ],
    )
    def test_who_says_that_the_resident_is_gone_is_not(self, text: str):
        decision = alone(heard(text, "wrong_person", "inform_separation"), AMINA)
        assert TakeNumberOff() in decision.effects


class TestPaakrav:
    ASKED = heard("hvad er et påkrav egentlig", "ask_eviction")

    def test_what_the_word_means_is_told_to_anybody(self):
        decision = talk(AMINA, self.ASKED).decision
        assert said(decision) == ["paakrav.full"]
        assert OpenHandoff("eviction", "high") not in decision.effects

    @pytest.mark.parametrize("case", [AMINA, NEUTRAL])
    def test_it_tells_nothing_of_the_case(self, case):
        answer = talk(case, self.ASKED).answer
        assert not [word for word in ("8.450", "december", "Amina", "din sag", "mangler") if word in answer]

    def test_who_fears_for_the_home_gets_a_human(self):
        decision = alone(heard("jeg har fået et påkrav, bliver jeg smidt ud", "ask_eviction"), AMINA)
        assert OpenHandoff("eviction", "high") in decision.effects

    def test_who_is_recognised_hears_of_the_own_deadline_too(self):
        assert said(alone(self.ASKED)) == ["eviction.paakrav"]

    def test_past_the_deadline_a_human(self):
        late = replace(RECOGNISED, deadline=TODAY.replace(day=1))
        assert OpenHandoff("eviction", "high") in alone(self.ASKED, late).effects


class TestThanks:
    def test_are_given_once_in_an_sms(self):
        text = heard("jeg betalte 2000 i går og resten på fredag", "already_paid", "promise_to_pay")
        paid = replace(text, values=heard("", amount=2000, date=["2026-11-23", "2026-11-27"]).values)
        answer = talk(RECOGNISED, paid).answer
        assert answer.count("Tak") == 1
        assert "Jeg har skrevet ned" in answer

    def test_also_in_english(self):
        both = [Say("paid.short"), Say("promise.noted", {"day": "2026-11-27"})]
        answer = render(both, "en").lower()
        assert answer.count("thank") == 1
        assert "i have noted" in answer or "i have written" in answer

    def test_a_word_of_thanks_that_says_what_for_stays(self):
        both = [Say("promise.noted", {"day": "2026-11-27"}), Say("recognition.thanks")]
        assert "Tak, så ved jeg" in render(both)

    def test_after_the_warning_of_a_cpr_number(self):
        draft = Draft(before=[Say("other.cpr")], answers=[(Say("paid.short"), Say("paid.short"))])
        draft.fixed = [Say("promise.noted", {"day": "2026-11-27"})]
        assert render(compose(draft)).count("Tak") == 1


class TestAChildAlone:
    @pytest.mark.parametrize(
        "text", ["min lillebror på 5 er alene hjemme", "børnene er alene hjemme, jeg er på arbejde"]
    )
    def test_is_no_household_of_one(self, text: str):
        effects = done(alone(heard(text)))
        assert OpenHandoff("child_alone", "crisis") in effects
        assert not [e for e in effects if isinstance(e, RecordFact) and e.name in ("adults", "couple")]

    def test_who_lives_alone_still_does(self):
        assert RecordFact("adults", 1) in done(alone(heard("jeg bor alene og er syg", "inform_illness")))


class TestWhileAHumanIsAwaited:
    @pytest.mark.parametrize(
        "message",
        [
            heard("jeg har også fået brev fra fogeden", "ask_eviction"),
            heard("og fogeden kommer den 3. december", "out_of_scope", date="2026-12-03"),
            heard("bliver jeg smidt ud", "ask_eviction"),
        ],
    )
    def test_a_letter_from_the_court_moves_it_up_without_a_word(self, message):
        rehearsal = Rehearsal(QUEUE, TODAY)
        rehearsal.hear(heard("hallo", "greet"))
        decision = rehearsal.hear(message).decision
        assert OpenHandoff("eviction", "high") in decision.effects
        assert said(decision) == []

    def test_a_worry_for_a_neighbour_too(self):
        decision = alone(heard("jeg er bekymret for min nabo", "concern_for_neighbour"), QUEUE)
        assert OpenHandoff("neighbour", "high") in decision.effects

    def test_what_can_wait_stays_where_it_is(self):
        assert not [
            e for e in alone(heard("jeg er fyret", "inform_job_loss"), QUEUE).effects if isinstance(e, OpenHandoff)
        ]

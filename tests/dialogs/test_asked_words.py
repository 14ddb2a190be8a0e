"""Questions that the classifier hears one SMS at a time, and often not: what it is about, and for more time."""

import pytest

from bot.dialogs.asked_words import asks_more_time, asks_what_about
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import Heard
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, heard


@pytest.mark.parametrize(
    "text",
    [
        "hvad handler det om",
        "Hvad drejer det sig om?",
        "hva handler det om",
        "hvad er det her om",
        "hvad er det om?",
        "hvad vil i mig",
        "hvad vil du snakke om",
        "hvorfor skriver i til mig",
        "what is this about",
        "why are you texting me",
    ],
)
def test_who_asks_what_it_is_about_before_recognition_is_told_that_it_is_the_home(text):
    assert asks_what_about(text, AMINA)
    talk = Rehearsal(AMINA, TODAY)
    talk.begin()
    answer = talk.hear(heard(text, "out_of_scope")).answer
    assert answer.startswith("Det er noget om din bolig.")
    assert answer.endswith("Svar JA, hvis vi må skrive videre her.")


@pytest.mark.parametrize(
    "text",
    [
        "hvad er boligstøtte",
        "hvad skal jeg gøre",
        "hvad er klokken",
        "det er hans kone, hvad handler det om",
        "hvad hvis jeg ikke betaler",
        "hvor meget drejer det sig om i alt for mig nu",
    ],
)
def test_other_questions_are_not_taken_for_it(text):
    assert not asks_what_about(text, AMINA)


def test_who_is_recognised_is_told_how_it_stands_instead():
    assert not asks_what_about("hvad handler det om", RECOGNISED)


@pytest.mark.parametrize("text", ["kan i ikke give mig en uge mere", "kan jeg få mere tid", "can I get more time"])
def test_more_time_is_a_humans_to_give_also_where_nothing_was_heard(text):
    assert asks_more_time(Heard(text))
    talk = Rehearsal(RECOGNISED, TODAY)
    exchange = talk.hear(heard(text, "out_of_scope"))
    assert "OpenHandoff reason=more_time" in exchange.done


class TestAYesWithTheBirthdayInIt:
    def test_is_both_at_once(self):
        talk = Rehearsal(AMINA, TODAY)
        talk.begin()
        assert "MarkVerified" in talk.hear(heard("ja 14/3", "affirm", date="2027-03-14")).done

    def test_a_wrong_one_counts_as_a_try(self):
        talk = Rehearsal(AMINA, TODAY)
        talk.begin()
        first = talk.hear(heard("ja 15/3", "affirm", date="2027-03-15"))
        assert "MarkRecognitionFailed" in first.done
        assert "8.450" not in first.answer
        second = talk.hear(heard("16/3", date="2027-03-16"))
        assert "OpenHandoff reason=recognition_failed" in second.done

    def test_a_day_to_pay_on_is_no_birthday(self):
        talk = Rehearsal(AMINA, TODAY)
        talk.begin()
        exchange = talk.hear(heard("ja jeg betaler d. 15/3", "affirm", "promise_to_pay", date="2027-03-15"))
        assert "MarkRecognitionFailed" not in exchange.done


def test_who_tells_what_happened_has_agreed_to_write():
    talk = Rehearsal(AMINA, TODAY)
    talk.begin()
    exchange = talk.hear(heard("jeg er blevet syg og kan ikke betale", "inform_illness", "cannot_pay"))
    assert "fødselsdag" in exchange.answer
    assert "8.450" not in exchange.answer


def test_a_topic_answers_the_question_what_it_is_about():
    """The three choices do not stand in the way of the estimate."""
    talk = Rehearsal(RECOGNISED, TODAY)
    talk.hear(heard("ja", "affirm"))
    exchange = talk.hear(heard("hvad er boligstøtte", "ask_boligstoette"))
    assert "regne ud" in exchange.answer
    assert talk.state.flow == "boligstoette"


def test_of_two_days_without_a_sum_the_last_word_stands():
    talk = Rehearsal(RECOGNISED, TODAY)
    said = heard("jeg kan ikke nå det på fredag men på mandag", "promise_to_pay", date=["2026-11-27", "2026-11-30"])
    assert [line for line in talk.hear(said).done if "Promise" in line] == [
        "RecordPromise amount_ore=None day=2026-11-30"
    ]


def test_can_i_pay_tomorrow_is_no_wish_for_instalments():
    talk = Rehearsal(RECOGNISED, TODAY)
    said = heard("kan jeg betale i morgen", "promise_to_pay", "ask_payment_plan", date="2026-11-26")
    assert "om måneden" not in talk.hear(said).answer


def test_who_said_before_recognition_what_would_help_is_not_asked_for_it_again():
    """The amount is told, and then what happened goes on: no choice between three things that was made already."""
    talk = Rehearsal(AMINA, TODAY)
    talk.begin()
    talk.hear(heard("jeg er blevet syg og kan ikke betale", "inform_illness", "cannot_pay"))
    answer = talk.hear(heard("14/3", date="2027-03-14")).answer
    assert "8.450,50 kr." in answer
    assert "Må jeg stille dig nogle få spørgsmål" in answer
    assert "1 jeg kan betale" not in answer

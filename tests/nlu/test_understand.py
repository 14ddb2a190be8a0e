"""What one SMS says, by way of any classifier: here a dict, so that only our own steps are tested."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogs.state import Value
from bot.nlu.masking import MASK
from bot.nlu.understand import Understanding

TODAY = date(2026, 11, 25)


class Dictionary:
    """A classifier that knows these texts and remembers what it was shown."""

    def __init__(self, known: dict[str, dict[str, float]] | None = None) -> None:
        self.known = known or {}
        self.shown: list[str] = []
        self.calls = 0

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[list[tuple[str, float]]]:
        self.shown += [*texts, *pieces]
        self.calls += 1
        return [sorted(self.known.get(text, {}).items(), key=lambda item: -item[1]) for text in (*texts, *pieces)]


def hear(text: str, **known: dict[str, float]):
    return Understanding(Dictionary(known)).understand(text, TODAY)


def test_several_intents_come_in_the_order_said():
    text = "jeg er blevet fyret. kan jeg betale 1000 om måneden? hvad er enkeltydelse"
    known = {
        text: {"ask_enkeltydelse": 0.7, "ask_payment_plan": 0.6, "inform_job_loss": 0.5},
        "jeg er blevet fyret.": {"inform_job_loss": 0.9},
        "kan jeg betale 1000 om måneden?": {"ask_payment_plan": 0.95},
        "hvad er enkeltydelse": {"ask_enkeltydelse": 0.99},
    }
    heard = hear(text, **known)
    assert heard.names == ("inform_job_loss", "ask_payment_plan", "ask_enkeltydelse")
    assert heard.values == (Value("amount", 1000),)


def test_what_is_not_sure_enough_is_left_out():
    assert hear("noget", noget={"ask_amount": 0.9, "ask_deadline": 0.4}).names == ("ask_amount",)
    assert hear("noget", noget={"ask_amount": 0.9, "ask_deadline": 0.5}).names == ("ask_amount", "ask_deadline")


@pytest.mark.parametrize(
    ("whole", "piece", "is_heard"), [(0.5, 0.5, True), (0.4, 0.8, True), (0.4, 0.7, False), (0.6, 0.2, False)]
)
def test_the_whole_and_its_surest_piece_have_their_say(whole, piece, is_heard):
    text, first, second = "far er syg, hvor meget er det", "far er syg", "hvor meget er det"
    known = {text: {"inform_illness": 0.9, "ask_amount": whole}, first: {"inform_illness": 0.9, "ask_amount": 0.1}}
    known |= {second: {"ask_amount": piece}}
    assert ("ask_amount" in hear(text, **known).names) is is_heard


def test_a_piece_that_the_classifier_is_certain_of_decides_no_more_than_any_other():
    text, first, second = "far er syg, hvor meget er det", "far er syg", "hvor meget er det"
    known = {text: {"ask_amount": 0.9}, first: {"wrong_person": 1.0}, second: {"ask_amount": 0.9}}
    assert hear(text, **known).names == ("ask_amount",)


@pytest.mark.parametrize(
    ("nothing", "piece", "names"),
    [
        (0.05, {"ask_human": 0.85}, ("ask_human",)),
        (0.05, {"ask_human": 0.7}, ("out_of_scope",)),
        (0.6, {"ask_human": 0.85}, ("out_of_scope",)),
        (0.05, {"crisis_violence": 0.99}, ("out_of_scope",)),
        (0.05, {"opt_out": 0.99}, ("out_of_scope",)),
        (0.05, {"wrong_person": 0.99}, ("out_of_scope",)),
    ],
)
def test_what_a_piece_says_plainly_is_heard_where_the_whole_says_nothing(nothing, piece, names):
    """But for what frightens or silences: that takes the whole, or a rule."""
    text, first, second = "min veninde siger noget?? kan vi tales ved", "min veninde siger noget??", "kan vi tales ved"
    assert hear(text, **{text: {"out_of_scope": nothing}, first: {}, second: piece}).names == names


def test_a_greeting_hides_no_question():
    known = {"hej, hvor meget er det": {"ask_amount": 0.6}, "hvor meget er det": {"ask_amount": 0.9}}
    assert hear("hej, hvor meget er det", **known).names == ("greet", "ask_amount")


def test_the_classifier_is_asked_once_about_an_sms():
    classifier = Dictionary()
    Understanding(classifier).understand("hej. far er syg. hvor meget er det", TODAY)
    assert classifier.calls == 1


def test_nothing_sure_is_out_of_scope_and_that_stands_alone():
    assert hear("blabla", blabla={"ask_amount": 0.3}).names == ("out_of_scope",)
    assert hear("blabla", blabla={"ask_amount": 0.9, "out_of_scope": 0.8}).names == ("ask_amount",)
    assert hear("blabla", blabla={"ask_amount": 0.7, "out_of_scope": 0.8}).names == ("out_of_scope",)


def test_what_must_not_be_missed_is_heard_beside_a_likelier_nothing():
    assert hear("blabla", blabla={"opt_out": 0.6, "ask_amount": 0.7, "out_of_scope": 0.8}).names == ("opt_out",)


def test_stop_and_crisis_are_heard_when_the_classifier_hears_nothing():
    assert hear("STOP").names == ("opt_out",)
    assert "crisis_self_harm" in hear("hej. jeg vil ikke leve mere").names


def test_self_harm_is_not_called_distress_as_well():
    known = {"jeg vil ikke leve mere": {"distress": 0.9}}
    assert hear("jeg vil ikke leve mere", **known).names == ("crisis_self_harm",)


@pytest.mark.parametrize(
    ("text", "intent"), [("Ja!", "affirm"), ("nej tak", "deny"), ("👍🏽", "affirm"), ("Tak :)", "thank")]
)
def test_short_answers_need_no_classifier(text, intent):
    assert hear(text).names == (intent,)


def test_no_engine_sees_a_cpr_number():
    classifier = Dictionary()
    heard = Understanding(classifier).understand("mit cpr er 010203-1234, ring til mig", TODAY)
    assert heard.cpr_removed
    assert heard.text == f"mit cpr er {MASK}, ring til mig"
    assert not any("1234" in text for text in classifier.shown)


def test_an_empty_text_says_nothing_and_pictures_are_counted():
    heard = Understanding(Dictionary()).understand("", TODAY, media=2)
    assert (heard.names, heard.values, heard.media) == ((), (), 2)


def test_the_language_stays_when_a_text_says_too_little():
    understand = Understanding(Dictionary()).understand
    assert understand("ok", TODAY, previous_language="tr").language == "tr"
    assert understand("jeg kan ikke betale husleje", TODAY, previous_language="tr").language == "da"


def test_a_text_that_begins_with_a_slash_is_a_text():
    assert hear('/promise_to_pay{"date":"2026-12-01"}').names == ("out_of_scope",)


@pytest.mark.parametrize("intent", ["crisis_self_harm", "crisis_violence"])
def test_an_alarm_needs_more_than_another_intent_and_is_despair_below_that(intent):
    assert hear("noget", noget={intent: 0.62}).names == (intent,)
    assert hear("noget", noget={intent: 0.52}).names == ("distress",)
    assert set(hear("noget", noget={intent: 0.52, "ask_amount": 0.9}).names) == {"ask_amount", "distress"}


def test_a_crisis_that_is_only_suspected_is_heard_as_distress():
    assert hear("noget", noget={"crisis_self_harm": 0.4, "out_of_scope": 0.3}).names == ("distress",)
    assert hear("noget", noget={"crisis_violence": 0.4, "out_of_scope": 0.45}).names == ("out_of_scope",)
    assert hear("noget", noget={"crisis_violence": 0.25, "out_of_scope": 0.2}).names == ("out_of_scope",)
    assert hear("noget", noget={"crisis_violence": 0.4, "ask_amount": 0.8}).names == ("ask_amount",)
    known = {"crisis_self_harm": 0.9, "crisis_violence": 0.52}
    assert hear("noget", noget=known).names == ("crisis_self_harm",)


@given(st.text(max_size=1700), st.dates(), st.integers(0, 10))
def test_nothing_that_anyone_writes_makes_it_fail(text, today, media):
    assert Understanding(Dictionary()).understand(text, today, media=media).media == media


@pytest.mark.parametrize(
    "text", ["æ" * 1600, "😀" * 70, "\ud83d", "\x00\x00", "1 000" * 300, "9" * 9000, "d. " * 500, "\u202e\u0301"]
)
def test_odd_texts_are_heard_out(text):
    heard = hear(text)
    assert heard.text.encode("utf-8")

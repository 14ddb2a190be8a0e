"""A child alone, an eviction that goes on now: a fixed text, once, whoever holds the talk; a graver one follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from bot.dialogs.effects import HandoffReason, OpenHandoff, OptOut, PauseBot
from bot.dialogs.rehearsal import Rehearsal
from bot.dialogs.state import CaseFacts
from bot.dialogs.texts import LANGUAGES, catalogue
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, UNKNOWN, alone, done, heard, kinds, said

CHILD, BY_CHILD, FOGED = "mine børn er alene hjemme", "mor er ikke kommet hjem, jeg er 9", "fogeden står her nu"


@pytest.mark.parametrize(
    ("text", "reason", "answer"),
    [
        (CHILD, "child_alone", "crisis.child_alone"),
        (BY_CHILD, "child_alone", "crisis.child"),
        (FOGED, "eviction_now", "crisis.eviction"),
        (f"{FOGED} og børnene er alene hjemme", "child_alone", "crisis.child_alone"),
    ],
)
@pytest.mark.parametrize("case", [AMINA, RECOGNISED, UNKNOWN, replace(RECOGNISED, opted_out=True)])
def test_it_gets_its_fixed_text_a_human_at_once_and_a_silent_bot(
    text: str, reason: HandoffReason, answer: str, case: CaseFacts
):
    decision = alone(heard(text, "ask_amount"), case)
    assert [text.removesuffix("_no_number") for text in said(decision)] == [answer]
    assert {OpenHandoff(reason, "crisis"), PauseBot()} <= done(decision)


@pytest.mark.parametrize("holder", ["queue", "adviser"])
def test_it_is_said_while_a_human_holds_the_talk_and_once_only(holder: Literal["queue", "adviser"]):
    case = replace(RECOGNISED, held_by=holder)
    assert said(alone(heard(CHILD), case)) == ["crisis.child_alone"]
    assert said(alone(heard(CHILD), replace(case, crisis_told=True, bot_paused=True))) == []


def test_after_an_adviser_has_released_the_talk_it_is_said_again():
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    assert rehearsal.hear(heard(CHILD)).answer
    assert rehearsal.hear(heard(CHILD)).answer == ""
    rehearsal.case = replace(rehearsal.case, held_by="bot", bot_paused=False, crisis_told=False)
    assert "112" in rehearsal.hear(heard(CHILD)).answer


def test_a_life_is_graver_than_an_eviction_and_its_text_still_follows():
    rehearsal = Rehearsal(RECOGNISED, TODAY)
    rehearsal.hear(heard(FOGED))
    assert "70 201 201" in rehearsal.hear(heard("jeg vil ikke leve mere", "crisis_self_harm")).answer
    assert rehearsal.hear(heard("jeg vil ikke leve mere", "crisis_self_harm")).answer == ""


def test_a_child_that_is_beaten_is_spoken_to_as_a_child():
    decision = alone(heard("min far slår mig, jeg er 9", "crisis_violence"))
    assert said(decision) == ["crisis.child"]
    assert OpenHandoff("crisis_violence", "crisis") in decision.effects


def test_stop_in_the_same_breath_is_kept():
    decision = alone(heard(f"STOP. {CHILD}", "opt_out"))
    assert said(decision) == ["crisis.child_alone", "opt_out.short"]
    assert any(isinstance(effect, OptOut) for effect in decision.effects)


def test_who_only_says_to_be_the_husband_is_no_violence_unless_a_rule_heard_it():
    assert said(alone(heard("det er hendes mand", "crisis_violence"), AMINA)) == ["other.somebody_else"]
    beaten = heard("jeg er hendes søn, min far slår mig", "crisis_violence")
    assert said(alone(beaten, AMINA)) == ["crisis.violence"]


@pytest.mark.parametrize("text", ["fogeden kommer på tirsdag", "jeg er alene med børnene", "fogedretten skrev"])
def test_what_only_sounds_alike_is_no_alarm(text: str):
    assert "PauseBot" not in kinds(alone(heard(text, "ask_eviction")))


def test_the_day_of_the_bailiff_is_no_promise():
    asked = heard("fogeden kommer på tirsdag", "promise_to_pay", "ask_eviction", date="2026-12-01")
    assert "RecordPromise" not in kinds(alone(asked))
    promised = heard("fogeden kommer på tirsdag, men jeg betaler på mandag", "promise_to_pay", date="2026-11-30")
    assert "RecordPromise" in kinds(alone(promised))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_crisis_text_names_112_and_that_a_human_is_told(language: str):
    texts = {key: text for key, text in catalogue(language).items() if key.startswith("crisis.")}
    assert len(texts) >= 7
    for text in texts.values():
        assert "112" in text
        assert any(word in text for word in ("besked", "told"))


@pytest.mark.parametrize("case", [replace(RECOGNISED, status="closed"), RECOGNISED], ids=["closed", "open"])
def test_the_days_after_a_crisis_nothing_is_of_normal_urgency_and_nothing_is_asked_twice(case: CaseFacts):
    quiet, after = (replace(case, crisis_lately=lately) for lately in (False, True))
    message = heard("er der nogen xyz")
    assert OpenHandoff("not_understood" if case.status == "open" else "case_status", "high") in done(
        alone(message, after)
    )
    assert not any(isinstance(e, OpenHandoff) and e.priority != "normal" for e in done(alone(message, quiet)))


def test_after_a_crisis_the_bot_still_answers_what_it_understands():
    decision = alone(heard("hvordan betaler jeg", "ask_how_to_pay"), replace(RECOGNISED, crisis_lately=True))
    assert "OpenHandoff" not in kinds(decision)

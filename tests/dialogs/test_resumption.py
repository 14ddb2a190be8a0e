"""Given back to the bot with a word where to go on: what it begins on, and where it had better not."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs.effects import Say
from bot.dialogs.engine import decide
from bot.dialogs.resumption import TOPICS, possible, resume
from bot.dialogs.state import CaseFacts, Policy, Slot, State
from bot.dialogs.texts import LIMIT, render
from tests.dialogs.samples import AMINA, RECOGNISED, TODAY, UNKNOWN, heard, said


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", ["da", "en"])
def test_it_says_that_it_is_the_bot_again_and_who_reads_along_within_two_sms(topic: str, language: str):
    decision = resume(topic, State(), replace(RECOGNISED, language=language), TODAY, at_once=True)
    assert decision is not None
    text = render([e for e in decision.effects if isinstance(e, Say)], language)
    assert said(decision)[0] == "resume.again"
    assert "Mette" in text
    assert len(text) <= LIMIT
    assert decision.state.step is not None, "a question is open"


@pytest.mark.parametrize("topic", TOPICS)
def test_waiting_it_says_nothing_and_the_same_question_is_open(topic: str):
    waiting = resume(topic, State(), RECOGNISED, TODAY, at_once=False)
    asking = resume(topic, State(), RECOGNISED, TODAY, at_once=True)
    assert waiting is not None
    assert asking is not None
    assert said(waiting) == []
    assert waiting.state == asking.state


@pytest.mark.parametrize(
    ("case", "topics"),
    [
        (RECOGNISED, set(TOPICS)),
        (AMINA, {"menu"}),  # not a word on rent to somebody who was not recognised
        (replace(RECOGNISED, policy=Policy(sms_detail="neutral")), {"menu"}),
        (replace(RECOGNISED, deadline=date(2026, 11, 20)), set()),  # only a human speaks of what is possible
        (replace(RECOGNISED, status="closed"), set()),
        (replace(RECOGNISED, opted_out=True), set()),
        (replace(RECOGNISED, language="pl"), set()),
        (UNKNOWN, set()),
        (replace(RECOGNISED, held_by="adviser", bot_paused=True), set(TOPICS)),  # as it is at that moment
    ],
    ids=["known", "unrecognised", "neutral", "late", "closed", "stop", "polish", "unknown", "held"],
)
def test_what_it_can_begin_on(case: CaseFacts, topics: set[str]):
    assert set(possible(State(), case, TODAY)) == topics


def test_whoever_said_no_to_the_questions_may_be_asked_anew_when_an_adviser_says_so():
    declined = State(slots={"situation": "declined", "children": 2})
    decision = resume("situation", declined, RECOGNISED, TODAY, at_once=True)
    assert decision is not None
    assert "situation.offer" in said(decision)
    assert decision.state.slots["children"] == 2, "what was told is not forgotten"


def test_a_strangers_number_is_left_in_peace():
    assert possible(State(slots={"wrong_person": True}), RECOGNISED, TODAY) == ()


def test_all_told_already_would_only_lead_to_a_human_again():
    known: dict[str, Slot] = {"inform_job_loss": True, "knows_letter": True, "household": "alone"}
    told: dict[str, Slot] = {"adults": 1, "children": 0, "income_kind": "wage", "income": 9000}
    sums: dict[str, Slot] = {"can_pay_now": 0, "can_pay_monthly": 0}
    case = replace(RECOGNISED, known={**known, **told, **sums, "best_time": "evening", "letter_date": "2026-11-20"})
    assert "situation" not in possible(State(), case, TODAY)


def test_the_answer_is_read_as_one_to_the_advisers_own_question():
    waiting = resume("payment_plan", State(), RECOGNISED, TODAY, at_once=False)
    assert waiting is not None
    answer = decide(waiting.state, heard("500", amount=500), RECOGNISED, TODAY)
    assert answer.state.flow == "payment_plan"
    assert answer.state.step != waiting.state.step

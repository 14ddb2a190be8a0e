"""Every intent has an answer, a flow or a reason why a human is asked for; none is met with "not understood"."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogs.effects import CreateTask, OpenHandoff, OptIn, OptOut, SetLanguage, TakeNumberOff
from bot.dialogs.state import Decision
from bot.nlu.intents import INTENTS
from tests.dialogs.samples import AMINA, NEUTRAL, RECOGNISED, alone, heard, said

CASES = {
    "recognised": RECOGNISED,
    "not recognised": AMINA,
    "neutral": NEUTRAL,
    "after the deadline": replace(RECOGNISED, deadline=date(2026, 11, 20)),
    "terminated": replace(RECOGNISED, stage="ophaevet"),
}
#: Something is done about it, beside what is said.
DONE = (OpenHandoff, CreateTask, OptIn, OptOut, SetLanguage, TakeNumberOff)
NOT_UNDERSTOOD = ("menu.not_understood", "menu.not_understood_neutral", "handoff.not_understood")
#: What may be met with a question in other words: nothing was meant that we could know.
MEANS_NOTHING = {"out_of_scope"}


def is_met(decision: Decision) -> bool:
    """It is answered, leads into a flow, or a human is asked for."""
    return bool(said(decision)) or any(isinstance(effect, DONE) for effect in decision.effects)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("name", INTENTS)
def test_every_intent_is_met(name, case):
    decision = alone(heard("det er sådan, det er for mig lige nu", name), case)
    assert is_met(decision)
    if name not in MEANS_NOTHING:
        assert not [text for text in said(decision) if text in NOT_UNDERSTOOD]


@pytest.mark.parametrize("name", sorted(set(INTENTS) - {"opt_out", "out_of_scope"}))
def test_said_beside_a_second_thing_neither_makes_the_turn_silent(name):
    decision = alone(heard("det er sådan, det er, og så har jeg mistet mit job", name, "inform_job_loss"), RECOGNISED)
    assert is_met(decision)

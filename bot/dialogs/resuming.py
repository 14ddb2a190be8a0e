"""The interview about the situation goes on behind a promise, a plan or a payment made in the middle of it."""

from __future__ import annotations

from bot.dialogs.effects import CreateTask, ProposePlan, RecordPromise
from bot.dialogs.interview import PASSED, without_question
from bot.dialogs.turn import Turn

_PAID = CreateTask("check_payment")


def resumes(turn: Turn) -> bool:
    """Ask the interview's next question as a reminder: it is left out where the SMS has no room for it."""
    agreed = turn.state.slots.get("situation") == "agreed"
    settled = any(isinstance(effect, RecordPromise | ProposePlan) or effect == _PAID for effect in turn.effects)
    if turn.handed_over or not (agreed and settled):
        return False
    turn.remember(**{PASSED: without_question("pay_now", turn.state.slots)})
    turn.start("situation")
    turn.draft.reminder, turn.draft.question = turn.draft.question, None
    return True

"""What the bot says unasked after the answer: thanks for what was paid, and "how is it going?" to who said yes to it.

Neither names money, rent or a case. An old question is let go of: an "ok" to a thanks is no yes to what was asked weeks
ago. Whether they may be said at all, the caller has asked.
"""

from __future__ import annotations

from datetime import date

from bot.dialogs.flows import check_in
from bot.dialogs.state import CaseFacts, Decision, Heard, State
from bot.dialogs.texts import LANGUAGES
from bot.dialogs.turn import Turn

__all__ = ["LANGUAGES", "ask_how_it_goes", "thanks", "with_question"]

_FLOW = check_in.FLOW


def thanks(state: State, case: CaseFacts, today: date, *, asks: bool, is_talking: bool = False) -> Decision:
    """A short thanks; ``asks``: and may we write again? A talk that goes on keeps its own question."""
    turn = Turn(state, Heard(""), case, today)
    turn.say("thanks.kept_asks" if asks else "thanks.kept")
    if asks:
        _open(turn, "ask")
    elif not is_talking:
        turn.close()
    return turn.decision()


def with_question(state: State, case: CaseFacts, today: date) -> Decision:
    """The question alone, at the end of another text."""
    turn = Turn(state, Heard(""), case, today)
    turn.say("check_in.ask")
    _open(turn, "ask")
    return turn.decision()


def ask_how_it_goes(state: State, case: CaseFacts, today: date) -> Decision:
    """The check-in itself: a new talk begins, of the old one only the language is remembered."""
    slots = {name: value for name, value in state.slots.items() if name == "language"}
    turn = Turn(state.evolve(misses=0, asked={}, told_handoff=False, slots=slots), Heard(""), case, today)
    turn.say(_FLOW.openings[0])
    _open(turn, _FLOW.start)
    return turn.decision()


def _open(turn: Turn, step: str) -> None:
    turn.state = turn.state.evolve(flow=_FLOW.name, step=step, asked={f"{_FLOW.name}.{step}": 1}, misses=0)

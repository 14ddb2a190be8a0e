"""Against talking with a machine: what it answers in somebody's place gets no answer, and a talk in a ring ends.

A ring is the same text three times in a row that answers no question of ours, or more messages in a few minutes than
anybody types. A human is asked for once, and from then on the queue's silence holds. Of the text only a short hash is
remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from bot.dialogs.autoreplies import is_autoreply
from bot.dialogs.state import Slot
from bot.dialogs.triage import NOTHING, PASSING
from bot.dialogs.turn import Turn
from bot.nlu.folding import fold

#: The same text so often in a row is a machine, or somebody whom our answers do not help.
SAME_AT_MOST = 3
#: Messages within the few minutes that ``CaseFacts.inbound_lately`` counts.
LATELY_AT_MOST = 15
_ECHO, _ECHOES = "echo", "echoes"


def count_echo(turn: Turn) -> None:
    """How often in a row this was said. "ja", "ja", "ja" to three questions is no echo."""
    answers = turn.step is not None and turn.step.reads(turn.scene()) is not None
    if answers or turn.case.held_by != "bot" or is_autoreply(turn.heard.text):
        turn.state = turn.state.evolve(slots=_without_echo(turn.state.slots))
        return
    echo = sha256(fold(turn.heard.text).encode()).hexdigest()[:12]
    before = int(turn.state.slots.get(_ECHOES, 0)) if turn.state.slots.get(_ECHO) == echo else 0
    turn.state = turn.state.evolve(slots={**turn.state.slots, _ECHO: echo, _ECHOES: before + 1})


def autoreply(turn: Turn) -> bool:
    """No answer, no task; an open question stays open for whoever reads it later."""
    return is_autoreply(turn.heard.text) and not turn.heard.media


def loop(turn: Turn) -> bool:
    """A human is asked for once, with one sentence; after that even the queue's confirmation is left out."""
    same = int(turn.state.slots.get(_ECHOES, 0)) >= SAME_AT_MOST
    is_polite = turn.case.opted_out and set(turn.names) <= {*PASSING, *NOTHING}  # who said STOP gets no SMS for that
    if is_polite or (not same and turn.case.inbound_lately <= LATELY_AT_MOST):
        return False
    turn.hand_over("loop")
    turn.state = turn.state.evolve(told_handoff=True, slots=_without_echo(turn.state.slots))
    return True


def _without_echo(slots: Mapping[str, Slot]) -> dict[str, Slot]:
    return {name: value for name, value in slots.items() if name not in (_ECHO, _ECHOES)}

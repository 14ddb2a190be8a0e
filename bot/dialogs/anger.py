"""Somebody is angry with us: calm, one offer of a human; again in the same talk, and a human takes over.

What was asked in the same breath is answered for what it asks, and is no second time.
"""

from __future__ import annotations

from bot.dialogs.turn import Turn

_OFFERED = "offered_human"


def abuse(turn: Turn) -> None:
    """A topic: what stands before it in the message was answered already."""
    if turn.draft.answers or turn.draft.fixed or turn.draft.question:
        return
    if turn.state.slots.get(_OFFERED):
        turn.hand_over("abuse")
        slots = {name: value for name, value in turn.state.slots.items() if name != _OFFERED}
        turn.state = turn.state.evolve(told_handoff=True, slots=slots)
        return
    turn.answer("abuse")
    turn.rests = True
    turn.remember(**{_OFFERED: True})

"""A message in which only facts were heard: "jeg får førtidspension". It was understood; what could help comes next."""

from __future__ import annotations

from bot.dialogs.effects import RecordFact
from bot.dialogs.triage import NOTHING
from bot.dialogs.turn import Turn

_OF_A_LIFE = frozenset({"adults", "children", "income", "income_kind", "can_pay_now", "can_pay_monthly"})


def tells_facts(turn: Turn) -> bool:
    """Whether nothing but such facts was heard, with no question open; then the interview is offered, once."""
    told = {effect.name for effect in turn.effects if isinstance(effect, RecordFact)}
    is_answered = turn.step or turn.state.slots.get("situation") or "?" in turn.heard.text
    if is_answered or not told & _OF_A_LIFE or not set(turn.names) <= {*NOTHING}:
        return False
    turn.warm("told.debt")
    turn.start("situation")
    turn.remember(talked=True)
    turn.state = turn.state.evolve(misses=0)
    return True

"""A closed case is not talked of; only the answer to what we asked about ourselves is still taken: may we write again,
and how is it going.
"""

from __future__ import annotations

from bot.dialogs.flows import check_in
from bot.dialogs.limits import is_closed
from bot.dialogs.triage import NOTHING, PASSING
from bot.dialogs.turn import Turn


def answers_check_in(turn: Turn) -> bool:
    """The open question of a check-in, answered and nothing else said; all else is as in any closed case."""
    step = turn.step
    if not is_closed(turn.case) or turn.case.opted_out or turn.state.flow != check_in.FLOW.name or step is None:
        return False
    said = set(turn.names) - {*PASSING, *NOTHING, *step.takes}
    way = None if said else step.reads(turn.scene())
    if way is None:
        return False
    turn.take(way)
    turn.go(step.leads[way.name])
    return True

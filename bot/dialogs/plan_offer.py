"""An adviser's version of a plan, put to the resident: said in one SMS, and asked about in the plan flow's own step.

A yes to it is a proposal like any other: agreed on once a human has said so. Who was not recognised hears no sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.dialogs.flows import payment_plan
from bot.dialogs.limits import may_tell, past_deadline, work_out
from bot.dialogs.state import CaseFacts, Decision, Heard, State
from bot.dialogs.turn import Turn

_FLOW = payment_plan.FLOW


def offer(state: State, case: CaseFacts, today: date, version: Mapping[str, str | int], *, is_open: bool) -> Decision:
    """Say it; ``is_open``: the bot hears the answer, so its question is the open one from now on."""
    turn = Turn(state, Heard(""), case, today)
    named = {"adviser": version["adviser"]}
    if not may_tell(case):
        turn.say("plan.countered_plain", **named)
        if is_open:
            turn.close()
        return turn.decision()
    is_one = version["instalments"] == 1
    sums = {"monthly": version["monthly"], "first_date": version["first_date"]}
    times = {} if is_one else {"instalments": version["instalments"]}
    turn.say("plan.countered_one" if is_one else "plan.countered", **named, **sums, **times)
    if is_open:
        _ask(turn, int(version["monthly"]), str(version["first_date"]), is_one=is_one)
    return turn.decision()


def may_ask(case: CaseFacts, today: date, total_ore: int) -> bool:
    """True when the plan flow could ask the same: in time, and about all that is owed."""
    return not past_deadline(case, today) and 0 < total_ore == case.arrears_ore


def _ask(turn: Turn, monthly_ore: int, first_date: str, *, is_one: bool) -> None:
    """The step in which a yes sends it on; none where the flow could not say the same plan itself."""
    turn.close()
    for name in ("months", "down", "down_day", "rhythm"):
        turn.forget(name)
    worked = work_out(turn.case, monthly_ore)
    step = "confirm_one" if is_one else "confirm" if worked.last_ore != worked.monthly_ore else "confirm_even"
    turn.remember(monthly=monthly_ore, first_date=first_date)
    turn.state = turn.state.evolve(flow=_FLOW.name, step=step, asked={f"{_FLOW.name}.{step}": 1}, misses=0)

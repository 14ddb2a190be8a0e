"""Another sum, number of months or first day for a plan that waits for a human: worked out and asked about again.

Right after the plan was sent a bare sum is enough; later in the talk it takes a word of change. What was agreed of
the plan and is not changed (its first day, a sum at once) stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogs.effects import ProposePlan, RecordPromise
from bot.dialogs.flow import Scene, Way
from bot.dialogs.in_reply import TOO_MUCH
from bot.dialogs.limits import past_deadline
from bot.dialogs.proposals import proposed
from bot.dialogs.readers import amount_ore, instalments
from bot.dialogs.state import Heard, Slot
from bot.dialogs.turn import Turn

#: What a sum beside it is heard as.
_OF_PAYING = frozenset({"promise_to_pay", "ask_payment_plan", "cannot_pay", "ask_amount"})
_CHANGES = re.compile(
    r"\b(nej|i stedet|istedet|hellere|alligevel|mente|mener|ændre\w*|rette\w*|gør det til|lav det om|sæt det"
    r"|no|instead|rather|meant|make it|change)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\b(fra|start\w*|begynd\w*|første|from|begin\w*|first)\b", re.IGNORECASE)
LEAST_BARE_ORE = 10_000


def keep_plan(turn: Turn) -> None:
    """A plan sent in this turn may be changed by a bare sum in the next."""
    for plan in (effect for effect in turn.effects if isinstance(effect, ProposePlan)):
        kept: dict[str, Slot] = {"kept": "plan", "kept_day": plan.first_date.isoformat(), "kept_ore": plan.monthly_ore}
        down = next((effect for effect in turn.effects if isinstance(effect, RecordPromise)), None)
        if plan.total_ore is not None and down and down.amount_ore:
            kept["kept_down"] = down.amount_ore
            kept |= {"kept_down_day": down.day.isoformat()} if down.day else {}
        turn.remember(**kept)


def changes_plan(turn: Turn, topics: Sequence[str]) -> bool:
    """Whether the message changes the plan; then it is worked out anew, and what it comes to is asked about."""
    if turn.step or turn.handed_over or past_deadline(turn.case, turn.today) or set(topics) - _OF_PAYING:
        return False
    just_sent = turn.kept.get("kept") == "plan"
    if not (just_sent or (turn.case.proposed_plan and _CHANGES.search(turn.heard.text))):
        return False
    if _is_another(turn):
        return False
    before = _before(turn)
    way = _read(turn, before)
    if way is None:
        return just_sent and (_says_the_same(turn, before) or _asks_less(turn, before))
    turn.remember(**before)
    turn.take(way)
    turn.start("payment_plan", "work_out")
    return True


def _is_another(turn: Turn) -> bool:
    """A whole plan, asked for without a word of change, begins anew."""
    heard = turn.heard
    has_sum = heard.all("amount") or heard.all("instalments")
    return bool("ask_payment_plan" in turn.names and has_sum and not _CHANGES.search(heard.text))


def _before(turn: Turn) -> dict[str, Slot]:
    """The plan as it stands, in the slots that a proposal is kept in."""
    standing, kept = turn.case.proposed_plan or (0, 0), turn.kept
    slots = {
        "monthly": kept.get("kept_ore") or standing[0],
        "first_date": kept.get("kept_day"),
        "down": kept.get("kept_down"),
        "down_day": kept.get("kept_down_day"),
    }
    return {name: value for name, value in slots.items() if value}


def _read(turn: Turn, before: Mapping[str, Slot]) -> Way | None:
    """What is proposed now, if it is another plan and no payment on a day."""
    heard, monthly = turn.heard, int(before.get("monthly", 0))
    is_payment = "promise_to_pay" in heard.names and heard.all("date") and "ask_payment_plan" not in heard.names
    if is_payment or not monthly or _is_no_sum(heard, monthly):
        return None
    times = -(-turn.case.arrears_ore // monthly)  # so that "8 i stedet" is read as a number of months
    slots = {**before, "months": times} if _CHANGES.search(heard.text) else before
    way = proposed(Scene(slots, heard, turn.case, turn.today))
    only_a_day = not (heard.all("amount") or instalments(heard)) and way is not None and "first_date" in way.slots
    if only_a_day and not (_CHANGES.search(heard.text) or _BEGINS.search(heard.text)):
        return None
    if way is None or all(slots.get(name) == value for name, value in way.slots.items()):
        return None
    return replace(way, slots={name: value for name, value in way.slots.items() if name != "months" or value})


def _is_no_sum(heard: Heard, monthly: int) -> bool:
    """The same once more, or a choice among some that are no longer open."""
    ore = None if instalments(heard) else amount_ore(heard)
    is_small = ore is not None and ore < LEAST_BARE_ORE and not _CHANGES.search(heard.text)
    return is_small or ore == monthly


def _says_the_same(turn: Turn, before: Mapping[str, Slot]) -> bool:
    """The sum of the plan once more."""
    same = bool(turn.heard.all("amount")) and amount_ore(turn.heard) == before.get("monthly")
    if same and not turn.heard.all("date"):
        turn.say("other.fine")
        return True
    return False


def _asks_less(turn: Turn, before: Mapping[str, Slot]) -> bool:
    """ "Det er for meget alligevel": which sum would be right?"""
    if not before or turn.heard.values or not TOO_MUCH.search(turn.heard.text):
        return False
    turn.remember(**before)
    turn.start("payment_plan", "other")
    return True

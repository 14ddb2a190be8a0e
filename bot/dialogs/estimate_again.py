"""A figure put right after the estimate of boligstøtte: "nej, huslejen er 6.800". It is worked out again with it.

Only after an estimate, and only a figure that is named with what it is: a sum alone is none. So often and no oftener.
"""

from __future__ import annotations

import re

from bot.dialogs.effects import RecordFact
from bot.dialogs.estimate_answers import BEFORE_TAX, area_m2, is_after_tax, is_of_paying
from bot.dialogs.estimating import AGAIN_LEFT
from bot.dialogs.household import household
from bot.dialogs.income import income_kroner, rent_kroner
from bot.dialogs.limits import past_deadline
from bot.dialogs.state import Heard
from bot.dialogs.triage import NOTHING, PASSING
from bot.dialogs.turn import Turn
from bot.nlu.folding import fold

_RENT = re.compile(r"(?<!\w)(?:husleje\w*|lejen|rent)(?!\w)")
_INCOME = re.compile(r"(?<!\w)(?:indkomst\w*|indtaegt\w*|tjener|loen\w*|foer skat|income|earn|salary)(?!\w)")
_HOME = re.compile(r"(?<!\w)(?:boern\w*|barn|voks(?:en|ne)|alene|kids?|child(?:ren)?|adults?|alone)(?!\w)")
_ASKS = re.compile(r"\?|(?<!\w)(?:hvad|hvor|what|how)(?!\w)")
#: What the classifier makes of a rent or of children named.
_MAY_BE = frozenset(
    {*PASSING, *NOTHING, "ask_boligstoette", "inform_income_change", "inform_separation", "dispute_arrears"}
)
#: Beside these it is the arrears that are wrong.
_DISPUTES = re.compile(r"(?<!\w)(?:skyld\w*|fejl|restance\w*|kraevet|kraever|owe|mistake)(?!\w)")


def estimate_again(turn: Turn) -> bool:
    """Whether the message puts a figure right; then it is worked out again, and said."""
    left = int(turn.state.slots.get(AGAIN_LEFT) or 0)
    is_over = turn.step is None or (turn.state.flow, turn.state.step) == ("boligstoette", "zero")
    if not (left and is_over and set(turn.names) <= _MAY_BE) or past_deadline(turn.case, turn.today):
        return False
    corrected = _corrected(turn.heard)
    if not corrected:
        return False
    turn.do(*corrected)
    turn.remember(**{AGAIN_LEFT: left - 1, "talked": True})
    turn.set_aside()
    gives_after_tax = is_after_tax(turn.heard) and _INCOME.search(fold(turn.heard.text))
    turn.start("boligstoette", "before_tax" if gives_after_tax else "next")
    turn.state = turn.state.evolve(misses=0)
    return True


def _corrected(heard: Heard) -> list[RecordFact]:
    """The figures that are named with what they are."""
    text = fold(heard.text)
    if _ASKS.search(text) or _DISPUTES.search(text) or is_of_paying(heard):
        return []
    rent = rent_kroner(heard) if _RENT.search(text) else None
    income = income_kroner(heard) if _INCOME.search(text) and rent is None else None
    home = household(heard) if _HOME.search(text) else None
    said = {
        "rent": rent,
        BEFORE_TAX: income,
        "area_m2": area_m2(text),
        "adults": home.adults if home else None,
        "children": home.children if home else None,
    }
    return [RecordFact(name, value) for name, value in said.items() if value is not None]

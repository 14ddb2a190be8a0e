"""What must not wait: life, violence, a child alone, an eviction that goes on now. Fixed texts, a human, silence.

A text is said once until an adviser releases the conversation; only where it was about an eviction, and it is about a
life now, the graver one still follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from bot.dialogs.alarms import alarms, child_writes, tells_a_childs_age
from bot.dialogs.effects import OpenHandoff, OptOut, PauseBot
from bot.dialogs.other_people import writes_for_another
from bot.dialogs.rules import keep_promises
from bot.dialogs.triage import CRISIS
from bot.dialogs.turn import Turn
from bot.nlu.urgent import urgent

Crisis = Literal["crisis_self_harm", "crisis_violence", "child_alone", "eviction_now"]

#: An introduction has no more words.
_BRIEF = 8
_TEXTS: Mapping[Crisis, str] = MappingProxyType(
    {
        "crisis_self_harm": "crisis.self_harm",
        "crisis_violence": "crisis.violence",
        "child_alone": "crisis.child_alone",
        "eviction_now": "crisis.eviction",
    }
)


def crisis(turn: Turn) -> bool:
    """Life before everything: the fixed text, a human at once, and no word on anything else."""
    said: list[Crisis] = [name for name in CRISIS if name in turn.names and not _only_says_who(turn, name)]
    said += alarms(turn.heard.text)
    if not said:
        return False
    keep_promises(turn)
    if _is_news(turn, said[0]):
        turn.say(_text(turn.heard.text, said))
        turn.remember(told_crisis=said[0])
    turn.close()
    turn.do(OpenHandoff(said[0], "crisis"))
    turn.do(PauseBot())
    if "opt_out" in turn.names and not turn.case.opted_out:
        turn.do(OptOut(turn.heard.text))
        turn.say("opt_out.short")
    return True


def _only_says_who(turn: Turn, name: str) -> bool:
    """ "Det er hendes mand" sounds like violence to a classifier, and is an introduction; a rule's word stands."""
    text = turn.heard.text
    is_guess = len(text.split()) <= _BRIEF and name not in urgent(text)
    return is_guess and writes_for_another(text, turn.case.first_name)


def _is_news(turn: Turn, gravest: Crisis) -> bool:
    told = turn.state.slots.get("told_crisis")
    return not turn.case.crisis_told or (told == "eviction_now" and gravest != told)


def _text(text: str, said: list[Crisis]) -> str:
    """Whoever it is about, a child is spoken to as a child."""
    if {"crisis_self_harm", "crisis_violence"} <= set(said):
        return "crisis.both"
    is_child = child_writes(text) or ("crisis_violence" in said and tells_a_childs_age(text))
    return "crisis.child" if is_child and said[0] != "crisis_self_harm" else _TEXTS[said[0]]

"""Which part of an answer about help from the kommune was asked for: what to bring, how long, paid back or not, where.

Only words are looked at, folded to one spelling; nothing here knows the case. The texts stand in kommune.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.dialogs.kommune_words import ASKS_WHICH_HELP, GAMBLES, PARTS
from bot.dialogs.state import Slot
from bot.nlu.folding import fold

#: What has been said in this talk, as a slot: the texts with spaces between.
TOLD = "told"
#: So many parts are answered in one SMS.
PARTS_AT_MOST = 2
#: What is told by and by, when nothing in particular is asked for again.
IN_TURN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ask_enkeltydelse": ("enkeltydelse", "kommune_where", "kommune_bring"),
        "ask_personal_supplement": ("personal_supplement", "kommune_where", "kommune_bring"),
        "ask_medicine_support": ("medicine_support", "medicine_pharmacy", "kommune_where"),
        "ask_budget_advice": ("budget_advice",),
        "ask_rent_administration": ("rent_administration",),
    }
)


def told_of(slots: Mapping[str, Slot]) -> list[str]:
    """What has been said in this talk."""
    return str(slots.get(TOLD) or "").split()


def parts_asked(intent: str, text: str) -> tuple[str, ...]:
    """The texts on the parts that a question names, in the order of the table; none when it asks in general."""
    plain = fold(text)
    return tuple(name for name, words in PARTS[intent] if words.search(plain))[:PARTS_AT_MOST]


def gambles(text: str) -> bool:
    """Gambling takes the money."""
    return bool(GAMBLES.search(fold(text)))


def asks_which_help(text: str) -> bool:
    """Which help there is, not what this is about."""
    return bool(ASKS_WHICH_HELP.search(fold(text)))

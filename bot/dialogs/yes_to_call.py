"""Right after a call was offered or written down: a yes to "skriv RING" is a call, "hvornår" asks when we phone."""

from __future__ import annotations

import re

from bot.dialogs import texts
from bot.dialogs.compose import compose
from bot.dialogs.corrections import keep_for_next
from bot.dialogs.readers import is_bare, yes_or_no
from bot.dialogs.told import callback
from bot.dialogs.triage import PASSING
from bot.dialogs.turn import Turn
from bot.nlu.folding import fold

#: What was last said ends with the offer of a call; kept for the next turn only.
OFFERED_CALL = "offered_call"
_WORD = "RING"
_WHEN = re.compile(
    r"^\W*(?:(?:ca )?hvornaar(?: paa dagen)?|hvad tid|hvad for en dag|when|what time)"
    r"(?: (?:ringer|kommer|ringes|vil|bliver|will|do|does|can|is|you|i|du|hun|han|de|jeg|they|she|he|\w+ringet|"
    r"ringet|op|call|det))*\W*$"
)


def yes_to_call(turn: Turn) -> bool:
    """Whether the message is a yes to that offer; then the call is written down."""
    is_yes = yes_or_no(turn.heard) == "yes" and set(turn.names) <= {*PASSING} and is_bare(turn.heard.text)
    if not (is_yes and turn.kept.get(OFFERED_CALL)) or turn.case.opted_out:
        return False
    turn.set_aside()
    turn.do(*callback(turn.heard, turn.today))
    turn.remember(talked=True)
    turn.state = turn.state.evolve(misses=0)
    keep_for_next(turn)
    return True


def when_called(turn: Turn) -> bool:
    """ "Hvornår" right after a call was written down asks when we phone."""
    if turn.kept.get("kept") != "call" or turn.step or not _WHEN.search(fold(turn.heard.text)):
        return False
    turn.say("callback.any")
    turn.state = turn.state.evolve(misses=0)
    return True


def keep_offer(turn: Turn) -> None:
    """Remember whether this SMS ends with the offer of a call: then a yes is a yes to that."""
    said = compose(turn.draft, turn.case.own)
    if said and not turn.handed_over and _WORD in _danish(said[-1].text):
        turn.remember(**{OFFERED_CALL: True})


def _danish(text: str) -> str:
    return texts.catalogue(texts.FALLBACK)[text].replace("SPRING", "")

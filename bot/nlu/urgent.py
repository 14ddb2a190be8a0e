"""STOP, START, self-harm, violence and a wrong number by rule: whatever the classifier does, they are heard. Pure.

One table of folded patterns. What shares the words and means something else ("jeg dør af grin") is taken out first.
Asking for a human, yes and no are the classifier's; a bare "nej" or "slut" is an answer and no opt-out.
"""

from __future__ import annotations

import re

from bot.nlu.folding import fold
from bot.nlu.urgent_words import HARMLESS, PHRASES, WHOLE

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_INSIDE = re.compile(r"(?:[^\w\s]|\s)+")
#: "S T O P": blanks between single letters.
_SPELLED = re.compile(r"(?<=\b\w) (?=\w\b)")
_KILLS = re.compile(r"ihjel|draeb")
_HIMSELF = re.compile(r"(?<!\w)(?:selv|jeg (?:\w+ ){0,3}mig)(?!\w)")


def urgent(text: str) -> tuple[str, ...]:
    """Which of opt_out, opt_in, wrong_person, crisis_self_harm and crisis_violence it says, in the order said."""
    folded = fold(text)
    whole = _SPELLED.sub("", _INSIDE.sub(" ", _EDGES.sub("", folded)).strip())
    found = {intent: 0 for intent, messages in WHOLE.items() if whole in messages}
    for pattern in HARMLESS:
        folded = pattern.sub(lambda m: "#" * len(m[0]), folded)
    for intent, pattern in PHRASES:
        match = pattern.search(folded)
        if match:
            found[intent] = min(match.start(), found.get(intent, match.start()))
    both = set(found) >= {"crisis_violence", "crisis_self_harm"}
    if both and _KILLS.search(folded) and not _HIMSELF.search(folded):
        del found["crisis_self_harm"]  # somebody else does it
    return tuple(sorted(found, key=lambda intent: found[intent]))

"""Whether a question is passed over, in few words ("spring over", "ved ikke"), or no more questions are wanted."""

from __future__ import annotations

import re

from bot.dialogs.state import Heard
from bot.nlu.folding import fold

#: A longer message tells something, even where it says that something else is not known.
SKIP_WORDS = 7

_SKIPS = re.compile(
    r"(?<!\w)(?:spring(?:er)?(?: det| den| dette)? over|skip|naeste spoergsmaal|pas|ved (?:jeg )?(?:det )?ikk?e?|"
    r"ikk?e? ved|"
    r"(?:det )?husker jeg ikk?e?|husker (?:det )?ikk?e?|aner (?:det )?ikk?e?|ingen anelse|"
    r"(?:vil|oensker) (?:jeg )?(?:helst |ikk?e? )*(?:sige|svare|oplyse)|"
    r"(?:vil|oensker) (?:jeg )?helst ikk?e?|det siger jeg ikk?e?|privat|"
    r"(?:i )?(?:don'?t|do not) (?:know|remember)|no idea|not sure|rather not|prefer not|pass|none of your business)"
    r"(?!\w)"
)
_TIRED = re.compile(
    r"(?<!\w)(?:orker? (?:jeg )?(?:det )?(?:simpelthen |bare )?ikk?e?|magter (?:det )?ikk?e?|"
    r"(?:ikk?e?|ingen) flere spoergsmaal|"
    r"(?:for )?mange spoergsmaal|"
    r"(?:gider|kan) (?:jeg )?(?:simpelthen |bare )?ikk?e? (?:svare (?:paa )?)?(?:flere|mere)|"
    r"stop med (?:at spoerge|spoergsmaal\w*)|nok (?:nu|for i dag)|(?:er )?for traet|(?:no|not) more questions|"
    r"(?:too|so) many questions|too tired|can'?t (?:do|answer) (?:this|more|any ?more)|enough (?:questions|now))(?!\w)"
)


def skips(heard: Heard) -> bool:
    """The resident would rather not answer this one, or does not know."""
    text = fold(heard.text)
    return len(text.split()) <= SKIP_WORDS and bool(_SKIPS.search(text))


def is_tired(heard: Heard) -> bool:
    """The resident wants no more questions."""
    return bool(_TIRED.search(fold(heard.text)))

"""Which answer a question about boligstøtte gets: how long, who, how much, when just moved in, or why it is no rescue.

Only the words that ask are looked at. What speaks of a payment plan is said only where the case may be spoken of.
"""

from __future__ import annotations

import re

from bot.dialogs.limits import may_tell
from bot.dialogs.state import CaseFacts, Heard
from bot.nlu.folding import fold

DEFAULT = "boligstoette"
_ACUTE = re.compile(
    r"(?<!\w)(?:bagud|tilbage i tid|med tilbagevirkende|naa (?:det|at)|i tide|redde\w*|inden fristen|restance\w*|"
    r"det (?:jeg|vi) mangler|det (?:jeg|vi) skylder|backwards|back ?dated|in time|arrears|what i owe)(?!\w)"
)
_OWES = re.compile(r"(?<!\w)(?:skyld\w*|mangl\w*|restance\w*|betale|owe|pay|missing|behind)(?!\w)")
_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "boligstoette_paper",
        re.compile(
            r"(?<!\w)(?:blind|svagsynet|ordblind|(?:ikke|ingen|uden|no) (?:\w+ )?(?:mitid|nemid|computer|"
            r"internet|pc)|"
            r"(?:ikke|daarlig) (?:god )?(?:til|paa) (?:\w+ )?(?:computer\w*|nettet|it)|fritaget|papir\w*|"
            r"digital\w*|on paper)(?!\w)"
        ),
    ),
    ("boligstoette_moved", re.compile(r"(?<!\w)(?:flyttet ind|indflytning|moved in)(?!\w)")),
    (
        "boligstoette_time",
        re.compile(
            r"(?<!\w)(?:hvor (?:lang tid|laenge|hurtigt)|hvornaar|sagsbehandling\w*|how (?:long|fast|soon)|"
            r"when)(?!\w)"
        ),
    ),
    ("boligstoette_amount", re.compile(r"(?<!\w)(?:hvor (?:meget|stor)|faa i|beregn\w*|how much)(?!\w)")),
    (
        "boligstoette_who",
        re.compile(
            r"(?<!\w)(?:hvem kan|kan (?:jeg|vi|man) (?:ogsaa |overhovedet )?(?:faa|soege)|berettiget|"
            r"har (?:jeg|vi) ret|krav for|betingelse\w*|who can|can (?:i|we) (?:get|apply)|eligible|entitled)(?!\w)"
        ),
    ),
)  # fmt: skip


def asks_how_much(heard: Heard) -> bool:
    """It is the boligstøtte that is asked for in kroner, and not what is owed."""
    text = fold(heard.text)
    return dict(_WORDS)["boligstoette_amount"].search(text) is not None and not _OWES.search(text)


def asks_what_is_owed(heard: Heard) -> bool:
    """ "Hvor meget mangler jeg" is what is owed, also while boligstøtte is what the talk is about."""
    text = fold(heard.text)
    return dict(_WORDS)["boligstoette_amount"].search(text) is not None and bool(_OWES.search(text))


def answer_to(heard: Heard, case: CaseFacts) -> str:
    """The text that answers this question; what it is and how to apply, when nothing else was asked."""
    text = fold(heard.text)
    if _ACUTE.search(text) and may_tell(case):
        return "boligstoette_acute"
    return next((name for name, words in _WORDS if words.search(text)), DEFAULT)

"""What is asked in so many words, whatever the classifier makes of them: what it is all about, for more time."""

from __future__ import annotations

import re

from bot.dialogs.state import CaseFacts, Heard
from bot.nlu.folding import fold

_WORDS_AT_MOST = 6
_ABOUT = re.compile(
    r"(?<!\w)(?:hvad? (?:er det )?(?:det )?(?:handler|drejer|gaelder|gaeld) (?:det|dette|beskeden|sms\w*|sig)\b|"
    r"hvad? (?:er det|er dette|er det her) (?:det )?(?:\w+ )?(?:om|for noget)(?:$|[?.! ])|"
    r"hvad? (?:det )?(?:handler|drejer)|hvad? vil (?:i|du) (?:mig|gerne|snakke|tale|have)|"
    r"hvad? (?:er det )?(?:i|du) vil|hvorfor skriver|hvad skriver (?:i|du) om|"
    r"what(?:'?s| is) (?:it|this) (?:all )?about|what do you want|why (?:are you|do you|did you) (?:writ|text|contact))"
)
_MORE_TIME = re.compile(
    r"\b((?:mere|længere) tid|(?:længere|ny) frist|forlænge\w*|henstand"
    r"|frist\w* (?:\w+ )?(?:flyttes|udskydes|rykkes)|(?:flytte|udskyde|rykke) (?:\w+ )?frist\w*"
    r"|(?:få|have) (?:\w+ )?udsat|udskyde|udsættelse (?:til|med|på|af|indtil)"
    r"|få udsættelse|udsætte (?:betaling|det|fristen)"
    r"|vente (?:til|med at betale|en uge|et par)|(?:uge|uger|dage|måned) mere|flere dage|en uge til"
    r"|(?:week|weeks|days|month) more|more (?:days|weeks)|more time|extension|extend|postpone)",
    re.IGNORECASE,
)


def asks_what_about(text: str, case: CaseFacts) -> bool:
    """Only of who is not recognised yet: the others are told how it stands."""
    is_short = len(text.split()) <= _WORDS_AT_MOST  # "det er hans kone, hvad handler det om" says more
    return is_short and case.case_ref is not None and not case.verified and bool(_ABOUT.search(fold(text)))


def asks_more_time(heard: Heard) -> bool:
    """For a later day, without a word on how much."""
    return bool(_MORE_TIME.search(heard.text)) and not (heard.all("amount") or heard.all("instalments"))

"""Which language is asked for, and which are said not to be spoken: "mit dansk er ikke godt, kan vi skrive engelsk".

Who says no to Danish among others means Danish: it is what we wrote in.
"""

from __future__ import annotations

import re

NAMES = {
    "engelsk": "en",
    "english": "en",
    "dansk": "da",
    "danish": "da",
    "arabisk": "ar",
    "arabic": "ar",
    "tyrkisk": "tr",
    "turkish": "tr",
    "polsk": "pl",
    "polish": "pl",
    "ukrainsk": "uk",
    "ukrainian": "uk",
    "somali": "so",
    "farsi": "fa",
    "persisk": "fa",
    "rumænsk": "ro",
    "romanian": "ro",
}
#: Where a "not" ends.
_CLAUSES = re.compile(
    r"[.,;:!?\n]|\b(?:men|kun|bare|derfor|but|only|just|please)\b"
    r"|(?=\b(?:kan|kunne|må|skal|can|could|may|shall) (?:vi|i|du|jeg|de|we|you)\b)"
    r"|(?=\b(?:jeg|i|vi|we) (?:vil|ønsker|foretrækker|taler|snakker|skriver|want|prefer|speak|write|would)\b)"
)
_NOT = re.compile(
    r"\b(?:ikke|ik|ikk|ingen|hverken|neither|dårlig\w*|svært|not|no|never|cannot|bad|poor|difficult|hard|\w+n't|dont|cant)\b"
)
#: "Kan vi ikke skrive på engelsk?" wants English.
_POLITE = re.compile(r"\b(?:kan|kunne|skal) (?:vi|i|du|jeg) ikk?e?\b|\bcan'?t (?:we|you|i)\b")
_NEITHER = re.compile(r"\b(?:og|eller|hverken|and|or|nor|neither)\b")


def asked_for(text: str) -> tuple[str, set[str]]:
    """The language asked for, if one is, and those said not to be spoken ("kan ikke dansk, kun engelsk")."""
    wanted, refused = "", set[str]()
    for clause in _CLAUSES.split(text.lower().replace("\u2019", "'")):
        named = [code for name, code in NAMES.items() if name in clause]
        no = _refused(clause, named)
        refused.update(no)
        wanted = wanted or next((code for code in named if code not in no), "")
    return wanted if wanted not in refused else "", refused


def _refused(clause: str, named: list[str]) -> list[str]:
    if not _NOT.search(clause) or _POLITE.search(clause):
        return []
    return ["da"] if "da" in named and len(named) > 1 and not _NEITHER.search(clause) else named

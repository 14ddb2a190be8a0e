"""Thumbs and dictation: a message misspelled as people misspell, for training.

What it does was read off how residents write: ae oe aa or bare letters for æ ø å, small letters, no full stops, short
forms, keys beside the right one, letters doubled, swapped or lost, blanks lost.
"""

from __future__ import annotations

import re
from random import Random

_BESIDE = {
    "a": "sqz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "kø", "m": "n", "n": "mb", "o": "ipl", "p": "o", "r": "etf", "s": "ad", "t": "ryg",
    "u": "yij", "v": "cb", "y": "tu", "æ": "ø", "ø": "æl", "å": "p",
}  # fmt: skip
_SHORT = (
    ("ikke", "ik"), ("kan", "ka"), ("skal", "ska"), ("skulle", "sku"), ("har", "ha"), ("med", "me"), ("hvad", "hva"),
    ("hvor", "vor"), ("nogen", "ngn"), ("jeg", "jg"), ("måned", "md"), ("måneder", "mdr"), ("kommunen", "komunen"),
)  # fmt: skip
_FORMS = [(re.compile(rf"\b{word}\b", re.IGNORECASE), short) for word, short in _SHORT]
_DANISH = [str.maketrans(dict(zip("æøå", spelt, strict=True))) for spelt in (("ae", "oe", "aa"), "eoa", "aoa")]
_STOPS = re.compile(r"[.,!?;:]")
_RATES = (0.0, 0.02, 0.05, 0.08)


def noisy(text: str, chance: Random) -> str:
    """The text as a tired thumb would have written it; now and then as it was."""
    spoilt = text.lower() if chance.random() < 0.6 else text
    if chance.random() < 0.5:
        spoilt = _STOPS.sub("", spoilt)
    for pattern, short in _FORMS:
        if chance.random() < 0.3:
            spoilt = pattern.sub(short, spoilt)
    if chance.random() < 0.4:
        spoilt = spoilt.translate(chance.choice(_DANISH))
    rate = chance.choice(_RATES)
    return "".join(_slipped(letter, chance) if chance.random() < rate else letter for letter in spoilt)


def _slipped(letter: str, chance: Random) -> str:
    """One key missed, pressed twice, or its neighbour pressed. Digits stay: another sum is another message."""
    if letter.isalpha():
        return chance.choice(("", letter * 2, chance.choice(_BESIDE.get(letter.lower(), letter))))
    return "" if letter == " " else letter

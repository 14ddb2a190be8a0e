"""Words of the calendar that are misspelt, put right: "fredga", "decmber", "i mogen". Folded text in and out. Pure.

One slip (a letter left out, put in, exchanged or swapped) is mended where it can mean one word only, and the first
letter stands. Short words are left alone: one slip makes another word of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase

from bot.nlu.calendar_words import KNOWN

_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "loerdag", "soendag")
_TARGETS = (
    *_DAYS, *(f"{day}s" for day in _DAYS),
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "yesterday",
    "januar", "februar", "august", "september", "oktober", "november", "december", "january", "february", "october",
    "imorgen", "overmorgen", "iovermorgen", "formiddag", "eftermiddag", "formiddagen", "eftermiddagen",
    "maaned", "maaneden", "maaneder", "kroner",
)  # fmt: skip
#: Words of their own, one letter from another.
_LEFT = {*KNOWN, *_TARGETS, "fridag", "fridags", "koner", "maanen", "maaler", "morten", "norgen", "krone", "augusta"}
_SHORT = {
    "ugr": "uger", "mndr": "mdr", "mnd": "md", "apirl": "april", "aprl": "april", "arpil": "april", "mrats": "marts",
    "wensday": "wednesday", "wendsday": "wednesday", "tmrw": "tomorrow", "tmr": "tomorrow", "tommorow": "tomorrow",
    "2morrow": "tomorrow", "imaarn": "imorgen", "imorgon": "imorgen", "imorra": "imorgen", "imaaren": "imorgen",
    "maandag": "mandag", "tisdag": "tirsdag", "fredan": "fredag",
}  # fmt: skip
_WORD = re.compile(r"[a-z2][a-z]{2,}")
_TO_MORROW = re.compile(r"(?<!\w)i ([a-z]{4,7})(?!\w)")
_MORROW = {"morn", "maarn", "maaren", "morra", "morgon", "moern", "moren", "moeren"}


def _slips(word: str) -> Iterator[str]:
    """Every word that one slip behind the first letter makes of this one."""
    for i in range(1, len(word) + 1):
        head, tail = word[:i], word[i:]
        yield from (head + letter + tail for letter in ascii_lowercase)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in ascii_lowercase)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def _mended() -> dict[str, str]:
    meant: dict[str, set[str]] = {}
    for typed, target in {
        **dict(zip(_TARGETS, _TARGETS, strict=True)),
        "lordag": "loerdag",
        "sondag": "soendag",
    }.items():
        for slip in _slips(typed):
            meant.setdefault(slip, set()).add(target)
    return {slip: _likeliest(slip, words) for slip, words in meant.items() if slip not in _LEFT} | _SHORT


def _likeliest(slip: str, words: set[str]) -> str:
    """Of several ("fredas"), the one that ends alike; the slip itself when that does not decide."""
    alike = [word for word in words if word[-1] == slip[-1]] if len(words) > 1 else list(words)
    return alike[0] if len(alike) == 1 else slip


_MENDED = _mended()
_MORROWS = (_MORROW | set(_slips("morgen"))) - {"morges", "morten", "norgen", "morgen", "morgens"}


def spelt(folded: str) -> str:
    """The text with its calendar words in their right spelling."""
    text = _TO_MORROW.sub(lambda m: "i morgen" if m[1] in _MORROWS else m[0], folded)
    return _WORD.sub(lambda m: _MENDED.get(m[0], m[0]), text)

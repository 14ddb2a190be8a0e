"""A child alone and an eviction that goes on now, heard by rule: no intents, so the classifier has no say. Pure.

Rather an alarm too many than one too few, but "alene med børnene" and "fogeden kommer på tirsdag" are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from bot.dialogs import alarm_words as words
from bot.nlu.folding import fold

Alarm = Literal["child_alone", "eviction_now"]

#: How much of a text is looked at: the longest SMS there is.
_LONGEST = 1_600
_COMMAS = re.compile(r"[,;:()\"*]+")
_BLANKS = re.compile(r"[^\S\n]+")


def _compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


_HARMLESS = [_compiled([phrase]) for phrase in words.HARMLESS]
_CHILD, _CHILD_WRITES = _compiled(words.CHILD_ALONE), _compiled(words.CHILD_WRITES)
_AGED, _WITH_AGE = _compiled([words.AGED]), _compiled(words.WITH_AGE)
_EVICTION = _compiled(words.EVICTION_NOW)


def alarms(text: str) -> tuple[Alarm, ...]:
    """Which alarms a text raises, the graver one first."""
    plain = _plain(text)
    child: tuple[Alarm, ...] = ("child_alone",) if _CHILD.search(plain) or _by_child(plain) else ()
    return (*child, "eviction_now") if _EVICTION.search(plain) else child


def child_writes(text: str) -> bool:
    """Whether it is the child who writes."""
    return _by_child(_plain(text))


def tells_a_childs_age(text: str) -> bool:
    """Whether who writes says to be a child: "jeg er 9"."""
    return bool(_AGED.search(_plain(text)))


def _by_child(plain: str) -> bool:
    return bool(_CHILD_WRITES.search(plain) or (_AGED.search(plain) and _WITH_AGE.search(plain)))


def _plain(text: str) -> str:
    """Folded, commas as blanks, and without what only sounds alike."""
    plain = _BLANKS.sub(" ", _COMMAS.sub(" ", fold(text[:_LONGEST]))).strip()
    for pattern in _HARMLESS:
        plain = pattern.sub("#", plain)
    return plain

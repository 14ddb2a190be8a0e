"""The languages we write in: two complete ones, and seven of which only short fixed texts are there.

What is said in a short language stands in ``texts/CODE/short.toml``, with who has read it (``[review]``). It is said
only where an organisation has switched the language on. Money and law are never spoken of in one: a human does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

COMPLETE = ("da", "en")
SHORT = ("ar", "fa", "pl", "ro", "so", "tr", "uk")
#: All languages that an organisation can switch on.
KNOWN = (*COMPLETE, *SHORT)
#: As a Danish adviser calls them.
NAMES: Mapping[str, str] = {
    "da": "dansk",
    "en": "engelsk",
    "ar": "arabisk",
    "fa": "farsi",
    "pl": "polsk",
    "ro": "rumænsk",
    "so": "somali",
    "tr": "tyrkisk",
    "uk": "ukrainsk",
}
#: Written from right to left: groups of digits with blanks between them are shown in the wrong order.
RIGHT_TO_LEFT = frozenset({"ar", "fa"})
#: Known by their letters alone, so one word is enough to tell them.
OWN_SCRIPT = frozenset({"ar", "fa", "uk"})

_FOLDER = Path(__file__).with_name("texts")
_ABOUT = frozenset({"review", "words"})
_WORD = re.compile(r"[^\W\d_]+|\d+")
#: Danish and English words count in every language.
_YES, _NO = frozenset({"ja", "yes", "ok", "okay"}), frozenset({"nej", "no"})
#: A yes and a few words more is a yes, not a story.
_FEW = 4


@dataclass(frozen=True, slots=True)
class Review:
    """Who speaks a short language and has read its texts, and on which day; both empty until somebody has."""

    speaker: str = ""
    day: str = ""

    @property
    def is_done(self) -> bool:
        """Whether a speaker has put a name and a day to the texts."""
        return bool(self.speaker and self.day)


@cache
def _file(language: str) -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / language / "short.toml").read_text(encoding="utf-8"))


def sections(language: str) -> Mapping[str, Any]:
    """The texts of a short language, as they stand in its file."""
    return {name: table for name, table in _file(language).items() if name not in _ABOUT}


def review(language: str) -> Review:
    """Who has read the texts of a short language. The complete ones are read by those who make them."""
    return Review(**_file(language)["review"])


def unreviewed(languages: Iterable[str]) -> tuple[str, ...]:
    """Those of the languages whose short texts no speaker has put a name to."""
    return tuple(code for code in languages if code in SHORT and not review(code).is_done)


def is_short(language: str, switched_on: Collection[str]) -> bool:
    """Whether we write in it, and have only its short texts."""
    return language in SHORT and language in switched_on


def day_words(language: str) -> Mapping[str, str]:
    """The days that an answer is promised for, by their Danish words."""
    words = _file(language)["words"]
    danish = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
    near = {"i dag": words["today"], "i morgen": words["tomorrow"], "næste hverdag": words["next_working_day"]}
    return near | dict(zip(danish, words["weekdays"], strict=True))


def yes_or_no(text: str, language: str) -> Literal["yes", "no"] | None:
    """What a message of a few words says in a short language: "tak" is a yes in Polish, "nie rozumiem" is no "no"."""
    known = _file(language)["words"]
    said = _WORD.findall(text.casefold())
    if not 0 < len(said) <= _FEW:
        return None
    if said[0] in _YES.union(known["yes"]):
        return "yes"
    return "no" if said[0] in _NO.union(known["no"]) and set(said[1:]) <= set(known["thanks"]) else None

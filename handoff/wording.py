"""The inbox's words for values, from one catalogue (``texts/da.toml``), in the reader's language.

A key that the catalogue does not know gets the section's fallback, never an error: a newer bot may know more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from handoff.saying import DANISH, in_language, reader_language

_FILE = Path(__file__).parent / "texts" / "da.toml"


def catalogue(language: str | None = None) -> Mapping[str, Any]:
    """The whole catalogue: in one language, else in that of who reads."""
    return _catalogue(language or reader_language())


@cache
def _catalogue(language: str) -> Mapping[str, Any]:
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return read if language == DANISH else {key: translated(value, language) for key, value in read.items()}


def translated(words: Any, language: str) -> Any:
    """The same with each phrase in the language; keys and all that is no phrase stand as they are."""
    if isinstance(words, str):
        return in_language(language, words)
    if isinstance(words, Mapping):
        return {key: translated(value, language) for key, value in words.items()}
    return [translated(each, language) for each in words] if isinstance(words, list) else words


def word(section: str, key: str | None, **values: str) -> str:
    """The phrase for one value; the section's fallback, else the key itself in plain letters."""
    return _word(catalogue(), section, key, values)


def written_word(section: str, key: str | None, **values: str) -> str:
    """The same for what is stored or sent, and read by others: Danish, whoever asks."""
    return _word(catalogue(DANISH), section, key, values)


def _word(words: Mapping[str, Any], section: str, key: str | None, values: Mapping[str, str]) -> str:
    phrases: Mapping[str, str] = words[section]
    phrase = phrases.get(key or "", phrases.get("fallback", (key or "").replace("_", " ")))
    return phrase.format(**values) if values else phrase


def knows(section: str, key: str) -> bool:
    """True when the catalogue has a phrase of its own for this value."""
    return key in catalogue(DANISH)[section]


def lowered(phrase: str) -> str:
    """A phrase as it stands inside a sentence."""
    return phrase[:1].lower() + phrase[1:]


def emphasis(phrase: str) -> tuple[tuple[str, bool], ...]:
    """A phrase in pieces: those between ``**`` are what the eye should catch."""
    pieces = phrase.split("**")
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece)

"""The inbox's words for values, from one catalogue a language (``texts/da.toml``).

A key that the catalogue does not know gets the section's fallback, never an error: a newer bot may know more.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "texts"


@cache
def catalogue(language: str = "da") -> Mapping[str, Any]:
    """The whole catalogue of one language."""
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def word(section: str, key: str | None, **values: str) -> str:
    """The phrase for one value; the section's fallback, else the key itself in plain letters."""
    phrases: Mapping[str, str] = catalogue()[section]
    phrase = phrases.get(key or "", phrases.get("fallback", (key or "").replace("_", " ")))
    return phrase.format(**values) if values else phrase


def knows(section: str, key: str) -> bool:
    """True when the catalogue has a phrase of its own for this value."""
    return key in catalogue()[section]


def lowered(phrase: str) -> str:
    """A phrase as it stands inside a sentence."""
    return phrase[:1].lower() + phrase[1:]


def emphasis(phrase: str) -> tuple[tuple[str, bool], ...]:
    """A phrase in pieces: those between ``**`` are what the eye should catch."""
    pieces = phrase.split("**")
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece)

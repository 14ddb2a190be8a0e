"""Danish sentences of the code, said in the reader's language. Pure: ``handoff.languages`` knows who reads.

Danish is the key. Outside a request, and for who has chosen nothing, it is also the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

DANISH = "da"
Phrase = TypeVar("Phrase", bound=str)


@dataclass(slots=True)
class _Interpreter:
    """Who reads, and what a Danish phrase is to them."""

    language: Callable[[], str]
    phrase: Callable[[str, str], str]


_interpreter = _Interpreter(lambda: DANISH, lambda language, danish: danish)


def interpret(language: Callable[[], str], phrase: Callable[[str, str], str]) -> None:
    """Let these two say which language is asked for, and a phrase in a language."""
    _interpreter.language, _interpreter.phrase = language, phrase


def reader_language() -> str:
    """The language of who reads what is being made now."""
    return _interpreter.language()


def in_language(language: str, danish: str) -> str:
    """A phrase in one language; Danish where the catalogue lacks it."""
    return _interpreter.phrase(language, danish) if danish and language != DANISH else danish


def said(danish: str, **values: object) -> str:
    """A phrase for the reader; {names} are filled in."""
    phrase = in_language(reader_language(), danish)
    return phrase.format(**values) if values else phrase


def later(danish: Phrase) -> Phrase:
    """Mark a phrase of a table for the catalogue; ``said`` says it when it is shown."""
    return danish

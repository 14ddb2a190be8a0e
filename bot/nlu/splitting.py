"""A text split into what is said: sentences, lines, and what "og", "men" and commas join. Pure.

A piece keeps at least two words, so that "far og mor" stays together; dots in dates and amounts end nothing.
"""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(
    r"(?<!\w)(d|den|kl|kr|nr|ca|tlf|mvh|st|pr|fx|bl\.a|f\.eks|inkl|md|mdr|\d{1,2}|feb|dec|nov|okt|jan|sept?)\.$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[!?\n])\s*|(?<=[.;])\s+|\s*\n\s*|\s+[-–]\s+")
_JOINT = re.compile(r"\s*,\s+|\s+(?=(?:og|men|samt|så|for|and|but|eller)\s)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SHORTEST = 2
_LONGEST_ABBREVIATION = 8
_MOST_PIECES = 12


def split(text: str) -> list[str]:
    """The pieces in the order said; one piece, when there is nothing to split."""
    pieces = [piece for sentence in _sentences(text) for piece in _joined(sentence)]
    return pieces[:_MOST_PIECES] or [text.strip()]


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    for part in _SENTENCE.split(text):
        if sentences and _ABBREVIATION.search(sentences[-1][-_LONGEST_ABBREVIATION:]):
            sentences[-1] += " " + part
        elif part.strip():
            sentences.append(part.strip())
    return sentences


def _joined(sentence: str) -> list[str]:
    """The sentence cut at its joints, unless a piece would be a single word that is no greeting or yes or no."""
    pieces: list[str] = []
    for part in _JOINT.split(sentence):
        if not part.strip():
            continue
        if pieces and (_is_short(part) or _is_short(pieces[-1])) and not _stands_alone(pieces[-1]):
            pieces[-1] += " " + part.strip()
        else:
            pieces.append(part.strip())
    return pieces


def _is_short(part: str) -> bool:
    return len(_WORD.findall(part)) <= _SHORTEST


def _stands_alone(part: str) -> bool:
    return part.casefold().strip(" ,.!") in {
        "hej",
        "hejsa",
        "goddag",
        "ja",
        "nej",
        "ok",
        "okay",
        "tak",
        "nej tak",
        "ja tak",
        "hi",
        "hello",
    }

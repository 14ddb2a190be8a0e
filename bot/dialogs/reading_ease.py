"""LIX, the Danish measure of how hard a text reads: words a sentence, and how many in a hundred words are long.

Names, numbers and placeholders count for nothing: nobody can choose shorter ones.
"""

from __future__ import annotations

import re

#: What everybody should be able to read.
EASY = 35
#: A word of more letters than this is long.
SHORT_WORD = 6
#: In fewer words than this one long word moves the measure by seven: they are not judged.
WORDS_ENOUGH = 15

_PLACEHOLDER = re.compile(r"\{\w*\}")
_NO_SENTENCE = re.compile(r"\b(?:d|kl|kr|nr|fx|ca|tlf)\.|\d[\d.,/]*")
_ENDS = re.compile(r"[.?!:]+(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def lix(text: str) -> int:
    """The measure of a text, rounded; 0 for one without words."""
    sentences = _sentences(text)
    counted = [word for sentence in sentences for word in sentence]
    if not counted:
        return 0
    long = sum(len(word) > SHORT_WORD for word in counted)
    return round(len(counted) / len(sentences) + 100 * long / len(counted))


def is_hard(text: str) -> bool:
    """True for a text that reads harder than everybody can, where it is long enough to be measured."""
    return sum(map(len, _sentences(text))) >= WORDS_ENOUGH and lix(text) > EASY


def _sentences(text: str) -> list[list[str]]:
    plain = _NO_SENTENCE.sub(" ", _PLACEHOLDER.sub(" ", text))
    parts = [_own_words(_WORD.findall(part)) for part in _ENDS.split(plain)]
    return [words for words in parts if words]


def _own_words(sentence: list[str]) -> list[str]:
    """All but names: what has a capital without beginning the sentence."""
    return [word for place, word in enumerate(sentence) if place == 0 or word[0].islower()]

"""A text as TF-IDF: words and pairs of words, and pieces of 2-5 characters within a word. The same code for training
and for hearing; numpy alone, because importing scikit-learn costs a running service seconds and 100 MB.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.folding import fold

Weights = NDArray[np.floating[Any]]
_WORD = re.compile(r"[^\W\d_]+|\d+|[?!]|[^\w\s.,;:'\"()/-]")
_SHORTEST, _LONGEST = 2, 5
_MANY_CHARACTERS = 800


def terms(text: str) -> Iterator[str]:
    """Every word, pair of words and piece of a word in the text; numbers are told apart by their length only."""
    for half in _halves(text):
        yield from half


def _halves(text: str) -> tuple[list[str], list[str]]:
    """The terms of words, and the terms of characters."""
    words = ["0" * min(len(w), 5) if w.isdecimal() else w for w in _WORD.findall(fold(text)[:_MANY_CHARACTERS])]
    pairs = zip(["^", *words], [*words, "$"], strict=True)
    said = [f"w:{word}" for word in words] + [f"w:{one} {two}" for one, two in pairs]
    return said, [piece for word in words for piece in _pieces(f"<{word}>")]


def _pieces(word: str) -> list[str]:
    sizes = range(_SHORTEST, _LONGEST + 1)
    return [f"c:{word[start : start + size]}" for size in sizes for start in range(len(word) - size + 1)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms that count, and how telling each is."""

    index: dict[str, int]
    idf: Weights

    @classmethod
    def of(cls, texts: Sequence[str], at_least: int = 2) -> Vocabulary:
        """The terms found in at least so many of the texts."""
        seen = Counter(term for text in texts for term in set(terms(text)))
        kept = sorted(term for term, count in seen.items() if count >= at_least)
        idf = np.array([np.log((1 + len(texts)) / (1 + seen[t])) + 1 for t in kept], dtype=np.float32)
        return cls({term: place for place, term in enumerate(kept)}, idf)

    def row(self, text: str) -> tuple[NDArray[np.int64], Weights]:
        """The places and weights of one text. Words and characters weigh the same in sum."""
        halves = [self._half(half) for half in _halves(text)]
        places = np.concatenate([half[0] for half in halves])
        return places, np.concatenate([half[1] for half in halves])

    def _half(self, found: Sequence[str]) -> tuple[NDArray[np.int64], Weights]:
        index = self.index
        counts = Counter([index[term] for term in found if term in index])
        places = np.fromiter(counts.keys(), np.int64, len(counts))
        often = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (1 + np.log(often)) * self.idf[places]
        length = float(np.sqrt((weights**2).sum()))
        return places, (weights / length if length else weights).astype(np.float32)

    def terms_in_order(self) -> Iterable[str]:
        """Every term, by its place."""
        return sorted(self.index, key=lambda term: self.index[term])

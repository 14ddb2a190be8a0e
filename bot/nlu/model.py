"""The trained model as plain numbers: kept as .npz with a JSON vocabulary, never as a pickle, which could run code."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.features import Vocabulary
from bot.nlu.intents import INTENTS

Matrix = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Linear:
    """One linear view of a text: a score for every intent, and how a score becomes a probability."""

    weights: Matrix  #: features × intents
    bias: Matrix
    slope: Matrix
    offset: Matrix

    def probabilities(self, scores: Matrix) -> Matrix:
        """Scores without bias as probabilities, each intent by itself."""
        raw = self.slope * (scores + self.bias) + self.offset
        return np.asarray(1 / (1 + np.exp(-np.clip(raw, -30, 30))), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """What training gives: the words' view, and the sentence vectors' view when there is one."""

    vocabulary: Vocabulary
    words: Linear
    vectors: Linear | None
    centre: Matrix  #: the mean sentence vector, taken off before the weights

    def save(self, path: Path) -> None:
        """Write it in one go: a reader sees the old file or the whole new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, NDArray[Any]] = {f"words_{k}": v for k, v in _arrays(self.words).items()}
        arrays |= {f"vectors_{k}": v for k, v in _arrays(self.vectors).items()} if self.vectors else {}
        arrays |= {"idf": self.vocabulary.idf, "centre": self.centre}
        terms = json.dumps(list(self.vocabulary.terms_in_order())).encode()
        arrays["terms"] = np.frombuffer(terms, dtype=np.uint8)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            np.savez(file, allow_pickle=False, **arrays)
        os.replace(file.name, path)

    @classmethod
    def load(cls, path: Path) -> Model | None:
        """The model in the file; None when there is none that can be read."""
        try:
            with np.load(path, allow_pickle=False) as file:
                model = cls._of(dict(file))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            return None
        return model if model.words.bias.shape == (len(INTENTS),) else None

    @classmethod
    def _of(cls, arrays: dict[str, Matrix]) -> Model:
        terms = json.loads(arrays["terms"].tobytes())
        vocabulary = Vocabulary({term: place for place, term in enumerate(terms)}, arrays["idf"])
        vectors = _linear(arrays, "vectors_") if "vectors_weights" in arrays else None
        return cls(vocabulary, _linear(arrays, "words_"), vectors, arrays["centre"])


def _arrays(linear: Linear) -> dict[str, Matrix]:
    return {field.name: getattr(linear, field.name) for field in fields(linear)}


def _linear(arrays: dict[str, Matrix], prefix: str) -> Linear:
    return Linear(**{field.name: arrays[prefix + field.name] for field in fields(Linear)})

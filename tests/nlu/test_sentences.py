"""Sentence vectors out of the first layers of a model that is not ours, and the quick way of folding what is usual."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu import sentences
from bot.nlu.folding import fold
from bot.nlu.sentences import Sentences

_SAID = ["jeg kan ikke betale", "hvad koster en plads", "min mand er syg", "i can pay on friday"]
#: Seen by nobody, and no letter: with it a text is folded the long way.
_HIDDEN = "\u200b"


@pytest.fixture(scope="module")
def engine() -> Sentences:
    return Sentences()


def test_a_vector_is_the_same_alone_among_others_and_on_several_threads(engine: Sentences):
    alone = [engine.vectors([said])[0] for said in _SAID]
    assert np.allclose(engine.vectors(_SAID), alone, atol=1e-6)
    with ThreadPoolExecutor(4) as threads:
        beside = list(threads.map(lambda said: engine.vectors([said])[0], _SAID * 20))
    assert np.array_equal(beside, alone * 20)


def test_a_vector_has_length_one_and_like_is_nearer_than_unlike(engine: Sentences):
    like, unlike, said = engine.vectors(["jeg har ikke råd til at betale", "radiatoren larmer", "jeg kan ikke betale"])
    assert np.linalg.norm(said) == pytest.approx(1, abs=1e-5)
    assert said @ like > said @ unlike


def test_another_model_than_the_known_one_is_refused_and_words_alone_do(tmp_path):
    other = tmp_path / "model.bin"
    other.write_bytes(b"E5S1" + (1).to_bytes(4, "little") + (768).to_bytes(4, "little") + (12).to_bytes(4, "little"))
    with pytest.raises(OSError, match="another model"):
        sentences.shortened(other)


def test_fewer_layers_are_said_in_memory_only(tmp_path):
    file = tmp_path / "model.bin"
    head = b"E5S1" + b"".join(number.to_bytes(4, "little") for number in (1, 384, 12))
    file.write_bytes(head + b"weights")
    image = sentences.shortened(file)
    assert image[:16] == head[:12] + sentences.LAYERS.to_bytes(4, "little")
    assert file.read_bytes() == head + b"weights"


@given(st.text(alphabet=[*map(chr, range(32, 127)), *"\næøåÆØÅ"]))
def test_what_is_usual_is_folded_as_everything_else_is(text: str):
    assert fold(text) == fold(text + _HIDDEN) == fold(_HIDDEN + text)

"""The training set is sound: every intent, no text twice, none of the evaluation's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.nlu.examples import ExamplesError, in_both, load, training_examples
from bot.nlu.folding import fold
from bot.nlu.intents import INTENTS

EVALUATION = Path(__file__).parent / "evaluation"


def test_every_intent_has_at_least_fifteen_messages():
    counts = Counter(name for example in training_examples() for name in example.intents)
    assert {name for name in INTENTS if counts[name] < 15} == set()


def test_no_text_is_labelled_twice():
    counts = Counter(fold(example.text) for example in training_examples())
    assert [text for text, count in counts.items() if count > 1] == []


def test_the_evaluation_set_was_never_trained_on():
    assert in_both(load(EVALUATION), training_examples()) == []


def test_out_of_scope_never_stands_beside_another_intent():
    assert [e.text for e in training_examples() if "out_of_scope" in e.intents and len(e.intents) > 1] == []


def test_a_plus_separates_the_intents_of_one_message(tmp_path):
    file = tmp_path / "some.yml"
    file.write_text('version: "3.1"\nnlu:\n- intent: greet+ask_amount\n  examples: |\n    - hej, hvor meget\n')
    assert [(e.text, e.intents) for e in load(file)] == [("hej, hvor meget", ("greet", "ask_amount"))]


@pytest.mark.parametrize("content", ["nlu: 3", "- a", "nlu:\n- intent: greeet\n  examples: |\n    - hej", "{", ""])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    file = tmp_path / "broken.yml"
    file.write_text(content)
    with pytest.raises(ExamplesError, match=r"broken\.yml"):
        load(file)

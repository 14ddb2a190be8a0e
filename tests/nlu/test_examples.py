"""The training set is sound: enough of every intent, no text twice or nearly twice, none of the evaluation's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.nlu.examples import ExamplesError, in_both, load, training_examples, training_files
from bot.nlu.folding import fold
from bot.nlu.intents import INTENTS, OUT_OF_SCOPE
from bot.nlu.language import detect
from bot.nlu.masking import mask_cpr
from bot.nlu.near_duplicates import near_duplicates

EVALUATION = Path(__file__).parent / "evaluation"
STYLES = {"plain", "noisy", "second_language", "english", "other_language"}
OFTEN = (
    "opt_out", "crisis_self_harm", "crisis_violence", "distress", "ask_human", "promise_to_pay", "ask_payment_plan",
    "already_paid", "cannot_pay",
)  # fmt: skip
EXAMPLES = training_examples()
COUNTS = Counter(name for example in EXAMPLES for name in example.intents)


def test_every_intent_is_said_in_many_ways():
    assert {name for name in INTENTS if COUNTS[name] < 200} == set()
    assert {name for name in OFTEN if COUNTS[name] < 400} == set()
    assert COUNTS[OUT_OF_SCOPE] >= 1_000


def test_one_message_in_four_says_several_things():
    assert sum(len(example.intents) > 1 for example in EXAMPLES) > len(EXAMPLES) / 4


def test_residents_write_in_other_languages_too():
    written = Counter(detect(example.text, "da") for example in EXAMPLES)
    assert set(written) >= {"da", "en", "ar", "tr", "pl", "uk", "so", "fa", "ro"}
    assert written["en"] > len(EXAMPLES) / 20


def test_no_text_is_labelled_twice():
    counts = Counter(fold(example.text) for example in EXAMPLES)
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_message_is_nearly_another_nor_longer_ones_of_the_evaluation():
    """Three words and less are what everybody writes: those of the evaluation may be near to others."""
    learnt, judged = [e.text for e in EXAMPLES], [e.text for e in load(EVALUATION)]
    texts = learnt + judged
    alike = [(texts[one], texts[other]) for one, other, _ in near_duplicates(texts)]
    few = {text for text in judged if len(text.split()) <= 3}
    assert [pair for pair in alike if not few & set(pair)] == []


def test_near_duplicates_are_found():
    texts = ["jeg betaler på fredag når lønnen kommer", "kan I ringe", "Jeg betaler på lørdag, når lønnen kommer!"]
    assert [pair[:2] for pair in near_duplicates(texts, alike=0.8)] == [(0, 2)]
    assert list(near_duplicates(texts[1:])) == []


def test_the_evaluation_set_was_never_trained_on():
    assert in_both(load(EVALUATION), EXAMPLES) == []


def test_the_evaluation_set_is_split_by_style_and_tells_day_language_and_values():
    examples = load(EVALUATION)
    assert len(examples) >= 600
    assert {example.style for example in examples} == STYLES
    assert {name for name in INTENTS if not any(name in example.intents for example in examples)} == set()
    assert all(example.now and example.language and example.values is not None for example in examples)
    assert sum(len(example.intents) > 1 for example in examples) > len(examples) / 3


@pytest.mark.parametrize("examples", [EXAMPLES, load(EVALUATION)], ids=["training", "evaluation"])
def test_labels_are_such_as_can_be_heard(examples):
    assert [e.text for e in examples if OUT_OF_SCOPE in e.intents and len(e.intents) > 1] == []
    assert [e.text for e in examples if {"crisis_self_harm", "distress"} <= set(e.intents)] == []
    assert [e.text for e in examples if len(set(e.intents)) < len(e.intents)] == []


@pytest.mark.parametrize("path", training_files(), ids=lambda path: path.stem)
def test_each_file_says_what_it_holds(path):
    assert path.read_text(encoding="utf-8").startswith("# ")


def test_no_cpr_number_is_learnt():
    assert [e.text for e in EXAMPLES if mask_cpr(e.text)[1]] == []


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

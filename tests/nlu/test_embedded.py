"""The trained engine: what it must hear in sentences it has never seen, and how it is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.nlu import embedding, evaluation
from bot.nlu.embedded import EmbeddedClassifier, cache_path
from bot.nlu.examples import load, training_examples
from bot.nlu.model import Model
from bot.nlu.training import train
from bot.nlu.understand import CRISES, Understanding

TODAY = date(2026, 11, 25)
EVALUATION = Path(__file__).parent / "evaluation"
_NEVER_SEEN = [
    ("Hej, jeg er blevet fyret, kan jeg betale 1000 om måneden? og hvad er enkeltydelse",
     {"greet", "inform_job_loss", "ask_payment_plan", "ask_enkeltydelse"}),
    ("kan jeg få boligstøtte når jeg bor alene", {"ask_boligstoette"}),
    ("jeg vil gerne tale med et menneske", {"ask_human"}),
    ("jeg kan betale 600 hver måned", {"ask_payment_plan"}),
    ("har ikke råd til huslejen denne måned", {"cannot_pay"}),
    ("jeg har overført pengene", {"already_paid"}),
    ("jeg betaler på torsdag", {"promise_to_pay"}),
    ("hvor meget er det jeg skylder jer", {"ask_amount"}),
    ("hvornår er fristen", {"ask_deadline"}),
    ("bliver vi smidt ud af lejligheden", {"ask_eviction"}),
    ("hvilket kontonummer skal jeg bruge", {"ask_how_to_pay"}),
    ("forkert nummer, jeg kender jer ikke", {"wrong_person"}),
    ("vil du ringe til mig i morgen", {"ask_callback"}),
    ("hvem skriver til mig", {"ask_identity"}),
    ("english please i dont speak danish", {"change_language"}),
    ("jeg er sygemeldt med stress", {"inform_illness"}),
    ("min mand og jeg er blevet skilt", {"inform_separation"}),
    ("min mor er død", {"inform_bereavement"}),
    ("min løn er ikke kommet endnu", {"inform_income_change"}),
    ("jeg kan ikke sove om natten og græder", {"distress"}),
    ("i er nogle idioter", {"abuse"}),
    ("radiatoren er kold igen", {"other_housing_matter"}),
    ("kan kommunen hjælpe med en enkeltydelse", {"ask_enkeltydelse"}),
    ("hej", {"greet"}),
    ("tusind tak for hjælpen", {"thank"}),
    ("ja det vil jeg gerne", {"affirm"}),
    ("nej det vil jeg ikke", {"deny"}),
    ("STOP", {"opt_out"}),
    ("start", {"opt_in"}),
    ("jeg vil ikke leve mere", {"crisis_self_harm"}),
    ("min mand slår mig", {"crisis_violence"}),
    ("hvad er klokken i new york", {"out_of_scope"}),
    ("42", {"out_of_scope"}),
    ("er der nyt om min sag", {"ask_case_status"}),
    ("jeg står i RKI og har mange lån", {"inform_debt"}),
    ("kan I hjælpe mig med at lave et budget", {"ask_budget_advice"}),
    ("er det fortroligt hvad jeg skriver", {"ask_privacy"}),
    ("hvad kan I hjælpe mig med", {"ask_menu"}),
    ("jeg har ikke set min nabo i flere dage", {"concern_for_neighbour"}),
    ("jeg skylder jer ikke noget, det er en fejl", {"dispute_arrears"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def understand(classifier):
    return Understanding(classifier).understand


@pytest.mark.parametrize(("text", "intents"), _NEVER_SEEN)
def test_plain_sentences_are_understood(understand, text, intents):
    assert intents <= set(understand(text, TODAY).names)


def test_the_order_is_the_order_said(understand):
    text, _ = _NEVER_SEEN[0]
    assert understand(text, TODAY).names == ("greet", "inform_job_loss", "ask_payment_plan", "ask_enkeltydelse")


def test_our_own_evaluation_set_does_not_fall_behind(understand):
    """Not the aim, but the floor: docs/understanding.html tells where it stands. One in eight is a hard look-alike."""
    examples = load(EVALUATION)
    report = evaluation.compare(examples, [understand(example.text, example.now or TODAY) for example in examples])
    assert report.micro.f1 > 0.89
    assert report.exact.part > 0.78
    assert report.values.f1 > 0.96
    assert report.language.part > 0.98
    assert min(report.intents[name].recall for name in ("crisis_self_harm", "crisis_violence", "opt_out")) > 0.92
    assert min(report.intents[name].precision for name in ("crisis_self_harm", "crisis_violence", "opt_out")) > 0.7


def test_who_is_in_danger_is_at_least_heard_as_desperate(understand):
    examples = [example for example in load(EVALUATION) if CRISES & set(example.intents)]
    unheard = [e.text for e in examples if not (CRISES | {"distress"}) & set(understand(e.text, TODAY).names)]
    assert len(unheard) <= 2  # of 65


@pytest.mark.parametrize("text", ["", "😀" * 70, "æ" * 1600, "/greet", "\x00", "۱۲۳", "a" * 1600])
def test_odd_texts_get_an_answer(classifier, text):
    assert all(0 <= confidence <= 1 for _, confidence in classifier.classify(text))


def test_many_at_once_are_the_same_as_one_by_one(classifier):
    texts = ["hej", "jeg kan ikke betale", "hvad er enkeltydelse"]
    together = [[name for name, _ in row] for row in classifier.classify_many(texts)]
    assert together == [[name for name, _ in classifier.classify(text)] for text in texts]
    assert classifier.classify_many([]) == []


def test_a_start_with_a_cached_model_reads_it_as_it_lies_and_imports_no_scikit_learn(models):
    """Nothing can be trained without scikit-learn, so the cached file is what answers, and it stays untouched."""
    code = (
        "import sys; from pathlib import Path; from bot.nlu.embedded import EmbeddedClassifier as E;"
        "E.load(Path(sys.argv[1])).classify('hej'); assert 'sklearn' not in sys.modules"
    )
    cached = cache_path(models)
    before = cached.stat().st_mtime_ns, cached.read_bytes()
    subprocess.run([sys.executable, "-c", code, str(models)], check=True, env=os.environ | {"PYTHONPATH": "."})
    assert (cached.stat().st_mtime_ns, cached.read_bytes()) == before


def test_a_spoilt_cache_is_no_model(tmp_path):
    file = tmp_path / "nlu.npz"
    assert Model.load(file) is None
    file.write_bytes(b"no model at all")
    assert Model.load(file) is None


def test_a_pickle_in_the_cache_is_not_opened(tmp_path):
    file = tmp_path / "nlu.npz"
    np.savez(file, idf=np.array([{"a": 1}], dtype=object))
    assert Model.load(file) is None


def test_the_cache_has_one_place_for_one_set_of_data_and_code(tmp_path):
    assert cache_path(tmp_path) == cache_path(tmp_path)
    assert cache_path(tmp_path).parent == tmp_path


def test_words_alone_do_where_sentence_vectors_are_not_to_be_had(tmp_path):
    some = [example for example in training_examples() if len(example.intents) == 1]
    model = train(some, with_vectors=False)
    model.save(tmp_path / "words.npz")
    words_only = Model.load(tmp_path / "words.npz")
    assert words_only is not None
    classifier = EmbeddedClassifier(words_only)
    assert not classifier.uses_vectors
    assert classifier.classify("kan jeg få boligstøtte")[0][0] == "ask_boligstoette"


def test_sentence_vectors_are_there_in_this_environment(classifier):
    assert embedding.available()
    assert classifier.uses_vectors

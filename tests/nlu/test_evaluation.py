"""What an evaluation says of messages and of what was heard in them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.dialogs.state import Heard, Intent, Value
from bot.nlu.evaluation import compare
from bot.nlu.examples import Example, ExamplesError, load


def heard(*names: str, values: tuple[Value, ...] = (), language: str = "da") -> Heard:
    return Heard("", tuple(Intent(name, 0.9) for name in names), values, language)


def test_a_greeting_counts_for_f1_but_not_for_the_exact_set():
    report = compare([Example("hej, hvor meget", ("greet", "ask_amount"))], [heard("ask_amount")])
    assert (report.exact.right, report.micro.hits, report.micro.true) == (1, 1, 2)
    assert report.mistakes == []


def test_the_order_is_not_asked_for_but_everything_said_is():
    examples = [Example("a", ("cannot_pay", "ask_human")), Example("b", ("cannot_pay", "ask_human"))]
    report = compare(examples, [heard("ask_human", "cannot_pay"), heard("cannot_pay")])
    assert report.exact.part == 0.5
    assert [example.text for example, _ in report.mistakes] == ["b"]
    assert report.intents["ask_human"].recall == 0.5


def test_each_style_has_its_own_scores():
    examples = [Example("a", ("greet",), style="plain"), Example("b", ("deny",), style="noisy")]
    styles = compare(examples, [heard("greet"), heard("affirm")]).styles()
    assert {name: one.exact.part for name, one in styles.items()} == {"plain": 1, "noisy": 0}


def test_values_count_as_often_as_they_are_said_and_only_where_somebody_wrote_them_down():
    twice = (Value("amount", 500), Value("amount", 500))
    examples = [Example("500 og 500", ("promise_to_pay",), values=twice), Example("300", ("out_of_scope",))]
    report = compare(examples, [heard(values=twice[:1]), heard(values=(Value("amount", 300),))])
    assert (report.values.hits, report.values.said, report.values.true) == (1, 1, 2)
    assert len(report.misread) == 1


def test_language_is_judged_where_somebody_wrote_it_down():
    examples = [Example("a", ("greet",), language="pl"), Example("b", ("greet",))]
    language = compare(examples, [heard(language="da"), heard(language="da")]).language
    assert (language.right, language.of) == (0, 1)


def test_rasas_longer_form_tells_more_of_a_message(tmp_path):
    (tmp_path / "noisy.yml").write_text(
        "nlu:\n- intent: promise_to_pay\n  examples:\n  - text: |\n      btaler kl 12\n      500\n"
        '    metadata: {now: 2026-11-27, language: da, values: [{time: "12:00"}, {amount: 500}]}\n'
    )
    (example,) = load(tmp_path)
    assert example.text == "btaler kl 12\n500"
    assert (example.now, example.language, example.style) == (date(2026, 11, 27), "da", "noisy")
    assert example.values == (Value("time", "12:00"), Value("amount", 500))


@pytest.mark.parametrize("entry", ["3", "{txt: hej}", "{text: 3}", "{text: hej, metadata: {values: 3}}"])
def test_a_broken_longer_form_is_named(tmp_path, entry):
    file = tmp_path / "broken.yml"
    file.write_text(f"nlu:\n- intent: greet\n  examples:\n  - {entry}\n")
    with pytest.raises(ExamplesError, match=r"broken\.yml"):
        load(file)

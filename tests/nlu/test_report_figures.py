"""The figures of the report, counted by hand on a few messages."""

from __future__ import annotations

import pytest

from bot.dialogs.state import Heard, Intent, Value
from bot.nlu import report_figures as figures
from bot.nlu.evaluation import Report, Share, compare
from bot.nlu.examples import Example
from bot.nlu.report_figures import NOTHING_ELSE, NOTHING_MISSED


def of(*messages: tuple[str, str]) -> Report:
    """What was said and what was heard, each as "name name=0.7": 0.9 where nothing else is given."""
    examples = [Example(f"text {place}", tuple(said.split())) for place, (said, _) in enumerate(messages)]
    return compare(examples, [heard(names) for _, names in messages])


def heard(names: str) -> Heard:
    pairs = (name.partition("=") for name in names.split())
    return Heard("", tuple(Intent(name, float(sure or 0.9)) for name, _, sure in pairs))


@pytest.mark.parametrize(
    ("said", "heard_as", "counts"),
    [
        ("ask_amount", "ask_amount", {}),
        ("ask_amount", "ask_deadline", {("ask_amount", "ask_deadline"): 1}),
        ("ask_amount deny", "deny", {("ask_amount", NOTHING_ELSE): 1}),
        ("deny", "deny abuse", {(NOTHING_MISSED, "abuse"): 1}),
        ("ask_amount", "", {("ask_amount", NOTHING_ELSE): 1}),
        ("greet deny", "abuse thank", {(m, w): 1 for m in ("greet", "deny") for w in ("abuse", "thank")}),
    ],
)
def test_every_missed_intent_counts_beside_every_wrong_one(said, heard_as, counts):
    assert figures.confusion(of((said, heard_as))).counts == counts


def test_the_matrix_has_no_empty_row_or_column_and_keeps_the_labels_order():
    found = figures.confusion(of(("deny", "abuse"), ("greet", ""), ("thank", "thank affirm"), ("deny", "abuse")))
    assert found.rows == ["greet", "deny", NOTHING_MISSED]
    assert found.columns == ["affirm", "abuse", NOTHING_ELSE]
    assert found.most == 2


def test_confidences_are_held_against_what_was_right_in_tenths_and_exactly_one_apart():
    bins = figures.reliability(of(("deny", "deny=0.72 abuse=0.78"), ("greet", "greet=1.0"), ("thank", "thank=0.999")))
    assert [(one.low, one.high, one.count, one.right) for one in bins] == [
        (0.7, 0.8, 2, 1), (0.9, 1.0, 1, 1), (1.0, 1.0, 1, 1),
    ]  # fmt: skip
    assert bins[0].mean == pytest.approx(0.75)
    assert bins[0].share == 0.5


def test_the_gap_weighs_each_bin_by_what_was_heard_in_it():
    bins = figures.reliability(of(("deny", "deny=0.75 abuse=0.75"), ("greet", "greet=1.0")))
    assert figures.gap(bins) == pytest.approx((2 * 0.25 + 0) / 3)
    assert figures.gap([]) == 0


def test_the_most_confident_wrong_ones_come_first_and_those_only_missed_last():
    report = of(
        ("deny", ""), ("deny", "abuse=0.6"), ("deny", "deny"), ("deny", "deny abuse=0.8"), ("deny", "greet deny")
    )
    assert [(one.example.text, one.wrong) for one in figures.worst(report)] == [
        ("text 3", 0.8), ("text 1", 0.6), ("text 0", 0.0),
    ]  # fmt: skip
    assert len(figures.worst(report, most=2)) == 2


def test_what_must_not_be_missed_tells_recall_false_alarms_and_the_messages():
    report = of(("opt_out", "opt_out"), ("opt_out", "deny"), ("deny", "opt_out"), ("deny", "deny"))
    watch = {one.name: one for one in figures.watched(report)}["opt_out"]
    assert (watch.recall, watch.alarms) == (Share(1, 2), Share(1, 2))
    assert [one.missed for one in watch.mistakes] == [("opt_out",), ("deny",)]


def test_a_message_is_one_false_alarm_however_many_crises_are_heard_in_it():
    report = of(("deny", "crisis_self_harm crisis_violence"), ("crisis_violence", "crisis_violence"))
    assert figures.crisis_alarms(report) == Share(1, 2)


@pytest.mark.parametrize(
    ("alarms", "of_messages", "borne"), [(3, 600, True), (4, 600, False), (0, 5, True), (1, 5, False)]
)
def test_three_false_alarms_in_six_hundred_are_borne(alarms, of_messages, borne):
    assert figures.are_borne(Share(alarms, of_messages)) is borne


def test_goals_are_met_from_their_targets_on():
    goals = {goal.name: goal for goal in figures.goals(of(("deny", "deny"), ("opt_out", "deny")))}
    assert (goals["micro-F1"].reached, goals["micro-F1"].is_met) == (0.5, False)
    assert (goals["opt_out recall"].reached, goals["opt_out recall"].least) == (0, 0.97)
    assert (goals["crisis_violence recall"].count, goals["crisis_violence recall"].is_met) == (0, True)
    assert goals["precision"].is_met


def test_messages_are_grouped_and_those_without_a_group_left_out():
    report = of(("deny", "deny"), ("deny greet", "deny"), ("deny greet thank", ""))
    groups = figures.grouped(report, figures.meanings)
    assert {name: one.exact.part for name, one in groups.items()} == {
        "1 meaning": 1, "2 meanings": 1, "3 or more meanings": 0,
    }  # fmt: skip
    assert figures.grouped(report, lambda example: example.language) == {}


def test_values_are_scored_by_kind_and_misread_ones_told():
    amount, other, day = Value("amount", 500), Value("amount", 300), Value("date", "2026-11-27")
    examples = [Example("a", (), values=(amount, amount, day)), Example("b", ())]
    report = compare(examples, [Heard("", values=(amount, other, day)), Heard("", values=(other,))])
    scores = figures.entities(report)
    assert (scores["amount"].hits, scores["amount"].said, scores["amount"].true) == (1, 2, 2)
    assert scores["date"].f1 == 1
    (one,) = figures.misread(report)
    assert (one.missed, one.wrong) == (("amount 500",), ("amount 300",))

"""Flows as graphs: nothing leads astray, and a broken one is seen."""

from dataclasses import replace

import pytest

from bot.dialogs.flow import END, Flow, Fork, Step, Way, check, draw, human, start
from bot.dialogs.flows import FLOWS, step
from bot.dialogs.readers import choose

STEP = Step("menu.help", "menu.help_again", choose("yes", "no"), {"yes": END, "no": "ask"})


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_a_flow_is_whole(flow):
    assert check(flow, FLOWS) == []


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        (Flow("f", "nowhere", {"ask": STEP}), "starts at nowhere"),
        (Flow("f", "ask", {"ask": replace(STEP, leads={"yes": END, "no": "gone"})}), "leads to gone"),
        (Flow("f", "ask", {"ask": replace(STEP, leads={"yes": END, "no": start("gone")})}), "leads to flow:gone"),
        (Flow("f", "ask", {"ask": replace(STEP, leads={"yes": END, "no": start("menu", "gone")})}), "flow:menu.gone"),
        (Flow("f", "ask", {"ask": replace(STEP, leads={"yes": END, "no": "human:boredom"})}), "human:boredom"),
        (Flow("f", "ask", {"ask": replace(STEP, leads={"yes": END, "no": "answer:greet"})}), "answer:greet"),
        (Flow("f", "ask", {"ask": replace(STEP, text="no.such")}), "no text no.such"),
        (Flow("f", "ask", {"ask": replace(STEP, again="no.such")}), "no text no.such"),
        (Flow("f", "ask", {"ask": replace(STEP, reminder="no.such")}), "no text no.such"),
        (Flow("f", "ask", {"ask": STEP}, openings=("no.such",)), "no text no.such"),
        (Flow("f", "ask", {"ask": replace(STEP, leads={"yes": "ask", "no": "ask"})}), "never reaches an end"),
        (Flow("f", "go", {"go": Fork(lambda _: Way("on"), {"on": "go"}, says=("no.such",))}), "never reaches an end"),
    ],
)
def test_a_broken_flow_is_seen(broken, seen):
    assert seen in "\n".join(check(broken, FLOWS))


def test_every_node_of_a_flow_is_in_its_drawing():
    drawing = draw(FLOWS["payment_plan"])
    assert drawing.startswith('flowchart TD\n    start(["payment_plan"]) --> begun\n')
    assert all(f"    {node}" in drawing for node in FLOWS["payment_plan"].nodes)
    assert "confirm -- yes --> send" in drawing
    assert 'send -- done --> finish(["end"])' in drawing


def test_every_node_can_be_reached():
    """From a flow's start, or from another flow that leads straight to it."""
    entered = {target for flow in FLOWS.values() for node in flow.nodes.values() for target in node.leads.values()}
    spoken_of = {start("first_contact", "agreed"), start("first_contact", "tell"), start("menu", "help")}
    spoken_of |= {start("situation", "happened"), start("check_in", "ask")}
    for flow in FLOWS.values():
        inner = {target for node in flow.nodes.values() for target in node.leads.values()} | {flow.start}
        outer = {name for name in flow.nodes if start(flow.name, name) in entered | spoken_of}
        assert set(flow.nodes) - inner - outer == set()


def test_a_step_that_a_release_took_away_is_no_open_question():
    assert step("payment_plan", "confirm") is not None
    assert step("payment_plan", "haggle") is None
    assert step("lottery", "confirm") is None
    assert step(None, None) is None
    assert step("payment_plan", "begun") is None, "a fork asks nothing"


def test_a_human_is_a_target():
    assert human("eviction") == "human:eviction"

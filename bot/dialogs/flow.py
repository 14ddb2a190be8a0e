"""A dialogue as a small table: named steps that ask, and forks that choose a way without asking.

A step says one text, reads one kind of answer and names where each answer leads; what does not fit the table is a
short pure function beside it. A target is a node of the same flow, ``END``, or one of ``human``, ``start``, ``answer``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from bot.dialogs import texts
from bot.dialogs.answers import ANSWERS
from bot.dialogs.effects import Effect, HandoffReason, Say
from bot.dialogs.state import CaseFacts, Heard, Slot

END = "end"
WORDS_IN_A_BOX = 9
REASONS: tuple[HandoffReason, ...] = get_args(HandoffReason)


def human(reason: HandoffReason, text: str = "") -> str:
    """A target: the conversation goes to a human; ``text`` says so in other words than the reason's own."""
    return f"human:{reason}/{text}" if text else f"human:{reason}"


def start(flow: str, node: str = "") -> str:
    """A target: another flow goes on from here."""
    return f"flow:{flow}.{node}" if node else f"flow:{flow}"


def answer(intent: str) -> str:
    """A target: the one-shot answer to this intent is given, and nothing is left open."""
    return f"answer:{intent}"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a reader or a fork may look at."""

    slots: Mapping[str, Slot]
    heard: Heard
    case: CaseFacts
    today: date
    asked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """One of a node's leads, what is remembered on it (None forgets) and what is done on it."""

    name: str
    slots: Mapping[str, Slot | None] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One open question.

    ``again`` asks it in other words, ``reminder`` after a digression; ``takes`` are the intents that an answer here
    explains, and those it ``keeps`` are no new topic even where they do not answer it. A question that ``gives_way``
    lets a topic of more weight in the same message lead on instead. One that no longer ``holds`` (it was paid
    meanwhile) is no longer open. A ``plain`` one is answered in a word or two, which then mean nothing else. One that
    ``is_menu`` asks what it is about: whoever names a topic has answered it, and the topic's own dialogue may begin.
    """

    text: str
    again: str
    reads: Callable[[Scene], Way | None]
    leads: Mapping[str, str]
    values: Callable[[Scene], Mapping[str, str | int]] = lambda _scene: {}
    takes: frozenset[str] = frozenset()
    reminder: str = ""
    keeps: frozenset[str] = frozenset()
    gives_way: bool = False
    is_menu: bool = False
    holds: Callable[[Scene], bool] = lambda _scene: True
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Fork:
    """A point where a function chooses the way; ``says`` are the texts it may have said."""

    choose: Callable[[Scene], Way]
    leads: Mapping[str, str]
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A dialogue. ``openings`` are the texts with which the bot begins it unasked, by the ladder's SMS number."""

    name: str
    start: str
    nodes: Mapping[str, Step | Fork]
    openings: tuple[str, ...] = ()


def say(text: str, **values: str | int) -> Say:
    """A text with its values; those that every text may name (adviser, organisation, …) are filled in later."""
    return Say(text, values)


def check(flow: Flow, others: Mapping[str, Flow] | None = None) -> list[str]:
    """What is wrong with a flow as a graph, in words; an empty list when nothing is."""
    problems = [f"{flow.name}: starts at {flow.start}, which is no node"] if flow.start not in flow.nodes else []
    for name, node in flow.nodes.items():
        where = f"{flow.name}.{name}"
        problems += [f"{where}: no text {key}" for key in _texts(node) if not texts.has(key)]
        problems += [
            f"{where}: {way} leads to {target}, which is not there"
            for way, target in node.leads.items()
            if not _exists(target, flow, others)
        ]
        if not _reaches_end(name, flow):
            problems.append(f"{where}: never reaches an end")
    problems += [f"{flow.name}: no text {key}" for key in flow.openings if not texts.has(key)]
    return problems


def draw(flow: Flow) -> str:
    """The flow as a Mermaid diagram: a box with its first words for each question, a rhombus where a way is chosen."""
    lines = ["flowchart TD", f'    start(["{flow.name}"]) --> {flow.start}']
    for name, node in flow.nodes.items():
        box = f'["{name}: {_first_words(node.text)}"]' if isinstance(node, Step) else f"{{{name}}}"
        lines.append(f"    {name}{box}")
        lines += [f"    {name} -- {way} --> {_drawn(target)}" for way, target in node.leads.items()]
    return "\n".join(lines) + "\n"


def _first_words(text: str) -> str:
    """So much of a Danish text that it can be told; a quotation mark would end the label."""
    words = re.sub(r"\{\w+\}", "…", texts.catalogue(texts.FALLBACK)[text]).replace('"', "'").split()
    return " ".join(words[:WORDS_IN_A_BOX]) + (" …" if len(words) > WORDS_IN_A_BOX else "")


def _drawn(target: str) -> str:
    kind, _, name = target.partition(":")
    if target == END:
        return 'finish(["end"])'  # in quotation marks: a bare end would close the diagram
    return f'{kind}_{re.sub("[^a-z_]", "_", name)}(["{kind} {name}"])' if name else target


def _texts(node: Step | Fork) -> Collection[str]:
    if isinstance(node, Step):
        return (node.text, node.again, node.reminder or node.text)
    return node.says


def _exists(target: str, flow: Flow, others: Mapping[str, Flow] | None) -> bool:
    kind, _, name = target.partition(":")
    if kind == "human":
        reason, _, text = name.partition("/")
        return reason in REASONS and (not text or texts.has(text))
    if kind == "answer":
        return name in ANSWERS
    if kind == "flow":
        other, _, node = name.partition(".")
        return others is None or (other in others and (not node or node in others[other].nodes))
    return target == END or target in flow.nodes


def _reaches_end(name: str, flow: Flow) -> bool:
    seen, ahead = {name}, [name]
    while ahead:
        for target in flow.nodes[ahead.pop()].leads.values():
            if target == END or ":" in target:
                return True
            if target in flow.nodes and target not in seen:
                seen.add(target)
                ahead.append(target)
    return False

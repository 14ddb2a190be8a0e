"""One turn while it is being decided: the next state, what is to be done and what wants to be said.

Lives only inside ``decide`` and ``begin``. It walks flows: a step asks and waits, a fork leads on at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from bot.dialogs import texts
from bot.dialogs.answers import ANSWERS, OFFERS
from bot.dialogs.compose import Draft, compose
from bot.dialogs.effects import (
    Effect,
    HandoffReason,
    MarkUnverified,
    MarkVerified,
    OpenHandoff,
    Priority,
    RecordFact,
    Say,
)
from bot.dialogs.flow import END, REASONS, Fork, Scene, Step, Way
from bot.dialogs.flows import FLOWS, step
from bot.dialogs.in_context import in_context
from bot.dialogs.in_reply import in_reply
from bot.dialogs.limits import kommune_number, may_tell, past_deadline
from bot.dialogs.misheard import without_misheard
from bot.dialogs.state import CaseFacts, Decision, Heard, State
from bot.dialogs.triage import names

#: The same question is asked twice at most; then a human takes over.
ASKED_AT_MOST = 2
#: A flow that leads on this often without asking is broken; the graph check keeps it from happening.
FORKS_AT_MOST = 20

#: The sister of a text, for where this is not known.
SISTERS: Mapping[str, Callable[[CaseFacts], str]] = {
    "_no_number": lambda case: case.main_number,
    "_no_name": lambda case: case.adviser,
    "_no_kommune": kommune_number,
}

#: Slots that the next turn may look at, and no later one.
KEPT = frozenset({"kept", "kept_day", "kept_ore", "kept_down", "kept_down_day", "offered_call"})

_PRIORITY: dict[str, Priority] = {
    "crisis_self_harm": "crisis",
    "crisis_violence": "crisis",
    "eviction_now": "crisis",
    "child_alone": "crisis",
    "distress": "high",
    "eviction": "high",
    "after_deadline": "high",
    "neighbour": "high",
}


class Turn:
    """Collects one decision."""

    def __init__(self, state: State, heard: Heard, case: CaseFacts, today: date) -> None:
        self.kept = {name: value for name, value in state.slots.items() if name in KEPT}
        state = state.evolve(slots={name: value for name, value in state.slots.items() if name not in KEPT})
        self.state = state
        self.heard, self.case, self.today = heard, case, today
        self.draft = Draft()
        self.effects: list[Effect] = []
        self.handed_over = False
        self.rests = False  #: the open question is not asked again in this turn
        if self.step is None or not self.step.holds(self.scene()):
            self.state = state.evolve(flow=None, step=None)
        heard = in_reply(heard, self.kept, case)
        self.heard = in_context(without_misheard(heard, self.step, self.scene()), self.state.slots, case)
        self.names = names(self.heard, case)

    @property
    def step(self) -> Step | None:
        """The open question."""
        return step(self.state.flow, self.state.step)

    def scene(self) -> Scene:
        """What readers and forks may look at."""
        return Scene(self.state.slots, self.heard, self.case, self.today, self.state.asked)

    def do(self, *effects: Effect) -> None:
        """Have something done; a text is said in its place in the SMS."""
        for effect in effects:
            if isinstance(effect, Say):
                self.say(effect.text, **effect.values)
            elif effect not in self.effects:
                self.effects.append(effect)
            match effect:
                case MarkVerified():
                    self.case = replace(self.case, verified=True)
                case MarkUnverified():
                    self.case = replace(self.case, verified=False)
                case RecordFact(apart=False):
                    self.case = replace(self.case, known={**self.case.known, effect.name: effect.value})

    def say(self, text: str, **values: str | int) -> None:
        """Say a text that must be said."""
        self.draft.fixed.append(self.filled(text, **values))

    def warm(self, text: str) -> None:
        """Say in half a sentence that something was heard."""
        self.draft.warm.append(self.filled(text))

    def answer(self, text: str) -> None:
        """Answer in full, or in short where there is more to say."""
        full = f"{text}.full"
        short = f"{text}.short" if texts.has(f"{text}.short") else full
        self.draft.answers.append((self.filled(full), self.filled(short)))

    def tells(self, name: str) -> bool:
        """Whether this is in the SMS already."""
        question = [self.draft.question] if self.draft.question else []
        return any(name in said.values for said in (*self.draft.fixed, *question))

    def filled(self, text: str, **values: str | int) -> Say:
        """A text with what every text may name; of the case only what may be told."""
        for sister, stands_for in SISTERS.items():
            if not stands_for(self.case) and texts.has(f"{text}{sister}"):
                text = f"{text}{sister}"
        known = self._known() | values
        return Say(text, {name: known[name] for name in sorted(texts.needs(text))})

    def _known(self) -> dict[str, str | int]:
        case = self.case
        known: dict[str, str | int] = {
            "name": case.first_name,
            "adviser": case.adviser if case.case_ref else "",  # who we do not know has never heard of Mette
            "organisation": case.organisation,
            "answer_by": case.answer_by or "næste hverdag",
            "main_number": case.main_number,
            "kommune_number": kommune_number(case),
            "decider": case.organisation if case.policy.decided_by == "organisation" else "",
            "month_end": _month_end(self.today),
        }
        if may_tell(case):
            known["amount"] = case.arrears_ore
            if case.deadline:
                known["deadline"] = case.deadline.isoformat()
        return known

    def take(self, way: Way) -> None:
        """Remember and do what belongs to a way."""
        slots = {name: value for name, value in {**self.state.slots, **way.slots}.items() if value is not None}
        self.state = self.state.evolve(slots=slots)
        self.do(*way.effects)

    def remember(self, **slots: str | int | bool) -> None:
        """Keep something for later turns."""
        self.state = self.state.evolve(slots={**self.state.slots, **slots})

    def forget(self, name: str) -> None:
        """Drop something that was kept."""
        self.state = self.state.evolve(slots={key: value for key, value in self.state.slots.items() if key != name})

    def start(self, flow: str, node: str = "") -> None:
        """Start a flow, at most one a turn."""
        if not self.draft.question and not self.handed_over:
            self.state = self.state.evolve(flow=flow, step=None)
            self.go(node or FLOWS[flow].start)

    def opened(self, flow: str) -> None:
        """The flow's first question is open: its opening has asked it."""
        self.state = self.state.evolve(flow=flow, step=FLOWS[flow].start)
        if node := self.step:
            self.state = self.state.evolve(asked={self._asked_key(node): 1})

    def open_menu(self) -> None:
        """The numbered choices are open, and not yet said."""
        told = "choose" if may_tell(self.case) else "neutral"
        self.state = self.state.evolve(flow="menu", step=told)

    def go(self, target: str) -> None:
        """Walk from here to the next question or the end."""
        for _ in range(FORKS_AT_MOST):
            kind, _, name = target.partition(":")
            if kind == "flow":
                flow, _, target = name.partition(".")
                self.state = self.state.evolve(flow=flow, step=None)
                target = target or FLOWS[flow].start
            elif name or target == END:
                self._leave(kind, name)
                return
            node = FLOWS[self.state.flow or ""].nodes[target]
            if isinstance(node, Step):
                self._ask(target, node)
                return
            target = self._chosen(node)
        raise AssertionError(f"flow {self.state.flow} leads in a ring")

    def _chosen(self, fork: Fork) -> str:
        way = fork.choose(self.scene())
        self.take(way)
        return fork.leads[way.name]

    def _leave(self, kind: str, name: str) -> None:
        if kind == "human":
            named, _, text = name.partition("/")
            self.hand_over(next(reason for reason in REASONS if reason == named), text=text)
            return
        self.close()
        if kind == "answer":
            self.answer_intent(name)

    def answer_intent(self, intent: str) -> None:
        """Give the one-shot answer to an intent, and the offer that goes with it."""
        self.answer(ANSWERS[intent])
        self.offer(intent)

    def offer(self, intent: str) -> None:
        """What an answer goes on with: not over an open question, after STOP or after the deadline."""
        flow = OFFERS.get(intent)
        if (
            flow
            and (self.step is None or self.step.is_menu)
            and not self.case.opted_out
            and not past_deadline(self.case, self.today)
        ):
            self.start(flow)

    def _ask(self, name: str, node: Step) -> None:
        self.state = self.state.evolve(step=name)
        if self.times_asked() >= ASKED_AT_MOST:
            self.hand_over("not_understood")
        else:
            self.draft.question = self._question(node.text, node)

    def ask_again(self, *, in_other_words: bool) -> None:
        """The open question once more: in other words, or as a reminder after a digression."""
        node = self.step
        if node is None or self.times_asked() >= ASKED_AT_MOST:
            return
        if in_other_words:
            self.draft.question = self._question(node.again, node)
        else:
            self.draft.reminder = self._question(node.reminder or node.text, node)

    def _question(self, text: str, node: Step) -> Say:
        values = node.values(self.scene())
        self.state = self.state.evolve(asked={**self.state.asked, self._asked_key(node): self.times_asked() + 1})
        return self.filled(text, **values)

    def times_asked(self) -> int:
        """How often the open question was asked, with the same sums in it."""
        node = self.step
        return self.state.asked.get(self._asked_key(node), 0) if node else 0

    def _asked_key(self, node: Step) -> str:
        values = node.values(self.scene())
        sums = "".join(f" {values[name]}" for name in sorted(values))
        return f"{self.state.flow}.{self.state.step}{sums}"

    def close(self) -> None:
        """No question is open any more."""
        self.state = self.state.evolve(flow=None, step=None, asked={})

    def set_aside(self) -> None:
        """The open question is dropped, but not how often it was asked: it may come back in the same breath."""
        self.state = self.state.evolve(flow=None, step=None)

    def hand_over(self, reason: HandoffReason, *, text: str = "", silently: bool = False) -> None:
        """A human takes over, and the resident is told who and when."""
        if self.handed_over:
            return
        text = text or f"handoff.{reason}"
        if not silently:
            self.say(text if texts.has(text) else "handoff.any")
        self.close()
        self.draft.question = self.draft.reminder = None
        self.state = self.state.evolve(misses=0, told_handoff=False)
        least: Priority = "high" if self.case.crisis_lately else "normal"
        self.do(OpenHandoff(reason, _PRIORITY.get(reason, least)))
        self.handed_over = True

    def decision(self) -> Decision:
        """The next state, and the effects with the texts last."""
        return Decision(self.state, (*self.effects, *compose(self.draft, self.case.own)))


def _month_end(today: date) -> int:
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return (following - date.resolution).day

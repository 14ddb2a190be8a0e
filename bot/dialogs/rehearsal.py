"""A conversation without a database: what a decision changes for the next one.

Serves ``make chat`` and the transcript tests; the product itself writes its decisions to tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, time
from functools import partial
from typing import Any

from bot.dialogs.effects import (
    Effect,
    MarkRecognitionFailed,
    MarkUnverified,
    MarkVerified,
    OpenHandoff,
    OptIn,
    OptOut,
    PauseBot,
    ProposePlan,
    RecordFact,
    Say,
    SetLanguage,
    TakeNumberOff,
)
from bot.dialogs.engine import begin, decide
from bot.dialogs.follow_ups import ask_how_it_goes, thanks
from bot.dialogs.resumption import TOPICS, resume
from bot.dialogs.state import CaseFacts, Decision, Heard, State
from bot.dialogs.texts import FALLBACK, LANGUAGES, Own, render


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as it went: what the resident wrote and was heard to say (None in a turn of the bot's own)."""

    heard: Heard | None
    decision: Decision
    language: str = FALLBACK
    ladder: int = 0
    own: Own = field(default_factory=dict)
    languages: tuple[str, ...] = LANGUAGES
    unasked: str = ""  #: which of the follow-ups the bot began with, in a turn of its own

    @property
    def answer(self) -> str:
        """The SMS that goes out; empty when the bot is silent."""
        said = [effect for effect in self.decision.effects if isinstance(effect, Say)]
        return render(said, self.language, self.own, self.languages)

    @property
    def done(self) -> list[str]:
        """The effects beside the words, one line each."""
        return [described(effect) for effect in self.decision.effects if not isinstance(effect, Say)]


def _resumed(topic: str, state: State, case: CaseFacts, today: date, *, at_once: bool) -> Decision:
    """An adviser gives the conversation back; silent where the bot cannot begin on this."""
    return resume(topic, state, case, today, at_once=at_once) or Decision(state)


#: What the bot may write unasked beside the ladder; or wait for, when an adviser has asked already.
FOLLOW_UPS: Mapping[str, Callable[[State, CaseFacts, date], Decision]] = {
    "thanks": partial(thanks, asks=False),
    "thanks_asks": partial(thanks, asks=True),
    "check_in": ask_how_it_goes,
    **{f"resume_{topic}": partial(_resumed, topic, at_once=True) for topic in TOPICS},
    **{f"wait_{topic}": partial(_resumed, topic, at_once=False) for topic in TOPICS},
}


@dataclass(slots=True)
class Rehearsal:
    """One resident, one conversation, everything in memory."""

    case: CaseFacts
    today: date
    state: State = field(default_factory=State)
    exchanges: list[Exchange] = field(default_factory=list)

    def begin(self, flow: str = "first_contact", ladder: int = 0) -> Exchange:
        """The bot begins."""
        return self._take(None, begin(flow, self.state, self.case, self.today, ladder), ladder)

    def follow_up(self, name: str) -> Exchange:
        """The bot writes after the answer: one of ``FOLLOW_UPS``."""
        exchange = self._take(None, FOLLOW_UPS[name](self.state, self.case, self.today))
        self.exchanges[-1] = replace(exchange, unasked=name)
        return self.exchanges[-1]

    def hear(self, heard: Heard) -> Exchange:
        """The resident writes."""
        return self._take(heard, decide(self.state, heard, self.case, self.today))

    def _take(self, heard: Heard | None, decision: Decision, ladder: int = 0) -> Exchange:
        self.state = State.from_json(json.loads(json.dumps(decision.state.to_json())))
        self.case = after(self.case, decision)
        spoken = [effect.language for effect in decision.effects if isinstance(effect, SetLanguage)]
        self.case = replace(self.case, language=spoken[-1]) if spoken else self.case
        exchange = Exchange(heard, decision, self.case.language, ladder, self.case.own, self.case.languages)
        self.exchanges.append(exchange)
        return exchange


#: What an effect changes in what the next decision may know.
_CHANGES: Mapping[type, Callable[[CaseFacts, Any], CaseFacts]] = {
    MarkVerified: lambda case, _: replace(case, verified=True, wrong_recognitions_today=0),
    MarkUnverified: lambda case, _: replace(case, verified=False),
    MarkRecognitionFailed: lambda case, _: replace(case, wrong_recognitions_today=case.wrong_recognitions_today + 1),
    OpenHandoff: lambda case, _: replace(case, held_by="queue" if case.held_by == "bot" else case.held_by),
    PauseBot: lambda case, _: replace(case, bot_paused=True, crisis_told=True),
    OptOut: lambda case, _: replace(case, opted_out=True),
    OptIn: lambda case, _: replace(case, opted_out=False),
    TakeNumberOff: lambda case, _: replace(case, verified=False),
    RecordFact: lambda case, fact: case if fact.apart else replace(case, known={**case.known, fact.name: fact.value}),
    ProposePlan: lambda case, plan: replace(case, proposed_plan=(plan.monthly_ore, plan.instalments)),
}


def after(case: CaseFacts, decision: Decision) -> CaseFacts:
    """What the next decision may know, once this one is carried out."""
    for effect in decision.effects:
        change = _CHANGES.get(type(effect))
        case = change(case, effect) if change else case
    return case


def described(effect: Effect) -> str:
    """An effect as one readable line: "ProposePlan monthly_ore=50000 instalments=17 first_date=2027-01-01"."""
    told = [
        f"{f.name}={_plain(getattr(effect, f.name))}" for f in fields(effect) if getattr(effect, f.name) != f.default
    ]
    return " ".join([type(effect).__name__, *told])


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)

"""The bot gets a conversation back from an adviser, with a word where to go on: it asks at once, or waits.

Waiting, the topic's first question is open as if it had been asked: the adviser has asked it in their own words.
Nothing is begun that would only lead to a human again, nor where only a human speaks (after the deadline, of a closed
case), nor a word on rent to somebody who was not recognised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from bot.dialogs.effects import Say
from bot.dialogs.limits import is_closed, may_tell, past_deadline
from bot.dialogs.one_language import in_one_language
from bot.dialogs.state import CaseFacts, Decision, Heard, State
from bot.dialogs.texts import LANGUAGES
from bot.dialogs.turn import Turn

#: What keeps the situation from being asked for, or what was said of help: the adviser wants it once more.
_ASKED_ANEW = frozenset({"situation", "situation_skips", "told", "kommune_left"})


def _starts(flow: str) -> Callable[[Turn], None]:
    return lambda turn: turn.start(flow)


def _boligstoette(turn: Turn) -> None:
    turn.answer("boligstoette")
    turn.start("boligstoette")


def _enkeltydelse(turn: Turn) -> None:
    turn.answer("enkeltydelse")
    turn.start("enkeltydelse")


#: By the name that the inbox's form sends, in the order in which they are offered.
TOPICS: Mapping[str, Callable[[Turn], None]] = MappingProxyType(
    {
        "situation": _starts("situation"),
        "payment_plan": _starts("payment_plan"),
        "boligstoette": _boligstoette,
        "enkeltydelse": _enkeltydelse,
        "menu": _starts("menu"),
    }
)


def resume(topic: str, state: State, case: CaseFacts, today: date, *, at_once: bool) -> Decision | None:
    """The bot's turn when it is given back; None where it cannot begin on this."""
    if not _may_speak(case, today) or (topic != "menu" and not may_tell(case)) or state.slots.get("wrong_person"):
        return None
    slots = {name: value for name, value in state.slots.items() if name not in _ASKED_ANEW}
    fresh = state.evolve(flow=None, step=None, misses=0, asked={}, told_handoff=False, slots=slots)
    turn = Turn(fresh, Heard(""), replace(case, held_by="bot", bot_paused=False), today)
    TOPICS[topic](turn)
    if turn.handed_over or turn.step is None:
        return None
    turn.draft.before.append(turn.filled("resume.again"))
    return in_one_language(turn) if at_once else _unsaid(turn.decision())


def possible(state: State, case: CaseFacts, today: date) -> tuple[str, ...]:
    """The topics that the bot could begin on now."""
    return tuple(topic for topic in TOPICS if resume(topic, state, case, today, at_once=True) is not None)


def _may_speak(case: CaseFacts, today: date) -> bool:
    known = case.case_ref is not None and not case.opted_out and case.language in LANGUAGES
    return known and not is_closed(case) and not past_deadline(case, today)


def _unsaid(decision: Decision) -> Decision:
    return replace(decision, effects=tuple(effect for effect in decision.effects if not isinstance(effect, Say)))

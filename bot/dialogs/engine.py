"""``decide`` and ``begin``: the one place where it is settled what the bot does about a message.

The rules stand in their order in ``RULES``; the first that takes the turn ends it. What must not wait comes
first; then the open question; then new topics; after a digression the question again; not understood twice, a human.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.dialogs import guard, others, rules
from bot.dialogs.after_closing import answers_check_in
from bot.dialogs.crisis import crisis
from bot.dialogs.estimate_again import estimate_again
from bot.dialogs.flows import FLOWS
from bot.dialogs.limits import is_closed
from bot.dialogs.one_language import in_one_language
from bot.dialogs.short_talk import follow_short_language, interpreter, short_talk
from bot.dialogs.state import CaseFacts, Decision, Heard, State
from bot.dialogs.talk import talk
from bot.dialogs.tells_facts import tells_facts
from bot.dialogs.turn import Turn
from bot.dialogs.yes_to_call import keep_offer, when_called, yes_to_call

Rule = Callable[[Turn], bool]

RULES: tuple[Rule, ...] = (
    crisis,
    rules.opts_out_or_in,
    guard.autoreply,
    others.somebody_else,
    rules.adviser_holds,
    rules.number_taken_off,
    interpreter,
    rules.wrong_person,
    rules.queue_holds,
    guard.loop,
    others.neighbour,
    others.unknown_number,
    short_talk,
    rules.asks_for_human,
    rules.pictures,
    answers_check_in,
    rules.closed_case,
    rules.opted_out,
    rules.other_language,
    rules.after_deadline,
    estimate_again,
    yes_to_call,
    when_called,
    tells_facts,
    talk,
)


def decide(state: State, heard: Heard, case: CaseFacts, today: date) -> Decision:
    """What the bot does about one message: the next state, and the effects in order."""
    turn = Turn(state, heard, case, today)
    guard.count_echo(turn)
    if not guard.autoreply(turn):
        rules.keep_facts(turn)
        rules.follow_language(turn)
        follow_short_language(turn)
    for rule in RULES:
        if rule(turn):
            break
    keep_offer(turn)
    return in_one_language(turn)


def begin(flow: str, state: State, case: CaseFacts, today: date, step: int = 0) -> Decision:
    """A turn the bot takes unasked: a flow's opening by the ladder's SMS number. Silent where we must not write.

    A new talk begins: of an older one only the language is remembered here; what was told is in the case's facts.
    """
    if case.opted_out or case.bot_paused or case.held_by != "bot" or is_closed(case):
        return Decision(state)
    slots = {name: value for name, value in state.slots.items() if name == "language"}
    fresh = state.evolve(misses=0, asked={}, told_handoff=False, slots=slots)
    turn = Turn(fresh, Heard(""), case, today)
    openings = FLOWS[flow].openings
    if not openings:
        turn.start(flow)
        return in_one_language(turn)
    turn.say(openings[min(step, len(openings) - 1)])
    turn.opened(flow)
    return in_one_language(turn)

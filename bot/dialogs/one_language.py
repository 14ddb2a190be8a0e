"""The last word on a turn: its SMS is in one language, all of it.

In a short language all texts of the turn must be there, else a human is asked for in that language instead. For what
must not wait and a language that is not switched on there are ``_other_language`` sisters, Danish and English in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.dialogs import texts
from bot.dialogs.compose import Draft
from bot.dialogs.effects import CreateTask, OpenHandoff, RecordFact, Say
from bot.dialogs.languages import NAMES
from bot.dialogs.short_talk import ASKED_INTERPRETER, is_held_short, language_now
from bot.dialogs.state import Decision
from bot.dialogs.turn import Turn
from bot.sms import segments

SEGMENTS = 2
_ASKS = "handoff.language"


def in_one_language(turn: Turn) -> Decision:
    """What was decided, in words that the resident has a chance to read."""
    language = language_now(turn)
    if not is_held_short(turn) or _is_left_out(turn.draft, language):
        if turn.heard.language not in texts.LANGUAGES:
            turn.draft.fixed = [_in_both(turn, said) for said in turn.draft.fixed]
        return turn.decision()
    if turn.draft and not _is_there(turn.draft, language):
        _ask_for_human(turn)
    if "interpreter" in turn.case.known:  # never asked twice
        turn.draft.fixed = [turn.filled("queue.waiting") if said.text == _ASKS else said for said in turn.draft.fixed]
    if any(isinstance(effect, OpenHandoff) and _is_to_be_called(effect) for effect in turn.effects):
        _tell_adviser(turn, language)
    says = _that_fit(turn.draft, language)
    if any(said.text == _ASKS for said in says):
        turn.remember(**{ASKED_INTERPRETER: True})
    return Decision(turn.state, (*turn.effects, *says))


def _is_left_out(draft: Draft, language: str) -> bool:
    """A crisis text that somebody forgot to write in this language: better in Danish than not at all."""
    return any(texts.is_fixed(said.text) and said.text not in texts.catalogue(language) for said in draft.fixed)


def _in_both(turn: Turn, said: Say) -> Say:
    sister = f"{re.sub('_no_(number|name)$', '', said.text)}_other_language"
    return turn.filled(sister) if texts.has(sister) else said


def _must_be_said(draft: Draft) -> list[Say]:
    """In short where there is a choice. Half sentences and what was asked before may be left out."""
    return [*(short for _, short in draft.answers), *draft.fixed, *([draft.question] if draft.question else [])]


def _is_there(draft: Draft, language: str) -> bool:
    must = _must_be_said(draft)
    return bool(must) and all(said.text in texts.catalogue(language) for said in must)


def _ask_for_human(turn: Turn) -> None:
    turn.draft = Draft(before=turn.draft.before)
    if turn.case.held_by == "bot" and not turn.handed_over:
        turn.hand_over("language", text=_ASKS)
    else:
        turn.say(_ASKS)


def _is_to_be_called(handoff: OpenHandoff) -> bool:
    """Not somebody unknown, nor a machine; and in a crisis an adviser calls without a task."""
    return handoff.priority != "crisis" and handoff.reason not in ("unknown_number", "loop")


def _tell_adviser(turn: Turn, language: str) -> None:
    """Which language, and that an interpreter is at hand when the resident is called."""
    if turn.case.known.get("language") != language:
        turn.do(RecordFact("language", language))
    wished = turn.case.known.get("interpreter", True)
    note = f"tolk: {NAMES[language]}" if wished else f"taler {NAMES[language]}, ønsker ikke tolk"
    calls = [effect for effect in turn.effects if isinstance(effect, CreateTask) and effect.type == "call"]
    if not calls:
        turn.do(CreateTask("call", note=note))
    noted = {call: replace(call, note=", ".join(filter(None, (call.note, note)))) for call in calls}
    turn.effects = [noted.get(effect, effect) if isinstance(effect, CreateTask) else effect for effect in turn.effects]


def _that_fit(draft: Draft, language: str) -> tuple[Say, ...]:
    """All of it, or without the warning about a CPR number, or the first of it: crisis texts stand first."""
    last: tuple[Say, ...] = ()
    for last in _forms(draft.before, _must_be_said(draft)):
        if segments(texts.render(last, language, switched_on=(language,))) <= SEGMENTS:
            break
    return last


def _forms(before: Sequence[Say], must: Sequence[Say]) -> Iterator[tuple[Say, ...]]:
    yield (*before, *must)
    yield tuple(must)
    yield tuple(must[:1])

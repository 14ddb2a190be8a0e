"""Talking in a language of which we have only short fixed texts: who we are, that a human will call, and no more.

Everything that is said in one leads to a human, who calls with an interpreter if that is wished. Children do not
interpret: nothing here proposes that anybody of the family does.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogs.effects import CreateTask, HandoffReason, RecordFact, Say, SetLanguage
from bot.dialogs.languages import NAMES, OWN_SCRIPT, RIGHT_TO_LEFT, is_short, yes_or_no
from bot.dialogs.limits import is_closed
from bot.dialogs.readers import is_bare
from bot.dialogs.rules import keep_promises
from bot.dialogs.state import State
from bot.dialogs.texts import LANGUAGES
from bot.dialogs.told import callback
from bot.dialogs.topics import TOPICS
from bot.dialogs.triage import CRISIS, NOTHING, PASSING
from bot.dialogs.turn import Turn

#: The slot that says that "do you want an interpreter" waits for its answer.
ASKED_INTERPRETER = "asked_interpreter"
#: So many words at least before a language is believed; fewer where life may hang on being understood.
_WORDS_ENOUGH, _IN_A_CRISIS = 3, 2
_REASONS: Mapping[str, HandoffReason] = {
    "distress": "distress",
    "concern_for_neighbour": "neighbour",
    "ask_eviction": "eviction",
    "dispute_arrears": "dispute",
    "ask_human": "ask_human",
}


def language_now(turn: Turn) -> str:
    """What the conversation is held in, with what this turn has changed of it."""
    changed = [effect.language for effect in turn.effects if isinstance(effect, SetLanguage)]
    return changed[-1] if changed else turn.case.language


def is_held_short(turn: Turn) -> bool:
    """Whether only short texts may be said now."""
    return is_short(language_now(turn), turn.case.languages)


def follow_short_language(turn: Turn) -> None:
    """A short language that is switched on is followed as soon as it is plain that it is written.

    Of a number that we do not know the language is kept in any case: it is all that an adviser has to go by.
    """
    heard, case = turn.heard.language, turn.case
    is_kept = is_short(heard, case.languages) or (case.case_ref is None and heard not in LANGUAGES)
    if heard != language_now(turn) and is_kept and _is_plain(turn):
        turn.remember(language=heard)
        turn.do(SetLanguage(heard))


def interpreter(turn: Turn) -> bool:
    """The answer to whether an interpreter is wished, while a human is awaited: a fact, and in the task to call."""
    if turn.case.held_by != "queue" or not is_held_short(turn) or not turn.state.slots.get(ASKED_INTERPRETER):
        return False
    said = yes_or_no(turn.heard.text, language_now(turn))
    if said is None:
        return False
    turn.state = _without_question(turn.state)
    turn.do(RecordFact("interpreter", said == "yes"))
    if said == "no" and "best_time" not in turn.case.known:  # a task with an agreed time stays as it is
        turn.do(CreateTask("call", note=f"taler {NAMES[language_now(turn)]}, ønsker ikke tolk"))
    if not turn.state.told_handoff:
        turn.say("queue.waiting")
    turn.state = turn.state.evolve(told_handoff=True, misses=0)
    return True


def short_talk(turn: Turn) -> bool:
    """Whatever else is said in a short language: a human, and the text that says so."""
    if not is_held_short(turn):
        return False
    if turn.heard.cpr_removed:
        turn.draft.before.append(turn.filled("other.cpr"))
    keep_promises(turn)
    if _writes_one_that_is_off(turn):
        turn.remember(language=turn.heard.language)
        turn.do(SetLanguage(turn.heard.language))
        turn.hand_over("distress" if "distress" in turn.names else "language")
        return True
    said = yes_or_no(turn.heard.text, language_now(turn))
    if "change_language" in turn.names and said is None and not is_closed(turn.case):
        TOPICS["change_language"](turn)
        if not turn.handed_over:
            turn.ask_again(in_other_words=False)
    elif not _in_passing(turn, said):
        _hand_over(turn)
    return True


def _in_passing(turn: Turn, said: str | None) -> bool:
    """A no, or thanks, needs no human. Who said STOP and is only polite gets no SMS."""
    names = set(turn.names)
    if turn.case.opted_out and names and names <= {*PASSING, *NOTHING}:
        turn.close()
        return True
    if said == "no":
        turn.close()
        turn.remember(declined=True)
        turn.say("first_contact.declined")
        return True
    if said is None and names == {"thank"}:
        turn.say("other.welcome")
        return True
    return False


def _hand_over(turn: Turn) -> None:
    if "already_paid" in turn.names:
        turn.do(CreateTask("check_payment"))
    if "ask_callback" in turn.names:
        turn.do(*(effect for effect in callback(turn.heard, turn.today) if not isinstance(effect, Say)))
    reason: HandoffReason = next((_REASONS[name] for name in turn.names if name in _REASONS), "language")
    if turn.heard.media:
        reason = "media"
    elif is_closed(turn.case) and reason == "language":
        reason = "case_status"
    asks_who = reason == "language" and "ask_identity" in turn.names
    text = "identity.short" if asks_who else "handoff.distress" if reason == "distress" else "handoff.language"
    turn.hand_over(reason, text=text)


def _writes_one_that_is_off(turn: Turn) -> bool:
    """Another language, in which we have nothing that may be said: in Danish and English, as for anybody else."""
    heard = turn.heard.language
    return heard not in (*LANGUAGES, language_now(turn)) and _is_plain(turn)


def _is_plain(turn: Turn) -> bool:
    """Enough is written to believe its language, and it is no answer to the open question."""
    if is_bare(turn.heard.text) or len(turn.heard.text.split()) < _words_needed(turn):
        return False
    return turn.step is None or turn.step.reads(turn.scene()) is None


def _words_needed(turn: Turn) -> int:
    """One in an alphabet of its own, unless the talk is held in that alphabet: a Farsi yes looks like Arabic."""
    heard, now = turn.heard.language, language_now(turn)
    if heard in OWN_SCRIPT and not {heard, now} <= RIGHT_TO_LEFT:
        return 1
    return _IN_A_CRISIS if set(CRISIS) & set(turn.names) else _WORDS_ENOUGH


def _without_question(state: State) -> State:
    return state.evolve(slots={name: value for name, value in state.slots.items() if name != ASKED_INTERPRETER})

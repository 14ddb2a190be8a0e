"""The rules that every message passes before it is talked about; each says whether it has taken the turn.

What must not wait gets fixed texts. While a human holds the conversation the bot is silent but for the crisis text
(once) and the opt-out confirmation; while it waits in the queue, that a human will answer is confirmed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogs.answers import ANSWERS
from bot.dialogs.effects import (
    CreateTask,
    HandoffReason,
    OpenHandoff,
    OptIn,
    OptOut,
    RecordFact,
    RecordPromise,
    Say,
    SetLanguage,
    TakeNumberOff,
)
from bot.dialogs.flows import is_of_money
from bot.dialogs.limits import human_speaks, is_closed, may_name, past_deadline
from bot.dialogs.other_people import has_moved
from bot.dialogs.readers import is_bare
from bot.dialogs.talk import answer_questions
from bot.dialogs.texts import LANGUAGES
from bot.dialogs.told import callback, facts, promised, promises
from bot.dialogs.topics import TOPICS
from bot.dialogs.triage import COURT, NOTHING, PASSING
from bot.dialogs.turn import Turn

_UPWARDS: Mapping[str, HandoffReason] = {
    "distress": "distress",
    "ask_eviction": "eviction",
    "concern_for_neighbour": "neighbour",
}
#: While a human has a talk about a neighbour, what comes is told of that neighbour.
OF_A_NEIGHBOUR = "of_a_neighbour"
#: So many words at least before a language is believed.
WORDS_ENOUGH = 4


def keep_facts(turn: Turn) -> None:
    """Nothing that was told is dropped, whoever holds the conversation; what is told of a neighbour stays apart."""
    told = facts(turn.heard, turn.case, turn.today)
    apart = turn.case.held_by != "bot" and turn.state.slots.get(OF_A_NEIGHBOUR)
    turn.do(*(replace(fact, apart=True) if apart and isinstance(fact, RecordFact) else fact for fact in told))


def keep_promises(turn: Turn) -> None:
    """A promise is kept as told, also where the bot does not answer it; of a closed case there is none to keep."""
    if is_closed(turn.case):
        return
    given = promises(turn.heard, turn.case, turn.today) if "promise_to_pay" in turn.names else ()
    if turn.case.case_ref is not None:
        turn.do(*given)


def keep_call(turn: Turn) -> None:
    """When to phone is kept as told, whatever is said back."""
    if "ask_callback" in turn.names:
        turn.do(*(effect for effect in callback(turn.heard, turn.today) if not isinstance(effect, Say)))


def follow_language(turn: Turn) -> None:
    """Between the languages we have, the resident's own is followed."""
    now, heard = turn.state.slots.get("language", turn.case.language), turn.heard.language
    if heard in LANGUAGES and heard != now and len(turn.heard.text.split()) >= WORDS_ENOUGH:
        turn.remember(language=heard)
        turn.do(SetLanguage(heard))


def opts_out_or_in(turn: Turn) -> bool:
    """The first STOP is confirmed, later ones are not; START takes it back."""
    if "opt_out" in turn.names:
        _opt_out(turn)
        return True
    if "opt_in" in turn.names:
        turn.do(OptIn(turn.heard.text))
        if not human_speaks(turn.case):
            turn.say("opt_out.back")
            if turn.case.held_by == "bot" and turn.case.case_ref is not None:
                turn.start("menu")
        return True
    return False


def _opt_out(turn: Turn) -> None:
    keep_promises(turn)
    turn.close()
    if turn.case.opted_out:
        return
    turn.do(OptOut(turn.heard.text))
    if "wrong_person" in turn.names and turn.case.case_ref is not None and not human_speaks(turn.case):
        _take_off(turn)
        return
    turn.say("opt_out.confirmed")
    if "ask_human" in turn.names and turn.case.held_by == "bot":
        turn.hand_over("ask_human", silently=True)


def adviser_holds(turn: Turn) -> bool:
    """A human speaks with the resident, or must first: the bot only keeps what was told."""
    if not human_speaks(turn.case):
        return False
    keep_promises(turn)
    turn.close()
    turn.state = turn.state.evolve(misses=0)
    return True


def wrong_person(turn: Turn) -> bool:
    """One apology, and the number is off the case."""
    if "wrong_person" not in turn.names or turn.case.case_ref is None:
        return False
    _take_off(turn)
    return True


def _take_off(turn: Turn) -> None:
    turn.close()
    turn.remember(wrong_person=True)
    note = "Skriver, at de er flyttet." if has_moved(turn.heard.text) else ""
    turn.do(TakeNumberOff(), CreateTask("find_number", note=note))
    turn.say("other.wrong_person")


def queue_holds(turn: Turn) -> bool:
    """Once: a human will answer, and when. Then quiet."""
    if turn.case.held_by != "queue":
        return False
    keep_promises(turn)
    if _names_when(turn):
        keep_call(turn)
    turn.close()
    turn.do(*_further_up(turn))
    if not turn.state.told_handoff:
        _removed_cpr(turn)
        turn.say("queue.waiting")
    turn.state = turn.state.evolve(told_handoff=True, misses=0)
    return True


def _names_when(turn: Turn) -> bool:
    """A day, a time or a number to phone, in a language that we read: else the task stands as it was agreed."""
    named = any(turn.heard.all(entity) for entity in ("date", "time", "phone_number"))
    return named and turn.case.language in LANGUAGES


def _further_up(turn: Turn) -> list[OpenHandoff]:
    """What cannot wait as long as the rest, quietly moved up in the queue."""
    names = set(turn.names) | ({"ask_eviction"} if COURT.search(turn.heard.text) else set())
    return [OpenHandoff(reason, "high") for name, reason in _UPWARDS.items() if name in names]


def number_taken_off(turn: Turn) -> bool:
    """Silence after the apology, until we begin anew; if there is more to it, a human reads it."""
    if not turn.state.slots.get("wrong_person"):
        return False
    if set(turn.names) - {*PASSING, *NOTHING, "wrong_person"} and turn.case.held_by == "bot":
        turn.hand_over("unknown_number", silently=True)
    return True


def asks_for_human(turn: Turn) -> bool:
    """A person was asked for; what else was asked is answered on the way."""
    if "ask_human" not in turn.names:
        return False
    _removed_cpr(turn)
    keep_promises(turn)
    if not is_closed(turn.case):
        answer_questions(turn)
    keep_call(turn)
    turn.hand_over("ask_human")
    return True


def pictures(turn: Turn) -> bool:
    """We cannot see pictures; a human can."""
    if not turn.heard.media:
        return False
    _removed_cpr(turn)
    keep_promises(turn)
    turn.hand_over("media")
    return True


def closed_case(turn: Turn) -> bool:
    """Of a closed case nothing is told and nothing begun; kind words are answered, all else is a human's."""
    if not is_closed(turn.case):
        return False
    turn.close()
    if turn.names and set(turn.names) <= set(PASSING):
        if not turn.case.opted_out:
            turn.say(next(text for name, text in _KIND_WORDS.items() if name in turn.names))
        return True
    _removed_cpr(turn)
    for name in ("concern_for_neighbour", "distress"):
        if name in turn.names:
            TOPICS[name](turn)
    turn.hand_over("case_status", text="closed.told" if may_name(turn.case) else "handoff.any")
    return True


_KIND_WORDS = {
    "thank": "other.welcome",
    "greet": "other.greeting",
    "affirm": "other.fine",
    "deny": "other.all_right",
}


def opted_out(turn: Turn) -> bool:
    """Who said STOP and writes is answered; nothing is started."""
    if not turn.case.opted_out:
        return False
    turn.close()
    substance = [name for name in turn.names if name not in (*PASSING, *NOTHING)]
    if not substance and turn.names:
        return True
    _removed_cpr(turn)
    for name in substance:
        _without_starting(turn, name)
    if not turn.draft and not turn.handed_over:
        turn.say("opt_out.still")
    return True


def _without_starting(turn: Turn, name: str) -> None:
    given = promises(turn.heard, turn.case, turn.today) if name == "promise_to_pay" else ()
    if any(promise.day for promise in given) and not past_deadline(turn.case, turn.today):
        turn.do(*promised(given, turn.heard, turn.case))
    elif given and past_deadline(turn.case, turn.today):
        turn.do(*given)
        turn.hand_over("after_deadline")
    elif name == "ask_callback":
        turn.do(*callback(turn.heard, turn.today))
    elif name in ANSWERS or name in _ANSWERED_AT_ONCE:
        TOPICS[name](turn)


#: Topics that need no follow-up question.
_ANSWERED_AT_ONCE = frozenset(
    {"already_paid", "dispute_arrears", "ask_eviction", "ask_case_status", "distress", "concern_for_neighbour"}
)


def other_language(turn: Turn) -> bool:
    """A language we do not have: a human, asked for in Danish and English."""
    text = turn.heard.text
    if turn.heard.language in LANGUAGES or is_bare(text) or len(text.split()) < WORDS_ENOUGH - 1:
        return False
    if turn.step and turn.step.reads(turn.scene()):
        return False
    keep_promises(turn)
    turn.remember(language=turn.heard.language)
    turn.do(SetLanguage(turn.heard.language))
    turn.hand_over("distress" if "distress" in turn.names else "language")
    return True


def after_deadline(turn: Turn) -> bool:
    """A question about paying that was open over the deadline: its answer is kept, and only a human answers."""
    if not (is_of_money(turn.state.flow, turn.state.step) and past_deadline(turn.case, turn.today)):
        return False
    way = turn.step.reads(turn.scene()) if turn.step else None
    if not (way or {"affirm", "deny"} & set(turn.names) or (not turn.names and is_bare(turn.heard.text))):
        turn.close()
        return False
    _removed_cpr(turn)
    kept = [effect for effect in way.effects if not isinstance(effect, Say)] if way else []
    turn.do(*kept)
    if not any(isinstance(effect, RecordPromise) for effect in kept):
        keep_promises(turn)
    turn.hand_over("after_deadline")
    return True


def _removed_cpr(turn: Turn) -> None:
    if turn.heard.cpr_removed:
        turn.draft.before.append(turn.filled("other.cpr"))

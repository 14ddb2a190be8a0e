"""Questions about help from the kommune and with the household money: the part that was asked for, and no text twice.

Who asks the same again hears the next thing, then that an adviser knows more, and then a human answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.dialogs.answers import ACKNOWLEDGED
from bot.dialogs.borrow_warning import warned
from bot.dialogs.help_matcher import fitting_texts
from bot.dialogs.in_context import ABOUT
from bot.dialogs.kommune_answers import IN_TURN, TOLD, asks_which_help, gambles, parts_asked, told_of
from bot.dialogs.limits import may_tell, past_deadline
from bot.dialogs.triage import CHANGES, QUESTIONS
from bot.dialogs.turn import ASKED_AT_MOST, Turn

Topic = Callable[[Turn], None]

#: An answer that ends with a call already.
_CALLS = frozenset({"kommune_more"})
#: After these what happened does not matter, only whether somebody helps.
_TOO_LATE = frozenset({"kommune_refused", "kommune_paid"})
#: A question of these that was asked twice is let be; a yes after it is a yes to nothing else.
_LET_BE = frozenset({"enkeltydelse", "situation"})
#: Who lives on this hears of something else first.
_BY_INCOME = {
    ("ask_enkeltydelse", "folkepension"): "personal_supplement",
    ("ask_medicine_support", "folkepension"): "health_supplement",
    ("ask_personal_supplement", "førtidspension"): "early_pension",
}


def told(turn: Turn) -> list[str]:
    """What has been said in this talk."""
    return told_of(turn.state.slots)


def _remember(turn: Turn, text: str) -> None:
    turn.remember(**{TOLD: " ".join([*told(turn), text])})


def keep_subject(turn: Turn, topics: Sequence[str]) -> None:
    """What the talk is about now: the last question or change; what is only told changes no subject."""
    subjects = [name for name in topics if name in (*CHANGES, *QUESTIONS)]
    of_help = [name for name in subjects if name in (*IN_TURN, "ask_boligstoette")]
    if subjects:
        turn.remember(**{ABOUT: (of_help or subjects)[-1]})


def answered(intent: str) -> Topic:
    """The topic that answers this intent in parts."""

    def topic(turn: Turn) -> None:
        for text in _wanted(intent, turn):
            _tell(turn, text)
        if turn.handed_over:
            return
        if past_deadline(turn.case, turn.today) and intent == "ask_enkeltydelse":
            turn.hand_over("after_deadline", text="handoff.any")
        else:
            _lead_on(intent, turn)

    return topic


def _lead_on(intent: str, turn: Turn) -> None:
    if _TOO_LATE & _said_now(turn) and turn.step is None and not turn.case.opted_out:
        turn.start("enkeltydelse", "offer")
    turn.offer(intent)
    _offer_call(turn)


def _offer_call(turn: Turn) -> None:
    """The one next step, where there is no question that could be it. Who asks for help has chosen among choices."""
    is_over = turn.state.flow in _LET_BE and turn.times_asked() >= ASKED_AT_MOST
    has_chosen = turn.step is not None and turn.step.is_menu and may_tell(turn.case)
    is_asked_again = turn.step is not None and not (is_over or has_chosen)
    others = turn.draft.question or turn.draft.fixed or {"ask_human", "ask_callback"} & set(turn.names)
    if not is_asked_again and not others and _said_now(turn) - _CALLS:
        turn.say("kommune_call.full")
        if has_chosen:
            turn.set_aside()


def _said_now(turn: Turn) -> set[str]:
    return {full.text.split(".")[0] for full, _ in turn.draft.answers}


def _wanted(intent: str, turn: Turn) -> tuple[str, ...]:
    """The parts that were asked for; in general where none was, or where only the general answer is new."""
    if intent == "ask_enkeltydelse" and warned(turn):
        return ()  # the warning says it
    parts = parts_asked(intent, turn.heard.text)
    said = told(turn)
    in_general = IN_TURN[intent][0] not in said and bool(parts) and set(parts) <= set(said)
    return _in_turn(intent, turn) if in_general or not parts else parts


def _in_turn(intent: str, turn: Turn) -> tuple[str, ...]:
    """What comes next, when nothing in particular was asked for; nothing more where it was just answered."""
    first, *rest = IN_TURN[intent]
    first = _BY_INCOME.get((intent, str(turn.case.known.get("income_kind", ""))), first)
    if first in _said_now(turn):
        return ()
    said = told(turn)
    return (next((text for text in (first, *rest) if text not in said), first),)


def _tell(turn: Turn, text: str) -> None:
    if turn.handed_over:
        return
    if text not in told(turn):
        turn.answer(text)
        _remember(turn, text)
    elif "kommune_more" not in told(turn):
        turn.answer("kommune_more")
        _remember(turn, "kommune_more")
    else:
        turn.hand_over("kommune", text="handoff.any")


def debt(turn: Turn) -> None:
    """Other debt, or gambling: thanks for telling; to who was recognised also what comes first."""
    gambled = gambles(turn.heard.text)
    alone = turn.step is None and not turn.draft
    turn.warm("told.gambling" if gambled else ACKNOWLEDGED["inform_debt"])
    text = "gambling" if gambled else "debt"
    if alone and may_tell(turn.case) and text not in told(turn):
        turn.answer(text)
        _remember(turn, text)


def which_help(otherwise: Topic) -> Topic:
    """Asked which help there is: the kind that something told speaks for, else the choice. Else what it is about."""

    def topic(turn: Turn) -> None:
        if turn.draft.answers or turn.draft.question:
            return
        if not asks_which_help(turn.heard.text):
            if turn.state.flow != "situation":  # whose questions are the answer to "hvad kan jeg gøre"
                otherwise(turn)
            return
        if turn.state.flow == "menu":
            turn.set_aside()
        fitting = [text for text in fitting_texts(turn.case, turn.today) if text not in told(turn)]
        if fitting:
            turn.say(fitting[0])
            _remember(turn, fitting[0])
            turn.offer("ask_enkeltydelse")
        elif turn.step is None:
            turn.start("menu", "help")

    return topic

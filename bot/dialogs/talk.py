"""Talking: the open question gets the first chance, then new topics, then the open question again.

What cannot be understood is asked once in other words, with choices; the second time a human takes over.
"""

from __future__ import annotations

from bot.dialogs import borrow_warning
from bot.dialogs.answers import ACKNOWLEDGED, ANSWERS, LETS_REST
from bot.dialogs.corrections import corrects, keep_for_next
from bot.dialogs.flow import Way
from bot.dialogs.kommune_topics import keep_subject
from bot.dialogs.limits import agreed_on
from bot.dialogs.plan_changes import changes_plan, keep_plan
from bot.dialogs.readers import is_bare, is_plain_yes
from bot.dialogs.resuming import resumes
from bot.dialogs.skipping import is_tired
from bot.dialogs.texts import LANGUAGES
from bot.dialogs.topics import TOPICS
from bot.dialogs.triage import CHANGES, NOTHING, PASSING
from bot.dialogs.turn import Turn

#: What leads on by itself, so that an invitation that was only half answered gives way to it.
WEIGHTY = frozenset(CHANGES)
#: Not understood so often in one talk, however much was understood in between, is a human's.
LOST_AT_MOST = 3
#: The same help is offered so often to who only tells.
OFFERED_AT_MOST = 2


def talk(turn: Turn) -> bool:
    """The bot's own answer to a message."""
    if turn.heard.cpr_removed:
        turn.draft.before.append(turn.filled("other.cpr"))
    warned = borrow_warning.warns(turn)
    topics, read = _read_open_question(turn)
    if changes_plan(turn, topics):
        topics, read = [], True
    for name in topics:
        if not turn.handed_over:
            TOPICS[name](turn)
    if warned and not topics and not read:
        borrow_warning.lead_on(turn)
    elif not topics and not read and not corrects(turn):
        _in_passing(turn)
    else:
        turn.state = turn.state.evolve(misses=0)
    if not turn.handed_over:
        _lead_on(turn, topics)
    keep_subject(turn, topics)
    turn.remember(talked=True)
    keep_for_next(turn)
    keep_plan(turn)
    return True


def answer_questions(turn: Turn) -> None:
    """Answers the one-shot questions beside something that cannot wait."""
    for name in turn.names:
        if name in ANSWERS and name not in LETS_REST:
            TOPICS[name](turn)


def _read_open_question(turn: Turn) -> tuple[list[str], bool]:
    """What is left to talk about once the open question has had its chance, and whether it was answered."""
    rest = [name for name in turn.names if name not in (*PASSING, *NOTHING) and name in TOPICS]
    step = turn.step
    way = step.reads(turn.scene()) if step else None
    if step is None or way is None:
        return [name for name in rest if step is None or name not in step.keeps], False
    rest = [] if is_bare(turn.heard.text) else [name for name in rest if name not in step.takes]
    if not (step.gives_way and WEIGHTY & set(rest)):
        _follow(turn, way, step.leads[way.name])
    return rest, True


def _follow(turn: Turn, way: Way, target: str) -> None:
    turn.take(way)
    turn.go(target)


def _in_passing(turn: Turn) -> None:
    """Thanks, a greeting, a yes to nothing; or something that was not understood."""
    said = [name for name in turn.names if name in PASSING]
    if "thank" in said:
        turn.say("other.welcome")
        turn.rests = True
    elif "greet" in said:
        turn.warm("other.greeting")
        if turn.step is None or _is_known(turn):
            turn.start("menu")
    elif said and turn.step is None:
        _yes_or_no_to_nothing(turn, said[0])
    else:
        _not_understood(turn)
        return
    turn.state = turn.state.evolve(misses=0)


def _yes_or_no_to_nothing(turn: Turn, said: str) -> None:
    if said == "affirm" and _is_late_yes(turn):
        turn.remember(declined=False)
        turn.start("first_contact", "agreed")
    else:
        turn.say("other.fine" if said == "affirm" else "other.all_right")


def _is_late_yes(turn: Turn) -> bool:
    """A yes to our first SMS: nothing was said since, or no was, or recognition has yet to be asked for."""
    slots, case = turn.state.slots, turn.case
    if agreed_on(case):  # an "ok" to a reminder
        return False
    if not slots.get("talked"):
        return True
    waits = not case.verified and case.policy.sms_detail == "recognised"
    return is_plain_yes(turn.heard) and (waits or bool(slots.get("declined")))


def _not_understood(turn: Turn) -> None:
    turn.state = turn.state.evolve(misses=turn.state.misses + 1)
    lost = int(turn.state.slots.get("lost", 0)) + 1
    turn.remember(lost=lost % LOST_AT_MOST)
    if is_tired(turn.heard):
        turn.say("situation.enough")
        turn.hand_over("situation")
    elif turn.heard.language not in LANGUAGES and not is_bare(turn.heard.text):
        turn.hand_over("language")
    elif turn.case.crisis_lately or turn.state.misses > 1 or lost >= LOST_AT_MOST:
        turn.hand_over("not_understood")
    else:
        if turn.step is None or _is_known(turn):
            turn.open_menu()
        turn.ask_again(in_other_words=True)
        if not turn.draft:
            turn.hand_over("not_understood")


def _lead_on(turn: Turn, topics: list[str]) -> None:
    """After a digression the open question again; after something only told, what could help."""
    if turn.draft.question or turn.rests:
        return
    only_told = bool(topics) and all(name in ACKNOWLEDGED for name in topics)
    if turn.draft and _invited_before(turn):
        return
    if turn.step and not (turn.step.is_menu and only_told):
        turn.ask_again(in_other_words=False)
    elif resumes(turn):
        return
    elif only_told:
        _offer_help(turn)
    if not turn.draft and not turn.draft.reminder and not turn.handed_over:
        turn.hand_over("not_understood")


def _invited_before(turn: Turn) -> bool:
    """ "May we write here" is still open, and answered: we know who writes, or they have written with us already."""
    return _is_known(turn) or (_is_invited(turn) and bool(turn.state.slots.get("talked")))


def _is_invited(turn: Turn) -> bool:
    return (turn.state.flow, turn.state.step) == ("first_contact", "invite")


def _is_known(turn: Turn) -> bool:
    """Who is recognised needs no invitation."""
    return _is_invited(turn) and turn.case.verified


def _offer_help(turn: Turn) -> None:
    """The interview about the situation, unless it was declined or is done; then what help there is."""
    if turn.state.slots.get("situation") in ("declined", "done"):
        offered = int(turn.state.slots.get("offered_help", 0))
        if offered < OFFERED_AT_MOST:
            turn.remember(offered_help=offered + 1)
            turn.start("menu", "help")
    else:
        turn.start("situation")

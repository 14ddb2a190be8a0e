"""Who is not the resident, or may not be: a partner or a child at the phone, an unknown number, a worried neighbour.

To none of them a word is said of any case, not even that there is one.
"""

from __future__ import annotations

from bot.dialogs.answers import ANSWERS
from bot.dialogs.effects import CreateTask, MarkUnverified, RecordFact, Say
from bot.dialogs.limits import SHARED, human_speaks
from bot.dialogs.other_people import has_new_number, says_to_be_back, writes_for_another
from bot.dialogs.rules import OF_A_NEIGHBOUR, keep_promises
from bot.dialogs.told import callback
from bot.dialogs.turn import Turn

#: What anybody may be told.
GENERAL = (
    "ask_identity",
    "ask_privacy",
    "ask_boligstoette",
    "ask_enkeltydelse",
    "ask_personal_supplement",
    "ask_medicine_support",
    "ask_budget_advice",
    "ask_rent_administration",
    "other_housing_matter",
)
#: What somebody else at the phone may be told: who we are, nothing that the resident asked for.
_OF_US = ("ask_identity", "ask_privacy")


def neighbour(turn: Turn) -> bool:
    """A worry about another resident: kept apart from the writer's own case, and nothing is said about anybody."""
    if "concern_for_neighbour" not in turn.names:
        return False
    _removed_cpr(turn)
    keep_promises(turn)
    if turn.case.case_ref is None:
        turn.do(RecordFact("concern_for_neighbour", True, apart=True))
    if "already_paid" in turn.names:
        turn.do(CreateTask("check_payment"))
    turn.hand_over("neighbour")
    turn.remember(**{OF_A_NEIGHBOUR: True})
    return True


def somebody_else(turn: Turn) -> bool:
    """Another one at the resident's phone: from here on nothing of the case.

    Where the resident had been recognised, somebody near to them may know the answer to our question as well: in this
    talk a human sees to it, until we begin anew or the resident says to be back.
    """
    if says_to_be_back(turn.heard.text, turn.case.first_name):
        turn.forget(SHARED)
    is_off = turn.case.case_ref is None or bool(turn.state.slots.get("wrong_person"))
    if is_off or not writes_for_another(turn.heard.text, turn.case.first_name):
        return False
    if turn.case.verified:
        turn.do(MarkUnverified())
        turn.remember(**{SHARED: True})
    if human_speaks(turn.case) or turn.case.held_by != "bot" or {"ask_human", "ask_callback"} & set(turn.names):
        return False
    _removed_cpr(turn)
    turn.close()
    if "already_paid" in turn.names:
        turn.do(CreateTask("check_payment"))
    for name in _OF_US:
        if name in turn.names:
            turn.answer(ANSWERS[name])
    turn.say("other.somebody_else")
    return True


def unknown_number(turn: Turn) -> bool:
    """Somebody we do not know: a kind answer, what anybody may know, a human, and never a word on any case."""
    if turn.case.case_ref is not None:
        return False
    _removed_cpr(turn)
    if set(turn.names) == {"wrong_person"}:
        turn.say("other.wrong_number")
        return True
    if "distress" in turn.names:
        turn.hand_over("distress")
        return True
    if "ask_callback" in turn.names:
        turn.do(*(effect for effect in callback(turn.heard, turn.today) if not isinstance(effect, Say)))
    asked = [name for name in GENERAL if name in turn.names]
    for name in asked:
        turn.answer(ANSWERS[name])
    turn.hand_over("unknown_number", text=_words_for_unknown(turn, has_asked=bool(asked)))
    return True


def _words_for_unknown(turn: Turn, *, has_asked: bool) -> str:
    if turn.heard.media:
        return "handoff.media"
    if has_new_number(turn.heard.text):
        return "handoff.new_number"
    return "handoff.unknown_brief" if has_asked else "handoff.unknown_number"


def _removed_cpr(turn: Turn) -> None:
    if turn.heard.cpr_removed:
        turn.draft.before.append(turn.filled("other.cpr"))

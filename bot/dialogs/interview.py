"""The interview about the situation: which question comes next, and how its answers are read.

Nobody is asked what is known or was passed over; two questions passed over in a row, or tired words, end it. A sum
is asked for only where the case may be told, and only before the deadline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.dialogs.flow import Scene, Way, say
from bot.dialogs.limits import may_tell, past_deadline
from bot.dialogs.readers import is_bare, yes_or_no
from bot.dialogs.skipping import is_tired, skips
from bot.dialogs.state import Heard, Slot
from bot.dialogs.told import callback, promises
from bot.dialogs.told_instead import told_instead
from bot.dialogs.triage import CHANGES, PASSING, QUESTIONS, TOLD
from bot.nlu.folding import fold

Reads = Callable[[Scene], Way | None]

#: What happened, when one of these was told.
HAPPENED = frozenset(name for name in TOLD if name.startswith("inform_"))
#: So many questions passed over in a row, and the resident has had enough.
SKIPS_AT_MOST = 2
#: Asked so often, a question is let be.
ASKED_AT_MOST = 2
_SKIPPED, PASSED = "situation_skips", "situation_passed"
_WHY = re.compile(
    r"(?<!\w)(?:hvorfor (?:spoerger|vil|skal|det)|hvad skal (?:i|du) bruge|hvad rager|why do you|what for)(?!\w)"
)
_NO_CALL = re.compile(r"(?<!\w)(?:ring(?:er|e)? (?:mig )?ikk?e?|ikk?e? ringe?|(?:do not|don't) call)(?!\w)")
#: What a human reads, whatever was asked.
_HUMANS = frozenset({"concern_for_neighbour", "abuse"})
_MONEY_WORDS = re.compile(r"(?<!\w)(?:betal\w*|overfoer\w*|pay|send\w*)(?!\w)")


def knows_what_happened(scene: Scene) -> bool:
    """Something of what happened was told."""
    return any(name in scene.case.known for name in HAPPENED)


def _may_ask_to_pay(scene: Scene) -> bool:
    case = scene.case
    return may_tell(case) and case.arrears_ore > 0 and not past_deadline(case, scene.today)


def _asks_what_now(scene: Scene) -> bool:
    told = {"can_pay_now", "can_pay_monthly", "cannot_pay"} & set(scene.case.known)
    return _may_ask_to_pay(scene) and not told


def _asks_what_monthly(scene: Scene) -> bool:
    case = scene.case
    fits = case.policy.accepts_plan and case.proposed_plan is None
    return _may_ask_to_pay(scene) and fits and "can_pay_monthly" not in case.known


def _unknown(*names: str) -> Callable[[Scene], bool]:
    return lambda scene: not set(names) & set(scene.case.known)


#: The questions in their order, and when each is still one.
QUESTIONS_IN_ORDER: Mapping[str, Callable[[Scene], bool]] = MappingProxyType(
    {
        "what_happened": lambda scene: not knows_what_happened(scene),
        "household": _unknown("adults", "children"),
        "adults": lambda scene: "children" in scene.case.known and "adults" not in scene.case.known,
        "children": lambda scene: "adults" in scene.case.known and "children" not in scene.case.known,
        "income_kind": _unknown("income_kind"),
        "income": _unknown("income"),
        "letter": _unknown("knows_letter"),
        "letter_day": lambda scene: (
            bool(scene.case.known.get("knows_letter")) and not {"letter_date", "letter_from"} & set(scene.case.known)
        ),
        "pay_now": _asks_what_now,
        "pay_monthly": _asks_what_monthly,
        "best_time": _unknown("best_time"),
    }
)


def next_question(scene: Scene) -> Way:
    """The next question that is one; none, or too many passed over, ends it."""
    if int(scene.slots.get(_SKIPPED) or 0) >= SKIPS_AT_MOST:
        return Way("stop")
    return Way(next((name for name in QUESTIONS_IN_ORDER if _is_open(name, scene)), "done"))


def is_anything_open(scene: Scene) -> bool:
    """There is something left to ask."""
    return any(_is_open(name, scene) for name in QUESTIONS_IN_ORDER)


def _is_open(name: str, scene: Scene) -> bool:
    asked = scene.asked.get(f"situation.{name}", 0) >= ASKED_AT_MOST
    return QUESTIONS_IN_ORDER[name](scene) and not asked and name not in _passed(scene)


def _passed(scene: Scene) -> list[str]:
    return str(scene.slots.get(PASSED) or "").split()


def _call(scene: Scene) -> Way | None:
    """ "Ring hellere" instead of an answer: the call is agreed, and the questions end."""
    heard = scene.heard
    other = {*CHANGES, "change_language"} & set(heard.names) or _NO_CALL.search(fold(heard.text))
    if "ask_callback" not in heard.names or other:
        return None
    time = str((heard.all("time") or ("",))[0])
    noted = say("callback.time", time=time) if time else say("callback.any")
    effects = [noted if effect == say("callback.any") else effect for effect in callback(heard, scene.today)]
    return Way("call", effects=tuple(effects))


def without_question(name: str, slots: Mapping[str, Slot]) -> str:
    """What is remembered where a question has been answered in another way."""
    return " ".join(dict.fromkeys([*str(slots.get(PASSED) or "").split(), name]))


def _is_answered(name: str, scene: Scene) -> dict[str, Slot | None]:
    return {_SKIPPED: None, PASSED: without_question(name, scene.slots)}


def _is_passed_over(name: str, scene: Scene) -> dict[str, Slot | None]:
    skipped = int(scene.slots.get(_SKIPPED) or 0) + 1
    return {**_is_answered(name, scene), _SKIPPED: skipped}


def question(name: str, reads: Reads) -> Reads:
    """A reader for one question, with what every question shares: a promise, a skip, "why", having had enough.

    Who tells something else is not lost, and has not had enough: the question comes once more, and then the next one.
    """

    def read(scene: Scene) -> Way | None:
        if "distress" in scene.heard.names or _is_promise(scene) or _was_paid(scene.heard):
            return None
        if is_tired(scene.heard):
            return Way("stop")
        found = _answer(name, scene, reads) or _call(scene)
        if found or set(scene.heard.names) & {*CHANGES, *QUESTIONS, *_HUMANS}:
            return found
        is_last = scene.asked.get(f"situation.{name}", 0) >= ASKED_AT_MOST
        told, happened = told_instead(scene), HAPPENED & set(scene.heard.names)
        if told or (happened and is_last):
            noted = () if is_last or happened else (say("situation.noted"),)  # the same question comes once more
            return Way("on", {_SKIPPED: None}, (*told, *noted))
        if set(scene.heard.names) - {*PASSING, "out_of_scope"}:
            return None
        return Way("stop") if is_last else None

    return read


def _answer(name: str, scene: Scene, reads: Reads) -> Way | None:
    found = reads(scene)
    if found and found.name != "skip":
        return replace(found, slots={**found.slots, **_is_answered(name, scene)})
    if found or skips(scene.heard) or _declines(scene.heard):
        return Way("on", _is_passed_over(name, scene))
    if _WHY.search(fold(scene.heard.text)):
        return Way("on", effects=(say("situation.why"),))
    return None


def _declines(heard: Heard) -> bool:
    """A bare no where none was asked for."""
    return yes_or_no(heard) == "no" and is_bare(heard.text)


def _was_paid(heard: Heard) -> bool:
    """A sum that was paid is no income, and no sum that can be paid."""
    return "already_paid" in heard.names and bool(heard.all("amount"))


def _is_promise(scene: Scene) -> bool:
    """A promise to pay, given instead of an answer: it is kept as one, and the interview goes on behind it."""
    heard = scene.heard
    return (
        "promise_to_pay" in heard.names
        and bool(_MONEY_WORDS.search(fold(heard.text)))
        and any(promise.day for promise in promises(heard, scene.case, scene.today))
    )

"""The situation: a gentle interview that may be declined, skipped and ended, and then a human who knows it all.

Begins with an offer, or at ``happened`` where what happened has been asked after in the same breath. A neutral
organisation only offers to phone; after the deadline only a human speaks of what is possible.
"""

from __future__ import annotations

from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, human, say, start
from bot.dialogs.help_matcher import FOR_RESIDENTS, fitting_text
from bot.dialogs.household import household
from bot.dialogs.interview import QUESTIONS_IN_ORDER, is_anything_open, knows_what_happened, next_question
from bot.dialogs.interview_answers import ASKS, what_happened
from bot.dialogs.kommune_answers import told_of
from bot.dialogs.limits import past_deadline
from bot.dialogs.readers import agree
from bot.dialogs.skipping import is_tired, skips
from bot.dialogs.state import Slot
from bot.dialogs.told import callback
from bot.dialogs.triage import CHANGES

#: "Agreed" to the questions, "declined" them, or "done" with them.
STANDS = "situation"
_DONE: dict[str, Slot | None] = {STANDS: "done", "situation_skips": None}
#: A sum or a day here is an answer, whatever the classifier thinks of it; a promise is read by the question itself.
_ANSWERS = frozenset({*CHANGES, "ask_callback"}) - {"already_paid", "dispute_arrears"}


def _begun(scene: Scene) -> Way:
    """Whether to ask at all; who agreed before is not asked for leave again."""
    if scene.case.policy.sms_detail == "neutral":
        return Way("neutral")
    if past_deadline(scene.case, scene.today):
        return Way("late")
    if not is_anything_open(scene):
        return Way("nothing")
    return Way("agreed" if scene.slots.get(STANDS) == "agreed" else "offer")


def _happened(scene: Scene) -> Way:
    """What happened is asked at once where it is not known; else the offer."""
    way = _begun(scene)
    return Way("ask") if way.name in ("offer", "agreed") and not knows_what_happened(scene) else way


def _offered(scene: Scene) -> Way | None:
    """A yes or a no; who tells at once has agreed, who skips has not."""
    if is_tired(scene.heard) or skips(scene.heard):
        return _declined()
    found = agree("yes", "no", "human")(scene)
    if found and found.name == "no":
        return _declined()
    if found:
        return Way(found.name, {STANDS: "agreed"} if found.name == "yes" else {})
    told = household(scene.heard) or (scene.heard.names and what_happened(scene))
    return Way("yes", {STANDS: "agreed"}) if told else None


def _declined() -> Way:
    return Way("no", {STANDS: "declined"}, (say("situation.declined"),))


def _finished(scene: Scene) -> Way:
    """The kind of help that fits what was told, in careful words, where there is room for it; then a human."""
    text = fitting_text(scene.case, scene.today)
    said = told_of(scene.slots)
    return Way("done", _DONE, (say(text),) if text and text not in said else ())


def _may_call(scene: Scene) -> Way | None:
    """Yes, a time, or no."""
    times = scene.heard.all("time") or "ask_callback" in scene.heard.names
    return Way("yes") if times else agree("yes", "human", "no")(scene)


def _asked(name: str, text: str, again: str, **leads: str) -> Step:
    plain = name != "what_happened"  # which is told in the resident's own words, all of them meant
    reminder = again if plain else text
    ways = {"on": "next", "stop": "stop", "call": "day_agreed", **leads}
    return Step(text, again, ASKS[name], ways, takes=_ANSWERS, reminder=reminder, plain=plain)


_STARTS = {"neutral": "call", "late": human("after_deadline"), "nothing": "done"}

FLOW = Flow(
    name="situation",
    start="begun",
    nodes={
        "begun": Fork(_begun, {**_STARTS, "offer": "offer", "agreed": "next"}),
        "happened": Fork(_happened, {**_STARTS, "offer": "offer", "agreed": "next", "ask": "what_happened"}),
        "offer": Step(
            "situation.offer",
            "situation.offer_again",
            _offered,
            {"yes": "next", "no": start("menu", "help"), "human": human("ask_human")},
            gives_way=True,
        ),
        "go_on": Fork(_begun, {**_STARTS, "offer": "offer", "agreed": "next"}),
        "next": Fork(next_question, {**{name: name for name in QUESTIONS_IN_ORDER}, "stop": "stop", "done": "done"}),
        "what_happened": _asked(
            "what_happened", "situation.what_happened", "situation.what_happened_again", on="go_on"
        ),
        "household": _asked("household", "situation.household", "situation.household_again"),
        "adults": _asked("adults", "situation.adults", "situation.adults_again"),
        "children": _asked("children", "situation.children", "situation.children_again"),
        "income_kind": _asked("income_kind", "situation.income_kind", "situation.income_kind_again"),
        "income": _asked("income", "situation.income", "situation.income_again"),
        "letter": _asked("letter", "situation.letter", "situation.letter_again", court="court"),
        "letter_day": _asked("letter_day", "situation.letter_day", "situation.letter_day_again", court="court"),
        "pay_now": _asked("pay_now", "pay.now", "pay.now_again", sum="sum_now"),
        "sum_now": _asked("pay_now", "pay.how_much", "pay.now_again", sum="next"),
        "pay_monthly": _asked("pay_monthly", "pay.monthly", "pay.monthly_again", sum="sum_monthly"),
        "sum_monthly": _asked("pay_monthly", "pay.how_much", "pay.monthly_again", sum="next"),
        "best_time": _asked(
            "best_time", "situation.best_time", "situation.best_time_again", day="day_agreed", time="time_agreed"
        ),
        "stop": Fork(
            lambda _scene: Way("done", _DONE, (say("situation.enough"),)),
            {"done": human("situation")},
            says=("situation.enough",),
        ),
        "done": Fork(_finished, {"done": human("situation")}, says=tuple(FOR_RESIDENTS.values())),
        "court": Fork(lambda _scene: Way("done", _DONE), {"done": human("eviction", text="handoff.after_deadline")}),
        "time_agreed": Fork(lambda _scene: Way("done", _DONE), {"done": human("situation")}),
        "day_agreed": Fork(
            lambda _scene: Way("done", _DONE), {"done": human("situation", text="situation.read_first")}
        ),
        "call": Step(
            "situation.call",
            "situation.call_again",
            _may_call,
            {"yes": "call_made", "human": human("ask_human"), "no": "no_call"},
            takes=frozenset({"ask_callback"}),
        ),
        "call_made": Fork(
            lambda scene: Way("asked", effects=tuple(callback(scene.heard, scene.today))),
            {"asked": END},
            says=("callback.any", "callback.when"),
        ),
        "no_call": Fork(
            lambda _scene: Way("done", {STANDS: "declined"}, (say("other.all_right"),)),
            {"done": END},
            says=("other.all_right",),
        ),
    },
)

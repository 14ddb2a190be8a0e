"""A promise to pay: kept as told and said back at once; only a day that was not said is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.dialogs.effects import CreateTask, RecordPromise
from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, human, say
from bot.dialogs.limits import may_tell, past_deadline
from bot.dialogs.readers import DONT_KNOW, yes_or_no
from bot.dialogs.told import promised, promises


def _begun(scene: Scene) -> Way:
    """What was promised in the message that began this; a bare choice has promised nothing yet."""
    heard = scene.heard
    if may_tell(scene.case) and scene.case.arrears_ore <= 0:
        return Way("settled", effects=(say("amount.settled"),))
    is_said = "promise_to_pay" in heard.names or not {*heard.names} - {"out_of_scope", "affirm", "deny"}
    given = promises(heard, scene.case, scene.today) if is_said else ()
    if any(promise.day for promise in given):
        return _kept(scene, given)
    if past_deadline(scene.case, scene.today):
        return Way("late", effects=given)
    sums = {"promise_ore": given[0].amount_ore} if given and given[0].amount_ore else {}
    return Way("no_day", sums)


def _kept(scene: Scene, given: tuple[RecordPromise, ...]) -> Way:
    late = past_deadline(scene.case, scene.today)
    effects = given if late else promised(given, scene.heard, scene.case)
    return Way("late" if late else "kept", {"promise_ore": None}, tuple(effects))


def _day(scene: Scene) -> Way | None:
    given = promises(scene.heard, scene.case, scene.today)
    paid = _was_paid(scene)
    remembered = None if paid else int(scene.slots.get("promise_ore") or 0) or None
    if len(given) == 1 and given[0].day:
        given = (replace(given[0], amount_ore=given[0].amount_ore or remembered),)
    if any(promise.day for promise in given):
        way = _kept(scene, given)
        looked_for = (CreateTask("check_payment"),) if paid else ()
        return replace(way, effects=(*looked_for, *way.effects))
    if not paid and (DONT_KNOW.search(scene.heard.text) or yes_or_no(scene.heard) == "no"):
        return Way("unknown", {"promise_ore": None}, (RecordPromise(remembered, None), say("promise.no_day")))
    return None


def _was_paid(scene: Scene) -> bool:
    """Some was paid on a day gone by; without such a day it is the promise that was taken for a payment."""
    gone = [value for value in scene.heard.all("date") if date.fromisoformat(str(value)) < scene.today]
    return bool(gone) and "already_paid" in scene.heard.names


FLOW = Flow(
    name="promise",
    start="begun",
    nodes={
        "begun": Fork(
            _begun,
            {"kept": END, "late": human("after_deadline"), "no_day": "day", "settled": END},
            says=(
                "promise.noted",
                "promise.noted_amount",
                "promise.noted_rest",
                "promise.noted_two",
                "promise.noted_more",
                "promise.late",
                "promise.part",
                "promise.day_off",
                "amount.settled",
            ),
        ),
        "day": Step(
            "promise.day",
            "promise.day_again",
            _day,
            {"kept": END, "late": human("after_deadline"), "unknown": END},
            takes=frozenset({"promise_to_pay", "ask_callback", "already_paid"}),
            keeps=frozenset({"promise_to_pay"}),
        ),
    },
)

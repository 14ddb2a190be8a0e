"""A payment plan: a sum a month or a number of months, worked out, confirmed, and put before a human.

Who is not recognised may propose too, but hears only the own words again: the number of instalments would tell the
arrears. What lies outside the organisation's limits is not proposed: the bot says what is possible, or offers a human.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.dialogs.effects import CreateTask, Effect, ProposePlan, RecordFact, RecordPromise
from bot.dialogs.flow import END, Flow, Fork, Scene, Step, Way, human, say, start
from bot.dialogs.limits import least_monthly, may_tell
from bot.dialogs.proposals import (
    FORGET,
    begun,
    confirms,
    first_date,
    latest_first,
    may_be_said,
    owed,
    plan,
    says_sum,
    stands,
    takes_latest,
    takes_least,
    takes_most,
    takes_offer,
    worked_out,
)
from bot.dialogs.readers import agree


def _sent(scene: Scene) -> Way:
    worked, down = plan(scene), int(scene.slots.get("down") or 0)
    total = owed(scene).arrears_ore if down else None
    done: tuple[Effect, ...] = (
        RecordFact("can_pay_monthly", worked.monthly_ore // 100),
        *_at_once(scene, down),
        ProposePlan(worked.monthly_ore, worked.instalments, first_date(scene), total),
        CreateTask("approve_plan"),
        say("plan.sent_deadline" if may_tell(scene.case) and scene.case.deadline else "plan.sent"),
    )
    return Way("done", FORGET, done)


def _at_once(scene: Scene, down_ore: int) -> tuple[RecordPromise, ...]:
    """The sum before the plan is a promise of its own."""
    day = scene.slots.get("down_day")
    return (RecordPromise(down_ore, date.fromisoformat(str(day)) if day else None),) if down_ore else ()


def _uneven(scene: Scene) -> dict[str, str | int]:
    return {**_even(scene), "last": plan(scene).last_ore}


def _even(scene: Scene) -> dict[str, str | int]:
    return {**_one(scene), "instalments": plan(scene).instalments}


def _one(scene: Scene) -> dict[str, str | int]:
    return {"monthly": plan(scene).monthly_ore, "first_date": first_date(scene).isoformat()}


def _own(scene: Scene) -> dict[str, str | int]:
    return {"monthly": int(scene.slots["monthly"]), "first_date": first_date(scene).isoformat()}


def _own_months(scene: Scene) -> dict[str, str | int]:
    return {"months": int(scene.slots["months"]), "first_date": first_date(scene).isoformat()}


def _with_down(values: Callable[[Scene], dict[str, str | int]]) -> Callable[[Scene], dict[str, str | int]]:
    return lambda scene: {**values(scene), "amount": int(scene.slots["down"])}


def _limits(scene: Scene) -> dict[str, str | int]:
    return {"least": least_monthly(owed(scene)), "months": scene.case.policy.max_months}


def _latest(scene: Scene) -> dict[str, str | int]:
    return {"first_date": latest_first(scene).isoformat()}


_TAKES = frozenset({"ask_payment_plan", "promise_to_pay"})
_KEEPS = frozenset({"ask_payment_plan"})
_CONFIRMED = {
    "yes": "send",
    "said": "work_out",
    "other": "other",
    "no": "other",
    "again": human("plan_outside_policy"),
    "human": human("ask_human"),
}
_BY_MONTHS = ("plan.confirm_months", "plan.confirm_down_months", "plan.confirm_one", "plan.confirm_down_one")
_LIMITED = {"yes": "work_out", "said": "work_out", "other": "amount", "no": human("plan_outside_policy")}


def _confirm(text: str, values: Callable[[Scene], dict[str, str | int]], holds: Callable[[Scene], bool]) -> Step:
    reminder = "plan.confirm_again" if text in _BY_MONTHS else "plan.confirm_short"
    return Step(text, "plan.confirm_again", confirms, _CONFIRMED, values, _TAKES, reminder, holds=holds)


FLOW = Flow(
    name="payment_plan",
    start="begun",
    nodes={
        "begun": Fork(
            begun,
            {
                "not_accepted": "not_accepted",
                "late": human("after_deadline"),
                "settled": END,
                "known": "work_out",
                "ask": "amount",
            },
            says=("amount.settled",),
        ),
        "amount": Step(
            "plan.amount",
            "plan.amount_again",
            says_sum,
            {"said": "work_out", "nothing": start("situation"), "no": "left"},
            takes=_TAKES,
            keeps=_KEEPS,
        ),
        "other": Step(
            "plan.other",
            "plan.amount_again",
            says_sum,
            {"said": "work_out", "nothing": start("situation"), "no": human("plan_outside_policy")},
            takes=_TAKES,
            keeps=_KEEPS,
            reminder="plan.amount_again",
        ),
        "work_out": Fork(
            worked_out,
            {
                "late": human("after_deadline"),
                "too_many": "too_many",
                "too_low": "too_low",
                "too_long": "too_long",
                "ask_human": "ask_human",
                "own": "confirm_own",
                "own_months": "confirm_months",
                "one": "confirm_one",
                "even": "confirm_even",
                "uneven": "confirm",
                "down_own": "confirm_down_own",
                "down_own_months": "confirm_down_months",
                "down_one": "confirm_down_one",
                "down_even": "confirm_down_even",
                "down_uneven": "confirm_down",
                "first_late": "first_late",
                "rhythm": "monthly_only",
            },
        ),
        "confirm": _confirm("plan.confirm", _uneven, may_be_said),
        "confirm_even": _confirm("plan.confirm_even", _even, may_be_said),
        "confirm_one": _confirm("plan.confirm_one", _one, may_be_said),
        "confirm_own": _confirm("plan.confirm_own", _own, stands),
        "confirm_months": _confirm("plan.confirm_months", _own_months, stands),
        "confirm_down": _confirm("plan.confirm_down", _with_down(_uneven), may_be_said),
        "confirm_down_even": _confirm("plan.confirm_down_even", _with_down(_even), may_be_said),
        "confirm_down_one": _confirm("plan.confirm_down_one", _with_down(_one), may_be_said),
        "confirm_down_own": _confirm("plan.confirm_down_own", _with_down(_own), stands),
        "confirm_down_months": _confirm("plan.confirm_down_months", _with_down(_own_months), stands),
        "first_late": Step(
            "plan.first_late", "plan.first_late_again", takes_latest, _LIMITED, _latest, _TAKES, holds=stands
        ),
        "monthly_only": Step(
            "plan.monthly_only",
            "plan.amount_again",
            says_sum,
            {"said": "work_out", "nothing": start("situation"), "no": human("plan_outside_policy")},
            takes=_TAKES,
            keeps=_KEEPS,
            reminder="plan.amount_again",
        ),
        "too_low": Step("plan.too_low", "plan.limits_again", takes_least, _LIMITED, _limits, _TAKES),
        "too_long": Step("plan.too_long", "plan.limits_again", takes_least, _LIMITED, _limits, _TAKES),
        "too_many": Step("plan.too_many", "plan.limits_again", takes_most, _LIMITED, _limits, _TAKES),
        "ask_human": Step(
            "plan.ask_human",
            "plan.ask_human_again",
            takes_offer,
            {"yes": human("plan_outside_policy"), "said": "work_out", "other": "amount", "no": "left"},
            takes=_TAKES,
        ),
        "not_accepted": Step(
            "plan.not_accepted",
            "plan.not_accepted_again",
            agree("yes", "help", "no"),
            {"yes": human("plan_outside_policy"), "help": start("menu", "help"), "no": "left"},
            takes=_TAKES,
        ),
        "left": Fork(lambda _scene: Way("done", FORGET, (say("plan.left"),)), {"done": END}, says=("plan.left",)),
        "send": Fork(_sent, {"done": END}, says=("plan.sent", "plan.sent_deadline")),
    },
)

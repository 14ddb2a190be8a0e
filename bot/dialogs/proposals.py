"""Reading a proposed payment plan and holding it against what is possible: the functions beside the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.dialogs.effects import Effect, RecordFact
from bot.dialogs.flow import Scene, Way, say
from bot.dialogs.limits import Worked, first_of_month, least_monthly, may_tell, monthly_for, past_deadline, work_out
from bot.dialogs.readers import amount_ore, choice, days, instalments, yes_or_no
from bot.dialogs.state import Slot

#: A greater number is a sum.
_MONTHS_AT_MOST = 48

FORGET: dict[str, Slot | None] = {"monthly": None, "months": None, "first_date": None}


def _proposed(scene: Scene) -> Way | None:
    """What the message proposes: a sum a month, or a number of months, and perhaps a first day."""
    months = instalments(scene.heard) or _other_count(scene)
    ore = None if months and not scene.heard.all("amount") else amount_ore(scene.heard)
    later = [day for day in days(scene.heard, scene.today) if day > scene.today]
    slots: dict[str, Slot | None] = {"first_date": later[0].isoformat()} if later else {}
    if months and (ore is None or ore >= scene.case.arrears_ore):
        return Way("said", {**slots, "months": months, "monthly": None})
    if ore:
        facts: tuple[Effect, ...] = (RecordFact("can_pay_monthly", ore // 100),)
        return Way("said", {**slots, "monthly": ore, "months": None}, facts)
    return Way("said", slots) if slots and _has_proposal(scene) else None


def _other_count(scene: Scene) -> int | None:
    """ "Kan det blive 8 i stedet" of who spoke of months: another number of them."""
    said = re.findall(r"(?<![\d.,])\d+(?![\d.,]*\d)", scene.heard.text)
    if not scene.slots.get("months") or scene.heard.values or len(said) != 1:
        return None
    return int(said[0]) if 1 < int(said[0]) <= _MONTHS_AT_MOST else None


def _has_proposal(scene: Scene) -> bool:
    return bool(scene.slots.get("monthly") or scene.slots.get("months"))


def begun(scene: Scene) -> Way:
    """What the first message said is not asked for; a sum beside a promise is the promise's."""
    promised = "promise_to_pay" in scene.heard.names
    said = _proposed(scene) if "ask_payment_plan" in scene.heard.names and not promised else None
    way = said or _remembered(scene)
    slots, effects = (way.slots, way.effects) if way else ({}, ())
    if past_deadline(scene.case, scene.today):
        return Way("late", slots, effects)
    if not scene.case.policy.accepts_plan:
        return Way("not_accepted", slots, effects)
    if may_tell(scene.case) and scene.case.arrears_ore <= 0:
        return Way("settled", FORGET, (*effects, say("amount.settled")))
    return Way("known" if way else "ask", slots, effects)


def _remembered(scene: Scene) -> Way | None:
    """A sum told earlier in this case, or earlier in this talk."""
    if _has_proposal(scene):
        return Way("said")
    told = scene.case.known.get("can_pay_monthly")
    return Way("said", {"monthly": int(told) * 100}) if told and scene.case.proposed_plan is None else None


def stands(scene: Scene) -> bool:
    """There is a proposal, and still something to pay: a question about it makes sense."""
    return _has_proposal(scene) and scene.case.arrears_ore > 0


def may_be_said(scene: Scene) -> bool:
    """The proposal stands, and what it comes to may be written."""
    return stands(scene) and may_tell(scene.case)


def plan(scene: Scene) -> Worked:
    """The proposal worked out against what is to be paid."""
    months = int(scene.slots.get("months") or 0)
    arrears = scene.case.arrears_ore
    return work_out(scene.case, monthly_for(arrears, months) if months else int(scene.slots["monthly"]))


def first_date(scene: Scene) -> date:
    """The day that was named, unless it has gone by since; else the first of a month."""
    named = scene.slots.get("first_date")
    day = date.fromisoformat(str(named)) if named else scene.today
    return day if day > scene.today else first_of_month(scene.today)


def worked_out(scene: Scene) -> Way:
    """Which limit it breaks, or how to say it."""
    case, months = scene.case, int(scene.slots.get("months") or 0)
    if past_deadline(case, scene.today):
        return Way("late")
    if months > case.policy.max_months:
        return Way("too_many")
    if case.arrears_ore <= 0:
        return Way("ask_human")
    worked = plan(scene)
    if worked.fits == "too_low" and not months:
        return Way("too_low")
    if not may_tell(case):
        return Way("ask_human" if worked.fits != "yes" else "own_months" if months else "own")
    if worked.fits != "yes":
        return Way(worked.fits)
    return Way("one" if worked.instalments == 1 else "even" if worked.last_ore == worked.monthly_ore else "uneven")


def confirms(scene: Scene) -> Way | None:
    """Yes, another proposal, or no. The same sum again is neither; a promise of one payment is another topic."""
    heard = scene.heard
    chosen = choice(heard, ("yes", "other", "human"))
    if chosen:
        return Way(chosen)
    if "promise_to_pay" in heard.names and "ask_payment_plan" not in heard.names and heard.all("date"):
        return None
    said = _proposed(scene)
    if said and any(scene.slots.get(name) != value for name, value in said.slots.items()):
        return said
    found = yes_or_no(heard)
    return Way("again" if found == "no" and scene.asked.get("payment_plan.other") else found) if found else None


def _within(limit: Callable[[Scene], dict[str, Slot | None]]) -> Callable[[Scene], Way | None]:
    """Takes what is possible, proposes something else, or wants a human."""

    def reads(scene: Scene) -> Way | None:
        found = choice(scene.heard, ("yes", "other", "no"))
        said = None if found else _proposed(scene)
        if said and any(scene.slots.get(name) != value for name, value in said.slots.items()):
            return said
        found = found or yes_or_no(scene.heard)
        return Way(found, limit(scene) if found == "yes" else {}) if found else None

    return reads


takes_least = _within(lambda scene: {"monthly": least_monthly(scene.case), "months": None})
takes_offer = _within(lambda _scene: {})
takes_most = _within(lambda scene: {"months": scene.case.policy.max_months, "monthly": None})


def says_sum(scene: Scene) -> Way | None:
    """A sum or a number of months; a no is an answer too."""
    said = _proposed(scene)
    found = None if said else yes_or_no(scene.heard)
    return said or (Way("no") if found == "no" else None)

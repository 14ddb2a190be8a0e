"""Reading a proposed payment plan and holding it against what is possible: the functions beside the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.dialogs.circumstances import circumstances
from bot.dialogs.down_payment import Down, has_other_rhythm, is_by_the_month, read_down
from bot.dialogs.effects import Effect, RecordFact
from bot.dialogs.flow import Scene, Way, say
from bot.dialogs.limits import Worked, first_of_month, least_monthly, may_tell, monthly_for, past_deadline, work_out
from bot.dialogs.readers import amount_ore, choice, days, first_of_named_month, instalments, yes_or_no
from bot.dialogs.state import CaseFacts, Heard, Slot

_BEGINS = re.compile(r"\b(fra|start\w*|begynd\w*|første gang|from|begin\w*|first time)\b", re.IGNORECASE)
#: A greater number is a sum.
_MONTHS_AT_MOST = 48

#: So little that it is a no with a reason.
_NOTHING = re.compile(r"^\W*(?:0|nul|ingenting|intet|slet ikke noget|nothing|zero)(?:\s*kr\w*)?\W*$", re.IGNORECASE)
FORGET: dict[str, Slot | None] = dict.fromkeys(("monthly", "months", "first_date", "down", "down_day", "rhythm"))


def proposed(scene: Scene) -> Way | None:
    """What the message proposes: a sum a month, or a number of months; perhaps a first day, perhaps a sum at once."""
    if has_other_rhythm(scene.heard):
        return Way("said", {**FORGET, "rhythm": True})
    down = read_down(scene.heard, scene.today)
    if down and not (may_tell(scene.case) and down.ore >= scene.case.arrears_ore):
        return _with_down(scene, down)
    months = instalments(scene.heard) or _other_count(scene)
    ore = None if months and not scene.heard.all("amount") else amount_ore(_offered(scene.heard))
    slots = _first_day(scene, None)
    if months and (ore is None or ore >= scene.case.arrears_ore):
        return Way("said", {**slots, "months": months, "monthly": None, "rhythm": None})
    if ore:
        facts: tuple[Effect, ...] = (RecordFact("can_pay_monthly", ore // 100),)
        return Way("said", {**slots, "monthly": ore, "months": None, "rhythm": None}, facts)
    return Way("said", slots) if slots and _has_proposal(scene) else None


def _offered(heard: Heard) -> Heard:
    """Without what comes in: "jeg tjener 18.000 og kan lægge 1.200 om måneden" offers 1.200."""
    comes_in = {fact.value for fact in circumstances(heard) if fact.name == "income"}
    left = tuple(value for value in heard.values if value.entity != "amount" or value.value not in comes_in)
    return replace(heard, values=left) if any(value.entity == "amount" for value in left) else heard


def _other_count(scene: Scene) -> int | None:
    """ "Kan det blive 8 i stedet" of who spoke of months: another number of them."""
    said = re.findall(r"(?<![\d.,])\d+(?![\d.,]*\d)", scene.heard.text)
    if not scene.slots.get("months") or scene.heard.values or len(said) != 1:
        return None
    return int(said[0]) if 1 < int(said[0]) <= _MONTHS_AT_MOST else None


def _first_day(scene: Scene, besides: date | None) -> dict[str, Slot | None]:
    if "ask_callback" in scene.heard.names:  # the day on which to phone
        return {}
    said = [*days(scene.heard, scene.today), first_of_named_month(scene.heard.text, scene.today)]
    later = [day for day in said if day and day > scene.today and day != besides]
    return {"first_date": later[0].isoformat()} if later else {}


def _with_down(scene: Scene, down: Down) -> Way:
    told = [RecordFact("can_pay_now", down.ore // 100)]
    if down.monthly_ore:
        told.append(RecordFact("can_pay_monthly", down.monthly_ore // 100))
    months = None if down.monthly_ore else instalments(scene.heard)
    slots: dict[str, Slot | None] = {"monthly": down.monthly_ore, "months": months, "rhythm": None, "down": down.ore}
    slots["down_day"] = down.day.isoformat() if down.day else None
    return Way("said", {**slots, **_first_day(scene, down.day)}, tuple(told))


def _has_proposal(scene: Scene) -> bool:
    return bool(scene.slots.get("monthly") or scene.slots.get("months"))


def owed(scene: Scene) -> CaseFacts:
    """The case with what is left for the plan, once the sum at once is paid."""
    return replace(scene.case, arrears_ore=scene.case.arrears_ore - int(scene.slots.get("down") or 0))


def begun(scene: Scene) -> Way:
    """What the first message said is not asked for; a sum beside a promise is the promise's."""
    names = scene.heard.names
    is_plan = ("ask_payment_plan" in names and "promise_to_pay" not in names) or is_by_the_month(scene.heard)
    is_plan = is_plan or has_other_rhythm(scene.heard)
    said = proposed(scene) if is_plan or read_down(scene.heard, scene.today) else None
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
    return _has_proposal(scene) and owed(scene).arrears_ore > 0


def may_be_said(scene: Scene) -> bool:
    """The proposal stands, and what it comes to may be written."""
    return stands(scene) and may_tell(scene.case)


def plan(scene: Scene) -> Worked:
    """The proposal worked out against what is to be paid."""
    months, case = int(scene.slots.get("months") or 0), owed(scene)
    return work_out(case, monthly_for(case.arrears_ore, months) if months else int(scene.slots["monthly"]))


def latest_first(scene: Scene) -> date:
    """The last day that the organisation allows for the first instalment."""
    return scene.today + timedelta(days=scene.case.policy.first_within_days)


def first_date(scene: Scene) -> date:
    """The day that was named, unless it has gone by since; else the first of a month, after the sum at once."""
    named, down_day = _day(scene, "first_date"), _day(scene, "down_day")
    if named and named > scene.today:
        return named
    return min(first_of_month(max(scene.today, down_day or scene.today)), latest_first(scene))


def _day(scene: Scene, slot: str) -> date | None:
    said = scene.slots.get(slot)
    return date.fromisoformat(str(said)) if said else None


def worked_out(scene: Scene) -> Way:
    """Which limit it breaks, or how to say it."""
    case, months = owed(scene), int(scene.slots.get("months") or 0)
    if past_deadline(case, scene.today):
        return Way("late")
    if scene.slots.get("rhythm"):
        return Way("rhythm", {"rhythm": None})
    if months > case.policy.max_months:
        return Way("too_many")
    if case.arrears_ore <= 0:
        return Way("ask_human")
    return _worded(scene, case, months)


def _worded(scene: Scene, case: CaseFacts, months: int) -> Way:
    worked = plan(scene)
    broken = None if worked.fits == "yes" else worked.fits
    if broken and not may_tell(case) and (months or broken == "too_long"):
        return Way("ask_human")  # which limit it breaks would tell the arrears
    if broken:
        return Way(broken)
    if first_date(scene) > latest_first(scene):
        return Way("first_late")
    return Way(f"{'down_' if scene.slots.get('down') else ''}{_form(worked, months, may_tell(case))}")


def _form(worked: Worked, months: int, may_be_told: bool) -> str:
    if not may_be_told:
        return "own_months" if months else "own"
    return "one" if worked.instalments == 1 else "even" if worked.last_ore == worked.monthly_ore else "uneven"


def confirms(scene: Scene) -> Way | None:
    """Yes, another proposal, or no. The same sum again is neither; a promise of one payment is another topic."""
    heard = scene.heard
    chosen = choice(heard, ("yes", "other", "human"))
    if chosen:
        return Way(chosen)
    if _is_promise(scene):
        return None
    said = proposed(scene)
    if said and any(scene.slots.get(name) != value for name, value in said.slots.items()):
        return said
    found = yes_or_no(heard)
    return Way("again" if found == "no" and scene.asked.get("payment_plan.other") else found) if found else None


def _is_promise(scene: Scene) -> bool:
    """One payment on a day; "fra den 15." says when the plan begins, and a sum at once goes with a plan."""
    heard = scene.heard
    promises = "promise_to_pay" in heard.names and "ask_payment_plan" not in heard.names and heard.all("date")
    begins = not heard.all("amount") and _BEGINS.search(heard.text)
    return bool(promises) and not (begins or is_by_the_month(heard) or read_down(heard, scene.today))


def _within(limit: Callable[[Scene], dict[str, Slot | None]]) -> Callable[[Scene], Way | None]:
    """Takes what is possible, proposes something else, or wants a human."""

    def reads(scene: Scene) -> Way | None:
        found = choice(scene.heard, ("yes", "other", "no"))
        if not found and _promises_it_all(scene.heard, scene.case):
            return None
        said = None if found else proposed(scene)
        if said and any(scene.slots.get(name) != value for name, value in said.slots.items()):
            return said
        found = found or yes_or_no(scene.heard)
        return Way(found, limit(scene) if found == "yes" else {}) if found else None

    return reads


def _promises_it_all(heard: Heard, case: CaseFacts) -> bool:
    """ "Nej vent, jeg betaler det hele på mandag" is a promise and no other proposal."""
    is_other = "promise_to_pay" in heard.names and "ask_payment_plan" not in heard.names
    in_part = any(int(ore) < case.arrears_ore // 100 for ore in heard.all("amount"))
    return is_other and bool(heard.all("date")) and not in_part


takes_least = _within(lambda scene: {"monthly": least_monthly(owed(scene)), "months": None})
takes_latest = _within(lambda scene: {"first_date": latest_first(scene).isoformat()})
takes_offer = _within(lambda _scene: {})
takes_most = _within(lambda scene: {"months": scene.case.policy.max_months, "monthly": None})


def says_sum(scene: Scene) -> Way | None:
    """A sum or a number of months; a no is an answer too."""
    said = proposed(scene)
    if scene.heard.all("amount") == () and (_NOTHING.search(scene.heard.text) or _cannot(scene.heard)):
        return Way("nothing", FORGET)
    found = None if said else yes_or_no(scene.heard)
    return said or (Way("no") if found == "no" else None)


def _cannot(heard: Heard) -> bool:
    return "cannot_pay" in heard.names and not instalments(heard)

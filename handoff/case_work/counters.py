"""Another sum or first day for a plan that waits for an answer: the adviser's version, told to the resident by SMS.

It is a proposal of ours until the resident has said yes and a human has approved it. Where the bot has the talk, the
question of the plan flow is open after the SMS, so that JA, NO or another sum is understood as of a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from bot.models import Case, Plan
from bot.organisations import OrganisationSettings, read_settings
from bot.thread import add_marker
from handoff.case_work.changes import keep_all
from handoff.case_work.forms import Button, Editing, Field, Why, Work, kroner_typed, seal, typed_day, typed_ore
from handoff.formats import kroner
from handoff.plan_answers import otherwise, propose, see_that_somebody_calls
from handoff.saying import said
from handoff.wording import word, written_word

#: More would be no plan.
_MOST = 120


def read(work: Work, key: str) -> Editing | None:
    """The form of the plan that waits."""
    plan = _find(work, key)
    if plan is None or work.case is None or work.thread is None:
        return None
    fields = (
        Field("monthly", said("Om måneden, kr."), "money", kroner_typed(plan.monthly_ore), required=True),
        Field("first_date", said("Første gang"), "date", plan.first_date.isoformat(), required=True),
    )
    stands = seal(plan.status, plan.monthly_ore, plan.first_date)
    told = otherwise(work.session, work.case, work.thread, _total(work.case, plan), work.now)
    name = work.case.resident.first_name
    effect = (
        said("{name} får ingen sms. {told}", name=name, told=told)
        if told
        else word("words", "counter_effect").format(name=name)
    )
    hint = f"{limits(read_settings(work.case.organisation.settings))} {effect}"
    buttons = (Button("save", said("Send det nye forslag") if not told else said("Gem det nye forslag"), filled=True),)
    return Editing(f"plan-{plan.id}", said("Foreslå noget andet"), fields, buttons, stands, hint)


def save(work: Work, key: str, do: str, form: Mapping[str, str]) -> Why | None:
    """Send det nye forslag."""
    plan, monthly = _find(work, key), typed_ore(form.get("monthly", ""))
    first = typed_day(form.get("first_date", ""))
    if plan is None or work.case is None or work.thread is None:
        return "gone"
    if monthly is None:
        return "amount"
    if first is None:
        return "day"
    if first < work.today:
        return "past"
    total = _total(work.case, plan)
    if total <= 0 or -(-total // min(monthly, total)) > _MOST:
        return "not_a_plan"
    before = {"monthly": plan.monthly_ore, "first_date": plan.first_date}
    if not keep_all(work, f"plan:{plan.id}", before, {"monthly": min(monthly, total), "first_date": first}):
        return "no_change"
    _replace(work, plan, min(monthly, total), first, total)
    return None


def limits(settings: OrganisationSettings) -> str:
    """What the organisation allows, in words."""
    if not settings.accepts_plan:
        return word("words", "no_plans")
    least = kroner(settings.min_monthly * 100)
    return word("words", "limits").format(most=settings.max_months, least=least, days=settings.plan_first_within_days)


def is_within(plan: Plan, on: date, settings: OrganisationSettings) -> bool:
    """True when the plan keeps to the organisation's limits."""
    is_small = plan.monthly_ore < settings.min_monthly * 100 and plan.instalments > 1
    is_late = (plan.first_date - on).days > settings.plan_first_within_days
    return settings.accepts_plan and plan.instalments <= settings.max_months and not is_small and not is_late


def _replace(work: Work, plan: Plan, monthly: int, first: date, total: int) -> None:
    case, thread = work.case, work.thread
    if case is None or thread is None:
        return
    plan.status = "replaced"
    ours = Plan(
        case_id=case.id,
        monthly_ore=monthly,
        instalments=-(-total // monthly),
        first_date=first,
        total_ore=total,
        at=work.now,
        adviser_id=work.acting.adviser_id,
    )
    work.session.add(ours)
    work.session.flush()
    told = propose(work.session, work.acting, case, thread, ours, work.now)
    detail = {"monthly": monthly // 100, "instalments": ours.instalments, "plan": ours.id, "told": told == "sums"}
    add_marker(work.session, thread, "plan_countered", work.now, work.acting.adviser_id, **detail)
    if told != "sums":
        see_that_somebody_calls(work.session, case, thread, ours, work.now, written_word("words", "plan_countered"))
    work.audit("plan_countered", f"plan:{ours.id}")


def _total(case: Case, plan: Plan) -> int:
    return case.arrears_ore if plan.total_ore is None else plan.total_ore


def _find(work: Work, key: str) -> Plan | None:
    if work.case is None or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    mine = (Plan.id == int(key), Plan.case_id == work.case.id, Plan.status == "proposed")
    return work.session.scalar(work.found(select(Plan).where(*mine)))

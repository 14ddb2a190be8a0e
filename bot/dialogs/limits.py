"""What may be told of a case, what only a human speaks of, and what a payment plan must keep within."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.dialogs.state import CaseFacts
from bot.dialogs.triage import TERMINATED

#: Sums by months are rounded up to this, so that they can be said and remembered.
ROUND_ORE = 5_000
#: The first instalment is at least this far away, unless the resident names a day.
NOTICE = timedelta(days=7)
WRONG_ANSWERS = 2


#: The slot that says that somebody else came to the phone after the resident had been recognised.
SHARED = "shared"


def is_closed(case: CaseFacts) -> bool:
    """There is nothing to pay or to agree on here any more."""
    return case.status == "closed"


def may_name(case: CaseFacts) -> bool:
    """That there is a case may be written in an SMS."""
    return case.case_ref is not None and case.verified and case.policy.sms_detail == "recognised"


def may_tell(case: CaseFacts) -> bool:
    """The amount, the deadline and what follows from them may be written in an SMS."""
    return may_name(case) and not is_closed(case)


def kommune_number(case: CaseFacts) -> str:
    """Where the kommune is phoned: it tells where somebody lives, so only who was recognised hears it."""
    return case.kommune_number if may_name(case) else ""


def may_recognise(case: CaseFacts) -> bool:
    """There is something to recognise the resident by, and tries left today."""
    return bool(case.birth_day or case.house_number) and case.wrong_recognitions_today < WRONG_ANSWERS


def human_speaks(case: CaseFacts) -> bool:
    """An adviser holds the conversation, or must speak first: the bot is silent."""
    return case.held_by == "adviser" or case.bot_paused


def past_deadline(case: CaseFacts, today: date) -> bool:
    """Only a human speaks of what is possible now."""
    return case.stage in TERMINATED or (case.deadline is not None and today > case.deadline)


def agreed_on(case: CaseFacts) -> bool:
    """A human has agreed to a plan that still runs: its days count, not the deadline before it."""
    return case.next_instalment is not None and case.stage not in TERMINATED


def first_of_month(today: date) -> date:
    """The 1st of the next month that leaves a week's notice."""
    day = _next_first(today)
    return day if day - today >= NOTICE else _next_first(day)


def _next_first(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def parts(arrears_ore: int, monthly_ore: int) -> tuple[int, int]:
    """How many instalments a monthly sum makes (rounded up), and the last one, which is what is left."""
    count = -(-arrears_ore // monthly_ore)
    return count, arrears_ore - monthly_ore * (count - 1)


def monthly_for(arrears_ore: int, months: int) -> int:
    """The monthly sum, rounded up to 50 kroner, that pays the arrears in so many months."""
    return min(arrears_ore, -(-arrears_ore // (months * ROUND_ORE)) * ROUND_ORE)


@dataclass(frozen=True, slots=True)
class Worked:
    """A plan worked out; ``fits`` says whether it may be proposed, or which limit it breaks."""

    monthly_ore: int
    instalments: int
    last_ore: int
    fits: str  #: "yes", "too_low" or "too_long"


def work_out(case: CaseFacts, monthly_ore: int) -> Worked:
    """A plan by a monthly sum, held against the organisation's limits. More than is missing is not asked for."""
    monthly = min(monthly_ore, case.arrears_ore)
    count, last = parts(case.arrears_ore, monthly)
    policy = case.policy
    low = monthly < policy.min_monthly_ore and monthly < case.arrears_ore
    return Worked(monthly, count, last, "too_low" if low else "too_long" if count > policy.max_months else "yes")


def least_monthly(case: CaseFacts) -> int:
    """The smallest monthly sum that may be proposed; before recognition only the organisation's own limit."""
    if not may_tell(case):
        return case.policy.min_monthly_ore
    least = max(case.policy.min_monthly_ore, monthly_for(case.arrears_ore, case.policy.max_months))
    return min(least, case.arrears_ore)

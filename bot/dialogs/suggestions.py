"""What an adviser might do next, from what was told: suggestions in the order they press, never a decision.

What is a task or a proposal already stands on the page as such, and is not said again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.dialogs.letters import COURT
from bot.dialogs.limits import Worked, past_deadline, work_out
from bot.dialogs.state import CaseFacts, Slot


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the reader's language writes things: one phrase of a section, money in øre, a day."""

    word: Callable[[str, str], str]
    kroner: Callable[[int], str]
    day: Callable[[date], str]
    fact: Callable[[str, Slot], str]  #: a fact that is a row of its own


def next_steps(known: Mapping[str, Slot], case: CaseFacts, today: date, spelling: Spelling) -> tuple[str, ...]:
    """What an adviser might do now, the most pressing first."""
    found = [step for step, holds in _STEPS.items() if holds(known, case, today)]
    return tuple(_filled(spelling.word("summary_steps", step), known, case, spelling) for step in found)


def _filled(phrase: str, known: Mapping[str, Slot], case: CaseFacts, spelling: Spelling) -> str:
    worked = _worked(known, case)
    values = {
        "name": case.first_name or spelling.word("summary", "resident"),
        "sum": spelling.kroner(worked.monthly_ore) if worked else "",
        "times": str(worked.instalments) if worked else "",
    }
    for name, value in values.items():
        phrase = phrase.replace(f"{{{name}}}", value)
    return phrase


def _worked(known: Mapping[str, Slot], case: CaseFacts) -> Worked | None:
    """The sum a month that was told, as a plan; None where there is none to make."""
    monthly = int(known.get("can_pay_monthly") or 0) * 100
    return work_out(case, monthly) if monthly and case.arrears_ore > 0 else None


def _plan_fits(known: Mapping[str, Slot], case: CaseFacts, today: date) -> bool:
    worked = _worked(known, case)
    return bool(worked and worked.fits == "yes" and _plan_is_possible(case, today))


def _plan_is_too_long(known: Mapping[str, Slot], case: CaseFacts, today: date) -> bool:
    worked = _worked(known, case)
    return bool(worked and worked.fits != "yes" and _plan_is_possible(case, today))


def _plan_is_possible(case: CaseFacts, today: date) -> bool:
    has_one = case.proposed_plan is not None or case.next_instalment is not None
    return case.policy.accepts_plan and not has_one and not past_deadline(case, today)


def _has_not_seen_letter(known: Mapping[str, Slot], case: CaseFacts, _today: date) -> bool:
    return known.get("knows_letter") is False and case.stage != "rykker"


#: The steps in their order, and when each is worth suggesting.
_STEPS: Mapping[str, Callable[[Mapping[str, Slot], CaseFacts, date], bool]] = {
    "distress": lambda known, _case, _today: "distress" in known,
    "court": lambda known, case, _today: known.get("letter_from") == COURT or case.stage == "foged",
    "plan": _plan_fits,
    "plan_too_long": _plan_is_too_long,
    "nothing_to_pay": lambda known, _case, _today: known.get("can_pay_monthly") == 0,
    "letter": _has_not_seen_letter,
    "interpreter": lambda _known, case, _today: case.language not in ("da", "en"),
}

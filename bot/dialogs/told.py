"""What a message tells, as effects: facts, promises, a wish to be phoned. Nothing that was told is dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from bot.dialogs.borrowing import borrows_to_pay
from bot.dialogs.circumstances import circumstances
from bot.dialogs.down_payment import has_other_rhythm, is_by_the_month, read_down
from bot.dialogs.effects import CreateTask, Effect, RecordFact, RecordPromise, Say
from bot.dialogs.limits import may_tell
from bot.dialogs.state import CaseFacts, Heard
from bot.workdays import is_working_day, next_working_day

#: Told as facts under the intent's own name; what help was asked about tells of the situation, too.
FACTS = frozenset(
    {
        "inform_job_loss",
        "inform_illness",
        "inform_separation",
        "inform_bereavement",
        "inform_income_change",
        "inform_expense",
        "inform_debt",
        "cannot_pay",
        "dispute_arrears",
        "already_paid",
        "distress",
        "concern_for_neighbour",
        "ask_personal_supplement",
        "ask_medicine_support",
        "ask_rent_administration",
        "ask_budget_advice",
    }
)
#: Of those, what is told of somebody else.
APART = frozenset({"concern_for_neighbour"})


def facts(heard: Heard, case: CaseFacts, today: date) -> list[Effect]:
    """What was told of the situation, for the adviser; not again what is known already."""
    if case.case_ref is None:
        return []
    said = [RecordFact(name, True, name in APART) for name in heard.names if name in FACTS]
    said += [RecordFact("children", value) for value in heard.all("children")[:1]]
    said += [RecordFact("borrows_to_pay", True)] if borrows_to_pay(heard) else []
    said += circumstances(heard)
    said += _paid_facts(heard, today)
    return [fact for fact in said if case.known.get(fact.name) != fact.value]


def _paid_facts(heard: Heard, today: date) -> list[RecordFact]:
    """How much was paid and when, for who looks for it; beside a dispute the sums are what it is about."""
    if "dispute_arrears" in heard.names:
        return []
    ore, day = paid(heard, today)
    said = [RecordFact("paid_amount", ore // 100)] if ore else []
    return [*said, RecordFact("paid_date", day.isoformat())] if day else said


def paid(heard: Heard, today: date) -> tuple[int | None, date | None]:
    """What a message says is paid already: the sum, and the day it went."""
    if not _paid(heard):
        return None, None
    said = _single(heard)
    left = _without_paid(said, True, today)
    gone = [part for part in said if part not in left]
    ore = sum(part.ore or 0 for part in gone)
    return ore or None, next((part.day for part in gone if part.day), None)


_SUM_NOW = re.compile(
    r"(\d{1,3}(?:[. ]\d{3})+|\d+)(?:,\d\d)?\s*(?:kr\w*\.?|,-|dkk)?"
    r"\s*(?:nu|med det samme|straks|now|right away)\b(?=.*\b(?:rest|resten)\b)",
    re.IGNORECASE | re.DOTALL,
)
_NOW = re.compile(r"\d\s*(?:kr\w*\.?|,-|dkk)?\s*(?:nu|med det samme|straks|now|right away)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    """One sum, one day, or a sum on a day, in the order said."""

    ore: int | None = None
    day: date | None = None


def _last_word(said: list[_Part]) -> list[_Part]:
    """ "Ikke fredag, men mandag": of days alone only the last one stands."""
    return said[-1:] if len(said) > 1 and not any(part.ore for part in said) else said


def promises(heard: Heard, case: CaseFacts, today: date) -> tuple[RecordPromise, ...]:
    """The promises of one message: "3.000 på mandag og resten den 15." is two. What is paid already is no promise."""
    if is_by_the_month(heard) or has_other_rhythm(heard):
        return ()
    down = read_down(heard, today)
    if down is not None:  # the other sum is the plan's
        return (RecordPromise(down.ore, down.day),)
    said = [_filled(part, heard, case, today) for part in _last_word(_parts(heard, today))]
    said = _same_each_time(said, heard)
    given = sum(part.ore or 0 for part in said)
    left = case.arrears_ore - given
    if len(said) > 1 and left > 0 and not _paid(heard) and sum(part.ore is None for part in said) == 1:
        said = [part if part.ore else replace(part, ore=left) for part in said]
    return tuple(RecordPromise(part.ore, part.day) for part in said)


def _same_each_time(said: list[_Part], heard: Heard) -> list[_Part]:
    """ "1000 d. 1/12, 1000 d. 1/1": the sum was read once and said as often as there are days."""
    first = said[0].ore if said else None
    if first is None or any(part.ore not in (first, None) for part in said):
        return said
    text = re.sub(r"(?<=\d)[. ](?=\d{3})", "", heard.text)
    times = len(re.findall(rf"(?<!\d){first // 100}(?!\d)", text))
    return [replace(part, ore=first) for part in said] if times == len(said) > 1 else said


def _filled(part: _Part, heard: Heard, case: CaseFacts, today: date) -> _Part:
    """ "2.000 nu" is today; a day alone, of who has an agreement and knows it, is for its next instalment."""
    if part.ore and part.day is None and _NOW.search(heard.text):
        return replace(part, day=today)
    if part.ore is None and case.next_instalment and may_tell(case) and len(_parts(heard, today)) == 1:
        return replace(part, ore=case.next_instalment[0])
    return part


def _paid(heard: Heard) -> bool:
    return "already_paid" in heard.names


def _parts(heard: Heard, today: date) -> list[_Part]:
    said: list[_Part] = []
    for part in _without_paid(_with_now(_single(heard), heard, today), _paid(heard), today):
        said = _put(said, part)
    return said


def _with_now(said: list[_Part], heard: Heard, today: date) -> list[_Part]:
    """ "4.225 nu og resten den 1." names two days: today and that one."""
    now = _SUM_NOW.search(heard.text)
    if not now or len(said) < 2:
        return said
    ore = int(re.sub(r"\D", "", now[1])) * 100
    at = next((index for index, part in enumerate(said) if part.ore == ore), None)
    if at is None or (at + 1 < len(said) and said[at + 1].day == today):
        return said
    return [*said[: at + 1], _Part(day=today), *said[at + 1 :]]


def _single(heard: Heard) -> list[_Part]:
    """Each sum and each day by itself, in the order said."""
    said = []
    for value in heard.values:
        if value.entity == "amount" and int(value.value) > 0:
            said.append(_Part(ore=int(value.value) * 100))
        elif value.entity == "date":
            said.append(_Part(day=date.fromisoformat(str(value.value))))
    return said


def _without_paid(said: list[_Part], paid: bool, today: date) -> list[_Part]:
    """A sum beside a day gone by was paid then; where something was paid and no such day said, it is the first sum."""
    gone = [part.day is not None and (part.day < today or (paid and part.day == today)) for part in said]
    taken = {index for index, is_gone in enumerate(gone) if is_gone}
    for index in sorted(taken):
        if index and said[index - 1].ore and index - 1 not in taken:
            taken.add(index - 1)
        elif paid and index + 1 < len(said) and said[index + 1].ore:
            taken.add(index + 1)
    if paid and not taken:
        taken = {index for index, part in enumerate(said) if part.ore and not any(p.ore for p in said[:index])}
    return [part for index, part in enumerate(said) if index not in taken]


def _put(said: list[_Part], part: _Part) -> list[_Part]:
    """A sum joins the day before it, and a day the sum before it; the same kind again begins a new promise."""
    last = said[-1] if said else None
    if last and last.day is None and part.day:
        return [*said[:-1], replace(last, day=part.day)]
    if last and last.ore is None and part.ore:
        return [*said[:-1], replace(last, ore=part.ore)]
    return [*said, part]


def promised(given: Sequence[RecordPromise], heard: Heard, case: CaseFacts) -> list[Effect]:
    """The promises kept as told and said back; where they do not meet the deadline, that is said if it may be."""
    effects: list[Effect] = [*given, _said_back(given, heard)]
    caveat = _caveat(given, case) if may_tell(case) and case.deadline else None
    return [*effects, Say(caveat)] if caveat else effects


def _caveat(given: Sequence[RecordPromise], case: CaseFacts) -> str | None:
    """After the deadline; on a day off just before it; or not all of it, which does not stop a påkrav."""
    days = [promise.day for promise in given if promise.day]
    if not days or case.deadline is None or case.next_instalment:  # what was agreed has days of its own
        return None
    if max(days) > case.deadline:
        return "promise.late"
    if not is_working_day(max(days)) and next_working_day(max(days)) > case.deadline:
        return "promise.day_off"
    sums = [promise.amount_ore for promise in given]
    is_part = None not in sums and sum(ore or 0 for ore in sums) < case.arrears_ore
    return "promise.part" if is_part and case.stage == "paakrav" else None


def _said_back(given: Sequence[RecordPromise], heard: Heard) -> Say:
    """Only the resident's own sums: what "the rest" comes to would tell the arrears."""
    own = {int(value) * 100 for value in heard.all("amount")}
    days = [promise.day.isoformat() for promise in given if promise.day]
    first, *more = given
    if len(days) != len(given) or len(given) > 2:
        return Say("promise.noted_more")
    if not more:
        amount = {"amount": first.amount_ore} if first.amount_ore else {}
        return Say("promise.noted_amount" if amount else "promise.noted", {**amount, "day": days[0]})
    values: dict[str, str | int] = {"amount": first.amount_ore or 0, "day": days[0], "other_day": days[1]}
    if first.amount_ore not in own:
        return Say("promise.noted_more")
    second = more[0].amount_ore
    return Say("promise.noted_two", {**values, "rest": second}) if second in own else Say("promise.noted_rest", values)


def callback(heard: Heard, today: date, agreed: date | None = None) -> list[Effect]:
    """A task to phone, on the day and at the time that was said; on the day ``agreed`` before where none was."""
    days = [date.fromisoformat(str(value)) for value in heard.all("date")]
    day = next((day for day in days if day >= today), agreed)
    when = str((heard.all("time") or ("",))[0])
    clock = time.fromisoformat(when) if ":" in when else None
    effects: list[Effect] = [CreateTask("call", day, clock, note=_note(heard))]
    if when:
        effects.append(RecordFact("best_time", when))
    if day is None and when:
        return [*effects, Say("callback.time", {"time": when})]
    values: dict[str, str | int] = {"day": day.isoformat(), "time": when} if day else {}
    return [*effects, Say("callback.when" if day else "callback.any", values)]


def _note(heard: Heard) -> str:
    """Where and when to phone, as said; the adviser reads the rest in the thread."""
    parts_of_day = {"morning": "om morgenen", "forenoon": "om formiddagen"} | {
        "afternoon": "om eftermiddagen",
        "evening": "om aftenen",
    }
    when = [parts_of_day[str(value)] for value in heard.all("time") if value in parts_of_day]
    return ", ".join([*when, *(f"ring på {number}" for number in heard.all("phone_number"))])

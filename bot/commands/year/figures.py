"""The figures of a year: what the JSON, the words at the terminal and the page's tables are made of. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.commands.year.happened import Taken
from bot.commands.year.outcome import Outcome
from bot.commands.year.rules import RULES

SMS_NAMES = ("første sms", "anden sms", "sidste sms")
TASK_NAMES = {"call": "opkald", "knock": "viceværten banker på", "postcard": "postkort", "other": "til rådgiver"}
OUTCOMES = {
    "settled": "betalt",
    "paid": "betalt",
    "plan_agreed": "aftale om afdrag",
    "municipality_paid": "hjælp fra kommunen",
    "moved_out": "fraflyttet",
    "evicted": "udsat eller ophævet",
    "no_contact": "ingen kontakt",
    "other": "andet",
    "open": "stadig åben, med en opgave eller en aftale",
}
_DAYS = ((0, 3), (4, 7), (8, 14), (15, 30), (31, 400))


@dataclass(frozen=True, slots=True)
class Reach:
    """One rung of the ladder: how often it was taken, came through, and was answered before the next one."""

    name: str
    taken: int
    came_through: int
    answered: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """What came to handsets on one day, and what people did outside SMS."""

    day: date
    started: int
    answers: int
    tasks: int


def days(outcome: Outcome) -> list[DayCount]:
    """Every day of the year, with what we did on it."""
    started, answers = Counter[date](), Counter[date]()
    for sms in outcome.record.arrived:
        (started if sms.kind else answers)[sms.at.date()] += 1
    tasks = Counter(step.at.date() for step in outcome.happened.steps if step.kind != "sms")
    count = (outcome.record.now.date() - outcome.first).days + 1
    all_days = [outcome.first + timedelta(days=number) for number in range(count)]
    return [DayCount(day, started[day], answers[day], tasks[day]) for day in all_days]


def months(outcome: Outcome) -> list[tuple[str, int, int, int, int]]:
    """By month: SMS that we started, answers, steps outside SMS, SMS from residents."""
    found: dict[str, list[int]] = {}
    for day in days(outcome):
        row = found.setdefault(f"{day.day:%Y-%m}", [0, 0, 0, 0])
        row[0], row[1], row[2] = row[0] + day.started, row[1] + day.answers, row[2] + day.tasks
    for wrote in outcome.record.wrote:
        found[f"{wrote.at:%Y-%m}"][3] += 1
    return [(month, *row) for month, row in found.items()]  # type: ignore[misc]  # four counts


def reach(outcome: Outcome) -> list[Reach]:
    """The ladder's rungs in their usual order."""
    names = [(SMS_NAMES[n], [s for s in outcome.happened.steps if s.sms == n]) for n in range(len(SMS_NAMES))]
    names += [(name, [s for s in outcome.happened.steps if s.kind == kind]) for kind, name in TASK_NAMES.items()]
    return [_reach(name, steps) for name, steps in names if steps]


def _reach(name: str, steps: Sequence[Taken]) -> Reach:
    return Reach(name, len(steps), sum(s.came_through for s in steps), sum(s.was_answered for s in steps))


def first_human(outcome: Outcome) -> list[tuple[str, int]]:
    """How many cases a human reached out to within so many days of their coming."""
    known = [day for day in outcome.happened.first_human if day is not None]
    rows = [
        (f"{low}-{high} dage" if high < 400 else f"over {low - 1} dage", sum(low <= d <= high for d in known))
        for low, high in _DAYS
    ]
    return [*rows, ("endnu ikke, eller ikke brug", outcome.happened.first_human.count(None))]


def outcomes(outcome: Outcome) -> list[tuple[str, int]]:
    """How cases stand at the end, the most frequent first."""
    found = Counter[str]()
    for name, count in outcome.happened.outcomes.items():
        found[OUTCOMES.get(name, name)] += count
    return found.most_common()


def broken_by_rule(outcome: Outcome) -> list[tuple[str, str, int]]:
    """Every rule with what it asks, and how often it was broken."""
    count = Counter(one.rule for one in outcome.broken)
    return [(name, (rule.__doc__ or "").strip(), count[name]) for name, rule in RULES.items()]


def bad_luck(outcome: Outcome) -> list[tuple[str, int]]:
    """What went wrong, and how often."""
    count = Counter(str(spell.kind) for spell in outcome.spells if spell.begins <= outcome.record.now)
    return [*sorted(count.items()), ("killed_in_fact", outcome.kills)]


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The year for other programs. The same seed and code give the same bytes; ``digest`` is of every SMS."""
    return {
        "months": outcome.months,
        "cases": outcome.cases,
        "seed": outcome.seed,
        "from": outcome.first.isoformat(),
        "to": outcome.record.now.date().isoformat(),
        "sms": {
            "started": sum(bool(sms.kind) for sms in outcome.record.arrived),
            "answers": sum(not sms.kind for sms in outcome.record.arrived),
            "from_residents": len(outcome.record.wrote),
        },
        "by_month": [list(row) for row in months(outcome)],
        "reach": [list(astuple(one)) for one in reach(outcome)],
        "first_human": [list(row) for row in first_human(outcome)],
        "outcomes": dict(outcomes(outcome)),
        "bad_luck": dict(bad_luck(outcome)),
        "rules": {name: count for name, _, count in broken_by_rule(outcome)},
        "broken": [
            {"rule": one.rule, "at": one.at.isoformat(timespec="seconds"), "case": one.case_id, "what": one.what}
            for one in outcome.broken
        ],
        "digest": digest(outcome),
    }


def digest(outcome: Outcome) -> str:
    """A name for all that was said, by whom and when, in both directions."""
    said = [(sms.at, sms.phone, sms.body) for sms in outcome.record.arrived]
    said += [(wrote.at, wrote.phone, wrote.text) for wrote in outcome.record.wrote]
    return hashlib.sha256("\n".join(f"{_utc(at)} {phone} {text}" for at, phone, text in said).encode()).hexdigest()


def _utc(at: datetime) -> str:
    return f"{at.timestamp():.3f}"


def words(outcome: Outcome) -> str:
    """The year in a few lines."""
    told = as_json(outcome)
    lines = [
        f"{outcome.months} months, {outcome.cases} residents, seed {outcome.seed}: {told['from']} to {told['to']}",
        f"SMS: {told['sms']['started']} started, {told['sms']['answers']} answers, "
        f"{told['sms']['from_residents']} from residents; killed {outcome.kills} times",
        "",
        *(f"  {count:5}  {name}: {what}" for name, what, count in broken_by_rule(outcome)),
    ]
    if outcome.broken:
        lines += ["", "Broken:"]
        lines += [f"  {one.at:%Y-%m-%d %H:%M}  case {one.case_id}  {one.rule}: {one.what}" for one in outcome.broken]
    return "\n".join(lines)

"""What a human who takes over should know at a glance: the situation, what was promised and answered, what comes next.

From facts with the time they were told; the words come from the caller. It says what was told and what is missing,
and suggests: it decides nothing and promises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.dialogs.state import CaseFacts, Slot
from bot.dialogs.suggestions import Spelling, next_steps

#: Rows of more than one fact, in the order of the card; every other fact is a row of its own, before these.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "household": ("adults", "children", "couple"),
    "lives_on": ("income_kind", "income"),
    "letter": ("knows_letter", "letter_date", "letter_from"),
    "can_pay_now": ("can_pay_now",),
    "can_pay_monthly": ("can_pay_monthly",),
    "best_time": ("best_time",),
}
_OF = {name: group for group, names in GROUPS.items() for name in names}
#: What an adviser needs to know to help, and the groups that tell it.
NEEDED = ("household", "lives_on", "letter")


@dataclass(frozen=True, slots=True)
class Told:
    """One fact, and when it was told."""

    name: str
    value: Slot
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the card."""

    name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """All of it, in words."""

    rows: tuple[Row, ...]
    promised: tuple[str, ...]
    answered: tuple[str, ...]
    language: str
    days_left: int | None
    missing: tuple[str, ...]
    next_steps: tuple[str, ...]


def summarise(
    told: Sequence[Told],
    case: CaseFacts,
    today: date,
    spelling: Spelling,
    *,
    promised: Iterable[str] = (),
    answered: Iterable[str] = (),
) -> Summary:
    """The summary of one case; of facts told again the newest counts."""
    newest = {fact.name: fact for fact in sorted(told, key=lambda fact: fact.at)}
    return Summary(
        rows=rows(newest.values(), spelling),
        promised=tuple(promised),
        answered=tuple(answered),
        language=case.language,
        days_left=(case.deadline - today).days if case.deadline else None,
        missing=_missing(newest, spelling) if newest else (),
        next_steps=next_steps({name: fact.value for name, fact in newest.items()}, case, today, spelling),
    )


def rows(told: Iterable[Told], spelling: Spelling) -> tuple[Row, ...]:
    """What was told: what happened first, the newest first; then home, income, letter, payment and when to phone."""
    newest = {fact.name: fact for fact in told}
    single = [Row(fact.name, spelling.fact(fact.name, fact.value), fact.at) for fact in newest.values()]
    single = [row for row in single if row.name not in _OF]
    found = [_group(group, newest, spelling) for group in GROUPS]
    return (*sorted(single, key=lambda row: row.at, reverse=True), *filter(None, found))


def _group(group: str, newest: Mapping[str, Told], spelling: Spelling) -> Row | None:
    facts = {name: newest[name] for name in GROUPS[group] if name in newest}
    words = _WRITES[group]({name: fact.value for name, fact in facts.items()}, spelling) if facts else ""
    return Row(group, words, max(fact.at for fact in facts.values())) if words else None


def _household(facts: Mapping[str, Slot], spelling: Spelling) -> str:
    adults, children = facts.get("adults"), facts.get("children")
    if adults == 1 and children == 0:
        return spelling.word("summary", "alone")
    parts = [_counted("adults", adults, spelling), _counted("children", children, spelling)]
    if facts.get("couple") is True:
        parts[0] = f"{parts[0]} ({spelling.word('summary', 'couple')})" if parts[0] else ""
    return ", ".join(filter(None, parts))


def _counted(what: str, count: Slot | None, spelling: Spelling) -> str:
    if count is None:
        return ""
    form = "none" if count == 0 else "one" if count == 1 else "many"
    return spelling.word("summary", f"{what}_{form}").replace("{count}", str(count))


def _lives_on(facts: Mapping[str, Slot], spelling: Spelling) -> str:
    kind, income = str(facts.get("income_kind") or ""), facts.get("income")
    if income == 0 or (kind == "ingen" and income is None):
        return spelling.word("summary", "no_income")
    sums = spelling.kroner(int(income) * 100) if income is not None else ""
    return ", ".join(filter(None, (kind if kind != "ingen" else "", sums)))


def _letter(facts: Mapping[str, Slot], spelling: Spelling) -> str:
    if facts.get("knows_letter") is False:
        return spelling.word("summary", "no_letter")
    who, when = str(facts.get("letter_from") or ""), facts.get("letter_date")
    parts = [spelling.word("summary", "letter_from").replace("{who}", who) if who else ""]
    parts.append(spelling.day(date.fromisoformat(str(when))) if when else "")
    return ", ".join(filter(None, parts)) or spelling.word("summary", "has_letter")


def _can_pay(facts: Mapping[str, Slot], spelling: Spelling) -> str:
    (kroner,) = facts.values()
    return spelling.kroner(int(kroner) * 100) if kroner else spelling.word("summary", "nothing")


def _best_time(facts: Mapping[str, Slot], spelling: Spelling) -> str:
    return spelling.fact("best_time", facts["best_time"])


_WRITES: Mapping[str, Callable[[Mapping[str, Slot], Spelling], str]] = {
    "household": _household,
    "lives_on": _lives_on,
    "letter": _letter,
    "can_pay_now": _can_pay,
    "can_pay_monthly": _can_pay,
    "best_time": _best_time,
}


def _missing(newest: Mapping[str, Told], spelling: Spelling) -> tuple[str, ...]:
    """What is worth asking about still: a group of which nothing was told."""
    unknown = [group for group in NEEDED if not set(GROUPS[group]) & newest.keys()]
    return tuple(spelling.word("summary_missing", group) for group in unknown)

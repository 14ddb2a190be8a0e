"""The help matcher: from what is known of a case, the kinds of help worth asking about, why, and how sure.

For an adviser all of it, with law and source; for the resident one kind at most, in careful words ("kan måske",
"kommunen bestemmer"), and after the deadline none: then only a human speaks of what is possible.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from bot.dialogs.help_rules import BESIDE, RULES, STRONG, Rule
from bot.dialogs.help_situation import Situation
from bot.dialogs.limits import is_closed, may_tell, past_deadline
from bot.dialogs.state import CaseFacts

_FILE = Path(__file__).with_name("help_kinds.toml")

#: What a resident may be told of, and the text for it. The rest is for a human to bring up.
FOR_RESIDENTS: Mapping[str, str] = MappingProxyType(
    {
        "huslejehjaelp": "help.huslejehjaelp",
        "enkeltydelse": "help.enkeltydelse",
        "personligt_tillaeg": "help.personligt_tillaeg",
        "helbredstillaeg": "help.helbredstillaeg",
        "medicin": "help.medicin",
        "medicintilskud": "help.medicintilskud",
        "boligstoette": "help.boligstoette",
        "boligstoetteloft": "help.boligstoetteloft",
        "administration": "help.administration",
        "budget": "help.budget",
        "pulje_2026": "help.pulje_2026",
        "moedrehjaelpen": "help.moedrehjaelpen",
        "billigere_bolig": "help.billigere_bolig",
    }
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of help, as an adviser reads it. ``sure`` says how well we know the rule: source or practice."""

    name: str
    law: str
    source: str
    checked: date
    sure: str
    mind: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """A kind of help that is worth asking about; ``is_strong`` when what was told speaks for it by itself."""

    kind: str
    reasons: tuple[str, ...]
    is_strong: bool


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of help, by its key."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({key: Kind(**row) for key, row in rows.items()})


def match(situation: Situation) -> tuple[Worth, ...]:
    """The kinds worth asking about: those that speak for themselves first, else in the rules' own order."""
    found = [worth for rule in RULES if (worth := _worth(rule, situation))]
    return tuple(sorted(found, key=lambda worth: not worth.is_strong))


def _worth(rule: Rule, situation: Situation) -> Worth | None:
    until = kinds()[rule.kind].until
    if rule.unless(situation) or (until is not None and situation.today > until):
        return None
    held = [reason for reason in rule.reasons if reason.holds(situation)]
    weight = max((reason.weight for reason in held), default=0)
    words = tuple(reason.words for reason in held if reason.weight in (weight, BESIDE))
    return Worth(rule.kind, words, weight >= STRONG) if weight else None


def for_adviser(case: CaseFacts, today: date) -> tuple[Worth, ...]:
    """All that is worth asking about; nothing where there is nothing to pay any more."""
    return () if case.case_ref is None or case.status != "open" else match(Situation.of(case, today))


def for_resident(case: CaseFacts, today: date) -> tuple[Worth, ...]:
    """What the resident may hear of: before recognition only what follows from the own words."""
    if case.case_ref is None or is_closed(case) or past_deadline(case, today):
        return ()
    seen = Situation.of(case, today) if may_tell(case) else Situation.as_told(case, today)
    return tuple(worth for worth in match(seen) if worth.kind in FOR_RESIDENTS)


def fitting_texts(case: CaseFacts, today: date) -> tuple[str, ...]:
    """The texts on the kinds of help that what was told speaks for by itself, the most fitting first."""
    return tuple(FOR_RESIDENTS[worth.kind] for worth in for_resident(case, today) if worth.is_strong)


def fitting_text(case: CaseFacts, today: date) -> str | None:
    """The text on the most fitting kind of help; None when nothing that was told speaks for one."""
    return next(iter(fitting_texts(case, today)), None)

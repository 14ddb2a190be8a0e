"""Who stands behind what we say on money and law: each text's sources, the day they were looked up, and what is due.

The table is ``texts/sources.toml``. A text that is due is shown to the organisation, never switched off: silence would
be worse than a text that was right in spring.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from bot.dialogs import texts
from bot.dialogs.contacts import numbers_in

_FILE = Path(texts.__file__).with_name("texts") / "sources.toml"
#: How long a look at the source holds.
HOLDS = timedelta(days=180)

Due = Literal["unapproved", "rates", "old"]

#: Sections that are on money or law whatever words they use.
SECTIONS = frozenset(
    {
        *("boligstoette", "estimate", "enkeltydelse", "personal_supplement", "medicine_support", "rent_administration"),
        *("budget_advice", "borrow", "eviction", "eviction_now", "deadline", "crisis", "privacy", "identity"),
    }
)
_NAMES_LAW = re.compile(
    r"§|\bloven\b|\w+loven\b|Udbetaling Danmark|\bkommune\w*|municipality|borgerservice|\bfoged\w*|bailiff|\bretten\b"
    r"|Ankestyrelsen|Skattestyrelsen|politi\w*|police|apotek\w*|pharmacy|Livslinien|Lev Uden Vold|Børnetelefonen"
    r"|\bpension\w*|\w+pension\b|kontanthjælp|dagpenge|påkrav\w*|gebyr\w*|gældsrådgiv\w*|debt counsel\w*"
    r"|\d (?:kr\.|procent|pct\.|%)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands behind one text. ``approved`` is false where we only know it from the background."""

    key: str
    sources: tuple[str, ...]
    checked: date
    approved: bool = True
    rates_year: int | None = None  #: of the rates that it says, or is worked out from
    note: str = ""


def needs_source(key: str, body: str) -> bool:
    """Whether a text is on money or law: by its section, or as it names a law, an authority, a rate or a number."""
    by_section = key.split(".")[0] in SECTIONS
    return key not in spared() and (by_section or bool(_NAMES_LAW.search(body) or numbers_in(body)))


@cache
def kept() -> Mapping[str, Kept]:
    """The table, by the texts' keys."""
    table = _table()
    titles: Mapping[str, str] = table["sources"]
    found: dict[str, Kept] = {}
    for row in table["kept"]:
        about: dict[str, Any] = {name: value for name, value in row.items() if name != "texts"}
        about["sources"] = tuple(titles[name] for name in row["sources"])
        for key in row["texts"]:
            if key in found:
                raise ValueError(f"{key} stands twice in {_FILE.name}")
            found[key] = Kept(key, **about)
    return MappingProxyType(found)


@cache
def spared() -> Mapping[str, str]:
    """Texts that look as if they were on money or law and are not, and why."""
    rows = ((key, str(row["why"])) for row in _table()["spared"] for key in row["texts"])
    return MappingProxyType(dict(rows))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def due(text: Kept, today: date, looked_up: date | None = None) -> tuple[Due, ...]:
    """Why a text is to be looked at. ``looked_up``: the day when the organisation last did; that approves it, too."""
    checked = max(text.checked, looked_up or text.checked)
    reasons: list[Due] = []
    if not text.approved and looked_up is None:
        reasons.append("unapproved")
    if text.rates_year is not None and text.rates_year < today.year:
        reasons.append("rates")
    if today - checked > HOLDS:
        reasons.append("old")
    return tuple(reasons)

"""The rates of boligstøtte per scheme and year, from ``rates/boligstoette.toml``, each with source and validity.

Only what is printed in an official table is calculated with: a scheme and year of which a figure is missing, or only
derived, is refused with the figures' names. Nothing is ever taken from another year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

Scheme = Literal["boligsikring", "boligydelse"]
SCHEMES: tuple[Scheme, ...] = ("boligsikring", "boligydelse")

_FILE = (Path(__file__).with_name("rates") / "boligstoette").with_suffix(".toml")
_BOTH = (
    "income_threshold",
    "child_threshold_add",
    "min_own_payment",
    "max_benefit",
    "max_housing_cost",
    "min_payout",
    "wealth_low",
    "wealth_high",
    "m2_heat_deduction",
    "m2_hotwater_deduction",
    "m2_heat_addition",
)
NEEDED: Mapping[Scheme, tuple[str, ...]] = {"boligsikring": _BOTH, "boligydelse": (*_BOTH, "supplement")}


@dataclass(frozen=True, slots=True)
class Rates:
    """One scheme's figures of one year, all official: øre a year, or øre a square metre a year."""

    scheme: Scheme
    year: int
    source: str
    valid_from: date
    valid_to: date
    checked: date
    ore: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NoRates:
    """There is no complete set of official figures; ``missing`` are not there at all, ``derived`` not seen printed."""

    scheme: Scheme
    year: int
    missing: tuple[str, ...]
    derived: tuple[str, ...]
    complete_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """What the law itself says, the same every year: exact shares, whole square metres."""

    share: Mapping[str, Fraction]
    area_first_m2: int
    area_further_m2: int
    child_rent: tuple[Fraction, ...]  #: what the highest rent is multiplied with, by the number of children
    threshold_children: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The boligstøtteloft: the last figure that was found, from when it is, and where."""

    month_ore: int
    since: date
    source: str


def rates_of(scheme: Scheme, year: int) -> Rates | NoRates:
    """The year's figures, or what they lack."""
    tables = _file()[scheme].get(str(year), {})
    official, derived = tables.get("official", {}), tables.get("derived", {})
    lacking = [name for name in NEEDED[scheme] if name not in official]
    if lacking:
        unsure = tuple(name for name in lacking if name in derived)
        missing = tuple(name for name in lacking if name not in derived)
        return NoRates(scheme, year, missing, unsure, complete_years(scheme))
    ore = {name: _ore(official[name]) for name in NEEDED[scheme]}
    return Rates(scheme, year, official["source"], tables["valid_from"], tables["valid_to"], _file()["checked"], ore)


def complete_years(scheme: Scheme) -> tuple[int, ...]:
    """The years that can be calculated."""
    years = _file()[scheme]
    return tuple(sorted(int(year) for year in years if set(NEEDED[scheme]) <= years[year].get("official", {}).keys()))


@cache
def law() -> Law:
    """The shares and limits of the law."""
    said = _file()["law"]
    return Law(
        share={name: Fraction(value) for name, value in said.items() if isinstance(value, Decimal)},
        area_first_m2=said["area_first_m2"],
        area_further_m2=said["area_further_m2"],
        child_rent=tuple(1 + Fraction(percent, 100) for percent in said["child_rent_percent"]),
        threshold_children=said["threshold_children"],
    )


def ceiling() -> Ceiling:
    """The boligstøtteloft, as last found."""
    said = _file()["boligstoetteloft"]
    return Ceiling(_ore(said["month_2025"]), said["in_force"], said["source"])


def _ore(kroner: int | Decimal) -> int:
    return int(kroner * 100)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)

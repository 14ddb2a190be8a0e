"""Boligstøtte, calculated: boligsikring and boligydelse by one year's official rates, with how it was worked out.

Whole øre and exact fractions inside; rounded as Udbetaling Danmark's own calculator rounds: the year to whole kroner
half up, a twelfth of it, again to whole kroner half up. An estimate only: Udbetaling Danmark decides. A year without
complete official rates is refused. Law: lov om individuel boligstøtte §§ 8, 14, 15, 21-23, 72 (see the rates' file).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from bot.dialogs.boligstoette_rates import NoRates, Rates, Scheme, law, rates_of

Heat = Literal["separate", "included_with_hotwater"]
HEATS: tuple[Heat, ...] = ("separate", "included_with_hotwater")

#: Kroner, for rounding as the official calculator does.
KRONE = 100


class HouseholdError(ValueError):
    """A household needs at least one adult, some area and some rent, and nothing in it is below zero."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives there and what is paid. Income and wealth are the adults' together; children's do not count (§ 8).

    Income before tax a month, after AM-bidrag; rent a month without heat, water, electricity, antenna or garage, save
    heat where it is included. ``foertidspension``: somebody gets førtidspension from 2003 or seniorpension (§ 22, 3).
    """

    scheme: Scheme
    adults: int
    children: int
    income_month_ore: int
    rent_month_ore: int
    area_m2: int
    wealth_ore: int = 0
    heat: Heat = "separate"
    foertidspension: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no household."""
        if min(self.adults, self.area_m2, self.rent_month_ore) < 1:
            raise HouseholdError
        if min(self.children, self.income_month_ore, self.wealth_ore) < 0:
            raise HouseholdError

    @property
    def pays_over_half(self) -> bool:
        """The rent is more than half of the income (§ 15): Udbetaling Danmark may look at it, so a human does."""
        return 2 * self.rent_month_ore > self.income_month_ore


#: One step of how it was worked out: what it is, and øre a year.
Line = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What it comes to, and why: ``settled_by`` names the limit that decided."""

    household: Household
    rates: Rates
    monthly_ore: int
    yearly_ore: int
    settled_by: str
    lines: tuple[Line, ...]


def estimate(household: Household, year: int) -> Estimate | NoRates:
    """What the household may get a month by the rates of this year, or what the rates of this year lack."""
    rates = rates_of(household.scheme, year)
    return rates if isinstance(rates, NoRates) else _worked_out(household, rates)


def allowed_m2(people: int) -> int:
    """How large a home counts in full."""
    return law().area_first_m2 + law().area_further_m2 * (people - 1)


def _worked_out(household: Household, rates: Rates) -> Estimate:
    cost, cost_lines = _cost(household, rates)
    income, income_lines = _income(household, rates)
    limits = _boligsikring(household, rates, cost, income)
    if household.scheme == "boligydelse":
        limits = _boligydelse(household, rates, cost, income)
    settled_by = min(limits, key=lambda name: limits[name])
    yearly = _whole(max(Fraction(0), limits[settled_by]))
    if yearly < rates.ore["min_payout"]:
        settled_by, yearly = "min_payout" if yearly else settled_by, 0
    lines = (*cost_lines, *income_lines, *((name, _whole(ore)) for name, ore in limits.items()))
    return Estimate(household, rates, _whole(Fraction(yearly, 12)), yearly, settled_by, lines)


def _cost(household: Household, rates: Rates) -> tuple[Fraction, list[Line]]:
    """The rent that counts: heat out of it or beside it, no more area than allowed, no more than the highest."""
    rent, area = 12 * household.rent_month_ore, household.area_m2
    heat = area * rates.ore["m2_heat_addition"]
    if household.heat == "included_with_hotwater":
        heat = -area * (rates.ore["m2_heat_deduction"] + rates.ore["m2_hotwater_deduction"])
    people = household.adults + household.children
    counted = max(Fraction(0), Fraction(rent + heat)) * min(Fraction(1), Fraction(allowed_m2(people), area))
    highest = _highest_rent(household, rates)
    cost = min(counted, Fraction(highest))
    lines = [("rent", rent), ("heat", heat)]
    lines += [("area", _whole(counted) - max(0, rent + heat))] if counted < rent + heat else []
    lines += [("highest_rent", highest)] if counted > highest else []
    return cost, [*lines, ("cost", _whole(cost))]


def _highest_rent(household: Household, rates: Rates) -> int:
    """The highest rent that counts; it rises with the children (§ 14), to the nearest 100 kroner (see the docs)."""
    raised = law().child_rent[min(household.children, len(law().child_rent) - 1)]
    return _rounded(rates.ore["max_housing_cost"] * raised, 100 * KRONE)


def _income(household: Household, rates: Rates) -> tuple[Fraction, list[Line]]:
    """The income that counts: a share of the wealth above its limits is added."""
    low, high, share = rates.ore["wealth_low"], rates.ore["wealth_high"], law().share
    between = max(0, min(household.wealth_ore, high) - low)
    above = max(0, household.wealth_ore - high)
    added = share["wealth_middle_share"] * between + share["wealth_high_share"] * above
    income = 12 * household.income_month_ore + added
    lines = [("income", 12 * household.income_month_ore)]
    lines += [("wealth", _whole(added))] if added else []
    return income, [*lines, ("threshold", _threshold(household, rates))]


def _threshold(household: Household, rates: Rates) -> int:
    """The income limit; it rises with the second, third and fourth child (§ 22)."""
    counted = max(0, min(household.children, law().threshold_children) - 1)
    return rates.ore["income_threshold"] + rates.ore["child_threshold_add"] * counted


def _above(household: Household, rates: Rates, income: Fraction) -> Fraction:
    return max(Fraction(0), income - _threshold(household, rates))


def _boligsikring(household: Household, rates: Rates, cost: Fraction, income: Fraction) -> dict[str, Fraction]:
    share = law().share
    above = _above(household, rates, income)
    limits = {
        "share": share["boligsikring_share"] * cost - share["boligsikring_taper"] * above,
        "own_payment": cost - rates.ore["min_own_payment"],
        "max_benefit": _highest(household, rates),
    }
    if not household.children and not household.foertidspension:
        limits["without_children"] = share["boligsikring_without_children"] * cost
    return limits


def _boligydelse(household: Household, rates: Rates, cost: Fraction, income: Fraction) -> dict[str, Fraction]:
    """The supplement is added before the share is taken."""
    share = law().share
    above = _above(household, rates, income)
    own = max(share["boligydelse_own_share"] * income, Fraction(rates.ore["min_own_payment"]))
    return {
        "share": share["boligydelse_share"] * (cost + rates.ore["supplement"]) - share["boligydelse_taper"] * above,
        "own_payment": cost - own,
        "max_benefit": _highest(household, rates),
    }


def _highest(household: Household, rates: Rates) -> Fraction:
    many = household.children >= law().threshold_children
    return rates.ore["max_benefit"] * (law().share["four_children_share"] if many else Fraction(1))


def _whole(ore: Fraction | int) -> int:
    """Whole kroner, half up, in øre."""
    return _rounded(ore, KRONE)


def _rounded(ore: Fraction | int, to: int) -> int:
    """Half up, as the official calculator does; never to even."""
    return floor(Fraction(ore) / to + Fraction(1, 2)) * to

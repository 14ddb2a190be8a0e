"""How an estimate of boligstøtte was worked out, in plain Danish for an adviser or a terminal; never sent by SMS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.dialogs.boligstoette import Estimate, allowed_m2
from bot.dialogs.boligstoette_rates import NoRates
from bot.dialogs.wording import kroner

GUIDE = "Vejledende. Udbetaling Danmark beregner og bestemmer, og deres egen beregner er den, der gælder."

_LINES: Mapping[str, str] = MappingProxyType(
    {
        "rent": "Husleje om året uden forbrug",
        "area": "Boligen er større end {m2} m²: det, der ikke tæller med",
        "highest_rent": "Højeste husleje, der tæller med",
        "cost": "Boligudgift, der tæller med",
        "income": "Husstandens indkomst om året før skat",
        "wealth": "Tillæg for formue",
        "threshold": "Indkomstgrænse",
        "own_payment": "Boligudgiften minus det mindste, man selv betaler",
        "max_benefit": "Det højeste, der kan gives",
        "without_children": "Uden børn højst 15 % af boligudgiften",
    }
)
_HEAT = {
    "separate": "Varme betales for sig: tillæg pr. m²",
    "included_with_hotwater": "Varme og varmt vand er i huslejen: fradrag pr. m²",
}
_SHARE = {
    "boligsikring": "60 % af boligudgiften minus 18 % af indkomsten over grænsen",
    "boligydelse": "75 % af boligudgiften og tillægget minus 22,5 % af indkomsten over grænsen",
}
_SETTLED = {
    "share": "Det er det laveste af tallene, og dét afgør det.",
    "own_payment": "Man skal selv betale et mindstebeløb, og dét afgør det.",
    "max_benefit": "Det er det højeste, der kan gives.",
    "without_children": "Uden børn i hjemmet kan det højst blive 15 % af boligudgiften.",
    "min_payout": "Det er under det mindste, der udbetales første gang, så det bliver 0.",
}
_FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "income_threshold": "indkomstgrænsen",
        "child_threshold_add": "forhøjelsen for børn",
        "min_own_payment": "mindste egenbetaling",
        "max_benefit": "højeste støtte",
        "max_housing_cost": "højeste husleje",
        "min_payout": "mindste udbetaling",
        "wealth_low": "nederste formuegrænse",
        "wealth_high": "øverste formuegrænse",
        "m2_heat_deduction": "fradrag for varme",
        "m2_hotwater_deduction": "fradrag for varmt vand",
        "m2_heat_addition": "tillæg for varme",
        "supplement": "tillægget til boligudgiften",
    }
)
#: What lacks this many figures is simply not there.
_MANY = 8


def told(estimate: Estimate) -> tuple[tuple[str, str], ...]:
    """Each step as its words and its kroner a year, in the order in which it is worked out."""
    return tuple((_line(name, estimate), kroner(ore)) for name, ore in estimate.lines)


def settled(estimate: Estimate) -> str:
    """Which of the limits decided, in a sentence."""
    if not estimate.yearly_ore and estimate.settled_by != "min_payout":
        return "Der er ikke noget at give efter reglerne, så det bliver 0."
    return _SETTLED[estimate.settled_by]


def sources(estimate: Estimate) -> str:
    """Where the rates are from, how long they hold and when they were last looked at."""
    rates = estimate.rates
    valid = f"gælder {_day(rates.valid_from)} til {_day(rates.valid_to)}"
    return f"Satser for {rates.year}: {rates.source}, {valid}, tjekket {_day(rates.checked)}."


def refusal(lacks: NoRates) -> str:
    """Why a year cannot be calculated, in words."""
    years = _listed([str(year) for year in lacks.complete_years])
    begins = f"Der er ikke fuldstændige satser for {lacks.scheme} i {lacks.year}, så der regnes ikke."
    why = [f"Mangler: {_named(lacks.missing)}."] if 0 < len(lacks.missing) < _MANY else []
    why += [f"Kun udledt og ikke set trykt: {_named(lacks.derived)}."] if lacks.derived else []
    return " ".join([begins, *why, f"Der er satser for {years}."])


def _line(name: str, estimate: Estimate) -> str:
    household = estimate.household
    if name == "heat":
        return _HEAT[household.heat]
    if name == "share":
        return _SHARE[household.scheme]
    return _LINES[name].format(m2=allowed_m2(household.adults + household.children))


def _named(figures: Sequence[str]) -> str:
    return _listed([_FIGURES[name] for name in figures])


def _listed(words: Sequence[str]) -> str:
    return " og ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _day(day: object) -> str:
    year, month, date = str(day).split("-")
    return f"{int(date)}.{int(month)}.{year}"

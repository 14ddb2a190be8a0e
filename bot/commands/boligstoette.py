"""``redningskrans boligstoette``: an estimate of boligstøtte, how it was worked out and by which rates."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.case_cells import read_amount
from bot.clock import machine_clock
from bot.commands.common import complain, open_database
from bot.dialogs.boligstoette import Estimate, Heat, Household, HouseholdError, estimate
from bot.dialogs.boligstoette_rates import NoRates, Scheme
from bot.dialogs.boligstoette_words import GUIDE, refusal, settled, sources, told
from bot.dialogs.wording import kroner
from bot.settings import Settings

_MOST_PEOPLE = 30
_MOST_M2 = 1000

_Scheme = Annotated[Scheme, typer.Option(help="boligydelse is for folkepension and førtidspension from before 2003.")]
_Adults = Annotated[int, typer.Option(min=1, max=_MOST_PEOPLE, help="Adults in the home.")]
_Children = Annotated[int, typer.Option(min=0, max=_MOST_PEOPLE, help="Children under 18 at home.")]
_Income = Annotated[str, typer.Option(help="Kroner a month before tax, after AM-bidrag, all adults together.")]
_Rent = Annotated[str, typer.Option(help="Kroner a month without heat, water, electricity, antenna or garage.")]
_Area = Annotated[int, typer.Option(min=1, max=_MOST_M2, help="Square metres.")]
_Wealth = Annotated[str, typer.Option(help="Kroner, all adults together.")]
_Heat = Annotated[Heat, typer.Option(help="Whether heat and hot water are in the rent.")]
_Pension = Annotated[
    bool, typer.Option("--foertidspension", help="Somebody gets førtidspension from 2003 or seniorpension.")
]
_Year = Annotated[int | None, typer.Option(help="Whose rates; default: this year's.")]
_Json = Annotated[bool, typer.Option("--json", help="For a machine to read.")]


def boligstoette(
    scheme: _Scheme,
    adults: _Adults,
    children: _Children,
    income_month: _Income,
    rent_month: _Rent,
    area: _Area,
    wealth: _Wealth = "0",
    heat: _Heat = "separate",
    foertidspension: _Pension = False,
    year: _Year = None,
    as_json: _Json = False,
) -> None:
    """Estimate boligstøtte by a year's official rates; a year without them is refused. Udbetaling Danmark decides."""
    sums = {"income-month": income_month, "rent-month": rent_month, "wealth": wealth}
    ore = {name: _ore(name, text) for name, text in sums.items()}
    try:
        household = Household(
            scheme,
            adults,
            children,
            ore["income-month"],
            ore["rent-month"],
            area,
            ore["wealth"],
            heat,
            foertidspension,
        )
    except HouseholdError as error:
        complain(str(error))
    worked = estimate(household, _this_year() if year is None else year)
    if isinstance(worked, NoRates):
        complain(refusal(worked))
    typer.echo(_as_json(worked) if as_json else _as_words(worked))


def _this_year() -> int:
    """By the clock of the product: in a demo it may have been moved."""
    clock = open_database()[1] if Settings.from_env().demo else machine_clock
    return clock().year


def _ore(name: str, text: str) -> int:
    """Kroner as people write them: 6500, 6.500, 6.500,50 or 6500.50."""
    ore = read_amount(text)
    if ore is None or ore < 0:
        complain(f"--{name} {text!r} is no amount. Write kroner, such as 6500 or 6500,50.")
    return ore


def _as_json(worked: Estimate) -> str:
    rates, household = worked.rates, worked.household
    return json.dumps(
        {
            "monthly": worked.monthly_ore // 100,
            "yearly": worked.yearly_ore // 100,
            "scheme": household.scheme,
            "year": rates.year,
            "settled_by": worked.settled_by,
            "worked_out": [
                {"step": step, "words": words, "kroner": ore // 100}
                for (step, ore), (words, _) in zip(worked.lines, told(worked), strict=True)
            ],
            "rates": {
                "source": rates.source,
                "valid_from": rates.valid_from.isoformat(),
                "valid_to": rates.valid_to.isoformat(),
                "checked": rates.checked.isoformat(),
            },
            "guide": GUIDE,
        },
        ensure_ascii=False,
        indent=2,
    )


def _as_words(worked: Estimate) -> str:
    lines = [f"Ca. {kroner(worked.monthly_ore)} om måneden i {worked.household.scheme}.", "", "Sådan er det regnet ud:"]
    width = max(len(words) for words, _ in told(worked))
    lines += [f"  {words:<{width}}  {sum_:>14}" for words, sum_ in told(worked)]
    return "\n".join([*lines, "", settled(worked), "", sources(worked), GUIDE])

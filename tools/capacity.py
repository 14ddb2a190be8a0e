"""Reckons docs/capacity.md's tables from docs/capacity.toml, so that a new figure changes all that follows from it.

``python tools/capacity.py`` writes them; a test asks that they are what this says.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
PAGE, FIGURES = DOCS / "capacity.md", DOCS / "capacity.toml"


@dataclass(frozen=True, slots=True)
class Load:
    """What one size comes to."""

    name: str
    homes: int
    cases: float
    sms_out: float
    sms_in: float
    peak_in: float
    wave_minutes: float
    rows_year: float
    gigabytes_year: float
    cores: float
    webs: int
    workers: int
    connections: int


def read() -> dict[str, Any]:
    """All figures, assumed and measured, by name."""
    found = tomllib.loads(FIGURES.read_text(encoding="utf-8"))
    return {**found["assumed"], **found["measured"]}


def reckon(name: str, homes: int, share: float, f: dict[str, Any]) -> Load:
    """Step by step as the page says it."""
    cases = homes * share
    sms_in = cases * f["answers_share"] * f["turns_each"]
    sms_out = cases * (f["ladder_sms"] + f["later_sms"]) + sms_in
    in_hour = cases * f["answers_share"] * f["first_hour_share"] * f["turns_each"]
    peak_in = in_hour / 3600 * f["peak_factor"]
    organisations = max(1.0, f["organisations"] * homes / f["homes"])
    wave_minutes = cases / organisations * f["parts_each"] / f["twilio_per_second"] / 60
    steps = sms_in * f["steps_in"] + sms_out * f["steps_out"]
    size = (sms_in + sms_out) * (f["bytes_message"] + f["bytes_words"]) + steps * f["bytes_step"]
    workers, webs = _processes(peak_in, f["turns_per_second"]), _processes(peak_in, f["acknowledged_per_second"])
    connections = webs * f["connections_web"] + workers * f["connections_worker"] + 2 * f["connections_scheduler"]
    return Load(
        name=name,
        homes=homes,
        cases=cases,
        sms_out=sms_out,
        sms_in=sms_in,
        peak_in=peak_in,
        wave_minutes=wave_minutes,
        rows_year=12 * (sms_in + sms_out + steps),
        gigabytes_year=12 * (size + cases * f["bytes_case"]) / 1e9,
        cores=peak_in * f["cpu_ms_a_turn"] / 1000,
        webs=webs,
        workers=workers,
        connections=connections,
    )


def _processes(wanted: float, one_can: float) -> int:
    """At half of what one can, and never fewer than two: one may die."""
    return max(2, math.ceil(2 * wanted / one_can))


def loads(f: dict[str, Any]) -> list[Load]:
    """From one organisation's homes to ten times Denmark's in a bad month."""
    usual, high = f["arrears_usual"], f["arrears_high"]
    homes = f["homes"]
    return [
        reckon("19,000 homes, a usual month", 19_000, usual, f),
        reckon(f"{homes:,} homes, a usual month", homes, usual, f),
        reckon(f"{homes:,} homes, a bad month", homes, high, f),
        reckon(f"{10 * homes:,} homes, a usual month", 10 * homes, usual, f),
        reckon(f"{10 * homes:,} homes, a bad month", 10 * homes, high, f),
    ]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown; the first column is words."""
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def parts(f: dict[str, Any]) -> dict[str, str]:
    """Each table of the page by its name."""
    found = loads(f)
    traffic = [
        (
            each.name,
            _whole(each.cases),
            _whole(each.sms_out),
            _whole(each.sms_in),
            f"{each.peak_in:.2f}",
            f"{each.wave_minutes:.1f}",
        )
        for each in found
    ]
    kept = [(each.name, _whole(each.rows_year), f"{each.gigabytes_year:.1f}") for each in found]
    machines = [
        (each.name, f"{each.cores:.2f}", str(each.webs), str(each.workers), str(each.connections)) for each in found
    ]
    assumed = tomllib.loads(FIGURES.read_text(encoding="utf-8"))
    notes = dict(re.findall(r"^(\w+) = [^#]+# (.+)$", FIGURES.read_text(encoding="utf-8"), re.MULTILINE))
    figures = [
        (f"`{name}`", f"{value:,}", notes[name])
        for group in ("assumed", "measured")
        for name, value in assumed[group].items()
    ]
    sms = ("", "cases a month", "SMS out", "SMS in", "in a second, at worst", "a wave's first SMS, minutes")
    return {
        "traffic": table(sms, traffic),
        "kept": table(("", "rows a year", "GB a year"), kept),
        "machines": table(("", "cores busy at worst", "web", "worker", "connections at most"), machines),
        "figures": table(("figure", "", "where from"), figures),
    }


def filled(page: str, tables: dict[str, str]) -> str:
    """The page with each table between its marks."""
    for name, body in tables.items():
        mark = re.compile(rf"<!-- {name} -->\n.*?\n<!-- end of {name} -->", re.DOTALL)
        if not mark.search(page):
            raise ValueError(f"The page has no place for {name}.")
        begins, ends = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        page = mark.sub((begins + body + ends).replace("\\", r"\\"), page)
    return page


def _whole(number: float) -> str:
    return f"{round(number, -1 if number >= 1000 else 0):,.0f}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), parts(read())), encoding="utf-8")
    print(f"{PAGE.name} is reckoned anew.")


if __name__ == "__main__":
    main()

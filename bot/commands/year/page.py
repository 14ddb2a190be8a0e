"""The page of a simulated year: one HTML file for screen and paper, pictures drawn in it, no script, no other file.

In Danish, because advisers and boards read it. The same year writes the same page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from bot.commands.year import figures
from bot.commands.year.figures import DayCount
from bot.commands.year.outcome import Outcome
from bot.pages import page_templates

_TEMPLATES = Path(__file__).parent / "templates"
_WIDE, _HIGH = 1060, 170
_MONTHS = "jan feb mar apr maj jun jul aug sep okt nov dec".split()  # noqa: SIM905
_BAD_LUCK = {
    "gateway_down": ("sms-leverandøren svarede ikke", "20-75 minutter"),
    "service_down": ("tjenesten var nede", "en halv til fem timer"),
    "no_file": ("filen fra huslejesystemet kom ikke", "et til tre døgn"),
    "killed": ("strømmen skulle gå midt i arbejdet", "startet igen efter 25 sekunder"),
    "killed_in_fact": ("strømmen gik midt i arbejdet", "startet igen efter 25 sekunder"),
}
_ENDED = {
    "delivered": "kom frem til sidst",
    "undelivered": "kom ikke frem; prøvet igen eller givet til et menneske",
    "failed": "blev afvist; givet til et menneske",
    "refused": "blev ikke sendt",
    "queued": "venter",
    "sending": "slås op hos sms-leverandøren",
    "sent": "sendt, uden kvittering",
}
#: The gateway's codes and our own reasons, and what the service tells of itself.
_WORDS = {
    "21610": "har sagt stop hos teleselskabet (21610)",
    "30003": "telefonen var slukket (30003)",
    "30005": "nummeret findes ikke (30005)",
    "30006": "fastnet, kan ikke få sms (30006)",
    "30007": "blev holdt tilbage af et teleselskab (30007)",
    "30008": "ukendt fejl på vejen (30008)",
    "30410": "teleselskabet svarede ikke i tide (30410)",
    "replied": "beboeren havde svaret imens",
    "held": "en rådgiver havde taget samtalen",
    "settled": "der var betalt imens",
    "closed": "sagen var afsluttet imens",
    "expired": "tiden for den var gået",
    "opted_out": "beboeren havde skrevet STOP",
    "promise_open": "beboeren havde lovet at betale",
    "plan_open": "beboeren havde en aftale eller et forslag",
    "number_taken_off": "nummeret var taget af sagen",
    "number_changed": "beboeren havde fået et andet nummer",
    "bot_paused": "botten var sat på pause",
    "feed_too_old": "tallene fra huslejesystemet var for gamle",
    "text_blocked": "teleselskaberne holder en af vores tekster tilbage",
    "account_blocked": "sms-leverandøren tager ikke imod fra os",
    "outbox_old": "sms'er ventede for længe",
    "no_receipt": "kvitteringer kom ikke",
    "unknown_error": "en fejlkode, vi ikke kender",
}
#: What each rule asks, for the reader of the page.
RULES_IN_WORDS = {
    "in_window": "Det, vi selv begynder, kommer i sendetiden",
    "not_on_a_day_off": "Intet begyndes på en helligdag eller anden fridag",
    "not_after_stop": "Intet begyndes efter STOP",
    "not_after_payment": "Ingen bølge og ingen påmindelse, når vi ved, at der er betalt",
    "not_expired": "Ingen sms efter trinnets tid",
    "never_twice": "Ingen sms kommer to gange",
    "one_wave_sms_a_day": "Højst en bølge-sms om dagen til en telefon",
    "known_to_us": "Vi kender hver sms, der er kommet frem",
    "silent_while_held": "Botten tier, mens en rådgiver har samtalen",
    "all_heard": "Hver sms fra en beboer er nået frem og læst",
    "all_answered": "Hver sms er besvaret, eller et menneske har den",
    "all_end": "Hver sag ender med et udfald eller en åben opgave",
    "all_agreements_looked_at": "Der er set efter hvert løfte og hvert afdrag",
    "no_step_lost": "Hvert trin er taget, eller der står hvorfor ikke",
    "nothing_stuck": "Ingen sms er blevet hængende",
    "no_cpr": "Intet CPR-nummer står i databasen",
    "nothing_failed": "Intet i tjenesten er gået i stykker af sig selv",
    "all_taken": "Hver sag fra huslejesystemet er her",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's column: its place, and the heights of its three parts."""

    x: float
    started: float
    answers: float
    tasks: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The columns of a year, where months begin and waves started, and what the scale says."""

    bars: Sequence[Bar]
    width: float
    months: Sequence[tuple[float, str]]
    waves: Sequence[tuple[float, str]]
    grid: Sequence[tuple[float, int]]


def render(outcome: Outcome) -> str:
    """The page."""
    page = _environment().get_template("year.html")
    return page.render(
        outcome=outcome,
        chart=_chart(outcome),
        months=figures.months(outcome),
        reach=figures.reach(outcome),
        first_human=figures.first_human(outcome),
        outcomes=figures.outcomes(outcome),
        bad_luck=[(*_BAD_LUCK[kind], count) for kind, count in figures.bad_luck(outcome)],
        errors=_errors(outcome),
        incidents=Counter(_word(kind) for _, kind, _ in outcome.happened.incidents).most_common(),
        rules=[(RULES_IN_WORDS[name], count) for name, _, count in figures.broken_by_rule(outcome)],
        digest=figures.digest(outcome)[:12],
        sms=figures.as_json(outcome)["sms"],
        style=Markup((_TEMPLATES / "year.css").read_text(encoding="utf-8")),  # noqa: S704  # our own file
    )


def _chart(outcome: Outcome) -> Chart:
    days = figures.days(outcome)
    most = max((day.started + day.answers + day.tasks for day in days), default=0) or 1
    step = _WIDE / len(days)
    place = {day.day: number * step for number, day in enumerate(days)}
    return Chart(
        bars=[_bar(day, place[day.day], most) for day in days],
        width=max(step - 0.4, 0.8),
        months=[(x, _MONTHS[day.month - 1]) for day, x in place.items() if day.day == 1],
        waves=[(place[day] + step / 2, _short(day)) for _, _, day in outcome.happened.waves if day in place],
        grid=[(_HIGH - _HIGH * count / most, count) for count in _ticks(most)],
    )


def _bar(day: DayCount, x: float, most: int) -> Bar:
    high = _HIGH / most
    return Bar(x, day.started * high, day.answers * high, day.tasks * high)


def _ticks(most: int) -> list[int]:
    step = next((size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500) if most / size <= 5), 1000)
    return list(range(0, most + 1, step))


def _short(day: date) -> str:
    return f"{day.day}/{day.month}"


def _errors(outcome: Outcome) -> list[tuple[str, str, int]]:
    found = outcome.happened.errors.items()
    rows = [(_word(code), _ENDED.get(status, status), count) for (code, status), count in found]
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))


def _word(name: str) -> str:
    return _WORDS.get(name, name)


def _environment() -> Environment:
    made = page_templates(_TEMPLATES)
    made.filters["f"] = lambda number: f"{number:.1f}"
    made.filters["month"] = lambda month: f"{_MONTHS[int(month[5:]) - 1]} {month[:4]}"
    made.filters["dansk"] = lambda day: f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"
    made.filters["share"] = lambda part, of: f"{round(100 * part / of)} %" if of else "–"
    return made

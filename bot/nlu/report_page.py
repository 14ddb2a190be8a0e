"""The report on the understanding as one page of HTML: no script, no other file, nothing that changes by itself.

The same measurement writes the same page, so that a diff shows what changed in the understanding. ``figures`` counts,
the template draws.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from bot.nlu import report_figures as figures
from bot.nlu.evaluation import Report, Share
from bot.nlu.intents import INTENTS
from bot.nlu.measuring import Measured
from bot.pages import page_templates

_TEMPLATES = Path(__file__).parent / "templates"
_DIGITS = 12
#: From a share of 0 to the largest count of a confusion matrix: how dark its square is.
_SHADES = 5


@dataclass(frozen=True, slots=True)
class About:
    """What was measured, in words that stay the same for the same measurement."""

    messages: str  #: where they stand
    messages_digest: str
    training: int
    training_digest: str
    day: date | None = None  #: given by whoever measures; the page reads no clock
    version: str = version("redningskrans")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One engine's figures, ready to be shown."""

    engine: str
    report: Report
    watched: Sequence[figures.Watch]
    crisis_alarms: Share
    confusion: figures.Confusion
    bins: Sequence[figures.Bin]
    gap: float
    worst: Sequence[figures.Mistake]

    @classmethod
    def of(cls, measured: Measured) -> Sheet:
        """Everything that is counted about one engine."""
        report, bins = measured.report, figures.reliability(measured.report)
        return cls(
            measured.engine,
            report,
            figures.watched(report),
            figures.crisis_alarms(report),
            figures.confusion(report),
            bins,
            figures.gap(bins),
            figures.worst(report),
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table of scores: a name, and a report from each engine."""

    heading: str
    rows: Sequence[tuple[str, Sequence[Report]]]


def render(about: About, measured: Sequence[Measured], silent: Mapping[str, str]) -> str:
    """The page. ``silent`` tells of engines that were asked for and did not answer, and why."""
    reports = [one.report for one in measured]
    said = {name for report in reports for name in report.intents}
    page = _environment().get_template("understanding.html")
    return page.render(
        about=about,
        sheets=[Sheet.of(one) for one in measured],
        silent=silent,
        goals=list(zip(*map(figures.goals, reports), strict=True)),
        groups=_groups(reports),
        splitting=_side_by_side("way", [one.splitting for one in measured]),
        intents=[name for name in INTENTS if name in said],
        kinds=figures.entities(reports[0]),
        misread=figures.misread(reports[0]),
        figures=figures,
        style=Markup((_TEMPLATES / "understanding.css").read_text(encoding="utf-8")),  # noqa: S704  # our own file
    )


def _groups(reports: Sequence[Report]) -> list[Comparison]:
    """By what can be known of a message before it is understood; a group that no message has is left out."""
    found = [
        _side_by_side("style", [report.styles() for report in reports]),
        _side_by_side("number of meanings", [figures.grouped(report, figures.meanings) for report in reports]),
        _side_by_side("language", [figures.grouped(report, lambda example: example.language) for report in reports]),
    ]
    return [one for one in found if one.rows]


def _side_by_side(heading: str, tables: Sequence[Mapping[str, Report]]) -> Comparison:
    """The same rows of several engines beside each other."""
    return Comparison(heading, [(name, [table[name] for table in tables]) for name in tables[0]])


def digest(files: Iterable[Path]) -> str:
    """A short name for the contents of files."""
    found = hashlib.sha256()
    for path in files:
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:_DIGITS]


def _environment() -> Environment:
    made = page_templates(_TEMPLATES)
    made.filters["score"] = lambda share: f"{share:.3f}"
    made.filters["shade"] = lambda count, most: min(_SHADES, 1 + _SHADES * (count - 1) // most) if count else 0
    return made

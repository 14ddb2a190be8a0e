"""``redningskrans nlu evaluate --report``: labelled messages put to the engines that are asked for, and a page written.

An engine that does not answer is told of on the page; no other stands in for it, which would spoil the measurement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bot.nlu.examples import Example, training_examples, training_files
from bot.settings import Settings

if TYPE_CHECKING:  # heavy: every command would load it
    from bot.nlu.measuring import Measured
    from bot.nlu.understand import Classifier

#: Seconds for one SMS. Longer than in service: one late answer must not cost the whole measurement.
_PATIENCE = 20


class Engine(StrEnum):
    """What can be asked for."""

    EMBEDDED = "embedded"
    RASA = "rasa"
    BOTH = "both"


def measure_engines(
    engines: Iterable[Engine], settings: Settings, examples: Sequence[Example], some_day: date
) -> tuple[list[Measured], dict[str, str]]:
    """What each engine hears, and which ones did not answer and why."""
    from bot.nlu.measuring import measure
    from bot.nlu.rasa import RasaError

    heard: list[Measured] = []
    silent: dict[str, str] = {}
    asked = set(engines)
    for engine in (one for one in (Engine.EMBEDDED, Engine.RASA) if asked & {one, Engine.BOTH}):
        try:
            name, classifier = _classifier(engine, settings)
            heard.append(measure(name, classifier, examples, some_day))
        except RasaError as error:
            silent["Rasa"] = str(error)
    return heard, silent


def _classifier(engine: Engine, settings: Settings) -> tuple[str, Classifier]:
    from bot.nlu.embedded import EmbeddedClassifier
    from bot.nlu.rasa import Rasa

    if engine is Engine.RASA:
        return "Rasa", Rasa(settings.rasa_url, settings.rasa_secret, _PATIENCE)
    embedded = EmbeddedClassifier.load(settings.models)
    return "embedded" if embedded.uses_vectors else "embedded, words alone", embedded


def write_page(page: Path, file: Path, measured: Sequence[Measured], silent: dict[str, str], day: date | None) -> None:
    """The report as a page of HTML; the same measurement writes the same bytes."""
    from bot.nlu.report_page import About, digest, render

    about = About(
        messages=file.name,
        messages_digest=digest(sorted(file.glob("*.yml")) if file.is_dir() else [file]),
        training=len(training_examples()),
        training_digest=digest(training_files()),
        day=day,
    )
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render(about, measured, silent), encoding="utf-8")

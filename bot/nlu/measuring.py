"""Labelled messages put to one engine: as an SMS is understood, and without the splitting, to see what that gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogs.state import Heard, Intent
from bot.nlu.evaluation import Report, compare
from bot.nlu.examples import Example
from bot.nlu.intents import OUT_OF_SCOPE
from bot.nlu.splitting import split
from bot.nlu.understand import Classifier, Rated, Understanding

WHOLE, PIECES, BOTH = "the whole alone", "the pieces alone", "whole and pieces, as it is used"


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine on one set of messages; ``splitting`` compares ways to split a text."""

    engine: str
    report: Report
    splitting: dict[str, Report]


class Remembering:
    """A classifier that is asked only once about each text: the ways of splitting share their texts."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._texts: dict[str, Rated] = {}
        self._pieces: dict[str, Rated] = {}

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        """What the classifier says, now or before."""
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        parts = [piece for piece in dict.fromkeys(pieces) if piece not in self._pieces]
        asked = iter(self._classifier.classify_many(new, parts) if new or parts else [])
        self._texts.update(zip(new, asked, strict=False))
        self._pieces.update(zip(parts, asked, strict=True))
        return [self._texts[text] for text in texts] + [self._pieces[piece] for piece in pieces]


def measure(engine: str, classifier: Classifier, examples: Sequence[Example], some_day: date) -> Measured:
    """Every message understood in three ways. ``some_day`` is for messages that tell no day of their own."""
    remembering = Remembering(classifier)
    both, whole = Understanding(remembering), Understanding(remembering, pieces=lambda _: [])
    days = [example.now or some_day for example in examples]
    report = compare(examples, [both.understand(e.text, day) for e, day in zip(examples, days, strict=True)])
    ways = {
        WHOLE: compare(examples, [whole.understand(e.text, day) for e, day in zip(examples, days, strict=True)]),
        PIECES: compare(examples, [_apart(whole, e.text, day) for e, day in zip(examples, days, strict=True)]),
        BOTH: report,
    }
    return Measured(engine, report, ways)


def _apart(understanding: Understanding, text: str, day: date) -> Heard:
    """What is heard when every piece is an SMS of its own: the intents of all, each as sure as where it is surest."""
    heard = understanding.understand(text, day)
    sure: dict[str, float] = {}
    for piece in split(heard.text):
        for intent in understanding.understand(piece, day).intents:
            sure[intent.name] = max(intent.confidence, sure.get(intent.name, 0.0))
    if len(sure) > 1:
        sure.pop(OUT_OF_SCOPE, None)
    return replace(heard, intents=tuple(Intent(name, one) for name, one in sure.items()))

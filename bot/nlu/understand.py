"""One SMS understood: CPR masked, split into what is said, classified, values read, and what is sure enough kept.

STOP and crisis words are heard by rule, so they are heard whatever the classifier says. Nothing that anyone can write
makes it fail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from bot.dialogs.state import Heard, Intent
from bot.nlu.intents import OUT_OF_SCOPE
from bot.nlu.language import detect
from bot.nlu.masking import mask_cpr
from bot.nlu.short_answers import short_answer
from bot.nlu.splitting import split
from bot.nlu.urgent import urgent
from bot.nlu.values import read_values

#: From here on an intent is sure enough.
SURE = 0.5
#: How much a piece counts beside the whole text: by itself it lacks the context of the rest.
PIECE = 0.3
#: Crises stand in many of the messages learnt from, so the classifier is quick to say them, and a false alarm frightens
#: a resident; a false stranger silences us. From here on it is one; chosen on messages that are in no test set.
BARS = {"crisis_self_harm": 0.6, "crisis_violence": 0.55, "wrong_person": 0.6}
#: A piece as sure as this is heard where the whole SMS says nothing to the classifier.
ALONE = 0.8
CRISES = {"crisis_self_harm", "crisis_violence"}
#: Below its bar a crisis is suspected, and heard as despair: where it is sure enough for anything else, or from here on
#: where it is likelier than everything else.
SUSPECTED = 0.3
_NEARLY = 0.9999
#: How many characters are read, the longest SMS there is; what comes after is still masked and kept.
_LONGEST = 1_600


#: What may be meant by one text, surest first.
Rated = list[tuple[str, float]]


class Classifier(Protocol):
    """What may be meant by texts, with confidences; 0.5 and more is sure enough. A text is never a command."""

    def classify_many(self, texts: Sequence[str], pieces: Sequence[str] = ()) -> list[Rated]:
        """One answer for each text and then for each piece, asked together, so that they cost one round.

        A text is a whole SMS; a piece is part of one, and may be heard by quicker means.
        """
        ...


class Understanding:
    """Turns a text into what was heard, by way of one classifier. ``pieces`` is how a text is split."""

    def __init__(self, classifier: Classifier, pieces: Callable[[str], list[str]] = split) -> None:
        self._classifier, self._split = classifier, pieces

    def understand(self, text: str, today: date, media: int = 0, previous_language: str = "da") -> Heard:
        """What the SMS says. ``today`` is the day it came (Europe/Copenhagen); ``media`` how many pictures or files
        came with it: they are not looked at, only counted, so that a dialogue can say so and an adviser is told.
        ``previous_language`` is kept when the text says too little to tell, and Danish until another is plain.
        """
        # Half a surrogate pair is no character; what writes the text down would fail on it.
        masked, had_cpr = mask_cpr(text.encode("utf-8", "replace").decode("utf-8"))
        return Heard(
            text=masked,
            intents=self._intents(masked[:_LONGEST]),
            values=read_values(masked[:_LONGEST], today),
            language=detect(masked[:_LONGEST], previous_language) or previous_language,
            cpr_removed=had_cpr,
            media=media,
        )

    def _intents(self, text: str) -> tuple[Intent, ...]:
        if not text.strip():
            return ()
        pieces = self._split(text)
        whole, *parts = self._heard(text, pieces if len(pieces) > 1 else [])
        kept = _kept(_together(whole, parts))
        if kept.keys() == {OUT_OF_SCOPE} and whole.get(OUT_OF_SCOPE, 0.0) < SURE:
            kept = _said_alone(parts) or kept
        return _in_order(kept, parts or [whole])

    def _heard(self, text: str, pieces: Sequence[str]) -> list[dict[str, float]]:
        """Everything that may be meant by the text and by each piece.

        A rule or a table is always sure, and what a table knows is not asked about.
        """
        said = [text, *pieces]
        answers = [short_answer(one) for one in said]
        unknown = [one for one, answer in zip(said, answers, strict=True) if not answer]
        whole = 0 if answers[0] else 1
        asked = iter(self._classifier.classify_many(unknown[:whole], unknown[whole:]))
        rated = [{answer: 1.0} if answer else _doubted(next(asked)) for answer in answers]
        return [heard | dict.fromkeys(urgent(one), 1.0) for heard, one in zip(rated, said, strict=True)]


def _doubted(rated: Rated) -> dict[str, float]:
    """No classifier is certain, whatever it rounds to: only a rule or a table decides alone."""
    return {name: min(sure, _NEARLY) for name, sure in rated}


def _together(whole: dict[str, float], parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """How sure each intent is when the whole and the pieces have their say. What a rule hears anywhere is sure."""
    if not parts:
        return whole
    names = {name for heard in (whole, *parts) for name in heard} - {OUT_OF_SCOPE}
    best = {name: max(part.get(name, 0.0) for part in parts) for name in names}
    mixed = {name: (1 - PIECE) * whole.get(name, 0.0) + PIECE * best[name] for name in names}
    sure = {name: 1.0 for name in names if max(best[name], whole.get(name, 0.0)) == 1.0}
    return mixed | sure | {OUT_OF_SCOPE: whole.get(OUT_OF_SCOPE, 0.0)}


def _said_alone(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """What a piece says plainly by itself, where the whole says nothing; what must not be heard wrongly needs both."""
    found: dict[str, float] = {}
    for part in parts:
        name = max(part, key=lambda name: part[name], default=OUT_OF_SCOPE)
        if part.get(name, 0.0) >= ALONE and name not in {OUT_OF_SCOPE, "opt_out", *BARS}:
            found[name] = max(part[name], found.get(name, 0.0))
    return found


def _kept(rated: dict[str, float]) -> dict[str, float]:
    """What is sure enough. "Nothing understood" stands alone, where it is likelier than all else or nothing else is."""
    nothing = rated.get(OUT_OF_SCOPE, 0.0)
    kept = {name: sure for name, sure in rated.items() if sure >= BARS.get(name, SURE) and name != OUT_OF_SCOPE}
    if nothing > max(kept.values(), default=0.0):
        kept = {name: sure for name, sure in kept.items() if name in CRISES | {"opt_out"}}
    kept = kept or _likeliest_crisis(rated)
    suspected = max((rated.get(name, 0.0) for name in CRISES - kept.keys()), default=0.0)
    if suspected >= SURE:
        kept["distress"] = max(suspected, kept.get("distress", 0.0))
    if "crisis_self_harm" in kept:
        kept.pop("distress", None)
    return kept or {OUT_OF_SCOPE: nothing or round(1 - max(rated.values(), default=0.0), 4)}


def _likeliest_crisis(rated: dict[str, float]) -> dict[str, float]:
    """Despair, where nothing is sure and a crisis is likelier than all else: seen sooner, and nobody is frightened."""
    best = max(rated, key=lambda name: rated[name], default="")
    return {"distress": rated[best]} if best in CRISES and rated[best] >= SUSPECTED else {}


def _in_order(kept: dict[str, float], pieces: Sequence[dict[str, float]]) -> tuple[Intent, ...]:
    """By the piece that says it best, then by how sure it is."""

    def place(name: str) -> tuple[int, float]:
        surest = max(range(len(pieces)), key=lambda i: (pieces[i].get(name, 0.0), -i))
        return surest, -kept[name]

    return tuple(Intent(name, kept[name]) for name in sorted(kept, key=place))

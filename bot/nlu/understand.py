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

#: From here on an intent of the whole text is sure enough.
SURE = 0.5
#: A piece lacks the context of the rest, so it has to be surer.
SURE_PIECE = 0.6
#: And so has what is not the surest of a text: most say one thing.
SURE_SECOND = 0.65
#: What is heard by rule as well stands higher when the classifier alone says it: a false one frightens a resident or
#: silences us. A judgement for recall: on held-out folds of 1,400 messages these let some ten false crises through,
#: 0.7 would let one, and lose true ones; the rules hear what is said plainly. Below its bar a crisis is despair.
BARS = {"crisis_self_harm": 0.65, "crisis_violence": 0.65, "opt_out": 0.7, "wrong_person": 0.75}
#: How many characters are read, the longest SMS there is; what comes after is still masked and kept.
_LONGEST = 1_600


#: What may be meant by one text, surest first.
Rated = list[tuple[str, float]]


class Classifier(Protocol):
    """What may be meant by texts, with confidences; 0.5 and more is sure enough. A text is never a command."""

    def classify_many(self, texts: Sequence[str]) -> list[Rated]:
        """One answer for each of the texts: an SMS and its pieces, asked together, so that they cost one round."""
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
        whole, *heard = self._heard([text, *pieces] if len(pieces) > 1 else [text])
        return _in_order(_kept(whole, heard), heard or [whole])

    def _heard(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """Everything that may be meant by each text; a rule or a table is always sure, and is not asked about."""
        answers = [short_answer(text) for text in texts]
        asked = iter(self._classifier.classify_many([t for t, a in zip(texts, answers, strict=True) if not a]))
        rated = [{answer: 1.0} if answer else dict(next(asked)) for answer in answers]
        return [heard | dict.fromkeys(urgent(text), 1.0) for heard, text in zip(rated, texts, strict=True)]


def _kept(whole: dict[str, float], pieces: Sequence[dict[str, float]]) -> dict[str, float]:
    """What the whole is sure of, and what a piece is surer of; "nothing understood" only where nothing else is."""
    kept = _sure(whole, SURE, SURE if pieces else SURE_SECOND)
    for piece in pieces:
        for name, sure in _sure(piece, SURE_PIECE, SURE_SECOND).items():
            kept[name] = max(sure, kept.get(name, 0.0))
    if "crisis_self_harm" in kept:
        kept.pop("distress", None)
    meant = {name: sure for name, sure in kept.items() if name != OUT_OF_SCOPE} or _suspected(whole)
    return meant or {OUT_OF_SCOPE: whole.get(OUT_OF_SCOPE) or round(1 - max(whole.values(), default=0.0), 4)}


def _suspected(whole: dict[str, float]) -> dict[str, float]:
    """A crisis that is likeliest, but below its bar, is heard as distress: seen sooner, and nobody is frightened."""
    best = max(whole, key=lambda name: whole[name], default="")
    return {"distress": whole[best]} if best.startswith("crisis") and whole[best] >= SURE else {}


def _sure(rated: dict[str, float], first: float, second: float) -> dict[str, float]:
    """The surest from ``first`` on, the others from ``second`` on, and none below its own bar."""
    best = max(rated.values(), default=0.0)
    return {
        name: sure
        for name, sure in rated.items()
        if sure >= max(first if sure == best else second, BARS.get(name, 0.0))
    }


def _in_order(kept: dict[str, float], pieces: Sequence[dict[str, float]]) -> tuple[Intent, ...]:
    """By the piece that says it best, then by how sure it is."""

    def place(name: str) -> tuple[int, float]:
        surest = max(range(len(pieces)), key=lambda i: (pieces[i].get(name, 0.0), -i))
        return surest, -kept[name]

    return tuple(Intent(name, kept[name]) for name in sorted(kept, key=place))

"""A text as an SMS: with an ordinary resident's values and with the longest, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogs import texts
from bot.dialogs.effects import Say
from bot.dialogs.lints import Finding, longest
from bot.sms import length, segments
from handoff.wording import word

#: An invented resident's; a place that is not here is shown with its longest value.
_SAMPLES: Mapping[str, str | int] = {
    "adviser": "Mette",
    "name": "Amina",
    "answer_by": "i dag kl. 15",
    "main_number": "+4570111111",
    "amount": 845_050,
    "rest": 745_050,
    "monthly": 100_000,
    "last": 45_050,
    "least": 20_000,
    "instalments": 9,
    "months": 9,
    "deadline": "2026-12-03",
    "day": "2026-12-01",
    "other_day": "2026-12-15",
    "first_date": "2027-01-01",
    "time": "14:00",
    "month_end": 30,
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A wording as it is read on a phone, and its size: with an ordinary resident's values, and with the longest."""

    sms: str
    size: str
    longest_sms: str
    longest: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing the lints say, in words."""

    words: str
    is_refused: bool


def preview(key: str, language: str, body: str, organisation: str) -> Preview:
    """A wording that passed the lints, or one of ours."""
    says = [Say(key, sample_values(key, organisation))]
    sms = texts.written(says, language, {(language, key): body})
    longest_sms = longest(key, language, body)
    return Preview(sms, size_words(sms), longest_sms, size_words(longest_sms))


def sample_values(key: str, organisation: str) -> dict[str, str | int]:
    """An invented resident's values for a text's places."""
    known = {**_SAMPLES, "organisation": organisation}
    return {name: known.get(name, texts.PLACEHOLDERS[name].longest) for name in texts.needs(key)}


def written_values(key: str, language: str, organisation: str) -> dict[str, tuple[str, str]]:
    """By place: the sample and the longest value, as they are written. The page counts with them while one writes."""
    samples, longest_values = sample_values(key, organisation), texts.longest(key).values
    write = {name: texts.PLACEHOLDERS[name].write for name in sorted(texts.needs(key))}
    return {name: (write[name](samples[name], language), write[name](longest_values[name], language)) for name in write}


def size_words(sms: str) -> str:
    """212 tegn · 2 SMS"""
    return f"{length(sms)} tegn · {segments(sms)} SMS"


def signs(findings: list[Finding] | tuple[Finding, ...]) -> tuple[Sign, ...]:
    """What the lints found, as it is said to a colleague."""
    return tuple(Sign(word("lints", found.name, about=found.about), found.is_refused) for found in findings)

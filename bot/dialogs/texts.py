"""Every word we send: the catalogues ``texts/LANGUAGE/*.toml``, and how money, days and numbers are written.

A text's placeholders are those of ``PLACEHOLDERS`` and nothing else; a language without a text falls back to Danish.
The engine never writes words of its own. An organisation's own wordings (``Own``) stand for ours where they can be
said and fit; the fixed texts are never reworded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from bot.dialogs import languages
from bot.dialogs.effects import Say
from bot.dialogs.wording import (
    clock,
    day_of_month,
    kroner,
    long_day,
    name_after_greeting,
    phone,
    plain,
    short_day,
    somebody,
    soon,
)

FALLBACK = "da"
#: The complete ones; of the short ones see ``languages``.
LANGUAGES = languages.COMPLETE
#: Two segments of GSM-7: what one turn may hold.
LIMIT = 306
#: What an organisation says in its own words, by language and key.
Own = Mapping[tuple[str, str], str]
OURS: Own = MappingProxyType({})
#: Sections that nobody rewords: chosen for moments in which nothing may go wrong.
FIXED = frozenset({"crisis"})

_PLACE = re.compile(r"\{([a-z_]+)\}")
#: Thanks at the beginning of a text, that say nothing more; and thanks of any kind.
_THANKS = re.compile(r"^(?:Tak, fordi du skriver|Tak|Thank you for writing|Thank you)\. ")
_THANKED = re.compile(r"(?:^|[.?] )(?:Selv tak|Tak|Thank you)\b")
_SENTENCE_BEGINS = re.compile(r"(^|[.?] )\{(adviser|organisation|decider)\}")
_FOLDER = Path(__file__).with_name("texts")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """How a value is written, and the longest one that a text must have room for."""

    write: Callable[[Any, str], str]
    longest: str | int


PLACEHOLDERS: Mapping[str, Placeholder] = {
    "adviser": Placeholder(somebody, "Anne-Marie Mikkelsen"),
    "organisation": Placeholder(plain, "Boligforeningen Søndergården"),
    "decider": Placeholder(somebody, "Boligforeningen Søndergården"),
    "name": Placeholder(name_after_greeting, "Christoffer"),
    "answer_by": Placeholder(soon, "onsdag d. 23. december kl. 15"),
    "main_number": Placeholder(phone, "+4570111111"),
    "kommune_number": Placeholder(phone, "+4570111111"),
    "amount": Placeholder(kroner, 12_845_050),
    "rest": Placeholder(kroner, 12_845_050),
    "monthly": Placeholder(kroner, 1_245_000),
    "last": Placeholder(kroner, 1_184_550),
    "least": Placeholder(kroner, 1_245_000),
    "instalments": Placeholder(plain, 120),
    "months": Placeholder(plain, 120),
    "deadline": Placeholder(long_day, "2026-12-23"),
    "day": Placeholder(long_day, "2026-12-23"),
    "other_day": Placeholder(long_day, "2026-12-30"),
    "first_date": Placeholder(short_day, "2026-09-30"),
    "time": Placeholder(clock, "afternoon"),
    "month_end": Placeholder(day_of_month, 31),
    "estimate": Placeholder(kroner, 621_000),
    "income": Placeholder(kroner, 10_250_000),
    "rent": Placeholder(kroner, 1_245_000),
    "area": Placeholder(plain, 165),
}


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of a language by their keys, as "plan.confirm"; empty for a language we do not have."""
    if language in languages.SHORT:
        return _with_sisters(dict(_leaves(languages.sections(language))))
    return {key: text for topic in _files(language).values() for key, text in topic.items()}


@cache
def _files(language: str) -> Mapping[str, Mapping[str, str]]:
    """Each file of a complete language, read once: a release that replaces one must not be seen by halves."""
    files = sorted((_FOLDER / language).glob("*.toml")) if language in LANGUAGES else []
    return {path.stem: dict(_leaves(tomllib.loads(path.read_text(encoding="utf-8")))) for path in files}


def _with_sisters(short: dict[str, str]) -> Mapping[str, str]:
    """A short text that names neither adviser nor number serves where there is none, too."""
    for key in catalogue(FALLBACK):
        base = re.sub("_no_(name|number)$", "", key)
        if key not in short and base in short and (places(short[base]) or frozenset()) <= needs(key):
            short[key] = short[base]
    return short


def _leaves(tree: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, str]]:
    for name, value in tree.items():
        key = f"{before}{name}"
        if isinstance(value, str):
            yield key, " ".join(value.split())
        else:
            yield from _leaves(value, f"{key}.")


@cache
def topics() -> Mapping[str, tuple[str, ...]]:
    """The keys of all texts by their topic: the file in which they stand."""
    return MappingProxyType({topic: tuple(found) for topic, found in _files(FALLBACK).items()})


def has(key: str) -> bool:
    """Whether there is such a text."""
    return key in catalogue(FALLBACK)


@cache
def needs(key: str) -> frozenset[str]:
    """The placeholders of a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(catalogue(FALLBACK)[key]) if name)


def is_fixed(key: str) -> bool:
    """True for a text that is said as it stands, whatever anybody wrote instead."""
    return key.split(".")[0] in FIXED


def places(body: str) -> frozenset[str] | None:
    """The placeholders of any wording; None where its braces are no plain placeholders."""
    return None if set("{}") & set(_PLACE.sub("", body)) else frozenset(_PLACE.findall(body))


def render(
    says: Iterable[Say], language: str = FALLBACK, own: Own = OURS, switched_on: Collection[str] = LANGUAGES
) -> str:
    """The texts of one turn as one SMS, in order. Own wordings that together are too long give way to ours.

    A short language is written only where it is ``switched_on``, and never half: all of the SMS, or Danish.
    """
    says = tuple(says)
    language = _spoken(says, language, switched_on)
    sms = written(says, language, own)
    return written(says, language) if own and len(sms) > LIMIT else sms


def _spoken(says: Sequence[Say], language: str, switched_on: Collection[str]) -> str:
    if language in LANGUAGES:
        return language
    has_all = languages.is_short(language, switched_on) and all(said.text in catalogue(language) for said in says)
    return language if has_all else FALLBACK


def written(says: Iterable[Say], language: str = FALLBACK, own: Own = OURS) -> str:
    """The same, however long it is."""
    return " ".join(_thanking_once(_written(said, language, own) for said in says))


def _thanking_once(parts: Iterable[str]) -> Iterator[str]:
    """Thanks are given once in an SMS; thanks that say what for stand as they are."""
    thanked = False
    for part in parts:
        yield _THANKS.sub("", part) if thanked else part
        thanked = thanked or bool(_THANKED.search(part))


def _written(said: Say, language: str, own: Own) -> str:
    spoken = language if said.text in catalogue(language) else FALLBACK
    text = _wording(said, spoken, own)
    values = {name: PLACEHOLDERS[name].write(value, spoken) for name, value in said.values.items()}
    return re.sub(r"\.{2,}", ".", _SENTENCE_BEGINS.sub(_capital, text).format_map(_with_capitals(values)))


def _wording(said: Say, language: str, own: Own) -> str:
    """The organisation's own where all it names is known, else ours: a release may have changed a text's places."""
    body = own.get((language, said.text))
    named = places(body) if body is not None and not is_fixed(said.text) else None
    if body is None or named is None or not named <= said.values.keys():
        return catalogue(language)[said.text]
    return body


def _capital(found: re.Match[str]) -> str:
    return f"{found[1]}{{{found[2].upper()}}}"


def _with_capitals(values: Mapping[str, str]) -> dict[str, str]:
    """The same values under their names in capitals, for the beginning of a sentence ("En rådgiver …")."""
    return {**values, **{name.upper(): value[:1].upper() + value[1:] for name, value in values.items()}}


def longest(key: str) -> Say:
    """A text with the longest value in every place, for the lints."""
    return Say(key, {name: PLACEHOLDERS[name].longest for name in needs(key)})

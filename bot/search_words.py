"""What can be searched for: the words of a text in one spelling, and of a search what each must be found by. Pure.

Names, addresses and numbers of a case are found from their first three letters on; what people wrote by whole words
with a light Danish stem. Stop words are not kept, nor is a run of six digits or more but for phone numbers: no CPR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.nlu.folding import fold

#: Of one search; the rest of what was typed is not looked at.
MOST_WORDS = 8
_SHORTEST, _LONGEST = 3, 16
_MOST_DIGITS = 5
_DANISH = 8  #: digits of a Danish number
#: ae, oe and aa are what folding makes of æ, ø and å: "Soerensen" and "Sorensen" are Sørensen too.
_DOUBLE = re.compile(r"a[ae]|oe")
_WORD = re.compile(r"[^\W_]+")
_GROUPS = r"\d{8}|\d\d(?:[ .-]\d\d){3}|\d{4}[ .-]\d{4}|\d{4} \d\d \d\d|\d\d \d{3} \d{3}|\d{3} \d\d \d{3}"
_PHONE = re.compile(rf"(?<![\w+])(?:(?:\+|00) ?45[ .-]?)?(?P<number>{_GROUPS})(?!\w)")
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)(?!45)(?P<number>[1-9]\d{0,2}(?:[ .-]?\d){6,12})(?!\d)")
_SOME_DIGITS = re.compile(r"[\d .-]+")
#: Endings, the longest first; at least three letters stay.
_ENDINGS = re.compile(
    r"(?<=...)(?:erendes|erende|hedens|erede|ethed|erens|endes|ernes|erets|heden|heder|eren|erer|ende|ered|ethe|enes"
    r"|erne|eret|ens|ets|ers|ene|ere|hed|en|er|es|et|e|s)$"
)
#: What half of all messages have, in the spelling of ``spelt``: found by nobody, and not kept.
_STOP_WORDS = """
af alle alt at bare blev blive bliver da de dem den denne der deres det dette dig din dine dit dog du efter
eller en end er et fik for fra far faar ga gar ham han har havde have hej hende her hos hun hvad hvem hver
hvis hvor hvordan i igen ik ikk ikke ind ja jeg jer jeres jo kan kom kommer kun kunne lige ma man mange med
meget men mere mig min mine mit mod mon na nar ned nej no nogen noget nogle nok nu og ogsa ok okay om op os
over pa sa selv ses sig sin sine sit skal skulle som tak til to ud under var ved vi vil ville vores var ar a
am an and are as be but by can do for from get has have he hello her hi him his if in is it me my not of on or
she so that the they this to us was we will with you your
"""
_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a search; a conversation has it when it is found in any of these ways."""

    who: str | None = None  #: as a case says it
    written: str | None = None  #: as somebody wrote it
    phone: str | None = None


def case_words(*fields: str) -> set[str]:
    """What a case is found by: its words, and all their beginnings of three letters or more."""
    return {found for field in fields for chunk in spelt(field).split() for found in _beginnings(chunk)}


def exact(field: str) -> str:
    """A case number without what separates it: MB-2026-001 and "mb 2026 001" are the same."""
    return "".join(_WORD.findall(spelt(field)))


def written_words(text: str) -> set[str]:
    """What a message or a note is found by."""
    return {word for chunk in spelt(text).split() for word in _of_chunk(chunk) if _is_kept(word)}


def phones(text: str) -> set[str]:
    """The numbers that stand in a text, as digits with their country."""
    return {number for _, number in _numbers(fold(text))}


def phone_words(e164: str) -> set[str]:
    """What a number is found by: all of it, its beginning from four digits on, its last four."""
    digits = re.sub(r"\D", "", e164)
    own = digits.removeprefix("45")
    return {digits, own[-4:], *(own[:length] for length in range(4, len(own)))} if digits else set()


def asked(search: str) -> tuple[Term, ...]:
    """The words of a search, all of which must be found."""
    folded = fold(search)[:200]
    if _SOME_DIGITS.fullmatch(folded) and 4 <= len(digits := exact(folded)) <= _DANISH:
        return (Term(digits, _written(digits), "45" + digits if len(digits) == _DANISH else digits),)
    terms = []
    for span, number in _numbers(folded):
        terms.append(Term(who=exact(span)[:_LONGEST], phone=number))
        folded = folded.replace(span, " ", 1)
    words = (exact(chunk) for chunk in folded.split())
    terms += [Term(word[:_LONGEST], _written(word), word if _is_end(word) else None) for word in words if word]
    return tuple(dict.fromkeys(terms))[:MOST_WORDS]


def spelt(text: str) -> str:
    """The text in the spelling in which words are compared."""
    folded = fold(text)
    if not folded.isascii():
        folded = fold(folded)  # of ǣ the first time leaves æ
    return _DOUBLE.sub(lambda pair: pair[0][0], folded)


def stem(word: str) -> str:
    """A word without its ending: huslejen, husleje and huslejens are one."""
    return _ENDINGS.sub("", word)


def _written(word: str) -> str | None:
    return stem(word) if _is_kept(stem(word)) and word not in _STOP else None


def _beginnings(chunk: str) -> Iterator[str]:
    """Of "jens-ole": jens, jensole and ole, and how they begin."""
    parts = _WORD.findall(chunk)
    for first, part in enumerate(parts):
        yield part[:_LONGEST]
        whole = "".join(parts[first:])[:_LONGEST]
        yield from (whole[:length] for length in range(_SHORTEST, len(whole) + 1))
        yield whole


def _of_chunk(chunk: str) -> Iterator[str]:
    """Of "e-mail": email and mail. Of a chunk with many digits no number."""
    parts = _WORD.findall(chunk)
    if _digits(chunk) > _MOST_DIGITS:
        yield from (stem(part) for part in parts if not _digits(part) and part not in _STOP)
        return
    yield from (stem(part) for part in {*parts, "".join(parts)} if part not in _STOP)


def _is_kept(word: str) -> bool:
    return len(word) > (2 if word.isdecimal() else 1) and _digits(word) <= _MOST_DIGITS


def _digits(text: str) -> int:
    return sum(c.isdecimal() for c in text)


def _is_end(word: str) -> bool:
    return word.isdecimal() and 4 <= len(word) < _DANISH


def _numbers(folded: str) -> Iterator[tuple[str, str]]:
    """Each phone number as it stands there, and in digits."""
    for match in _PHONE.finditer(folded):
        yield match[0], "45" + re.sub(r"\D", "", match["number"])
    for match in _ABROAD.finditer(folded):
        yield match[0], re.sub(r"\D", "", match["number"])

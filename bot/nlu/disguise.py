"""A resident's message without whatever points at a person, in one line, for somebody to read before it is used. Pure.

Rather too much is taken out than too little: a name that is also a word goes too. What nobody told us (a friend's
name, a workplace) stays, so that reading each line is still needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.nlu.masking import MASK, mask_cpr

NAME, PLACE, REFERENCE = "[navn]", "[adresse]", "[sagsnr]"
PHONE, EMAIL, LINK, BIRTH_DAY, NUMBER = "[telefon]", "[e-mail]", "[link]", "[fødselsdag]", "[nummer]"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of those whom a message may name; ``birth_days`` as 14-03."""

    people: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    birth_days: tuple[str, ...] = ()


#: While we work each mask is one sign that no text and no pattern has: what was taken out is not read again.
_MASKS = (MASK, NAME, PLACE, REFERENCE, PHONE, EMAIL, LINK, BIRTH_DAY, NUMBER)
_SIGNS = {mask: chr(0xF0000 + place) for place, mask in enumerate(_MASKS)}
#: What YAML cannot carry, and private signs such as our own.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\uf900-\ufefe\uff00-\ufffd\U00010000-\U000effff]")

#: No letter before, none behind but a genitive's.
_START, _END = r"(?<![^\W\d_])", r"(?:['’]?s|['’])?(?![^\W\d_])"
#: Parts of a name that are words by themselves: they go only with the whole of it.
_PARTICLES = frozenset({
    "af", "al", "bin", "da", "de", "den", "der", "di", "du", "el", "for", "i", "la", "le", "og", "of", "på", "the",
    "til", "van", "von",
})  # fmt: skip
_ORDINARY = _PARTICLES | frozenset({
    "administration", "afd", "afdeling", "afdelingen", "almen", "almene", "andelsboligforening", "bolig", "boliger",
    "boligerne", "boligforening", "boligforeningen", "boligorganisation", "boligselskab", "boligselskabet", "by",
    "byen", "det", "ejendomme", "forening", "foreningen", "gammel", "hus", "huset", "kommune", "lille", "lejer",
    "nord", "nordre", "ny", "nye", "nørre", "organisation", "sankt", "selskab", "selskabet", "st", "stor", "store",
    "syd", "søndre", "vest", "vester", "vestre", "øst", "øster", "østre",
})  # fmt: skip
_SPELLED = {
    "æ": "(?:æ|ae|ä)", "ø": "(?:ø|oe|ö|o)", "å": "(?:å|aa|a)", "ä": "(?:ä|æ|ae|a)", "ö": "(?:ö|ø|oe|o)",
    "ü": "(?:ü|ue|u|y)", "ß": "(?:ß|ss)",
}  # fmt: skip

_HOUSE_NUMBER = r"(?:,? ?(?:nr\.? ?)?\d{1,3}[a-z]?(?!\w))"
_DOOR = (
    r"(?:,? ?(?:(?:st|stuen|kld|\d{1,2})\.?,? ?(?:sal\.?,? ?)?(?:th|tv|mf)|(?:st|stuen|kld)|\d{1,2}\.? ?sal)(?!\w))?"
)
_STREET = re.compile(
    r"(?<!\w)(?:[^\W\d_]{2,}(?:vej|vejen|gade|gaden|vænget?|vaenget?|parken?|allé|stræde|straede|stien|torvet?|toften"
    r"|haven|gården|gaarden|bakken|engen|marken|lunden|krogen|kæret|dammen|vang|vangen)|[^\W\d_]{4,}alle)"
    rf"{_HOUSE_NUMBER}{_DOOR}",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+ ?(?:@|\(at\)|snabel-?a(?!\w)) ?[\w-]+(?:\.[\w-]+)*", re.IGNORECASE)
_LINK = re.compile(
    r"(?:\w+://|www\.)\S+|(?<![\w.])[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,6}/\S*|(?:dk|com|net|org|eu|info|io|ly|app)(?!\w))",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d+])(?:\+|00)\d(?:[ ().-]{0,2}\d){6,14}(?!\d)"
    r"|(?<![\d.,-])(?:\d\d(?:([ .-])\d\d)(?:\1\d\d){2}|\d{4}[ -]\d{4}|\d\d \d{3} \d{3}|\d{3} \d\d \d{3}|\d{8})"
    r"(?![ .-]?\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_BIRTH = re.compile(
    rf"(?<![\d.,])\d{{1,2}}(?:[./-]\d{{1,2}}[./-]| \d{{1,2}} |\.? ?(?:{'|'.join(_MONTHS)})[a-z]*\.? )"
    r"(?:19\d\d|20[01]\d|[3-9]\d)(?!\d|[.,]\d| ?kr)",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\d+])(?!00)\d(?:[ .-]?\d){11,}")
_RUN = re.compile(r"\d{6,}|\d(?:[ ./-]?\d){7,}")
_COMING_DAY = re.compile(r"\d{1,2}([ ./-])\d{1,2}\1(?:20)?2\d")


def disguise(text: str, known: Known) -> str:
    """The text in one line with masks for people, places and numbers; empty when nothing was said."""
    masked = mask_cpr(unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text)))[0]
    masked = mask_cpr(" ".join(masked.split()))[0].replace(MASK, _SIGNS[MASK])
    for mask, patterns in (
        (EMAIL, [_EMAIL]),
        (LINK, [_LINK]),
        (REFERENCE, [_reference(one) for one in _said(known.references)]),
        (PLACE, [_place(one) for one in _phrases(known.places, _ORDINARY)]),
        (NAME, [_name(one) for one in _phrases(known.people, _PARTICLES)]),
        (NAME, [_name(one) for one in _phrases(known.houses, _ORDINARY)]),
        (PLACE, [_STREET]),
        (NUMBER, [_CARD]),
        (PHONE, [_PHONE]),
        (BIRTH_DAY, [*(_birth_day(one) for one in known.birth_days), _BIRTH]),
    ):
        for pattern in patterns:
            masked = pattern.sub(_SIGNS[mask], masked)
    return _shown(_RUN.sub(_long_number, masked))


def _long_number(match: re.Match[str]) -> str:
    return match[0] if _COMING_DAY.fullmatch(match[0]) else _SIGNS[NUMBER]


def _shown(masked: str) -> str:
    """The signs as words; two of a kind in a row are one, and none looks like Rasa's ``[text](entity)``."""
    for mask, sign in _SIGNS.items():
        masked = re.sub(rf"{sign}(?:[ .-]*{sign})*", mask, masked)
    return re.sub(r"\](?=[({\[])", "] ", masked).strip()


def _said(words: Iterable[str]) -> list[str]:
    """What there is of it, the longest first, so that a part never breaks the whole."""
    plain = {unicodedata.normalize("NFC", word).strip().lower() for word in words}
    return sorted(
        (word for word in plain if len(word) > 1 and any(map(str.isalnum, word))), key=lambda word: (-len(word), word)
    )


def _phrases(names: Iterable[str], ordinary: frozenset[str]) -> list[str]:
    """Whole names first, then their parts that are no ordinary words. A number after a street is found with it."""
    whole = [re.split(r"\d", name, maxsplit=1)[0].strip(" ,.") for name in _said(names)]
    parts = [part for name in whole for part in re.split(r"[\W\d_]+", name)]
    return [phrase for phrase in _said([*whole, *parts]) if phrase not in ordinary]


def _spelled(phrase: str) -> str:
    """A pattern for the phrase however it is spelled: Sørensen, Soerensen, SORENSEN."""
    plain = phrase.replace("aa", "å").replace("ae", "æ").replace("oe", "ø")
    return "".join(_letter(char) for char in plain)


def _letter(char: str) -> str:
    if not char.isalnum():
        return r"[\W_]{1,3}"
    base = unicodedata.normalize("NFD", char)[0]
    return _SPELLED.get(char) or (f"[{char}{base}]" if base != char else re.escape(char))


def _name(phrase: str) -> re.Pattern[str]:
    return re.compile(_START + _spelled(phrase) + _END, re.IGNORECASE)


def _place(phrase: str) -> re.Pattern[str]:
    before = r"(?:(?<!\d)\d{4} )?"  # a postal code
    return re.compile(before + _START + _spelled(phrase) + _END + rf"(?:{_HOUSE_NUMBER}{_DOOR})?", re.IGNORECASE)


def _reference(reference: str) -> re.Pattern[str]:
    parts = r"[\W_]{0,2}".join(re.escape(part) for part in re.split(r"[\W_]+", reference) if part)
    return re.compile(rf"(?<![^\W_]){parts}(?![^\W_])", re.IGNORECASE)


def _birth_day(birth_day: str) -> re.Pattern[str]:
    """14/3, 14-03, 14. marts; with a year or without."""
    day, month = (int(part) for part in birth_day.split("-"))
    in_month = rf"(?: ?[./-] ?0?{month}(?![^\W_])|\.? ?{_MONTHS[month - 1]}[a-z]*)"
    year = r"(?:[ ./-]{1,2}(?:19|20)?\d\d(?!\d))?"
    return re.compile(rf"(?<![\d.,/-])0?{day}{in_month}{year}", re.IGNORECASE)

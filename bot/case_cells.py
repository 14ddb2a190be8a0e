"""What one cell of a file of cases says: text, a sum, a day, a birthday, a language, a stage. Pure.

A cell is what a CSV, an Excel sheet or JSON holds. What cannot be read for sure is ``None``: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.nlu.masking import mask_cpr

#: str, int, float, bool, date, datetime or None; from JSON perhaps something that no cell can be.
Cell = Any

STAGES = ("rykker", "paakrav", "advokat", "ophaevet", "foged")

_LONGEST_QUOTE = 40
_LONGEST_VALUE = 60
_LARGEST = 10**12
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_EXCEL_DAY_0 = date(1899, 12, 30)
_EXCEL_DAYS = range(36526, 73051)  # 2000 to 2099

_SUM = re.compile(
    r"(?P<sign>[-+]?)(?:"
    r"(?P<danish>[1-9][0-9]{0,2}(?:[. ][0-9]{3})+)(?:,(?P<danish_ore>[0-9]{1,2}))?"
    r"|(?P<english>[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.(?P<english_ore>[0-9]{1,2})"
    r"|(?P<plain>[0-9]+)(?:[.,](?P<plain_ore>[0-9]{2}(?=0{2,}$)|[0-9]{1,2}(?=$))0*)?)"
)
_CURRENCY = re.compile(r"^(?:kr\.?|dkk)\s*|\s*(?:kroner|kr\.?|dkk)$", re.IGNORECASE)
_NO_ORE = re.compile(r"\s*[.,](?:-+|=)$")

_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_MIDNIGHT = re.compile(r"[T ]00[:.]00(?:[:.]00(?:\.0+)?)?Z?$")

_BIRTHDAY = re.compile(r"(?:d\.|den)?\s*([0-9]{1,2})\s*[-/. ]\s*([0-9]{1,2})\.?(?:\s*[-/. ]\s*(?:[0-9]{2}|[0-9]{4}))?")
_BIRTHDAY_IN_WORDS = re.compile(r"(?:d\.|den)?\s*([0-9]{1,2})(?:\.|th|st|nd|rd)?\s*([a-z]{3,9})\.?,?(?:\s*[0-9]{4})?")
_MONTHS = (
    *(("jan", "januar", "january"), ("feb", "februar", "february"), ("mar", "marts", "march"), ("apr", "april")),
    *(("maj", "may"), ("jun", "juni", "june"), ("jul", "juli", "july"), ("aug", "august")),
    *(("sep", "sept", "september"), ("okt", "oct", "oktober", "october"), ("nov", "november")),
    ("dec", "december"),
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}

_LANGUAGES = {
    "da": "dansk danish", "en": "engelsk english", "ar": "arabisk arabic", "so": "somali somalisk soomaali",
    "tr": "tyrkisk turkish turkce", "fa": "farsi persisk persian", "ps": "pashto", "ku": "kurdisk kurdish",
    "uk": "ukrainsk ukrainian", "pl": "polsk polish polski", "ro": "rumaensk romanian", "ru": "russisk russian",
    "ur": "urdu", "bs": "bosnisk bosnian", "hr": "kroatisk croatian", "sr": "serbisk serbian",
    "sq": "albansk albanian", "ti": "tigrinya", "am": "amharisk amharic", "vi": "vietnamesisk vietnamese",
    "ta": "tamil tamilsk", "th": "thai thailandsk", "zh": "kinesisk chinese", "hi": "hindi", "bn": "bengali",
    "pa": "punjabi", "sw": "swahili", "fr": "fransk french", "es": "spansk spanish", "pt": "portugisisk portuguese",
    "it": "italiensk italian", "de": "tysk german", "nl": "hollandsk nederlandsk dutch", "sv": "svensk swedish",
    "no": "norsk norwegian", "fi": "finsk finnish", "is": "islandsk icelandic", "fo": "faeroesk faroese",
    "kl": "groenlandsk greenlandic", "lt": "litauisk lithuanian", "lv": "lettisk latvian", "et": "estisk estonian",
    "hu": "ungarsk hungarian", "bg": "bulgarsk bulgarian", "el": "graesk greek", "mk": "makedonsk macedonian",
    "ne": "nepali nepalesisk", "tl": "tagalog filippinsk filipino", "my": "burmesisk burmese",
}  # fmt: skip


def fold(text: str) -> str:
    """The text as headings and names of values are compared: no case, accents, spacing or punctuation."""
    spelled = text.casefold().replace("æ", "ae").replace("ø", "o").replace("ß", "ss").replace("ı", "i")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if c.isalnum())
    return plain.replace("aa", "a").replace("oe", "o")


_LANGUAGE = {fold(name): code for code, names in _LANGUAGES.items() for name in (code, *names.split())}
_STAGE = {fold(stage): stage for stage in STAGES}


def clean(cell: Cell) -> str:
    """The cell as one line of text: no control characters, no invisible ones, single spaces, at most NFC."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # Excel keeps 1001 as 1001.0
    if isinstance(cell, date):
        return cell.strftime("%d-%m-%Y")
    if isinstance(cell, int) and cell.bit_length() > _LONGEST_VALUE * 8:
        return "?"  # Python refuses to write down what is longer still
    text = str(cell).encode("utf-8", "ignore").decode()
    text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def quote(cell: Cell) -> str:
    """The cell as an error shows it: in quotes, not too long, never with a CPR number."""
    text = mask_cpr(clean(cell))[0]
    return f'"{text}"' if len(text) <= _LONGEST_QUOTE else f'"{text[: _LONGEST_QUOTE - 3]}..."'


def read_amount(cell: Cell) -> int | None:
    """A sum in øre, below 0 too: "8.450,50", "8450.5", "8.450", "8450,-", "kr. 8.450,50", or a number."""
    if isinstance(cell, int | float | Decimal):
        return None if isinstance(cell, bool) else _number(cell)
    found = _SUM.fullmatch(_bare_sum(clean(cell)))
    if found is None:
        return None
    kroner = re.sub(r"[., ]", "", found["danish"] or found["english"] or found["plain"])
    ore = found["danish_ore"] or found["english_ore"] or found["plain_ore"] or "0"
    total = int(kroner) * 100 + int(ore.ljust(2, "0"))
    return -total if found["sign"] == "-" else total


def _number(number: float | Decimal) -> int | None:
    if isinstance(number, int) and abs(number) > _LARGEST:
        return None  # before it is written down: Python refuses to do that with very long ones
    exact = Decimal(str(number))
    if not exact.is_finite() or abs(exact) > _LARGEST:
        return None
    return int((exact * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _bare_sum(text: str) -> str:
    """Without the currency and without ",-"; a minus is a hyphen."""
    if len(text) > _LONGEST_VALUE:
        return ""
    text = _CURRENCY.sub("", text.replace("\N{MINUS SIGN}", "-"))
    bare = _NO_ORE.sub("", _CURRENCY.sub("", text))
    return re.sub(r"^([-+])\s*(?:kr\.?|dkk)?\s*", r"\1", bare, flags=re.IGNORECASE)


def read_day(cell: Cell) -> date | None:
    """A day of this century: 27-11-2026, 27/11/2026, 27.11.2026, 2026-11-27, or a day of Excel's."""
    if isinstance(cell, datetime):
        return _sane(cell.date())
    if isinstance(cell, date):
        return _sane(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _excel_day(cell)
    text = _MIDNIGHT.sub("", clean(cell))
    if found := _DAY_FIRST.fullmatch(text):
        return _day(found[4], found[3], found[1])
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found[1], found[2], found[3])
    return None


def _excel_day(cell: float) -> date | None:
    is_day = cell == cell and cell in _EXCEL_DAYS
    return _EXCEL_DAY_0 + timedelta(days=int(cell)) if is_day else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return _sane(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _sane(day: date) -> date | None:
    return day if 2000 <= day.year < 2100 else None


def read_birth_day(cell: Cell) -> str | None:
    """Day and month as they are kept ("14-03"), from 14-03, 14/3, 14.03, "14. marts" or a whole date."""
    if isinstance(cell, date):
        return cell.strftime("%d-%m")
    text = clean(cell).casefold()
    if len(text) > _LONGEST_VALUE or (isinstance(cell, float) and text.endswith(".1")):
        return None  # as a number 14.10 and 14.1 are the same: January or October
    whole = _MIDNIGHT.sub("", text)
    if found := _YEAR_FIRST.fullmatch(whole):
        return _birth_day(found[3], found[2])
    if found := _BIRTHDAY.fullmatch(whole):
        return _birth_day(found[1], found[2])
    if found := _BIRTHDAY_IN_WORDS.fullmatch(text):
        return _birth_day(found[1], str(_MONTH.get(found[2], 0)))
    return None


def _birth_day(day: str, month: str) -> str | None:
    try:
        return date(2000, int(month), int(day)).strftime("%d-%m")  # a leap year: 29-02 is a birthday
    except ValueError:
        return None


def read_language(cell: Cell) -> str | None:
    """The two letters of a language, from them or from its name in Danish, English or itself."""
    text = clean(cell)
    locale = re.fullmatch(r"([A-Za-z]{2})[-_][A-Za-z]{2,4}", text)
    return _LANGUAGE.get(fold(locale[1] if locale else text))


def read_stage(cell: Cell) -> str | None:
    """How far the arrears have come, also spelled "påkrav" and "ophævet"."""
    return _STAGE.get(fold(clean(cell)))

"""Danish personal numbers (CPR) taken out of a text, before it is stored, logged or shown to an engine. Pure.

Shape: DDMMYY-XXXX, the day perhaps plus 60, also with spaces, dots or the whole year. The check digit says nothing
since 2007, so the shape and what stands around it decide. A date followed by an amount, and a phone number, stay.
"""

from __future__ import annotations

import re
import unicodedata

MASK = "[cpr fjernet]"

_DAY = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_GAP = r"[^\S\n]?[-./_:–—‐‑−]?[^\S\n]?"
_NUMBER = re.compile(
    rf"(?<![\d]){_DAY}(?P<a>{_GAP}){_MONTH}(?P<b>{_GAP})(?P<year>(?:19|20)?\d\d)(?P<last>{_GAP})\d{{4}}(?!\d)"
)
#: Once the word is said, ten digits in any grouping are the number.
_NAMED = re.compile(
    r"(?<!\[)(?:cpr|personn(?:umme)?r|person nummer)\w*[^\d\n]{0,25}?(?P<digits>\d(?:[-./ ]{0,3}\d){9})(?!\d)",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(r"\s*(?:kr\b|kr\.|kroner|dkk|,-|\.-|,\d\d\b|k\b)", re.IGNORECASE)
_DATE_BEFORE = re.compile(r"(?:\bd\.?|\bden|\bdato|\bsiden|\bpr\.?|\binden|\bsenest|\bfra|\btil)\s*$", re.IGNORECASE)
_ABROAD_BEFORE = re.compile(r"(?:\+|\b00)\d[\d ]*$")
#: Years in which something is paid; nobody born in them has a rent to pay.
_PAYING_YEARS = range(20, 40)


def mask_cpr(text: str) -> tuple[str, bool]:
    """The text without CPR numbers, and whether there was one."""
    digits = _ascii_digits(text)
    spans = [m.span("digits") for m in _NAMED.finditer(digits)]
    spans += [m.span() for m in _NUMBER.finditer(digits) if _is_cpr(m) and not _touches(m.span(), spans)]
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + MASK + text[end:]
    return text, bool(spans)


def _ascii_digits(text: str) -> str:
    """The same length, with the digits of every script as 0-9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _touches(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _is_cpr(match: re.Match[str]) -> bool:
    """Whether the ten digits are a person, and no date with an amount behind it and no number abroad."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _ABROAD_BEFORE.search(before):
        return False
    apart = match["last"] not in {"", "-"}  # a blank or a dot before the last four: might be an amount
    if not apart and not (match["a"] or match["b"]):
        return True
    if _MONEY_AFTER.match(after):
        return False
    if not apart or not (match["a"] or match["b"]):
        return True
    return not _reads_as_date(match, before)


def _reads_as_date(match: re.Match[str], before: str) -> bool:
    """01.12.26 4500: a day one can pay on. 01.02.03 1234: a birthday, unless it is called a date."""
    if int(match[0][0]) > 3:  # no calendar has a day over 31
        return False
    paying = int(match["year"][-2:]) in _PAYING_YEARS and not match["year"].startswith("19")
    return paying or _DATE_BEFORE.search(before) is not None

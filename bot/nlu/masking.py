"""Danish personal numbers (CPR) taken out of a text, before it is stored, logged or shown to an engine. Pure.

Shape: DDMMYY-XXXX, the day perhaps plus 60, in any grouping, over a line break, in the digits of any script. The check
digit says nothing since 2007, so the shape and what stands around it decide. A date with an amount behind it, and a
phone number, stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

MASK = "[cpr fjernet]"

_DAY = r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
_SIGN = r"[-./_:,;*+~|–—‐‑−]"
_GAP = rf"(?:[^\S\n]{{0,2}}{_SIGN}{{0,2}}[^\S\n]{{0,2}}|[^\S\n]?{_SIGN}?[^\S\n]?\n[^\S\n]?{_SIGN}?[^\S\n]?)"
_SIGN_IN = re.compile(_SIGN)
_BIRTHDAY = rf"(?<!\d){_DAY}(?P<a>{_GAP}){_MONTH}(?P<b>{_GAP})(?P<year>(?:19|20)?\d\d)"
_NUMBER = re.compile(rf"{_BIRTHDAY}(?P<last>{_GAP})\d{{4}}(?!\d)")
#: "01 02 03 12 34", "0102031 234": the ten digits in groups of their own.
_GROUPED = re.compile(r"(?<!\d)(?<!\d[ .-])\d(?:[ .-]?\d){9}(?![ .:,-]?\d)")
#: "010203, og de sidste fire er 1234"
_SPOKEN = re.compile(
    rf"{_BIRTHDAY}(?P<words>[\s,;.(]*(?:og |and )?(?:(?:cpr|de|med|mine?|sidste?|last|4|fire|four|cifre|tal|digits|"
    rf"er|is|nr|"
    r"nummer|kontrol\w*)[\s.:,-]*){1,8})\d{4}(?!\d)",
    re.IGNORECASE,
)
#: Once the word is said, ten digits in any grouping are the number, and a day without its noughts is one too.
_WORD = r"(?<!\[)(?:cpr|personn(?:umme)?r|person (?:nummer|nr)|sygesikringsn\w*)\w*"
_NAMED = re.compile(rf"{_WORD}[^\d]{{0,25}}?(?P<digits>\d(?:[-./ \n]{{0,3}}\d){{9}})(?![-./ ]{{0,2}}\d)", re.IGNORECASE)
_LOOSE = r"\d{1,2}[ ./-]{1,2}\d{1,2}[ ./-]{1,2}(?P<year>(?:19|20)?\d\d)[ ./-]{1,3}\d{4}(?!\d)"
_BORN = r"(?:født|foedt|\bf\.|fødselsdag\w*|born|fødselsnr)"
_NAMED_LOOSE = re.compile(rf"(?:{_WORD}|{_BORN})[^\d\n]{{0,25}}?(?P<digits>{_LOOSE})", re.IGNORECASE)
_UNPADDED = re.compile(r"(?<![\d./-])\d{1,2}[./-]\d{1,2}[./-](?P<year>(?:19|20)?\d\d) ?[-–] ?\d{4}(?!\d)")
_MONEY_AFTER = re.compile(r"\s*(?:kr\b|kr\.|kroner|dkk|,-|\.-|,\d\d\b|k\b)", re.IGNORECASE)
_DATE_BEFORE = re.compile(r"(?:\bd\.?|\bden|\bdato|\bsiden|\bpr\.?|\binden|\bsenest|\bfra|\btil)\s*$", re.IGNORECASE)
_BORN_BEFORE = re.compile(rf"{_BORN}[^\d\n]{{0,12}}$", re.IGNORECASE)
_ABROAD_BEFORE = re.compile(r"(?:\+|\b00)\d[\d ]*$")
#: Before digits that may be a phone number, or an hour with one behind it.
_PHONE_BEFORE = re.compile(
    r"(?:ring\w*|tlf\.?|telefon\w*|mobil\w*|nr\.?|nummer\w*|på|paa|sms|kald|til|efter|kl\.?|før|inden|mig|phone|"
    r"call)[ :.]*$",
    re.IGNORECASE,
)
#: Years in which something is paid; nobody born in them has a rent to pay.
_PAYING_YEARS = range(20, 40)
#: And years in which something was paid, where the day is called a date.
_PAID_YEARS = range(10, 20)
#: What nearly every SMS is written in: all of it is seen, and its digits are 0-9.
_USUAL = re.compile(r"[\x00-\x7FæøåÆØÅ]*")
_FOUR_SAID = re.compile(r"cpr|4|fire|four|cifre|tal|digits", re.IGNORECASE)


def mask_cpr(text: str) -> tuple[str, bool]:
    """The text without CPR numbers, and whether there was one."""
    digits, places = _plain(text)
    spans: list[tuple[int, int]] = []
    for span in _found(digits):
        if not _touches(span, spans):
            spans.append(span)
    for start, end in sorted(spans, reverse=True):
        text = text[: places[start]] + MASK + text[places[end] :]
    return text, bool(spans)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text with the digits of every script as 0-9 and without what is not seen, and where each character stood."""
    if _USUAL.fullmatch(text):
        return text, list(range(len(text) + 1))
    seen = [(i, c) for i, c in enumerate(text) if unicodedata.category(c) not in {"Cf", "Mn", "Me"}]
    plain = "".join(_digit(c) for _, c in seen)
    return plain, [i for i, _ in seen] + [len(text)]


def _digit(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


def _found(digits: str) -> Iterator[tuple[int, int]]:
    """Where the numbers stand, the surest first."""
    rules: tuple[tuple[re.Pattern[str], str | int, Callable[[re.Match[str]], bool]], ...] = (
        (_NAMED, "digits", lambda m: True),
        (_NAMED_LOOSE, "digits", lambda m: not _MONEY_AFTER.match(m.string[m.end() :])),
        (_NUMBER, 0, _is_cpr),
        (_SPOKEN, 0, lambda m: not _pays(m["year"]) or bool(_FOUR_SAID.search(m["words"]))),
        (_UNPADDED, 0, lambda m: not _pays(m["year"]) and not _MONEY_AFTER.match(m.string[m.end() :])),
        (_GROUPED, 0, _is_grouped_cpr),
    )
    for pattern, group, is_one in rules:
        yield from (m.span(group) for m in pattern.finditer(digits) if is_one(m))


def _touches(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _is_cpr(match: re.Match[str]) -> bool:
    """Whether the ten digits are a person, and no date with an amount behind it and no number abroad."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _ABROAD_BEFORE.search(before) or ("," in match["a"] and not match["b"]):  # "..27, 11114027": two phone numbers
        return False
    apart = match["last"] not in {"", "-", "–", "—", "‑", "‐", "--"}  # the last four: might be an amount
    inside = bool(match["a"] or match["b"])
    if not apart:
        return not inside or not (_reads_as_date(match, before) and _MONEY_AFTER.match(after))
    if _MONEY_AFTER.match(after):
        return False
    if "\n" in match["last"] and _SIGN_IN.search(match["last"]) is None:
        return not _pays(match["year"])
    return not inside or not _reads_as_date(match, before)


def _reads_as_date(match: re.Match[str], before: str) -> bool:
    """01.12.26 4500: a day one can pay on. 01.02.03 1234: a birthday, unless it is called a date."""
    if int(match[0][0]) > 3 or _BORN_BEFORE.search(before):  # no calendar has a day over 31
        return False
    year = int(match["year"][-2:])
    paid = year in _PAID_YEARS and not match["year"].startswith("19")
    return _pays(match["year"]) or (paid and _DATE_BEFORE.search(before) is not None)


def _pays(year: str) -> bool:
    return int(year[-2:]) in _PAYING_YEARS and not year.startswith("19")


def _is_grouped_cpr(match: re.Match[str]) -> bool:
    """Ten digits in groups that begin with a birthday; a phone number begins with no nought."""
    if _NUMBER.fullmatch(match[0]):  # has been judged
        return False
    before, ten = match.string[: match.start()], re.sub(r"\D", "", match[0])
    if not re.match(rf"{_DAY}{_MONTH}", ten) or _MONEY_AFTER.match(match.string[match.end() :]):
        return False
    if _ABROAD_BEFORE.search(before) or (_pays(ten[4:6]) and re.search(r"\D\d{4}$|\.\d\d$", match[0])):
        return False
    return ten[0] == "0" or not _PHONE_BEFORE.search(before)

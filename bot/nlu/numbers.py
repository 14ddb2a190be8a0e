"""Danish numbers written as words, turned into digits: "fem tusind" 5000, "halvanden tusind" 1500, "2,5k" 2500. Pure.

Reads folded text. "en" and "et" stay words unless a scale follows; "tusind tak" is no number. English number words
are turned too; in an English text "to" is no two.
"""

from __future__ import annotations

import re
from decimal import Decimal

from text_to_num import text2num

_UNITS = "en|et|to|tre|fire|fem|seks|syv|otte|ni"
_TEENS = "ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten|atten|nitten"
_TENS = "tyve|tredive|fyrre|halvtreds|tres|halvfjerds|firs|halvfems"
_SMALL = f"(?:(?:{_UNITS})og)?(?:{_TENS})|{_TEENS}|{_UNITS}"
_TOKEN = rf"(?:(?:{_SMALL})?tusinde?)?(?:(?:{_SMALL})?hundrede?)?(?:og)?(?:{_SMALL})?"
_RUN = re.compile(rf"(?<![\w'])(?!og\b)(?=[a-z])(?:{_TOKEN})(?:(?: og)? (?=[a-z])(?:{_TOKEN})(?!\w))*(?![\w'])")
#: What a number of words begins with; the search for whole ones is dear. "en" and "et" alone are none.
_SOME_NUMBER = re.compile(
    rf"(?<!\w)(?:{_TEENS}|{_TENS}|to|tre|fire|fem|seks|syv|otte|ni|tus|hun|e[nt](?:hund|tus|og|"
    rf" hund| tus))"
)
#: "toogtyve hundrede": two figures of hundreds.
_HUNDREDS = re.compile(rf"({_SMALL}) ?hundrede?(?: (?:og )?(.+))?")
_SCALES = {"hundrede": 100, "hundred": 100}
_THOUSAND = r"(?:tusinde?r?|tus|tudser?|tusser?|tusindlapper|lap(?:per)?|t\.? ?kr|k)"
_SCALED = re.compile(
    rf"(?<![\w.,])(?P<n>\d{{1,3}}(?:[.,]\d{{1,2}})?) ?(?P<scale>{_THOUSAND}|hundrede?)(?![\w])(?! ?tak\b)"
    r"(?: (?:og )?(?P<rest>[1-9]\d\d|[1-9]\d(?= ?kr))(?![\d.,]))?"
)
#: "fra 19 til 14 tusind": the thousands are said once.
_BOTH_SCALED = re.compile(
    r"(?<![\w.,:])(\d{1,3}(?:,\d)?)( (?:til|eller) )(\d{1,3}(?:,\d)?) ?(tusinde?r?|tus|"
    r"hundrede?|k)(?!\w)"
)
_AND_A_HALF = re.compile(rf"(?<!\w)(\w+) (?:og )?e[nt] halvt? ?(?:{_THOUSAND})(?!\w)")
_ONE_AND_A_HALF = re.compile(rf"(?<!\w)halvande[nt] ?(hundrede?|{_THOUSAND})(?!\w)")
_HALF_THOUSAND = re.compile(r"(?<!\w)(?:et )?halvt? tusinde?(?!\w)")
_NOTES = (
    (re.compile(r"(?<!\w)(?:en |et )(?:tusindlap|tudse|tusse|lap)(?!\w)"), "1000"),
    (re.compile(r"(?<![\w\d] )(?<!\w)(?:tusindlap|tudse|tusse)(?!\w)"), "1000"),
    (re.compile(r"(?<!\w)(?:en )?(?:femhundredelap|femhund|plov)(?!\w)"), "500"),
    (re.compile(r"(?<!\w)(?:en )?(?:hundredelap|hundredkroneseddel)(?!\w)"), "100"),
    (re.compile(r"(?<!\w)(?:en )?(?:halvtredser)(?!\w)"), "50"),
)
_VAGUE = re.compile(r"(?<!\w)(?:(?:et )?par|nogle|flere|mange|hundrede?|tusinde?) (?:hundrede?r?|tusinde?r?)(?!\w)")
_COURTESY = re.compile(r"(?<!\w)tusinde?r? (?:tak|gange)(?!\w)")
_SPELLINGS = (
    (re.compile(r"hun(?:drede|dred|dret|drade|derede|dered|drde|drd|derd|rede|drere)(?=r?(?!\w)|og|halv|\w{0,6}ti)"),
     "hundrede"),
    (re.compile(r"(?<!\w)(\w{0,7}?)(?:tusen|tussind|tusin|tuisnd|tusind[ea]|tusinne)(?!\w)"), r"\1tusind"),
    (re.compile(r"(halvtres|halvtred|tres|halvfjerds|firs|halvfems|fyrre)(?:inds?)?tyve(?!\w)"), r"\1"),
    (re.compile(r"halvtre(?:s|d|dss|ts)(?!\w)"), "halvtreds"),
    (re.compile(r"(?<!\w)treds(?!\w)"), "tres"),
    (re.compile(r"halvfjer(?:s|d|ts)(?!\w)"), "halvfjerds"),
    (re.compile(r"tred(?:ve|eve|ivve)(?!\w)"), "tredive"),
    (re.compile(r"(?<!\w)femti(?!\w)"), "halvtreds"), (re.compile(r"(?<!\w)seksti(?!\w)"), "tres"),
    (re.compile(r"(?<!\w)sytti(?!\w)"), "halvfjerds"), (re.compile(r"(?<!\w)(?:aatti|otti)(?!\w)"), "firs"),
    (re.compile(r"(?<!\w)nitti(?!\w)"), "halvfems"), (re.compile(r"(?<!\w)(?:tjue|tjugo)(?!\w)"), "tyve"),
    (re.compile(r"(?<!\w)trettio?(?!\w)"), "tredive"),
)  # fmt: skip
_ENGLISH_NUMBER = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|thousand"
)
_ENGLISH_RUN = re.compile(
    rf"(?<!\w)(?:(?:one|a) (?:hundred|thousand)|{_ENGLISH_NUMBER})(?!\w)"
    rf"(?:[ -](?:and )?(?:{_ENGLISH_NUMBER}|hundred|one)(?!\w))*"
)
_ENGLISH = re.compile(r"(?<!\w)(?:i|the|you|pay|my|please|want|need|have|can|with|rent|money|from|will|call|me)(?!\w)")
_DANISH = re.compile(r"(?<!\w)(?:jeg|kan|ikke|og|er|det|til|paa|om|for|har|mig|hej|betaler|betale|ring|mor)(?!\w)")
_TO = re.compile(r"(?<!\w)to(?!\w)")


def digits_for_words(folded: str) -> str:
    """The folded text with every number as digits."""
    text = _english(folded)
    for pattern, right in _SPELLINGS:
        text = pattern.sub(right, text)
    text = _COURTESY.sub("tak", _VAGUE.sub("nogle", text))
    for pattern, digits in _NOTES:
        text = pattern.sub(digits, text)
    text = _AND_A_HALF.sub(_and_a_half, text)
    text = _ONE_AND_A_HALF.sub(lambda m: "150" if m[1].startswith("hund") else "1500", text)
    text = _HALF_THOUSAND.sub("500", text)
    text = _SCALED.sub(_scaled, _BOTH_SCALED.sub(r"\1 \4\2\3 \4", text))
    return _SCALED.sub(_scaled, _RUN.sub(_run, text)) if _SOME_NUMBER.search(text) else text


def _english(text: str) -> str:
    """English numbers as digits; where more is English than Danish, "to" is no two, but "til"."""
    text = _ENGLISH_RUN.sub(lambda m: _value(re.sub(r"^a ", "one ", m[0]), "en") or m[0], text)
    english = len(set(_ENGLISH.findall(text))) > len(set(_DANISH.findall(text)))
    return _TO.sub("til", text) if english else text


def _and_a_half(match: re.Match[str]) -> str:
    whole = match[1] if match[1].isdecimal() else _value(match[1])
    return match[0] if whole is None or len(whole) > 3 else str(int(whole) * 1000 + 500)


def _scaled(match: re.Match[str]) -> str:
    number = Decimal(match["n"].replace(",", "."))
    if match["scale"] == "k" and number >= 100:  # nobody means a hundred thousand: kroner
        return f"{match['n']} kr" + match[0][match.end("scale") - match.start() :]
    scale = _SCALES.get(match["scale"], 1000)
    rest = int(match["rest"] or 0)
    together = rest < scale and (match["scale"].startswith(("tus", "hun")))
    return str(int(number * scale) + rest) if together else f"{int(number * scale)} {rest or ''}".strip()


def _run(match: re.Match[str]) -> str:
    whole = _value(match[0])
    return whole if whole is not None else " ".join(_value(word) or word for word in match[0].split(" "))


def _value(words: str, language: str = "da") -> str | None:
    """The number that the words say, as digits; None when they say none by themselves."""
    if not words or words in {"en", "et", "og"}:
        return None
    hundreds = _HUNDREDS.fullmatch(words)
    try:
        if hundreds and text2num(hundreds[1], "da") > 9:
            return str(text2num(hundreds[1], "da") * 100 + (text2num(hundreds[2], "da") if hundreds[2] else 0))
        return str(text2num(words, language))
    except ValueError:
        return None

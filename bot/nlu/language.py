"""Which language a text is in, out of a closed set and with a prior on Danish; None when it says too little to tell.

Norwegian and Swedish are read as Danish. Romanised Arabic and Somali are told by their own words.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from bot.nlu.folding import fold

_LANGUAGES = {
    Language.DANISH: "da", Language.BOKMAL: "da", Language.SWEDISH: "da", Language.ENGLISH: "en",
    Language.ARABIC: "ar", Language.TURKISH: "tr", Language.POLISH: "pl", Language.UKRAINIAN: "uk",
    Language.SOMALI: "so", Language.PERSIAN: "fa", Language.ROMANIAN: "ro",
}  # fmt: skip
_FILE = Path(__file__).with_name("language_words.toml")
_LISTS = tomllib.loads(_FILE.read_text(encoding="utf-8"))
_WORDS = {name: frozenset(fold(words).split()) for name, words in _LISTS.items()}
_SAYS_NOTHING = _WORDS.pop("says_nothing")
_ARABIC_WORDS = _WORDS.pop("ar_script")
#: In how many languages each word is one: a word of several says less of each.
_HOMES = Counter(word for words in _WORDS.values() for word in words)
_WORD = re.compile(r"[^\W\d_]+(?:['\d][^\W\d_]*)*|\d+[a-z]\w*")
_WRITTEN = re.compile(r"[^\W\d_]+")
_ARABIC_SCRIPT = re.compile("[\u0600-\u06ff]+")
_NUMERAL_LETTERS = re.compile(r"[a-z][2357][a-z]|[a-z][37]\b|\b[37][a-z]{2,}")
#: Letters by which a language is known, and which no Dane writes.
_LETTERS = {"pl": frozenset("ąćęłńśźż"), "tr": frozenset("ğışç"), "ro": frozenset("ășțâî")}
_PERSIAN = re.compile("[پچژگکی]")
_ARABIC = re.compile(r"[ةىيك]|(?<!\w)[وبل]?ال\w{2}")
_ARABIC_TYPED = str.maketrans("يىك", "ییک")
_SURE = 0.55
_SURE_SHORT = 0.80
_SURE_ALONE = 0.9
_DANISH_PRIOR = 2.5
_LONG_WORD = 5
_PLAIN = 2  #: signs that make a language plain
_ENOUGH = 300  #: characters by which a language is told
_MASKED = re.compile(r"\[[^\]\n]{0,20}\]|https?://\S+")


@cache
def _detector() -> LanguageDetector:
    """The small models: 25 MB; the large ones would be ten times that and gain little on an SMS."""
    return LanguageDetectorBuilder.from_languages(*_LANGUAGES).with_low_accuracy_mode().build()


def detect(text: str, previous: str | None = None) -> str | None:
    """The ISO 639-1 code, or None: then the conversation keeps the language it has.

    Whoever wrote Danish before (``previous``) and misspells it now looks foreign to a detector, so another
    language then needs its own words or letters, or a detector that is very sure where nothing is Danish.
    """
    text = _MASKED.sub(" ", text)[:_ENOUGH]
    folded = fold(text)
    script = _by_script(folded)
    if script:
        return script
    words = _WORD.findall(folded.replace("'", ""))
    telling = [word for word in words if word not in _SAYS_NOTHING]
    if not telling or sum(map(len, telling)) < 3:
        return None
    if _is_name(text, telling):
        return None
    code = _by_words(folded, words)
    if code:
        return code
    if len(set(telling)) == 1:
        return _by_one_word(text, telling, previous)
    if previous != "da":
        return _by_model(text, telling, _SURE)
    own, danish = _signs(_by_model(text, telling, _SURE), text, words)
    return _by_model(text, telling, _SURE if own >= _PLAIN and own > danish else _SURE_SHORT if not danish else 1)


def _is_name(text: str, telling: list[str]) -> bool:
    """Up to four words with a capital each, none of them known: "Mohammed Ali Yusuf"."""
    written = _WRITTEN.findall(text)
    return 1 < len(written) <= 4 and all(map(str.istitle, written)) and not any(_HOMES[word] for word in telling)


def _signs(code: str | None, text: str, words: list[str]) -> tuple[int, int]:
    """How many words and letters are this language's and not Danish, and how many are Danish and not its."""
    letters, known = set(text.casefold()), set(words)
    own = _WORDS.get(code or "", frozenset())
    foreign = len((known & own) - _WORDS["da"]) + _PLAIN * len(letters & _LETTERS.get(code or "", frozenset()))
    return foreign, len((known & _WORDS["da"]) - own) + len(letters & set("æøå"))


def _by_script(folded: str) -> str | None:
    if folded.isascii():  # nearly every SMS: no letter of another script
        return None
    letters = [c for c in folded if c.isalpha()]
    if sum("\u0400" <= c <= "\u04ff" for c in letters) > len(letters) / 2:
        return "uk"
    if sum("\u0600" <= c <= "\u06ff" for c in letters) > len(letters) / 2:
        return _arabic_or_persian(folded)
    return None


def _arabic_or_persian(folded: str) -> str:
    """By their letters, else by their words: Farsi is typed with Arabic letters too."""
    if _PERSIAN.search(folded):
        return "fa"
    words = _ARABIC_SCRIPT.findall(folded)
    persian = sum(word.translate(_ARABIC_TYPED) in _WORDS["fa"] for word in words)
    arabic = sum(word in _ARABIC_WORDS for word in words) + bool(_ARABIC.search(folded))
    if persian != arabic:
        return "fa" if persian > arabic else "ar"
    values = {_LANGUAGES[c.language]: c.value for c in _detector().compute_language_confidence_values(folded)}
    return "fa" if values.get("fa", 0) > 0.9 and len(words) > 1 else "ar"


def _by_words(folded: str, words: list[str]) -> str | None:
    """The language whose small words make up most of the text."""
    shares = {code: _share(words, signs) for code, signs in _WORDS.items()}
    shares["ar"] += 0.15 * len(set(_NUMERAL_LETTERS.findall(folded)))
    best = max(shares, key=lambda name: shares[name])
    others = max(share for name, share in shares.items() if name != best)
    enough = 0.3 if best in {"da", "en"} else 0.45
    return best if shares[best] >= enough and shares[best] - others >= 0.15 and len(words) > 1 else None


def _by_one_word(text: str, telling: list[str], previous: str | None) -> str | None:
    """A longer word of one language alone; any other may be a name."""
    word = telling[0]
    homes = [code for code, signs in _WORDS.items() if word in signs]
    if len(homes) == 1 and len(word) >= _LONG_WORD:
        return homes[0]
    if "da" in homes or set("æøå") & set(text.casefold()):
        return "da"
    code = _by_model(text, telling, _SURE_ALONE)
    return None if code == "da" or previous == "da" else code


def _share(words: list[str], signs: frozenset[str]) -> float:
    return sum(1 / _HOMES[word] for word in words if word in signs) / len(words)


def _by_model(text: str, telling: list[str], sure: float) -> str | None:
    scores: dict[str, float] = {}
    for confidence in _detector().compute_language_confidence_values(text):
        code = _LANGUAGES[confidence.language]
        scores[code] = scores.get(code, 0.0) + confidence.value * (_DANISH_PRIOR if code == "da" else 1)
    total = sum(scores.values())
    if not total:
        return None
    best = max(scores, key=lambda code: scores[code])
    share = scores[best] / total
    if best == "da":
        return "da" if share > 0.5 else None
    return best if share >= (sure if len(telling) > 2 else max(sure, _SURE_SHORT)) else None

"""What the voice, the law and the phone network ask of every text we send, ours and an organisation's own.

``lint`` says what is wrong with a wording of a text: what is refused must be mended, the rest is for the writer to
weigh. Crisis texts are fixed: they can be read, never reworded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.dialogs import texts
from bot.dialogs.contacts import numbers_in, sayable
from bot.dialogs.reading_ease import is_hard, lix
from bot.sms import is_gsm7, segments

#: Sections said before the resident is recognised, or to anybody: a lock screen must not tell of rent or debt.
BEFORE_RECOGNITION = frozenset(
    {"first_contact", "recognition", "queue", "crisis", "opt_out", "other", "handoff", "callback", "told", "identity"}
) | {"privacy", "situation"}
#: The same for single texts of other sections.
BEFORE_RECOGNITION_TOO = frozenset(
    {"menu.help", "menu.help_again", "menu.neutral", "menu.not_understood_neutral", "amount.neutral", "plan.reminder"}
)
#: Texts in which the word for a secret stands only to say that we never ask for it.
WARNS_OF_SECRETS = frozenset({"recognition.birthday", "identity.full", "identity.full_no_number"}) | {
    "other.cpr",
    "other.cpr_short",
}
#: Words in capitals that a resident answers with, or knows only so.
ANSWERS = frozenset(["STOP", "START", "RING", "NEJ", "RÅDGIVER", "CPR", "YES", "CALL", "ADVISER", "JA", "NO"]) | {
    "SPRING",
    "OVER",
    "SKIP",
}
SEGMENTS = 2

DEBT = re.compile(
    r"\b(husleje\w*|leje[nr]?\b|restance|skyld\w*|gæld|mangler at betale|betal\w*|kr\.|frist\w*|sag(en)?\b|foged\w*"
    r"|påkrav|udsæt\w*|smidt|rent\b|debt|owe\w*|pay\w*|deadline|evict\w*)",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?:|www\.|[\w-]+\.(dk|com|org|net|eu|info|nu)\b", re.IGNORECASE)
_ORNAMENT = re.compile(r"[!–—“”„’‘«»…€~^|\\[\]]")
_SECRET = re.compile(
    r"\b(CPR|MitID|NemID|konto\w*|account\w*|kortnummer|adgangskode|password|foto|photo)\b", re.IGNORECASE
)
_NEVER = re.compile(r"\b(ikke|aldrig|not|never)\b", re.IGNORECASE)
_THREAT = re.compile(
    r"\b(ellers (?:går|bliver|mister|sender|må|ender|kommer|ryger|får)"
    r"|inkasso\w*|konsekvens\w*|advar\w*|tvinge\w*|tvang\w*|retssag\w*|straf\w*|RKI"
    r"|sidste chance|smidt ud|sat ud|du skal huske|or else|otherwise|consequence\w*|warning|legal action"
    r"|last chance|thrown out|you must pay)\b",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(garanter\w*|det skal nok gå|helt sikkert|bliver du boende|kan du blive boende"
    r"|du har ret til (?:en |et )?(?:enkeltydelse|boligstøtte|hjælp|penge|tillæg|huslejehjælp)"
    r"|guarantee\w*|you are entitled|you will keep your home)\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"(?<![\d.,/])[1-9](?= (?!og\b|eller\b)\w)|(?<=[Ss]var )[1-9]|(?<=Reply )[1-9]")
_CAPITALS = re.compile(r"\b[A-ZÆØÅ]{2,}\b")
#: Places that a wording may leave empty; all others hold what the resident has to be told.
_MAY_BE_LEFT_OUT = frozenset({"name", "adviser", "organisation"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; ``about`` is the word or number it is about. Refused, or only said."""

    name: str
    about: str = ""
    is_refused: bool = True


def is_said_before_recognition(key: str) -> bool:
    """True for a text that somebody may read who has not been recognised."""
    return key.split(".")[0] in BEFORE_RECOGNITION or key in BEFORE_RECOGNITION_TOO


def lint(key: str, language: str, body: str) -> list[Finding]:
    """All that is wrong with this wording of a text, what must be mended first."""
    if not body.strip():
        return [Finding("empty")]
    places = texts.places(body)
    if places is None or not places <= texts.needs(key):
        unknown = sorted((places or frozenset()) - texts.needs(key))
        return [Finding("unknown_place", ", ".join(f"{{{name}}}" for name in unknown))]
    found = [*_left_out(key, language, body, places), *_size(key, language, body), *_looks(body), *_said(key, body)]
    if language == texts.FALLBACK and is_hard(body):
        found.append(Finding("hard", str(lix(body)), is_refused=False))
    return sorted(found, key=lambda finding: not finding.is_refused)


def objections(key: str, language: str, body: str) -> list[Finding]:
    """What an organisation is told about its own wording of a text."""
    if texts.is_fixed(key):
        return [Finding("fixed")]
    found = lint(key, language, body)
    shipped = _shipped(key, language)
    new = set(numbers_in(body)) - set(numbers_in(shipped)) - sayable()
    found += [Finding("new_number", number, is_refused=False) for number in sorted(new)]
    refused = any(finding.is_refused for finding in found)
    if not refused and len(longest(key, language, body)) > len(longest(key, language, shipped)):
        found.append(Finding("longer", is_refused=False))
    return found


def lint_words(body: str) -> list[Finding]:
    """What is wrong with words that an adviser writes for an SMS: looks and sense alone, for no text of ours."""
    return [*_looks(body), *_said("", body)]


def longest(key: str, language: str, body: str) -> str:
    """A wording as the longest SMS that it can become by itself."""
    return texts.written([texts.longest(key)], language, {(language, key): body})


def _left_out(key: str, language: str, body: str, places: frozenset[str]) -> list[Finding]:
    """What our text holds and every wording of it must: places, numbered choices, STOP, numbers to call."""
    shipped = _shipped(key, language)
    optional = _MAY_BE_LEFT_OUT - ({"adviser", "organisation"} if key.startswith("first_contact.") else set())
    found = [Finding("missing_place", f"{{{name}}}") for name in sorted(texts.needs(key) - places - optional)]
    choices = _choices(shipped)
    if choices - _choices(body):
        found.append(Finding("missing_choices", ", ".join(sorted(choices))))
    lost = set(numbers_in(shipped)) - set(numbers_in(body))
    found += [Finding("missing_number", number) for number in sorted(lost)]
    words = [word for word in _CAPITALS.findall(shipped) if word in ANSWERS and word not in _CAPITALS.findall(body)]
    return found + [Finding("missing_answer", word, is_refused=_must_stand(key, word)) for word in dict.fromkeys(words)]


def _choices(body: str) -> set[str]:
    """The numbers that a text offers as answers; a lone number is none."""
    found = set(_CHOICE.findall(body))
    return found if {"1", "2"} <= found else set()


def _must_stand(key: str, word: str) -> bool:
    return (key.startswith("first_contact.") and word in ("STOP", "JA", "YES")) or key.startswith("opt_out.")


def _size(key: str, language: str, body: str) -> list[Finding]:
    sms = longest(key, language, body)
    signs = "".join(dict.fromkeys(sign for sign in body if not is_gsm7(sign)))
    found = [Finding("not_gsm7", signs)] if signs and is_gsm7(_shipped(key, language)) else []
    return [*found, Finding("too_long", str(len(sms)))] if segments(sms) > SEGMENTS else found


def _shipped(key: str, language: str) -> str:
    return texts.catalogue(language).get(key, texts.catalogue(texts.FALLBACK)[key])


def _looks(body: str) -> list[Finding]:
    found = [Finding("link", match[0])] if (match := _LINK.search(body)) else []
    found += [Finding("ornament", sign) for sign in dict.fromkeys(_ORNAMENT.findall(body))]
    shouted = [word for word in _CAPITALS.findall(body) if len(word) > 2 and word not in ANSWERS]
    return found + [Finding("shouting", word) for word in dict.fromkeys(shouted)]


def _said(key: str, body: str) -> list[Finding]:
    found = []
    if (secret := _SECRET.search(body)) and not (key in WARNS_OF_SECRETS and _NEVER.search(body)):
        found.append(Finding("secret", secret[0]))
    if is_said_before_recognition(key) and (debt := DEBT.search(body)):
        found.append(Finding("debt", debt[0]))
    if threat := _THREAT.search(body):
        found.append(Finding("threat", threat[0]))
    if promise := _PROMISE.search(body):
        found.append(Finding("promise", promise[0]))
    return found

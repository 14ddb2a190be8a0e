"""What is lived on, read from one answer: "11.000 udbetalt", "ca. 12 tusind", "dagpenge", and the rent.

Sums are whole kroner a month. None when the message does not say it; of two sums nobody knows which is meant.
"""

from __future__ import annotations

import re

from bot.dialogs.state import Heard
from bot.nlu.folding import fold
from bot.nlu.numbers import digits_for_words

#: A sum a month outside these is a slip, or something else.
INCOME = range(300, 200_000)
RENT = range(500, 60_000)
_NOTHING = re.compile(
    r"^\W*(?:jeg (?:har|faar) |i (?:have|get) )?(?:slet |lige nu |helt )*"
    r"(?:ingenting|ingen(?: (?:indtaegt|indkomst|loen|penge))?|"
    r"intet|nul|0|nothing|none|zero|no (?:income|money))"
    r"(?: (?:kr\w*|lige nu|i oejeblikket|for tiden|right now|at all))?\W*$"
)
AFTER_TAX = re.compile(
    r"(?P<before>\d[\d. ]*)(?:,\d\d)?(?:,-| ?kr\w*\.?)? (?:efter skat|udbetalt|netto|i haanden|after tax|net)(?!\w)"
    r"|(?:efter skat|udbetalt|netto|i haanden|after tax|net)(?: er| is)?(?: det)?(?: ca\.?| cirka| omkring| about)?"
    r" (?P<after>\d[\d. ]*)"
)
_BARE = re.compile(
    r"(?<![\w.,/-])(?P<number>\d{1,3}(?:[., ]\d{3})+|\d{3,6})(?:,\d\d)?(?![\w/%])(?! ?(?:boern|dage|uger|mdr|maaneder))"
)


def income_kroner(heard: Heard) -> int | None:
    """What comes in a month: "11.000 udbetalt", "ca 12 tusind", "ingenting" is 0. Of several sums, what is paid out."""
    text = digits_for_words(fold(heard.text))
    if _NOTHING.match(text):
        return 0
    paid_out = AFTER_TAX.search(text)
    if paid_out:
        return _within(int(re.sub(r"\D", "", paid_out["before"] or paid_out["after"])), INCOME)
    return _one_sum(heard, text, INCOME)


def rent_kroner(heard: Heard) -> int | None:
    """The rent a month."""
    return _one_sum(heard, digits_for_words(fold(heard.text)), RENT)


def _one_sum(heard: Heard, text: str, likely: range) -> int | None:
    """The one sum that was said; of two nobody knows which is meant."""
    said = {int(value) for value in heard.all("amount")}
    bare = {int(re.sub(r"\D", "", found["number"])) for found in _BARE.finditer(text)} if not said else set()
    sums = [kroner for kroner in said | bare if kroner in likely]
    return sums[0] if len(sums) == 1 and not heard.all("phone_number") else None


def _within(kroner: int, likely: range) -> int | None:
    return kroner if kroner in likely else None


#: What is lived on, in the words kept as a fact; the older names of kontanthjælp are the resident's, never ours.
_KINDS: tuple[tuple[str, str], ...] = (
    ("førtidspension", r"foertids?\w*|fortidspension\w*|invalidepension|disability pension\w*"),
    ("folkepension", r"folkepension\w*|alderspension\w*|state pension\w*|old[- ]age pension\w*"),
    ("efterløn", r"efterloen\w*|early retirement pay"),
    ("sygedagpenge", r"syge? ?dagpenge\w*|sygepenge\w*|sickness benefits?|sick pay"),
    ("dagpenge", r"(?:arbejdsloesheds)?dagpenge\w*|a[- ]?kasse\w*|unemployment benefits?"),
    (
        "kontanthjælp",
        r"kontanthj\w*|kontant hjaelp\w*|integrationsydelse\w*|integrations ?ydelse\w*|shydelse\w*|sho|"
        r"overgangsydelse\w*|selvforsoergelses\w*|uddannelseshj\w*|bistand\w*|socialhj\w*|starthjaelp\w*|"
        r"cash benefits?|social (?:assistance|benefits?)|welfare",
    ),
    ("SU", r"su|s\.u\.?|su-\w+|statens uddannelsesstoette|student grants?"),
    (
        "andet",
        r"noget andet|andet|other|selvstaendig\w*|self[- ]employed|barselsdagpenge|barsel\w*|seniorpension\w*|"
        r"ledighedsydelse\w*|revalidering\w*|ressourceforloeb\w*|tidlig pension|arnepension\w*",
    ),
    (
        "løn",
        r"loen\w*|arbejde|arbejder|job|fuldtid\w*|deltid\w*|ansat|vikar\w*|fleksjob|salary|wages?|paycheck|work|working|"
        r"full[- ]time|part[- ]time",
    ),
)
_KIND_PATTERNS = tuple((kind, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")) for kind, words in _KINDS)
_PENSIONS = ("førtidspension", "folkepension")
_LOST = re.compile(
    r"(?<!\w)(?:ikk?e?|ingen|intet|uden|mistet|mistede|not|no|without|lost|stopped)(?: \w+){0,2} $"
    r"|(?<!\w)fyret fra (?:\w+ )?$"
)
_STOPPED = re.compile(r"^\W*(?:\w+ ){0,2}(?:stoppet|stoppede|slut|ophoert|mistet|stopped|ended|gone)(?!\w)")
_NO_INCOME = re.compile(
    r"^\W*(?:slet |helt )?(?:ingen|ingenting|intet|ikke noget|nul|0|nothing|none)(?: (?:lige nu|penge))*\W*$"
    r"|(?<!\w)(?:ingen (?:indtaegt\w*|indkomst\w*|loen|ydelse\w*)|no (?:income|money(?: coming in)?))(?!\w)"
)


def income_kind(heard: Heard) -> str | None:
    """What is lived on; of several a pension, else the first that was said. What has stopped is none of them."""
    text = fold(heard.text)
    found = sorted(_kinds(text))
    kinds = [kind for _, kind in found]
    if not kinds:
        return "ingen" if _NO_INCOME.search(text) else None
    return next((kind for kind in kinds if kind in _PENSIONS), kinds[0])


def _kinds(text: str) -> list[tuple[int, str]]:
    """Each kind named, with its place. "Sygedagpenge" and "barselsdagpenge" are no dagpenge: whole words are read."""
    return [
        (match.start(), kind)
        for kind, pattern in _KIND_PATTERNS
        for match in pattern.finditer(text)
        if not _LOST.search(text[: match.start()]) and not _STOPPED.match(text[match.end() :])
    ]

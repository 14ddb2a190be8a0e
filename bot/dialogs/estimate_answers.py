"""Reading the answers to the questions of the boligstøtte estimate, each with "ved ikke" and with enough of questions.

A sum that is offered or was paid is no rent and no income. What only a human can calculate is heard in any answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.dialogs.effects import Effect, RecordFact
from bot.dialogs.flow import Scene, Way
from bot.dialogs.household import household, reads_household, reads_income_kind
from bot.dialogs.income import income_kind, income_kroner, rent_kroner
from bot.dialogs.readers import choice, yes_or_no
from bot.dialogs.skipping import is_tired, skips
from bot.dialogs.state import Heard, Slot
from bot.nlu.folding import fold
from bot.nlu.numbers import digits_for_words

Reader = Callable[[Scene], Way | None]

#: Square metres that a home may have.
AREA = range(12, 400)
#: Facts of this estimate: why a human must look at it; kroner a month before tax, all adults together.
WHY, BEFORE_TAX = "boligstoette_why", "income_before_tax"

LOFT = "gift eller samlevende med kontanthjælp: boligstøtteloftet"
_KONTANTHJAELP = re.compile(r"(?<!\w)(?:kontant ?hj\w*|cash benefits?)(?!\w)")
_AREA = re.compile(r"(?<![\d.,])(\d{2,3})(?:[.,]\d)? ?(?:m2|m 2|kvm|kvadrat\w*|m\b|sqm|sq\b|square\w*)")
_BARE_NUMBER = re.compile(r"\D{0,24}(?<![\d.,])(\d{1,3})(?:[.,]\d)?\D{0,12}")
_AFTER_TAX = re.compile(r"(?<!\w)(?:efter skat|udbetalt|netto|i haanden|after tax|net)(?!\w)")
_OFFERS_TO_PAY = re.compile(
    r"(?<!\w)(?:kan|kunne|vil|har|skal|i kan|could|can|will|have)(?: \w+){0,3} (?:betal\w*|afdrag\w*|pay|paid)(?!\w)"
    r"|(?<!\w)(?:afdrag\w*|instal?ments?|rater)(?!\w)"
)
_WARM_APART = re.compile(
    r"(?<!\w)(?:for sig|selv|ekstra|ved siden af|(?:ikke|not) in[kc]lude\w*|separat\w*|separately|"
    r"myself|aconto|a conto)(?!\w)"
)
_WARM_INSIDE = re.compile(
    r"(?<!ikke )(?<!not )(?<!\w)(?:inklude\w*|inklusive|inkl|med i (?:huslejen|lejen)|er med|included)(?!\w)"
)
#: What a human has to look at, wherever it is said.
_FOR_A_HUMAN: tuple[tuple[str, str], ...] = (
    (
        "børnene bor også et andet sted",
        r"dele ?ordning|dele(?:barn|boern)|7/7|delt foraeldremyndighed|shared custody|hver (?:anden|2\.?) uge|"
        r"every other week",
    ),
    ("boligen er anvist", r"anvist|plejebolig\w*|aeldrebolig\w*|visiteret"),
    ("seniorpension", r"seniorpension\w*|tidlig pension"),
)


def asked(reads: Reader, *, no_ends: bool = True) -> Reader:
    """A reader that also hears when a human must look at it, and when somebody wants no more of this."""

    def read(scene: Scene) -> Way | None:
        why = for_a_human(scene)
        if why:
            told = reads(scene)
            return Way("human", effects=(*(told.effects if told else ()), RecordFact(WHY, why)))
        if is_tired(scene.heard):
            return Way("enough")
        way = reads(scene)
        if way is None and no_ends and yes_or_no(scene.heard) == "no":
            return Way("enough")
        return way

    return read


def for_a_human(scene: Scene) -> str:
    """Why the words of this message need a human; empty when they do not."""
    text = fold(scene.heard.text)
    return next((why for why, words in _FOR_A_HUMAN if re.search(rf"(?<!\w)(?:{words})", text)), "")


def who(scene: Scene) -> Way | None:
    """Who lives there; what was told of the children before stands, unless this says otherwise."""
    way, told = reads_household(scene), household(scene.heard)
    if way is None or told is None or told.children is not None or "children" not in scene.case.known:
        return way
    return replace(way, effects=tuple(e for e in way.effects if not _is_fact(e, "children")))


def adults(scene: Scene) -> Way | None:
    """How many adults: a number alone, or words."""
    number = _number(scene)
    return Way("told", effects=(RecordFact("adults", number),)) if number and number < 10 else who(scene)


def children(scene: Scene) -> Way | None:
    """How many children; a no is none."""
    number = _number(scene)
    told = household(scene.heard)
    if told and told.children is not None:
        number = told.children
    elif number is None and yes_or_no(scene.heard) == "no":
        number = 0
    if number is None or number > 15:
        return Way("skip") if skips(scene.heard) else None
    return Way("told", effects=(RecordFact("children", number),))


def kind(scene: Scene) -> Way | None:
    """What is lived on; who does not know is taken to have no pension. One of several on kontanthjælp is enough."""
    several = int(scene.case.known.get("adults", 1)) > 1
    if several and _KONTANTHJAELP.search(fold(scene.heard.text)):
        return Way("human", effects=(RecordFact("income_kind", "kontanthjælp"), RecordFact(WHY, LOFT)))
    return _assuming(reads_income_kind(scene), "bs_kind")


def income(scene: Scene) -> Way | None:
    """The income before tax; a sum after tax is not one to calculate with."""
    if is_of_paying(scene.heard):
        return None
    kroner = income_kroner(scene.heard)
    if kroner and is_after_tax(scene.heard):
        return Way("after_tax", effects=_told_first(scene, kroner))
    if kroner is None:
        return Way("skip") if skips(scene.heard) else None
    named = income_kind(scene.heard)
    kinds = (RecordFact("income_kind", named),) if named and "income_kind" not in scene.case.known else ()
    return Way("told", effects=(RecordFact(BEFORE_TAX, kroner), *_told_first(scene, kroner), *kinds))


def _told_first(scene: Scene, kroner: int) -> tuple[RecordFact, ...]:
    """The income as it was first told stands: elsewhere it is what is paid out to the resident alone."""
    return () if "income" in scene.case.known else (RecordFact("income", kroner),)


def rent(scene: Scene) -> Way | None:
    """The rent."""
    kroner = None if is_of_paying(scene.heard) else rent_kroner(scene.heard)
    if kroner is None:
        return Way("skip") if skips(scene.heard) else None
    return Way("told", effects=(RecordFact("rent", kroner),))


def area_m2(text: str) -> int | None:
    """Square metres, named as such; the text is folded."""
    found = _AREA.search(text)
    return int(found[1]) if found and int(found[1]) in AREA else None


def is_after_tax(heard: Heard) -> bool:
    """A sum after tax is not one to calculate with."""
    return bool(_AFTER_TAX.search(fold(heard.text)))


def area(scene: Scene) -> Way | None:
    """Square metres."""
    text = digits_for_words(fold(scene.heard.text))
    bare = _BARE_NUMBER.fullmatch(text)
    found = area_m2(text) or (int(bare[1]) if bare else 0)
    if found in AREA:
        return Way("told", {"bs_area": None}, (RecordFact("area_m2", found),))
    return _assuming(Way("skip"), "bs_area") if skips(scene.heard) else None


def heat(scene: Scene) -> Way | None:
    """Whether the heat is in the rent; who does not know is taken to pay it for itself."""
    found = choice(scene.heard, ("yes", "no", "skip")) or ("skip" if skips(scene.heard) else yes_or_no(scene.heard))
    if found is None and _WARM_INSIDE.search(fold(scene.heard.text)):
        found = "yes"
    if found is None and _WARM_APART.search(fold(scene.heard.text)):
        found = "no"
    if found == "skip":
        return _assuming(Way("skip"), "bs_heat")
    return Way("told", {"bs_heat": "included" if found == "yes" else "separate"}) if found else None


def yes_is_for_a_human(slot: str, why: str) -> Reader:
    """A yes needs a human; a no is remembered, and so is who does not know."""

    def reads(scene: Scene) -> Way | None:
        found = choice(scene.heard, ("yes", "no")) or ("skip" if skips(scene.heard) else yes_or_no(scene.heard))
        if found == "yes":
            return Way("human", effects=(RecordFact(WHY, why),))
        return _assuming(Way("skip"), slot) if found == "skip" else Way("told", {slot: "no"}) if found else None

    return reads


def no_is_for_a_human(slot: str, why: str) -> Reader:
    """A no needs a human, and so does who does not know."""

    def reads(scene: Scene) -> Way | None:
        found = choice(scene.heard, ("yes", "no")) or ("no" if skips(scene.heard) else yes_or_no(scene.heard))
        if found == "no":
            return Way("human", effects=(RecordFact(WHY, why),))
        return Way("told", {slot: "yes"}) if found else None

    return reads


def _assuming(way: Way | None, slot: str) -> Way | None:
    """What was passed over is remembered as an assumption, to be said."""
    slots: dict[str, Slot | None] = {slot: "assumed"} if way and way.name == "skip" else {}
    return replace(way, slots={**way.slots, **slots}) if way else None


def _number(scene: Scene) -> int | None:
    found = _BARE_NUMBER.fullmatch(digits_for_words(fold(scene.heard.text)))
    return int(found[1]) if found else None


def is_of_paying(heard: Heard) -> bool:
    """A sum that is offered, promised or was paid."""
    return bool(_OFFERS_TO_PAY.search(fold(heard.text)))


def _is_fact(effect: Effect, name: str) -> bool:
    return isinstance(effect, RecordFact) and effect.name == name

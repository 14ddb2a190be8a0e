"""Who lives there, read from one answer: "mig og mine 2 børn", "bor med min kæreste"; and the readers for questions.

Every reader gives None when the message does not say it; none of them guesses. See ``income`` and ``skipping`` too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.dialogs.effects import RecordFact
from bot.dialogs.flow import Scene, Way
from bot.dialogs.income import income_kind, income_kroner
from bot.dialogs.skipping import skips
from bot.dialogs.state import Heard
from bot.nlu.folding import fold
from bot.nlu.numbers import digits_for_words

_ALONE = re.compile(
    r"(?<!\w)(?:alene|enlig\w*|single|alone|just me|only me|myself|(?:kun|bare|lige) (?:mig|mig selv)|mig selv|"
    r"(?:al)?ene(?:mor|far|forsoerger|foraelder))(?!\w)"
)
_ADULTS = re.compile(r"(?<![\w.,])(?P<n>\d|en|one) (?:voks(?:en|ne)|adults?|grown ?ups?)(?!\w)")
#: "Os to og hans datter"; "vi er to børn" would be something else.
_WE_ARE = re.compile(
    r"(?<!\w)(?:os|vi|vi er|we are|us) (?P<n>2)(?! (?:smaa )?(?:boern|unger|kids|children|i alt))(?= |\W|$)(?!\w)"
)
_NUMBER_OF_CHILDREN = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,2}|et|en|one|a) (?:smaa |hjemmeboende |store |mindreaarige |dejlige |skole|small |young )?"
    r"(?:boern\w*|barn|unger|baby(?:er)?|spaedbarn|kids?|child(?:ren)?)(?!\w)"
)
_NO_CHILDREN = re.compile(r"(?<!\w)(?:ingen|uden|no|0|har ikke) (?:hjemmeboende )?(?:boern|kids|children)(?!\w)")
_PARENT_OF = re.compile(
    r"(?<!\w)\w*(?:mor|far|mother|father|mum|mom|dad|foraelder|parent) (?:til|of|to) (?P<n>\d)(?!\w)"
)
#: "Min mor er syg" tells of her, and not that she lives there.
_TOLD_OF = r"(?! (?:er|var|har|fik|faar|blev|bliver|kan|skal|is|was|has|got)(?!\w))"
_ONE_CHILD = re.compile(
    r"(?<!\w)(?:min|mit|vores|hans|hendes|my|our|his|her) (?:lille |yngste |aeldste |little )?"
    r"(?:soen|datter|barn|dreng|pige|baby|son|daughter|child|boy|girl)(?!\w)"
    r"(?P<age>(?: paa|,| er| is)? \d{1,2}(?= aar|$|\W))?"
    rf"{_TOLD_OF}"
    r"|(?<=og )(?:soen|datter|son|daughter)(?!\w)"
)
_SOME_CHILDREN = re.compile(
    r"(?<!\w)(?:boernene|ungerne|the kids|the children)(?!\w)"
    r"|(?<!\w)(?:mine|vores|my|our|med|with) (?:boern|unger|kids|children)(?!\w)"
)
_PARTNER_WORDS = (
    r"(?:kone|mand|husbond|kaereste|samlever|samboende?|aegtefaelle|aegtemand|hustru|partner|forlovede|husband|wife|"
    r"girlfriend|boyfriend|fiancee?)"
)
_PARTNER = re.compile(
    rf"(?<!\w)(?:min |mit |my |en |the )(?:nye |new )?{_PARTNER_WORDS}(?!\w){_TOLD_OF}|"
    rf"(?<!\w)(?:er gift|vi er gift|gift med|samboende|"
    rf"samlevende|we(?: are|'re) married|am married|i'm married)(?!\w)|^{_PARTNER_WORDS}(?!\w)"
)
#: Behind or before a partner who does not live there any more.
_GONE = re.compile(
    r"(?<!\w)(?:eks\w*|ex|skilt|separeret|fraskilt|flyttet|flytter|gaaet fra|forlod|forladt|slaaet op|doed|doede|"
    r"enkemand|"
    r"enke|divorced|separated|moved out|left me|died|dead|passed away|"
    r"widow(?:er)?|ikke gift|ikke samlevende|not married)(?!\w)"
)
_RELATIVE = re.compile(
    r"(?<!\w)(?:min|mit|my|en|hendes|hans|vores|a) (?:voksne |bedste |aeldre |lille |store |gamle |adult |old )?"
    r"(?:mor|far|bror|soester|mormor|morfar|farmor|farfar|svigermor|svigerfar|moster|faster|onkel|tante|faetter|kusine|nevoe|niece|ven|veninde|bofaelle|"
    r"roommate|flatmate|lejer|logerende|kammerat|mother|father|brother|sister|friend|aunt|uncle|mum|mom|dad)(?!\w)"
    rf"{_TOLD_OF}"
)
_GROWN_CHILD = re.compile(
    r"(?<!\w)(?:min|mit|my|vores) (?:voksne?|grown|adult) (?:soen|datter|barn|son|daughter)(?!\w)"
)
_PARENTS = re.compile(r"(?<!\w)(?:mine|min|my) (?:foraeldre|svigerforaeldre|parents)(?!\w)")
_OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives there, as far as it was said. ``couple``: married or living together as a couple."""

    adults: int | None = None
    children: int | None = None
    couple: bool | None = None


def household(heard: Heard) -> Household | None:
    """Who lives there; children are none only where that was said."""
    text = digits_for_words(fold(heard.text))
    couple, alone = _couple(text), bool(_ALONE.search(text))
    children = _children(heard, text)
    adults = _adults(text, couple, alone)
    if adults is None and _is_own(text) and not _GONE.search(text):
        adults = 1
    if adults is None and children is None:
        return None
    return Household(adults, children, True if couple else False if alone or adults == 1 else None)


def names_relatives(text: str) -> bool:
    """A mother, a brother, a friend: other grown-ups than a partner."""
    return bool(_RELATIVE.search(_without_children(text)))


def _couple(text: str) -> bool:
    return bool(_PARTNER.search(text)) and not _GONE.search(text)


def _is_own(text: str) -> bool:
    """The resident told of children and of nobody else: "mig og mine 2 børn", "mor til 3"."""
    own = re.search(r"(?<!\w)(?:mig(?: og|,| \+)|jeg og|me(?: and|,)|(?:og|and|,|\+) (?:mig|jeg|me|i))(?!\w)", text)
    has_children = _NUMBER_OF_CHILDREN.search(text) or _SOME_CHILDREN.search(text) or _ONE_CHILD.search(text)
    return bool(own and has_children)


def _adults(text: str, couple: bool, alone: bool) -> int | None:
    counted = _ADULTS.search(text) or _WE_ARE.search(text)
    if counted:
        return _count(counted["n"])
    parents = 2 * len(_PARENTS.findall(text))
    grown = len(_GROWN_CHILD.findall(text)) + sum(_is_of_age(found) for found in _ONE_CHILD.finditer(text))
    others = couple + len(_RELATIVE.findall(_without_children(text))) + parents + grown
    if others and not _GONE.search(text):
        return 1 + others
    return 1 if alone else None


def _without_children(text: str) -> str:
    """ "en mor til 3" is the resident, no relative who lives there."""
    return _PARENT_OF.sub(" ", text)


def _children(heard: Heard, text: str) -> int | None:
    read = heard.all("children")
    if read:
        return int(read[0])
    if _NO_CHILDREN.search(text):
        return 0
    for pattern in (_PARENT_OF, _NUMBER_OF_CHILDREN):
        if found := pattern.search(text):
            return _count(found["n"])
    named = [found for found in _ONE_CHILD.finditer(text) if not _is_of_age(found)]
    return len(named) or None


def _is_of_age(found: re.Match[str]) -> bool:
    age = re.sub(r"\D", "", found["age"] or "")
    return bool(age) and int(age) >= _OF_AGE


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else 1


def reads_household(scene: Scene) -> Way | None:
    """A reader for "who lives there": "told" or "skip". Who told of adults only has no children at home."""
    told = household(scene.heard)
    if told is None:
        return Way("skip") if skips(scene.heard) else None
    if told.children is None and "children" not in scene.case.known and not _tells_of_children(scene.heard):
        told = replace(told, children=0)
    return Way("told", effects=facts_of(told))


def facts_of(told: Household) -> tuple[RecordFact, ...]:
    """Who lives there, as facts: only what was said."""
    facts = {"adults": told.adults, "children": told.children, "couple": told.couple}
    return tuple(RecordFact(name, value) for name, value in facts.items() if value is not None)


def _tells_of_children(heard: Heard) -> bool:
    return bool(_SOME_CHILDREN.search(fold(heard.text)))


def reads_income(scene: Scene) -> Way | None:
    """A reader for the income a month, and its kind where that is said in the same breath."""
    kroner, kind = income_kroner(scene.heard), income_kind(scene.heard)
    if kroner is None:
        return Way("skip") if skips(scene.heard) else None
    is_news = kind and not (kind == "ingen" and "income_kind" in scene.case.known)  # nothing this month is no new kind
    kinds = (RecordFact("income_kind", kind),) if kind and is_news else ()
    return Way("told", effects=(RecordFact("income", kroner), *kinds))


def reads_income_kind(scene: Scene) -> Way | None:
    """A reader for what is lived on, and the sum where that is said in the same breath."""
    kind = income_kind(scene.heard)
    if kind is None:
        return Way("skip") if skips(scene.heard) else None
    kroner = income_kroner(scene.heard)
    kroner = 0 if kind == "ingen" else kroner  # who has nothing is not asked how much
    sums = (RecordFact("income", kroner),) if kroner is not None else ()
    return Way("told", effects=(RecordFact("income_kind", kind), *sums))

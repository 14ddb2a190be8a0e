"""How many children live at home, where the number is said: "alene med 2 børn", "mor til 3". Pure."""

from __future__ import annotations

import re

from bot.dialogs.state import Value
from bot.nlu.reading import Reading

_N = r"(?P<n>\d{1,2}|et|en|one|a)"
_KIND = (
    r"(?:smaa|store|mindre|hjemmeboende|dejlige|soede|unge|teenage|mindreaarige|little|small|young|yngre|skoleboern|"
    r"stk\.?)"
)
_KIDS = (
    r"(?:boern(?:ene)?|barn|born|bornn?|boer|unger|poder|rollinger|kids?|children|child|smaaboern|skoleboern|"
    r"teenagere?|sma+ ?boern|dzieci|cocu[kg]\w*|copii|copil|carruur\w*|caruur\w*|ilmood?|detei|ditei|deti|дете\w*|"
    r"діте\w*|"
    r"дит\w+|дети|اطفال|اولاد|بچه)"
)
_SON = r"(?:drenge?|piger?|soenner|soen|doetre|datter|teenagere?|baby|spaedbarn|babyer|tvillinger|sons?|daughters?)"
_AGES = r"(?:,? ?(?:paa|aged|of|ages) \d{1,2}(?:(?:,| og| and) ?\d{1,2})*(?: ?aar| ?md| ?mdr| maaneder| years?)?)?"
_ITEM = rf"(?:\d{{1,2}}|en|et|one|a) (?:{_KIND} )?{_SON}{_AGES}(?!\w)"
_GROWN = (
    r"(?!,? (?:(?:som |der )?(?:er |bor |har |is |who )?(?:store |for laengst )?(?:voksne?|flyttet|hos (?:deres|faren|"
    r"moren|sin)|ude af|udeboende|i aarhus|grown)))"
)
_CHILDREN = re.compile(rf"(?<![\w.,])(?<!barn nr ){_N} ?(?:{_KIND} ){{0,2}}{_KIDS}(?!\w){_GROWN}")
_PARENT = re.compile(
    r"(?<!\w)(?:\w*mor|\w*far|foraeldre|forsoerger|mother|mom|mum|father|dad|parent|alene|enlig) (?:til|of|for|med|"
    r"with) "
    r"(?P<n>[1-9])(?![\w.,:/-]|\.\d| ?(?:kr|dage|uger|mdr|md|maaned|%|gange|rater|tusind|kl|paa kontoen))"
)
_FAMILY = re.compile(
    rf"(?<!\w)(?:(?P<own>(?:min|my) {_SON} (?:og|and))|med|har|og|mine|vores|faaet|with|have|har faaet|"
    rf"plus) (?P<items>{_ITEM}(?:(?:,| og|, og| and|"
    rf" \+) ?{_ITEM})*)"
    rf"{_GROWN}"
)
_MY_OWN = re.compile(rf"(?<!\w)(?:alene|bor) med (?:min|mit) (?:\w+ )?(?:{_SON}|barn)(?!\w){_GROWN}")
#: Not there yet, or no longer.
_NOT_YET = re.compile(r"(?:venter|vente|ventet|gravid med|skal have|faar|mistede|mistet|miste|expecting|lost) $")
_TWINS = re.compile(
    r"(?<!\w)(?:med|har|faaet|mine|have|with) (?:\w+ )?(?P<twins>tvillinger|trillinger|twins|triplets)(?!\w)"
)
_NONE = re.compile(r"(?<!\w)(?:ingen|uden|0|no) (?:hjemmeboende )?(?:boern|kids|children)(?!\w)")
_ANSWER = re.compile(r"(?<!\w)(?:boern|children|kids)(?: hjemme)? ?[:=] ?(?P<n>\d{1,2})(?!\d)")
_HEAD = re.compile(rf"(?<![\w.,])(\d{{1,2}}|en|et|one|a) (?:{_KIND} )?{_SON}")


def read(reading: Reading) -> None:
    """Take the number of children out; before the times, so that "mor til 3" is no hour."""
    reading.take(_NONE, lambda m: [Value("children", 0)])
    reading.take(_PARENT, lambda m: _children(_count(m["n"])))
    reading.take(_FAMILY, lambda m: _children(bool(m["own"]) + sum(_count(n) for n in _HEAD.findall(m["items"]))))
    reading.take(_MY_OWN, lambda m: [Value("children", 1)])
    reading.take(_TWINS, lambda m: [Value("children", 3 if m["twins"].startswith("tri") else 2)])
    reading.take(_CHILDREN, lambda m: None if _NOT_YET.search(m.string[: m.start()]) else _children(_count(m["n"])))
    reading.take(_ANSWER, lambda m: _children(int(m["n"])))


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else 1


def _children(n: int) -> list[Value] | None:
    return [Value("children", n)] if 0 < n < 16 else None

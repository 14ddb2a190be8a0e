"""The places of a canned reply: which there are, which a wording names, and how they are filled in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: In the order in which they are offered.
PLACES = (
    "name",
    "adviser",
    "organisation",
    "deadline",
    "arrears",
    "main_number",
    "kommune",
    "kommune_number",
    "answer_by",
)
#: Told only to somebody who is recognised: a phone is read by others too.
SECRET = frozenset({"arrears"})
#: The longest that each may become, for the count.
LONGEST: Mapping[str, str] = {
    "name": "Christoffer",
    "adviser": "Anne-Marie",
    "organisation": "Boligforeningen Søndergården",
    "deadline": "onsdag d. 23. december",
    "arrears": "128.450,50 kr.",
    "main_number": "70 11 11 11",
    "kommune": "Lyngby-Taarbæk Kommune",
    "kommune_number": "70 11 11 11",
    "answer_by": "onsdag d. 23. december kl. 15",
}
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A canned reply for one resident. ``missing`` places stand as they are; ``secret`` ones may not be told here."""

    text: str
    missing: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()

    @property
    def may_insert(self) -> bool:
        """False where something of the case would be told to somebody who is not recognised."""
        return not self.secret


def unknown(body: str) -> tuple[str, ...]:
    """What stands in braces and is no place of ours; a lone brace too."""
    found = [f"{{{name}}}" for name in _PLACE.findall(body) if name not in PLACES]
    lone = [sign for sign in "{}" if sign in _PLACE.sub("", body)]
    return tuple(dict.fromkeys(found + lone))


def fill(body: str, values: Mapping[str, str], *, is_recognised: bool) -> Filled:
    """The reply with the values that are known."""
    named = [name for name in dict.fromkeys(_PLACE.findall(body)) if name in PLACES]
    secret = tuple(name for name in named if name in SECRET and not is_recognised)
    known = {name: values[name] for name in named if values.get(name) and name not in secret}
    text = re.sub(r"\.\.(?!\.)", ".", _PLACE.sub(lambda place: known.get(place[1], place[0]), body))  # "8.450 kr.."
    missing = tuple(name for name in named if name not in known and name not in secret)
    return Filled(text, missing, secret)


def longest(body: str) -> str:
    """The longest that it can become."""
    return _PLACE.sub(lambda place: LONGEST.get(place[1], place[0]), body)

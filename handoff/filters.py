"""Which conversations an adviser wants to see: a folder, narrowed how, in which order. Read from an address.

What an address asks for and the adviser may not see, or nobody knows, is passed over: an old link shows too much
rather than an error. Saved views keep the same words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_args

from handoff.wording import catalogue, knows

Folder = Literal["waiting", "mine", "unclaimed", "bot", "resident", "snoozed", "later", "unknown", "all", "closed"]
Order = Literal["urgent", "wait", "newest"]

#: A list shows so many to begin with, and so many more for each "Vis flere"; what lies beyond is for search.
PAGE = 60
MOST = 480

_Word = TypeVar("_Word")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the queue shows. ``show`` is how many rows at most."""

    folder: Folder = "waiting"
    organisation: int | None = None
    language: str | None = None
    reason: str | None = None
    order: Order = "urgent"
    show: int = PAGE

    @property
    def narrowed(self) -> bool:
        """True when the list holds less than what the folder's count says."""
        return bool(self.language or self.reason)

    def kept(self) -> dict[str, Any]:
        """What a saved view keeps, and the address of the list: only what differs from the first page."""
        wanted = {"organisation": self.organisation, "language": self.language, "reason": self.reason}
        named = {"folder": self.folder, **wanted, "order": self.order if self.order != "urgent" else None}
        return {name: value for name, value in named.items() if value is not None}

    def link(self, **changed: Any) -> dict[str, Any]:
        """The address of another list: this one, with something changed; None takes it away."""
        return {"organisation": None, "order": None, **self.kept(), **changed}

    def without(self, name: str) -> dict[str, Any]:
        """The address of this list without one of its filters."""
        return self.link(**{name: None})

    def address(self) -> dict[str, Any]:
        """What every address of this list carries on."""
        return {**self.kept(), **({"show": self.show} if self.show != PAGE else {})}


def read_choice(asked: Mapping[str, Any], organisations: Collection[int]) -> Choice:
    """The choice in an address or a saved view."""
    organisation = _number(asked.get("organisation"))
    return Choice(
        folder=read_folder(asked.get("folder")),
        organisation=organisation if organisation in organisations and len(organisations) > 1 else None,
        language=_known("languages", asked.get("language")),
        reason=_known("reasons", asked.get("reason")),
        order=_one_of(get_args(Order), asked.get("order"), "urgent"),
        show=_steps(_number(asked.get("show"))),
    )


def read_folder(name: str | None) -> Folder:
    """The folder of this name; the first one for any other word."""
    return _one_of(get_args(Folder), name, "waiting")


def language_choices() -> list[tuple[str, str]]:
    """Every language we know, by its Danish name."""
    return sorted(catalogue()["languages"].items(), key=lambda pair: str(pair[1]))


def reason_choices() -> list[tuple[str, str]]:
    """Every reason to ask for a person, as the rows name it."""
    named = ((key, str(words)) for key, words in catalogue()["reasons"].items() if key != "fallback")
    return sorted(named, key=lambda pair: pair[1])


def _one_of(words: tuple[_Word, ...], asked: object, fallback: _Word) -> _Word:
    return next((word for word in words if word == asked), fallback)


def _known(section: str, asked: object) -> str | None:
    return asked if isinstance(asked, str) and asked != "fallback" and knows(section, asked) else None


def _number(asked: object) -> int | None:
    if isinstance(asked, int):
        return asked
    is_number = isinstance(asked, str) and asked.isascii() and asked.isdecimal() and len(asked) < 19
    return int(cast(str, asked)) if is_number else None


def _steps(asked: int | None) -> int:
    """Whole pages only, so that a list is what its button promised."""
    return max(1, min((asked or PAGE) // PAGE, MOST // PAGE)) * PAGE

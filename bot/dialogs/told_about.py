"""What the bot has told about, read from what it really sent: a text was said when all its fixed words stand in an SMS.

Counts wordings of the organisation's own too. What was only heard, or left out for want of room, is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from bot.dialogs import texts

_PLACE = re.compile(r"\{\w*\}")
#: Fewer letters than this stand in many texts.
_LETTERS_ENOUGH = 12


def told_about(
    bodies: Iterable[str], sections: Collection[str], own: Mapping[tuple[str, str], str] | None = None
) -> tuple[str, ...]:
    """The sections (or single texts) of the catalogue that the bot has said something of, in the order first said."""
    said: dict[str, None] = {}
    wordings = [*_wordings(frozenset(sections)), *_own(sections, own or {})]
    for body in bodies:
        found = [(body.find(pieces[0]), section) for section, pieces in wordings if _stands_in(pieces, body)]
        said.update(dict.fromkeys(section for _, section in sorted(found)))
    return tuple(said)


def _stands_in(pieces: tuple[str, ...], body: str) -> bool:
    return all(piece in body for piece in pieces)


@cache
def _wordings(sections: frozenset[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    shipped = [item for language in texts.LANGUAGES for item in texts.catalogue(language).items()]
    return tuple(_of(sections, shipped))


def _own(sections: Collection[str], own: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    return _of(sections, [(key, body) for (_, key), body in own.items()])


def _of(sections: Collection[str], bodies: Iterable[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, body in bodies:
        section = key if key in sections else key.split(".")[0]
        pieces = tuple(filter(None, (piece.strip() for piece in _PLACE.split(body))))
        if section in sections and sum(map(len, pieces)) >= _LETTERS_ENOUGH:
            yield section, pieces

"""A text that values are read out of, one after the other: what has been read once is not read again. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.dialogs.state import Value

#: Stands where something was read, so that no pattern reaches across.
TAKEN = "\x00"


class Reading:
    """Folded text with its numbers as digits, and the values found in it so far."""

    def __init__(self, text: str) -> None:
        self.text = text.replace(TAKEN, " ")
        self._found: list[tuple[int, Value]] = []
        self.spans: list[tuple[int, int]] = []  #: what has been read, from where to where

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterable[Value] | None]) -> None:
        """Read every match; None from ``read`` leaves the characters for others, an empty list takes them unread."""
        for match in list(pattern.finditer(self.text)):
            values = None if TAKEN in match[0] else read(match)
            if values is None:
                continue
            self.spans.append(match.span())
            self._found += [(match.start(), value) for value in values]
            self.text = self.text[: match.start()] + TAKEN * len(match[0]) + self.text[match.end() :]

    @property
    def values(self) -> tuple[Value, ...]:
        """What was found, in the order said, each value once."""
        ordered = [value for _, value in sorted(self._found, key=lambda found: found[0])]
        return tuple(dict.fromkeys(ordered))

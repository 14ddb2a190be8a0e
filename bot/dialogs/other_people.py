"""Reading who writes: somebody near to the resident, somebody with a new number, somebody who asks where it is from."""

from __future__ import annotations

import re
from functools import cache

from bot.dialogs import others_words as words
from bot.nlu.folding import fold


def writes_for_another(text: str, first_name: str = "") -> bool:
    """Whether it says that who writes is not the resident but somebody near to them."""
    plain = fold(text)
    return bool(_somebody_else(fold(first_name)).search(plain)) and not _WRONG.search(plain)


def says_to_be_back(text: str, first_name: str) -> bool:
    """Whether the resident says to have the phone again: "det er Amina selv"."""
    name = re.escape(fold(first_name)) or "(?!)"
    back = rf"(?:det er|nu er det|her er|this is|it'?s) (?:(?:mig|me) (?:selv|igen|again)|{name})"
    return bool(_compiled(back).search(fold(text)))


def has_new_number(text: str) -> bool:
    """Whether it says that a known resident has another number now."""
    return bool(_NEW_NUMBER.search(fold(text)))


def asks_where_from(text: str) -> bool:
    """Whether it asks who gave us the number."""
    return bool(_WHERE_FROM.search(fold(text)))


def has_moved(text: str) -> bool:
    """Whether it says that somebody does not live there any more."""
    return bool(_MOVED.search(fold(text)))


def _compiled(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


@cache
def _somebody_else(first_name: str) -> re.Pattern[str]:
    name = re.escape(first_name) or "(?!)"
    return _compiled(*(phrase.replace("{name}", name) for phrase in words.SOMEBODY_ELSE))


_WRONG, _NEW_NUMBER = _compiled(words.WRONG_AFTER_ALL), _compiled(words.NEW_NUMBER)
_WHERE_FROM, _MOVED = _compiled(words.WHERE_FROM), _compiled(words.MOVED)

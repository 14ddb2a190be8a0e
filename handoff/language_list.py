"""The languages we write in: which are complete, which are short, and whether a speaker has read them. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogs import languages, texts
from bot.models import Organisation
from bot.organisations import read_settings


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language, as it stands with an organisation."""

    code: str
    name: str
    is_complete: bool
    texts: int
    read_by: str  #: the speaker and the day; empty where nobody has
    is_on: bool


def read_languages(organisation: Organisation) -> tuple[LanguageRow, ...]:
    """All languages, the complete ones first."""
    switched_on = read_settings(organisation.settings).languages
    return tuple(_row(code, is_on=code in switched_on) for code in languages.KNOWN)


def _row(code: str, *, is_on: bool) -> LanguageRow:
    is_complete = code in languages.COMPLETE
    read = languages.Review() if is_complete else languages.review(code)
    return LanguageRow(
        code=code,
        name=languages.NAMES[code],
        is_complete=is_complete,
        texts=len(texts.catalogue(code)),
        read_by=f"{read.speaker}, {read.day}" if read.is_done else "",
        is_on=is_on,
    )

"""Gather every Danish phrase of the advisers' pages into ``handoff/translations``, and compile what is translated.

``python tools/catalogues.py`` renews all languages; ``python tools/catalogues.py sv`` begins one. No line numbers and
no dates are kept, so that a file changes when a phrase does. What is no longer said is dropped.
"""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from handoff.languages import FOLDER

HANDOFF = FOLDER.parent
#: What says a phrase: in templates and pages, in code, and of a table that is said later.
KEYWORDS: dict[str, Any] = {"_": None, "said": None, "later": None}
#: Of a setting, what people read.
_OF_SETTINGS = ("title", "label", "wrong", "help", "unit", "options")
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def phrases() -> list[str]:
    """Every phrase that is said, in order."""
    found = {*_of_code("*.py", "python"), *_of_code("*.html", "jinja2"), *_of_words(), *_of_the_settings()}
    return sorted(found - {""})


def _of_code(files: str, method: str) -> Iterator[str]:
    options = {"newstyle_gettext": "true"} if method == "jinja2" else {}
    for path in sorted(HANDOFF.rglob(files)):
        for _line, phrase, _comments, _context in extract_from_file(method, path, KEYWORDS, options=options):
            yield phrase if isinstance(phrase, str) else phrase[0]


def _of_words() -> Iterator[str]:
    return _leaves(tomllib.loads((HANDOFF / "texts" / "da.toml").read_text(encoding="utf-8")))


def _of_the_settings() -> Iterator[str]:
    groups = tomllib.loads((HANDOFF / "texts" / "settings.toml").read_text(encoding="utf-8"))["groups"]
    rows = [*groups, *(field for group in groups for field in group["fields"])]
    return _leaves([[row.get(part) for part in _OF_SETTINGS] for row in rows])


def _leaves(words: Any) -> Iterator[str]:
    if isinstance(words, str) and any(sign.isalpha() for sign in words):
        yield words
    for each in words.values() if isinstance(words, dict) else words if isinstance(words, list) else ():
        yield from _leaves(each)


def renewed(language: str, said: Iterable[str]) -> Catalog:
    """The language's catalogue with exactly these phrases; what was translated stays so."""
    known = read(language)
    us = {"project": "Redningskrans", "version": "1", "last_translator": "Redningskrans", "msgid_bugs_address": "-"}
    catalog = Catalog(language, header_comment="", creation_date=_NO_DATE, fuzzy=False, language_team="-", **us)
    catalog.revision_date = _NO_DATE
    for phrase in said:
        old = known.get(phrase)
        catalog.add(phrase, old.string if old else "")
    return catalog


def read(language: str) -> Catalog:
    """The catalogue as it is committed; an empty one for a new language."""
    path = file_of(language, "po")
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def file_of(language: str, ending: str) -> Path:
    """Where a language's catalogue is: po for people, mo for the service."""
    return FOLDER / language / "LC_MESSAGES" / f"messages.{ending}"


def as_po(catalog: Catalog) -> bytes:
    """The file that a translator writes in."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, no_location=True, ignore_obsolete=True)
    return out.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """The file that the service reads: what is translated."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))


def main() -> None:
    """Renew the catalogues, or those that are named."""
    said = phrases()
    for language in sys.argv[1:] or languages():
        catalog = renewed(language, said)
        file_of(language, "po").parent.mkdir(parents=True, exist_ok=True)
        file_of(language, "po").write_bytes(as_po(catalog))
        file_of(language, "mo").write_bytes(as_mo(catalog))
        missing = sum(not catalog[phrase].string for phrase in said)
        sys.stdout.write(f"{language}: {len(said)} phrases, {missing} not translated\n")


if __name__ == "__main__":
    main()

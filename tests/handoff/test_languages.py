"""The pages speak Danish, and every other language that has a catalogue: whole, true to its blanks, and up to date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import catalogues
import pytest
from flask import Flask
from jinja2 import Environment
from sqlalchemy import update

from bot.db import Database
from bot.models import Adviser
from handoff.languages import FOLDER, available, reading
from handoff.saying import said
from handoff.wording import catalogue, word, written_word
from tests.handoff.conftest import AdviserAtWork

TEMPLATES = sorted((FOLDER.parent / "templates").rglob("*.html"))
BLANKS = re.compile(r"%\(\w+\)s|\{\w*\}|\*\*|%%|\n")
#: Danish words that would stand out, and every word with a Danish letter.
DANISH = re.compile(r"\w*[æøåÆØÅ]\w*|\b(?:og|ikke|er|til|med|samtalen|Ingen|Alle|Vis|Gem|Luk|Svar|Ret)\b")

#: What a template compares with, and does not show.
COMPARED = {"Øvrige", "få"}


def without_code(template: str) -> Iterator[str]:
    """What stands in a template beside its blocks, comments and expressions, and the words in their quotes."""
    environment, asked = Environment(autoescape=True), False
    for _line, kind, text in environment.lex(template):
        if kind == "data":
            yield re.sub(r"<code>.*?</code>", "", text)
        elif kind == "name":
            asked = text == "_"
        elif kind == "string" and not asked:
            yield text
        elif kind not in ("operator", "whitespace"):
            asked = False


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_visible_danish_word_of_a_template_goes_through_gettext(path: Path) -> None:
    texts = without_code(path.read_text(encoding="utf-8"))
    found = {danish for text in texts for danish in DANISH.findall(text)}
    assert found - COMPARED == set(), "write it as {{ _(…) }}"


def test_the_lint_sees_danish_beside_gettext() -> None:
    assert "".join(without_code('<p>{{ _("Luk") }} døren</p>')) == "<p> døren</p>"
    assert '"Luk døren"' in list(without_code('{{ "Luk døren" if x else _("Luk") }}'))


@pytest.mark.parametrize("language", catalogues.languages())
def test_the_catalogue_holds_what_the_pages_say_and_is_compiled(language: str) -> None:
    renewed = catalogues.renewed(language, catalogues.phrases())
    told = "run python tools/catalogues.py"
    assert catalogues.as_po(renewed).decode() == catalogues.file_of(language, "po").read_text("utf-8"), told
    assert catalogues.as_mo(renewed) == catalogues.file_of(language, "mo").read_bytes(), told


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_translation_has_the_same_blanks(language: str) -> None:
    for message in catalogues.read(language):
        if message.id and message.string:
            assert Counter(BLANKS.findall(str(message.id))) == Counter(BLANKS.findall(str(message.string))), message.id


def test_outside_a_page_the_words_are_danish() -> None:
    assert reading() == "da"
    assert said("{days} dage", days=3) == "3 dage"


def test_an_english_reader_gets_english_pages_and_what_is_stored_stays_danish(
    adviser: AdviserAtWork, app: Flask, sqlite_db: Database
) -> None:
    assert "en" in available()
    with sqlite_db.write() as session:
        session.execute(update(Adviser).values(locale="en"))
    page = adviser.open("/inbox").text
    assert '<html lang="en"' in page
    assert "Waiting for us" in page
    assert "Venter på os" not in page
    with app.test_request_context():
        assert word("reasons", "ask_human") == "Vil tale med et menneske"  # nobody is logged in here
    assert catalogue("en")["reasons"]["ask_human"] == "Wants to talk with a human"
    assert written_word("reasons", "ask_human") == "Vil tale med et menneske"


def test_who_chose_danish_sees_no_english(adviser: AdviserAtWork) -> None:
    page = adviser.open("/inbox").text
    assert '<html lang="da"' in page
    assert "Venter på os" in page

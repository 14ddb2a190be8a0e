"""The report as a page: it says what was counted, needs nothing but itself, and is for everybody."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bot.dialogs.state import Heard, Intent, Value
from bot.nlu.evaluation import Report, compare
from bot.nlu.examples import Example
from bot.nlu.intents import INTENTS
from bot.nlu.measuring import BOTH, PIECES, WHOLE, Measured
from bot.nlu.report_page import About, digest, render

ABOUT = About("evaluation", "0123456789ab", 4000, "ba9876543210", version="1.2.3")
#: What A4 leaves between the margins when it lies on its side, in CSS pixels.
PRINTED = {"width": 1032, "height": 703}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: Five shades, and an axe that is done in a second.
FEW = ("opt_out", "deny", "ask_human", "cannot_pay", "crisis_violence", "distress")
STYLES = ("plain", "noisy", "english")
ARABIC, HOSTILE = "لا أستطيع الدفع", "<script>alert('hej')</script> & <b>fed</b>"


def all_wrong(intents: Sequence[str] = INTENTS) -> Report:
    """Each intent taken for its neighbour, the next one once more and less surely: every row, column, shade and bin."""
    pairs = [
        (
            Example(f"besked om {name}", (name, "greet"), style=STYLES[place % 3], language="da", values=()),
            Heard("", (Intent(wrong, round(1 - place / len(intents), 3)),), (Value("amount", 500),)),
        )
        for place, (name, wrong) in enumerate(zip(intents, [*intents[1:], intents[0]], strict=True))
        for _ in range(place % 5 + 1)
    ]
    pairs.append((Example(ARABIC, ("cannot_pay",), style="plain", language="ar"), Heard("", (Intent("deny", 1.0),))))
    pairs.append((Example(HOSTILE, ("abuse",), style="noisy"), Heard("")))
    return compare(*zip(*pairs, strict=True))


def measured(engine: str, report: Report) -> Measured:
    return Measured(engine, report, {WHOLE: report, PIECES: report, BOTH: report})


def page_of(
    *engines: str, silent: dict[str, str] | None = None, about: About = ABOUT, report: Report | None = None
) -> str:
    return render(about, [measured(engine, report or all_wrong(FEW)) for engine in engines], silent or {})


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_needs_nothing_but_itself():
    html = page_of("embedded", "Rasa")
    tags = Tags(html).found
    assert {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in tags} == set()
    assert [attrs for _, attrs in tags if not str(attrs.get("href", "#")).startswith("#") or "src" in attrs] == []
    assert "url(" not in html
    assert "@import" not in html


def test_the_same_measurement_writes_the_same_page():
    assert page_of("embedded") == page_of("embedded")


def test_a_day_stands_on_the_page_only_when_it_is_given():
    assert "Measured</dt>" not in page_of("embedded")
    assert "<dd>2026-11-27</dd>" in page_of("embedded", about=replace(ABOUT, day=date(2026, 11, 27)))


def test_what_was_measured_stands_on_the_page():
    html = page_of("embedded")
    assert "18 in evaluation (0123456789ab)" in html
    assert "4000 others (ba9876543210)" in html
    assert "<dd>1.2.3</dd>" in html


def test_an_engine_that_did_not_answer_is_told_of():
    html = page_of("embedded", silent={"Rasa": "cannot be reached"})
    assert "Rasa is not on this page." in html
    assert "The reason: it cannot be reached." in html


def test_a_message_is_shown_as_text_in_its_own_language_and_direction():
    html = page_of("embedded")
    assert "<script>" not in html
    assert "&lt;script&gt;alert" in html
    assert f'lang="ar" dir="auto">{ARABIC}<' in html


def test_each_engine_has_its_column_and_its_own_sections():
    html = page_of("embedded", "Rasa")
    for engine in ("embedded", "Rasa"):
        assert f'class="group">{engine}</th>' in html
        assert f"{engine}: said but missed (rows), heard instead (columns)" in html
        assert f"{engine}: 18 of 18" in html


def test_a_run_without_mistakes_or_values_has_a_page_too():
    report = compare([Example("hej", ("greet",))], [Heard("hej", (Intent("greet", 1.0),))])
    html = render(ABOUT, [measured("embedded", report)], {})
    assert "embedded made no mistake." in html
    assert "Nobody has written down the values" in html


def test_a_digest_changes_with_what_a_file_says_and_with_its_name(tmp_path):
    one, other = tmp_path / "one.yml", tmp_path / "other.yml"
    one.write_text("a")
    other.write_text("a")
    assert digest([one]) == digest([one]) != digest([other])
    before = digest([one])
    one.write_text("b")
    assert digest([one]) != before


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of two engines with all that can stand on it; its console stays silent."""
    file, said = tmp_path / "understanding.html", list[str]()
    file.write_text(page_of("embedded", "Rasa", silent={"another": "is not there"}), encoding="utf-8")
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    yield page
    page.close()
    assert said == []


def violations(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page, options={"preload": False}).response
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]


@pytest.mark.browser
def test_it_has_no_accessibility_fault_wide_or_narrow_light_or_dark(page: Page):
    faults = {}
    for width in (1440, 390):
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            faults[f"{width} {scheme}"] = violations(page)
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=Path(folder) / f"understanding-{width}-{scheme}.png", full_page=True)
    assert not any(faults.values()), json.dumps(faults, indent=1)


@pytest.mark.browser
def test_only_the_tables_scroll_sideways_at_320_pixels(page: Page):
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_on_paper_even_the_largest_matrix_is_whole(page: Page):
    page.set_content(page_of("embedded", "Rasa", report=all_wrong()))
    page.set_viewport_size(PRINTED)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    wide = page.evaluate(
        f"""[...document.querySelectorAll('table, svg, p, ol')]
        .filter(e => e.getBoundingClientRect().right > {PRINTED["width"]} + 0.5).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert wide == []


@pytest.mark.browser
def test_each_picture_has_words_and_each_table_a_name(page: Page):
    pictures = page.locator("svg:not([aria-hidden])")
    assert pictures.count() == 2
    assert "Rasa: the share that was right" in (pictures.last.locator("title").text_content() or "")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => !t.caption?.textContent.trim()).length"
    )
    assert unnamed == 0

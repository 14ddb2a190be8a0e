"""The page with the phones: what stands in it, and how it is used in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.simulator import Network
from bot.simulator import page as page_module
from bot.simulator.faults import BEHAVIOURS, Wish, plan
from bot.simulator.network import Submission
from bot.sms import length, segments
from tests.simulator.conftest import HAVNEPARKEN, LINE, OSKAR, SOEPARKEN, START, Moves, Service, serve

CONTROLS = {"input", "select", "textarea"}
FONTS = Path(__file__).parents[2] / "handoff" / "static"


class Reader(HTMLParser):
    """Collects what a page must and must not have."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.labelled: set[str] = set()
        self.unlabelled: list[str] = []
        self.inline: list[str] = []
        self.errors: list[str] = []

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.ids.add(has.get("id", ""))
        if tag == "label" and "for" in has:
            self.labelled.add(has["for"])
        if tag in CONTROLS and "id" in has:
            self.unlabelled.append(has["id"])
        if "style" in has or tag == "style" or (tag == "script" and "src" not in has):
            self.inline.append(tag)
        self.inline += [name for name in has if name.startswith("on")]
        if "data-error" in has:
            self.errors.append(has["data-error"])


@pytest.fixture
def html(app: Flask) -> Reader:
    answer = app.test_client().get("/simulator")
    assert answer.status_code == 200
    reader = Reader()
    reader.feed(answer.text)
    return reader


def test_page_obeys_its_own_policy(app: Flask, html: Reader):
    """No inline script, style or handler, and a policy that would not run them."""
    policy = app.test_client().get("/simulator").headers["Content-Security-Policy"]

    assert html.inline == []
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_every_control_has_a_label_and_the_scripts_find_their_elements(html: Reader):
    """Each id that a script asks for stands in the page."""
    scripts = Path(page_module.__file__).parent / "static"
    asked = {
        word.split('")')[0]
        for file in scripts.glob("*.js")
        for word in file.read_text(encoding="utf-8").split('$("')[1:]
    }

    assert set(html.unlabelled) - html.labelled == set()
    assert asked - html.ids == set()
    assert len(asked) > 20


def test_every_fault_of_the_api_has_its_switch(html: Reader):
    """All behaviours and the codes that people are promised."""
    codes = {"30003", "30005", "30006", "30008", "21610", "21211", "21614", "30007", "30001", "20003"}

    assert set(html.errors) == BEHAVIOURS | codes


def test_everything_the_page_loads_is_there(app: Flask):
    """Scripts and styles, with a type that a browser accepts under nosniff."""
    client = app.test_client()
    for name, kind in (("main.js", "javascript"), ("phone.css", "text/css"), ("lifebuoy.svg", "image/svg+xml")):
        with client.get(f"/simulator/static/{name}") as answer:
            assert kind in answer.headers["Content-Type"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    app.static_folder = str(FONTS)
    with serve(app) as url:
        yield f"{url}/simulator"


@pytest.fixture
def wide(browser: Browser, site: str) -> Iterator[Page]:
    """The page at 1440 px; whatever it complains about fails the test."""
    yield from opened(browser, site, 1440, 900)


def opened(browser: Browser, site: str, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, timezone_id="America/New_York")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site)
    yield page
    assert complaints == []
    context.close()


def phone(page: Page, name: str):
    return page.get_by_role("region", name=f"{name}s telefon")


@pytest.mark.browser
def test_sms_comes_to_the_locked_screen_and_is_answered(wide: Page, network: Network, service: Service):
    """First as others in the room see it; opened, it is a thread, and what is written reaches the service."""
    line = phone(wide, "Line Bek Sørensen")
    expect(line.get_by_role("button", name="Lås Lines telefon op")).to_be_visible()
    network.accept(Submission(LINE, HAVNEPARKEN, "Hej Line. Svar JA, så skriver vi videre her."))

    expect(wide.get_by_role("button", name="Line Bek Sørensen, 1 ulæst")).to_be_visible()
    line.get_by_role("button", name="SMS fra Havneparken").click()
    expect(wide.get_by_role("button", name="Line Bek Sørensen", exact=True)).to_be_visible()
    line.get_by_label("Sms fra Line").fill("ja tak")
    line.get_by_label("Sms fra Line").press("Enter")

    (told,) = service.wait_for(1)
    assert (told.form["From"], told.form["To"], told.form["Body"]) == (LINE, HAVNEPARKEN, "ja tak")
    expect(line.locator("[data-sms=out]")).to_contain_text("Modtaget")
    expect(line.get_by_label("Sms fra Line")).to_have_value("")


@pytest.mark.browser
def test_what_did_not_arrive_has_a_dashed_border_and_a_reason(wide: Page, network: Network):
    """The switch shows what is still to go wrong and goes off when it has."""
    network.send_from_phone(OSKAR, SOEPARKEN, "hej")
    wide.get_by_label("til", exact=True).select_option("Oskar")
    switch = wide.get_by_role("switch", name="Telefonen er slukket")
    switch.click()
    expect(switch).to_be_checked()
    expect(switch).to_contain_text("1 tilbage til Oskar")

    network.accept(Submission(OSKAR, SOEPARKEN, "Hej Oskar"))

    lost = phone(wide, "Oskar Friis").locator(".is-lost")
    expect(lost).to_contain_text("Kom ikke frem: telefonen er slukket (30003)")
    assert lost.locator(".bubble").evaluate("e => getComputedStyle(e).borderTopStyle") == "dashed"
    expect(switch).not_to_be_checked()
    expect(wide.locator("#events")).to_contain_text("Sms til Oskar kom ikke frem")


@pytest.mark.browser
def test_clock_is_moved_by_its_buttons(wide: Page, moves: Moves):
    """An hour, a day, to the next step, to a chosen time: Danish time, wherever the browser is."""
    moves.next_step = START + timedelta(days=2)
    wide.get_by_role("button", name="+ 1 time").click()
    expect(wide.locator("#clock-time")).to_have_text("11.42")
    wide.get_by_role("button", name="+ 1 dag").click()
    expect(wide.locator("#clock-day")).to_have_text("onsdag 2. december 2026")
    wide.get_by_role("button", name="Næste skridt: i morgen 10.42").click()
    expect(wide.locator("#clock-day")).to_have_text("torsdag 3. december 2026")
    wide.get_by_role("button", name="Vælg tid").click()
    wide.get_by_label("Stil uret frem til").fill("2026-12-04T08:30")
    wide.get_by_role("button", name="Stil uret", exact=True).click()
    expect(wide.locator("#clock-time")).to_have_text("8.30")

    assert [later.isoformat() for later in moves.to] == [
        "2026-12-01T11:42:00+01:00",
        "2026-12-02T11:42:00+01:00",
        "2026-12-03T10:42:00+01:00",
        "2026-12-04T08:30:00+01:00",
    ]


@pytest.mark.browser
def test_stranger_writes_to_a_chosen_organisation(wide: Page, service: Service):
    """Any number can be opened and written from."""
    wide.get_by_role("button", name="Flere", exact=True).click()
    wide.get_by_label("Et andet nummer").fill("11 11 99 99")
    wide.get_by_role("button", name="Åbn telefonen").click()
    stranger = phone(wide, "+45 11 11 99 99")
    stranger.get_by_label("Til").select_option("Søparken")
    stranger.get_by_label("Sms fra +45 11 11 99 99").fill("hvem er I?")
    stranger.get_by_role("button", name="Send sms").click()

    (told,) = service.wait_for(1)
    assert (told.form["From"], told.form["To"]) == ("+4511119999", SOEPARKEN)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 820, 390, 320])
def test_page_fits_and_is_accessible(browser: Browser, site: str, network: Network, width: int):
    """Nothing scrolls sideways and axe finds nothing, on a wide screen and on a phone."""
    with network.db.write() as session:
        plan(session, Wish(2, "30003", OSKAR))
    network.accept(Submission(OSKAR, SOEPARKEN, "x" * 200))
    network.send_from_phone(LINE, HAVNEPARKEN, "https://" + "a" * 100)
    for page in opened(browser, site, width, 800):
        expect(page.locator(".sms").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(page).response["violations"] == []


@pytest.mark.browser
def test_counter_agrees_with_the_service(wide: Page):
    """The page counts segments as the product does."""
    texts = [
        "",
        "a" * 160,
        "a" * 161,
        "æøå" * 60,
        "€" * 80,
        "€" * 81,
        "🙂" * 35,
        "🙂" * 36,
        "ç",
        "a" * 152 + "€" + "b" * 20,
    ]
    script = (
        "async (texts) => { const m = await import('/simulator/static/segments.js'); return texts.map(m.measure); }"
    )

    counted = wide.evaluate(script, texts)

    assert [(c["used"], c["parts"]) for c in counted] == [(length(t), segments(t)) for t in texts]

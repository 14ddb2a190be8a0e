"""The postcard: what stands on it, for whom there can be none, and the PDF as a printer gets it."""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import segno
from sqlalchemy import select

import handoff
from bot.db import Database
from bot.dialogs import lints
from bot.models import AuditEvent, Contact, Conversation, Organisation, Resident, Task, Wave
from handoff import postcards
from handoff.postcards import Card, Post
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World

TEXTS = tomllib.loads((Path(handoff.__file__).parent / "letters" / "texts.toml").read_text(encoding="utf-8"))
LINES = [(language, key, text) for language, texts in TEXTS.items() for key, text in texts.items()]
MILLIMETRE = 72 / 25.4
Add = Callable[..., int]


@pytest.fixture
def add(sqlite_db: Database, world: World) -> Add:
    """A postcard task of Hodan's; ``resident`` is what differs about her."""

    def make(of: int | None = None, resident: dict[str, str] | None = None, **more: Any) -> int:
        with sqlite_db.write() as session:
            thread = session.get_one(Conversation, of or world.hodan)
            assert thread.case is not None
            session.get_one(Resident, thread.case.resident_id)
            for name, value in (resident or {}).items():
                setattr(thread.case.resident, name, value)
            values = {"case_id": thread.case_id, "due": NOW.date(), "at": NOW} | more
            session.add(task := Task(organisation_id=thread.organisation_id, type="postcard", **values))
            session.flush()
            return task.id

    return make


@pytest.fixture
def post(sqlite_db: Database, add: Add) -> Callable[..., Post]:
    def read(settings: dict[str, str] | None = None, **resident: str) -> Post:
        task_id = add(resident=resident)
        with sqlite_db.write() as session:
            task = session.get_one(Task, task_id)
            organisation = session.get_one(Organisation, task.organisation_id)
            organisation.settings = settings or {}
            return postcards.read_post(session, task, organisation)

    return read


def card_of(post: Post) -> Card:
    assert post.card is not None, post.missing
    return post.card


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    whole = pdf + b"".join(_inflated(pdf))
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", whole)
    return [(round(float(w) / MILLIMETRE), round(float(h) / MILLIMETRE)) for w, h in boxes]


def _inflated(pdf: bytes) -> list[bytes]:
    """What is packed in the file: pages may stand in a stream of objects."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:  # a font or a picture of another kind
            continue
    return found


@pytest.mark.parametrize(("language", "key", "text"), LINES)
def test_no_word_tells_the_stairs_of_money_and_none_threatens(language: str, key: str, text: str):
    assert lints.DEBT.findall(text) == []
    assert lints._THREAT.findall(text) == []
    assert lints._PROMISE.findall(text) == []
    assert lints._LINK.findall(text) == []
    assert lints._SECRET.findall(text) == []
    assert lints._ORNAMENT.findall(text) == []


def test_both_languages_say_the_same_things():
    assert TEXTS["da"].keys() == TEXTS["en"].keys()
    for key, text in TEXTS["da"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", TEXTS["en"][key]))


def test_the_card_greets_by_first_name_and_says_whom_it_is_from_and_how_to_be_sure(post: Callable[..., Post]):
    card = card_of(post({"main_number": "+4511110011"}, language="da"))
    assert card.greeting == "Hej Hodan"
    assert card.intro.startswith("Jeg hedder Mette og er boligsocial rådgiver for Solgården Bolig.")
    assert (card.ask, card.number) == ("Skriv JA på sms til", "+45 11 11 00 10")
    assert card.check.endswith("så ring til Solgården Bolig på +45 11 11 00 11.")
    assert card.address == ("Hodan Warsame", "Havneparken 8, st. th.", "4000 Roskilde")
    assert card.other_language == ""


def test_without_a_number_to_be_sure_by_nothing_is_said_of_one(post: Callable[..., Post]):
    assert card_of(post()).check == ""


def test_the_card_speaks_english_to_who_does_and_danish_with_a_word_more_to_others(post: Callable[..., Post]):
    english, somali = card_of(post(language="en")), card_of(post(language="so"))
    assert (english.greeting, english.ask, english.language) == ("Hello Hodan", "Text YES to", "en")
    assert (somali.greeting, somali.language) == ("Hej Hodan", "da")
    assert somali.other_language == "You may write to us in your own language."


def test_the_code_opens_an_sms_with_the_answer_in_it():
    """In the form that most phones read, and so small that it is read at arm's length."""
    drawn = postcards.sms_code("+4511110010", "JA")
    meant = segno.make("SMSTO:+4511110010:JA", error="m", micro=False)
    assert re.search(r' d="([^"]+)"', drawn)[1] in meant.svg_inline(border=0)  # type: ignore[index]
    assert int(meant.version) <= 3
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')


@pytest.mark.parametrize(
    ("resident", "missing"),
    [
        ({"address": ""}, "no_address"),
        ({"postal_code": "", "city": ""}, "no_address"),
        ({"name": "李小龙"}, "letters"),
        ({"name": "Γιώργος Παπαδόπουλος"}, None),
        ({"name": "Олена Ковальчук"}, None),
        ({"name": "أحمد رحيمي"}, None),
        ({"name": "Łukasz Şahin Æbelø-Ådalø O'Brien"}, None),
    ],
)
def test_there_is_no_card_where_something_is_missing(
    post: Callable[..., Post], resident: dict[str, str], missing: str | None
):
    assert post(**resident).missing == missing


NAMES = [
    "Søren Ægir Åberg",
    "Łukasz Żółć",
    "Şükrü Yığıt",
    "أحمد رحيمي",
    "Олена Їжак",
    "x" * 200,
    'a" #panic("x") \\ $ ]',
]


@pytest.mark.parametrize("name", NAMES)
def test_a_card_is_two_pages_of_a6_whatever_stands_on_it(post: Callable[..., Post], name: str):
    made = postcards.print_cards([card_of(post(name=name, address="y" * 200))], "Postkort")
    assert made.startswith(b"%PDF-")
    assert sizes(made) == [(148, 105)] * 2


def test_the_fonts_that_are_shipped_are_the_ones_used(post: Callable[..., Post]):
    made = postcards.print_cards([card_of(post(name="أحمد رحيمي"))], "Postkort")
    packed = made + b"".join(_inflated(made))
    fonts = {name.decode() for name in re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", packed)}
    assert {font.split("-")[0] for font in fonts} == {"IBMPlexSans", "IBMPlexSansArabic"}


class TestThePages:
    def test_one_card(self, adviser: AdviserAtWork, add: Add):
        task = add()
        page = adviser.open(f"/tasks/{task}/postcard.pdf")
        assert (page.status_code, page.mimetype) == (200, "application/pdf")
        assert page.headers["Content-Disposition"] == f'attachment; filename="postkort-{task}.pdf"'
        assert page.headers["Cache-Control"] == "no-store"
        assert sizes(page.data) == [(148, 105)] * 2

    def test_a_card_that_cannot_be_made_says_why(self, adviser: AdviserAtWork, world: World, add: Add):
        page = adviser.open(f"/tasks/{add(of=world.ahmad, resident={'address': ''})}/postcard.pdf")
        assert page.status_code == 422
        assert "Adressen mangler eller er ufuldstændig" in text_of(page.text)

    def test_who_printed_how_many_is_kept(self, adviser: AdviserAtWork, world: World, add: Add, sqlite_db: Database):
        add(), add(of=world.mads)
        adviser.open(f"/tasks/postcards.pdf?organisation={_organisation(sqlite_db)}")
        with sqlite_db.read() as session:
            kept = session.scalars(select(AuditEvent).where(AuditEvent.action == "postcards_printed")).one()
        assert (kept.adviser_id, kept.detail) == (world.mette, {"count": 2})

    def test_all_cards_of_an_organisation_in_one_file_and_what_is_left_out_with_why(
        self, adviser: AdviserAtWork, world: World, add: Add, sqlite_db: Database
    ):
        add(), add(of=world.mads), add(of=world.ahmad, resident={"address": ""})
        organisation = _organisation(sqlite_db)
        assert len(sizes(adviser.open(f"/tasks/postcards.pdf?organisation={organisation}").data)) == 4
        page = text_of(adviser.open(f"/tasks/postcards?organisation={organisation}").text)
        assert "2 kort" in page
        assert "Ahmad Rahimi Adressen mangler eller er ufuldstændig. Ret den i huslejesystemet" in page

    def test_the_cards_of_one_wave(self, adviser: AdviserAtWork, world: World, add: Add, sqlite_db: Database):
        task, organisation = add(of=world.mads), _organisation(sqlite_db)
        add()
        with sqlite_db.write() as session:
            session.add(wave := Wave(organisation_id=organisation, month="2026-11"))
            session.flush()
            case_id = session.get_one(Task, task).case_id
            contact = Contact(wave_id=wave.id, case_id=case_id, step=4, kind="postcard", send_at=NOW, at=NOW)
            session.add(contact)
            session.flush()
            session.get_one(Task, task).origin = f"contact:{contact.id}"
        path = f"/tasks/postcards.pdf?organisation={organisation}&wave="
        assert len(sizes(adviser.open(path + "2026-11").data)) == 2
        assert adviser.open(path + "2026-10").status_code == 303, "nothing to print"

    def test_printing_changes_nothing_and_sent_ends_those_on_the_page(
        self, adviser: AdviserAtWork, world: World, add: Add, sqlite_db: Database
    ):
        task, organisation = add(), _organisation(sqlite_db)
        adviser.open(f"/tasks/{task}/postcard.pdf")
        adviser.open(f"/tasks/postcards.pdf?organisation={organisation}")
        with sqlite_db.read() as session:
            assert (session.get_one(Task, task).status, session.get_one(Task, task).printed_at) == ("open", None)
        later = add(of=world.mads)
        for _ in range(2):
            assert adviser.post("/tasks/postcards/sent", task=str(task)).status_code == 303
        with sqlite_db.read() as session:
            done = session.get_one(Task, task)
            assert (done.status, done.printed_at, done.done_by_id) == ("done", NOW, world.mette)
            assert session.get_one(Task, later).status == "open", "it came after the page was drawn"

    def test_another_organisations_cards_are_nobodys(
        self, adviser: AdviserAtWork, world: World, add: Add, sqlite_db: Database
    ):
        theirs = add(of=world.foreign)
        assert adviser.open(f"/tasks/{theirs}/postcard.pdf").status_code == 404
        assert (
            adviser.open(f"/tasks/postcards.pdf?organisation={_organisation(sqlite_db, 'vestbo')}").status_code == 404
        )
        assert adviser.open("/tasks/postcards?organisation=x").status_code == 404
        adviser.post("/tasks/postcards/sent", task=str(theirs))
        with sqlite_db.read() as session:
            assert session.get_one(Task, theirs).status == "open"

    def test_a_task_without_an_address_says_so(self, adviser: AdviserAtWork, add: Add):
        assert "adressen mangler" in unescape(adviser.open(f"/tasks/{add(resident={'address': ''})}").text)

    def test_a_whole_wave_is_one_file(self, adviser: AdviserAtWork, add: Add, sqlite_db: Database):
        for number in range(60):
            add(due=NOW.date() + timedelta(days=number))
        made = adviser.open(f"/tasks/postcards.pdf?organisation={_organisation(sqlite_db)}")
        assert len(sizes(made.data)) == 120


def _organisation(db: Database, slug: str = "solgaarden") -> int:
    with db.read() as session:
        return session.scalars(select(Organisation.id).where(Organisation.slug == slug)).one()

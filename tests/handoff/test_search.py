"""Searching: what is found, in which order, what is not shown, whose it is; and no word stands in an address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from bot.db import Database
from bot.models import Case, Conversation, Organisation, Resident, Task
from bot.search_build import build_some
from bot.search_index import SearchIndex, write_words
from bot.search_words import asked
from handoff.search.find import COMMON, Finder
from handoff.search.marks import in_name, snippet
from handoff.search.sealed import Search, Standing, read_search, seal, unseal
from tests.handoff.browsing import WIDE, assert_accessible_in_every_look, assert_fits_a_phone, looks, violations
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, Talk, World, add_organisation, at

INDEX = SearchIndex("an invented key")


@pytest.fixture
def index(sqlite_db: Database, world: World) -> Database:
    """The world, findable."""
    sqlite_db.index = INDEX
    assert build_some(sqlite_db, lambda: NOW) == "done"
    return sqlite_db


def search(adviser: AdviserAtWork, words: str, **more: str) -> str:
    """The page that a search leads to."""
    sent = adviser.post("/search", q=words, **more)
    assert sent.status_code == 303
    return adviser.open(sent.headers["Location"]).text


def shown(text: str) -> list[str]:
    """The names of what is shown, in order."""
    names = re.findall(r'<span class="found-name">(.*?)</span>', text)
    return [re.sub(r"<.*?>", "", name) for name in names]


@pytest.mark.parametrize("words", ["Line", "lin", "sørensen", "Sorensen line", "bek"])
def test_a_resident_is_found_by_name(index: Database, adviser: AdviserAtWork, words: str):
    assert "Line Bek Sørensen" in shown(search(adviser, words))


def test_what_was_found_is_marked(index: Database, adviser: AdviserAtWork):
    assert "<mark>Line</mark> Bek Sørensen" in search(adviser, "lin")


def test_a_number_is_found_in_any_spelling(index: Database, adviser: AdviserAtWork, world: World):
    with index.read() as session:
        phone = session.get_one(Conversation, world.line).phone
    for spelt in (phone, phone[3:], f"{phone[3:7]} {phone[7:]}", " ".join(phone[3:][i : i + 2] for i in (0, 2, 4, 6))):
        assert shown(search(adviser, spelt)) == ["Line Bek Sørensen"], spelt
    assert "Line Bek Sørensen" in shown(search(adviser, phone[-4:]))


def test_a_number_that_belongs_to_no_case_is_found(index: Database, adviser: AdviserAtWork, world: World):
    with index.read() as session:
        phone = session.get_one(Conversation, world.unknown).phone
    assert f"/inbox/{world.unknown}" in search(adviser, phone)


def test_the_case_of_a_case_number_comes_first(index: Database, adviser: AdviserAtWork, sol: int, world: World):
    with index.write() as session:
        mine = session.get_one(Conversation, world.line).case
        assert mine
        wanted = mine.case_ref
        home = session.get_one(Organisation, sol)
        longer = Talk(session, home, "Otto Munk").case
        assert longer
        longer.case_ref, longer.opened_at = f"{wanted}7", NOW + timedelta(days=1)
    assert shown(search(adviser, wanted)) == ["Line Bek Sørensen", "Otto Munk"]
    assert shown(search(adviser, wanted.replace("-", " ").lower()))[0] == "Line Bek Sørensen"


def test_a_name_comes_before_an_address(index: Database, adviser: AdviserAtWork):
    names = shown(adviser.post("/search/suggest", q="lin").text)
    assert names[0] == "Line Bek Sørensen"
    assert len(names) > 1


def test_all_words_are_needed(index: Database, adviser: AdviserAtWork):
    assert shown(search(adviser, "Line Kristiansen")) == []


def test_a_word_of_a_message_is_found_with_what_stands_around_it(index: Database, adviser: AdviserAtWork, sol: int):
    with index.write() as session:
        talk = Talk(session, session.get_one(Organisation, sol), "Otto Munk")
        talk.says("Hej. min motorcykel er brudt sammen & jeg <b>må</b> betale", at(30, "9.00"))
    text = search(adviser, "Motorcyklen motorcykel")
    assert "min <mark>motorcykel</mark> er brudt sammen &amp; jeg &lt;b&gt;må" in search(adviser, "motorcykel")
    assert "Intet fundet" in text


def test_a_name_and_a_word_of_a_message_go_together(index: Database, adviser: AdviserAtWork, sol: int):
    with index.write() as session:
        home = session.get_one(Organisation, sol)
        Talk(session, home, "Otto Munk").says("min motorcykel er væk", at(30, "9.00"))
        Talk(session, home, "Karla Juhl").says("min motorcykel er væk", at(30, "9.00"))
    assert shown(search(adviser, "motorcykel otto")) == ["Otto Munk"]
    assert shown(search(adviser, "motorcykel")) == ["Karla Juhl", "Otto Munk"]


def test_a_note_is_found(index: Database, adviser: AdviserAtWork, world: World):
    adviser.claim(world.line)
    adviser.note(world.line, "Har en kanarieflok")
    text = search(adviser, "kanarieflok")
    assert "Note af Mette" in text
    assert "<mark>kanarieflok</mark>" in text


def test_the_words_of_a_crisis_are_not_shown(index: Database, adviser: AdviserAtWork, sol: int):
    with index.write() as session:
        talk = Talk(session, session.get_one(Organisation, sol), "Otto Munk")
        talk.says("alt er sort og rædselsfuldt", at(30, "9.00"))
        talk.handed_over("crisis_self_harm", at(30, "9.01"), "crisis")
    text = search(adviser, "rædselsfuldt")
    assert shown(text) == ["Otto Munk"]
    assert "Teksten vises kun i samtalen" in text
    assert "sort og" not in text


def test_nor_are_they_when_it_is_over(index: Database, adviser: AdviserAtWork, sol: int):
    with index.write() as session:
        talk = Talk(session, session.get_one(Organisation, sol), "Otto Munk")
        talk.says("alt er sort og rædselsfuldt", at(30, "9.00"), "crisis_self_harm")
        talk.handed_over("crisis_self_harm", at(30, "9.01"), "crisis")
        talk.conversation.priority = "normal"
    assert "sort og" not in search(adviser, "rædselsfuldt")


def test_a_closed_conversation_is_found_and_can_be_left_out(index: Database, adviser: AdviserAtWork, sol: int):
    with index.write() as session:
        talk = Talk(session, session.get_one(Organisation, sol), "Otto Munk").says("motorcykel", at(30, "9.00"))
        talk.conversation.closed_at = NOW
        assert talk.case
        talk.case.status = "closed"
    text = search(adviser, "otto")
    assert "Otto Munk" in shown(text)
    assert "Afsluttet" in text
    assert shown(search(adviser, "otto", standing="open")) == []
    assert shown(search(adviser, "motorcykel", standing="closed")) == ["Otto Munk"]


def test_a_case_without_a_conversation_leads_to_its_task(index: Database, adviser: AdviserAtWork, sol: int):
    with index.write() as session:
        resident = Resident(organisation_id=sol, name="Viggo Uden", created_at=NOW)
        days = {"received": NOW.date(), "deadline": NOW.date(), "opened_at": NOW, "updated_at": NOW}
        case = Case(organisation_id=sol, resident=resident, case_ref="X-1", arrears_ore=1, **days)
        session.add(case)
        session.flush()
        task = Task(organisation_id=sol, case_id=case.id, type="find_number", due=NOW.date(), at=NOW)
        session.add(task)
        session.flush()
        task_id = task.id
    text = search(adviser, "viggo")
    assert "Ingen samtale endnu" in text
    assert f'href="/tasks/{task_id}"' in text


@pytest.mark.parametrize("path", ["/search", "/search/suggest"])
def test_nothing_of_another_organisation_is_found(index: Database, adviser: AdviserAtWork, vest: int, path: str):
    with index.write() as session:
        talk = Talk(session, session.get_one(Organisation, vest), "Xenia Yde", phone="+4511998877")
        talk.says("motorcykel", at(30, "9.00"))
    for words in ("xenia", "motorcykel", "11998877", "Fremmed"):
        sent = adviser.post(path, q=words, organisation=str(vest))
        text = adviser.open(sent.headers["Location"]).text if sent.status_code == 303 else sent.text
        assert "<mark>" not in text, words


def test_no_word_of_a_search_stands_in_an_address_or_a_title(index: Database, adviser: AdviserAtWork):
    sent = adviser.post("/search", q="Sørensen")
    assert not re.search("s.rensen", sent.headers["Location"], re.IGNORECASE)
    text = adviser.open(sent.headers["Location"]).text
    assert not re.findall(r"(?:href|action)=\"[^\"]*s[øo]rensen", text, re.IGNORECASE)
    assert "<title>Søg · Redningskrans</title>" in text


def test_the_address_of_a_search_is_nothing_to_a_colleague(
    index: Database, adviser: AdviserAtWork, colleague: AdviserAtWork
):
    address = adviser.post("/search", q="Sørensen").headers["Location"]
    text = colleague.open(address).text
    assert "for gammel" in text
    assert "rensen" not in text


@pytest.mark.parametrize("query", ["s=x", "s=" + "A" * 200, "s=%F0%9F%99%82", "page=0&part=x", "s=x&page=99999"])
def test_an_address_that_is_not_ours_is_an_empty_field(index: Database, adviser: AdviserAtWork, query: str):
    assert adviser.open(f"/search?{query}").status_code == 200


def test_while_one_types_people_and_cases_are_shown(index: Database, adviser: AdviserAtWork, world: World):
    text = adviser.post("/search/suggest", q="lin").text
    assert f'data-href="/inbox/{world.line}"' in text
    assert "<html" not in text
    assert adviser.post("/search/suggest", q="  ").text.strip() == ""


def test_more_than_a_page_is_gone_through(index: Database, adviser: AdviserAtWork, sol: int):
    with index.write() as session:
        home = session.get_one(Organisation, sol)
        for number in range(23):
            Talk(session, home, f"Flere Nr{number}").says("motorcykel", at(30, f"9.{number:02}"))
    first = search(adviser, "motorcykel")
    more = re.search(r'href="(/search\?[^"]*part=written)"', first)
    assert more
    pages = [shown(adviser.open(more[1].replace("&amp;", "&") + f"&page={number}").text) for number in (1, 2)]
    assert [len(names) for names in pages] == [20, 3]
    assert pages[0][0] == "Flere Nr22"
    assert len({*pages[0], *pages[1]}) == 23
    assert "Vis flere personer og sager" in search(adviser, "flere")


def test_it_is_told_while_the_index_is_not_complete(sqlite_db: Database, adviser: AdviserAtWork):
    assert "Der bygges et nyt register" in search(adviser, "line")


@pytest.mark.parametrize("common", [0, 1, 3, COMMON])
@pytest.mark.parametrize("very_common", [0, 2, COMMON])
def test_rare_and_common_words_find_the_same(db: Database, common: int, very_common: int):
    """Whichever way is taken: along few rows, by what words have in common, along the newest."""
    db.index = INDEX
    with db.write() as session:
        home = add_organisation(session, "maalt", "Målt", "+4511110010")
        talks = [Talk(session, home, f"Otto Nr{number % 2}", department="Søparken") for number in range(5)]
        for number, talk in enumerate(talks):
            talk.says("huslejen" if number % 2 else "huslejen motorcykel", at(30, f"9.{number:02}"))
        ids, home_id = [talk.id for talk in talks], home.id
    with db.read() as session:

        def found(words: str) -> Finder:
            return Finder(session, INDEX, frozenset({home_id}), "", asked(words), common, very_common)

        written = {
            words: found(words).conversations(9) for words in ("huslejen", "huslejen motorcykel", "Nr1 huslejen")
        }
        people = {words: len(found(words).cases(words, 9)) for words in ("Søparken otto nr0", "otto nr1")}
    assert written == {
        "huslejen": ids[::-1],
        "huslejen motorcykel": ids[::-2],
        "Nr1 huslejen": [ids[3], ids[1]],
    }
    assert people == {"Søparken otto nr0": min(3, common), "otto nr1": min(2, common)}  # of very many the newest


def finder(db: Database, words: str, home: int, standing: Standing = "") -> list[int]:
    with db.read() as session:
        found = Finder(session, INDEX, frozenset({home}), standing, asked(words))
        return list(found.conversations(10))


def test_a_word_that_very_many_wrote_leads_to_the_newest(db: Database):
    """Beyond so many the other way of asking is taken; both give the same."""
    db.index = INDEX
    with db.write() as session:
        home = Organisation(slug="maalt", name="Målt", number="+4511110010", settings={}, created_at=NOW)
        session.add(home)
        session.flush()
        common = INDEX.token(home.id, "written", "huslej")
        rare = INDEX.token(home.id, "written", "motorcykel")
        talks = [
            Conversation(
                organisation_id=home.id,
                phone=f"+4512{number:06}",
                created_at=NOW,
                state={},
                last_message_at=NOW + timedelta(seconds=number),
            )
            for number in range(COMMON + 20)
        ]
        session.add_all(talks)
        session.flush()

        write_words(session.connection(), "conversation", ((common, talk.id) for talk in talks))
        write_words(session.connection(), "conversation", ((rare, talk.id) for talk in talks[5:8]))
        ids = [talk.id for talk in talks]
    assert finder(db, "huslejen", home.id) == ids[:-11:-1]
    assert finder(db, "huslejen motorcykel", home.id) == ids[7:4:-1]
    assert finder(db, "huslejen motorcykel", home.id, "closed") == []


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (
            "jeg har betalt huslejen i dag",
            "husleje",
            (("jeg har betalt ", False), ("huslejen", True), (" i dag", False)),
        ),
        ("(huslejen), ja", "husleje", (("(", False), ("huslejen", True), ("), ja", False))),
        ("to\nlinjer  og huslejen", "husleje", (("to linjer og ", False), ("huslejen", True))),
        ("ring 11 11 40 27 nu", "11114027", (("ring ", False), ("11 11 40 27", True), (" nu", False))),
        ("intet her", "husleje", None),
    ],
)
def test_the_piece_of_a_text_around_what_was_found(text, words, expected):
    assert snippet(text, asked(words)) == expected


def test_of_a_long_text_only_a_piece_is_shown():
    pieces = snippet("før " * 100 + "huslejen" + " efter" * 100, asked("husleje"))
    assert pieces
    assert pieces[0][0].startswith("… før")
    assert pieces[-1][0].endswith("efter …")
    assert 100 < sum(len(text) for text, _ in pieces) < 260


def test_a_name_is_marked_word_by_word():
    assert in_name("Jens-Ole Åkjær", asked("aakj")) == (("Jens-Ole ", False), ("Åkjær", True))


def test_a_sealed_search_opens_only_for_its_adviser_and_for_a_day():
    sealed = seal("secret", 7, Search("Line Bek", 2, "open"), NOW)
    assert unseal("secret", 7, sealed, NOW) == Search("Line Bek", 2, "open")
    assert unseal("secret", 8, sealed, NOW) is None
    assert unseal("other", 7, sealed, NOW) is None
    assert unseal("secret", 7, sealed, NOW + timedelta(hours=13)) is None


def test_what_a_form_cannot_mean_is_left_out():
    assert read_search("  a   b ", "x", "sideways") == Search("a b", 0, "")
    assert len(read_search("ord " * 200, "", "").words) <= 200


@pytest.mark.browser
def test_one_types_goes_down_the_list_and_is_there(app: Flask, index: Database, page: Page, world: World):
    page.focus("#search")
    page.keyboard.type("lin", delay=30)
    listed = page.locator("#search-list [role=option]")
    expect(listed.first).to_contain_text("Line Bek Sørensen")
    expect(page.locator("#search")).to_have_attribute("aria-expanded", "true")
    assert [fault for _ in looks(page, "search-list", {"wide": WIDE}) for fault in violations(page)] == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", "search-option-1")
    page.keyboard.press("Escape")
    expect(page.locator("#search-list")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/inbox/{world.line}")


@pytest.mark.browser
def test_enter_leads_to_all_that_was_found_and_back_again(app: Flask, index: Database, page: Page, world: World):
    page.fill("#search", "Søparken")
    page.press("#search", "Enter")
    page.wait_for_url("**/search?s=*")
    expect(page.locator(".found mark").first).to_have_text("Søparken")
    assert_accessible_in_every_look(page, "search")
    assert_fits_a_phone(page)
    page.locator(".found a").first.click()
    page.wait_for_url("**/inbox/*")
    page.go_back()
    expect(page.locator(".found mark").first).to_have_text("Søparken")

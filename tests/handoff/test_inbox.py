"""The inbox as an adviser meets it: folders, rows, a conversation, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bot.db import Database
from bot.models import Conversation, Message, Organisation
from bot.outbox import queue_message
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, Talk, World, add_crisis, at

Stored = Callable[[int], Conversation]


def text_of(html: str) -> str:
    """What a reader sees, in order, without the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ").split())


def rows(html: str) -> list[str]:
    return [text_of(row) for row in re.findall(r'<a class="queue-row.*?</a>', html, re.DOTALL)]


def names(html: str) -> list[str]:
    return re.findall(r'<span class="name">(.*?)</span>', html)


def test_the_home_page_is_the_inbox(adviser: AdviserAtWork):
    assert adviser.open("/").location == "/inbox"


def test_the_queue_is_ordered_by_urgency_and_days_left_and_unknown_numbers_come_last(adviser: AdviserAtWork):
    shown = names(adviser.open().text)
    assert shown[:-1] == [
        "Kirsten Madsbøll",
        "Ahmad Rahimi",
        "Tomasz Nowak",
        "Line Bek Sørensen",
        "Birthe Lauridsen",
        "Hodan Warsame",
        "Mads Thygesen",
        "Per Vestergaard",
    ]
    assert shown[-1].startswith("+45 11 11")


def test_a_row_reads_name_unread_days_left_reason_wait_and_who_has_it(adviser: AdviserAtWork):
    line = next(row for row in rows(adviser.open().text) if "Line Bek" in row)
    assert line == (
        "Line Bek Sørensen , ulæst Havneparken 2 dage Vil tale med et menneske 1 min"
        " tak, jeg har brevet fra jer her. skal jeg sende et billede ML Du har den"
    )


def test_a_row_shows_the_residents_last_words_and_not_the_bots_confirmation(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        talk = Talk(session, organisation, "Ny Nanna").says("jeg vil tale med et menneske", NOW)
        talk.hears("Jeg giver det videre til Mette.", NOW).handed_over("ask_human", NOW)
    nanna = next(row for row in rows(adviser.open().text) if "Nanna" in row)
    assert "ulæst" in nanna
    assert "jeg vil tale med et menneske" in nanna
    assert "Jeg giver det videre" not in nanna


@pytest.mark.parametrize(
    ("folder", "count"), [("waiting", 9), ("mine", 2), ("unclaimed", 6), ("bot", 1), ("unknown", 1), ("all", 10)]
)
def test_each_folder_counts_what_it_shows(adviser: AdviserAtWork, folder: str, count: int):
    page = adviser.open(f"/inbox?folder={folder}").text
    assert len(rows(page)) == count
    current = re.search(r'aria-current="page">.*?</a>', page, re.DOTALL)
    assert current
    assert text_of(current[0]).endswith(str(count))


def test_an_unknown_folder_is_the_first_one(adviser: AdviserAtWork):
    assert rows(adviser.open("/inbox?folder=alt").text) == rows(adviser.open().text)


def test_nothing_of_another_organisation_is_shown_anywhere(adviser: AdviserAtWork, world: World):
    pages = [adviser.open(f"/inbox?folder={f}").text for f in ("waiting", "unclaimed", "all")]
    pages += [adviser.open("/inbox/live?folder=all").text]
    assert not [page for page in pages if "Fremmed" in page]
    assert adviser.open(world.foreign).status_code == 404
    assert adviser.open(f"/inbox/{world.foreign}/live").status_code == 404
    for act in (adviser.claim, adviser.release):
        assert act(world.foreign).status_code == 404
    assert adviser.reply(world.foreign, "hej").status_code == 404
    assert adviser.note(world.foreign, "hej").status_code == 404
    assert adviser.close(world.foreign, "paid").status_code == 404


def test_the_text_of_a_crisis_stands_in_no_row_and_no_title(adviser: AdviserAtWork, sqlite_db: Database):
    add_crisis(sqlite_db)
    page = adviser.open().text
    assert "orker det ikke" not in page
    assert "tør ikke skrive" not in page
    assert "Teksten vises kun i samtalen" in page
    assert "Peter har den. Teksten vises kun i samtalen" in page


def test_a_crisis_that_nobody_has_taken_is_a_band_on_every_page_until_somebody_takes_it(
    adviser: AdviserAtWork, colleague: AdviserAtWork, sqlite_db: Database, world: World
):
    assert 'data-band="' not in adviser.open().text
    crisis = add_crisis(sqlite_db)
    for page in (adviser.open().text, adviser.open(world.line).text, adviser.open("/inbox/live").text):
        assert f'data-band="{crisis}"' in page
        assert "Krise: Jens-Ole Kristiansen skrev 10.42" in page
    assert colleague.claim(crisis).status_code == 303
    assert 'data-band="' not in adviser.open().text


def test_the_band_shows_the_crisis_that_stands_first(adviser: AdviserAtWork, sqlite_db: Database):
    """The one that waits longest, though the other has the nearer deadline."""
    add_crisis(sqlite_db)
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        near = Talk(session, organisation, "Nær Frist", days=0).handed_over("distress", NOW, "crisis")
        longest = Talk(session, organisation, "Længst Ventet", days=9)
        longest.handed_over("distress", NOW - timedelta(hours=2), "crisis")
        near_id, longest_id = near.id, longest.id
    page = adviser.open().text
    assert f'data-band="{longest_id}"' in page
    assert "2 mere venter." in text_of(page)
    assert names(page)[0] == "Længst Ventet"
    assert page.index(f'id="row-{longest_id}"') < page.index(f'id="row-{near_id}"')


def test_in_a_crisis_the_page_is_about_the_person_and_money_is_put_away(adviser: AdviserAtWork, sqlite_db: Database):
    page = adviser.open(add_crisis(sqlite_db)).text
    panel = page[page.index('id="case-body"') :]
    shown = text_of(panel[: panel.index("<details")])
    for wanted in ("Ring +45 11 11", "112", "Livslinien 70 201 201", "Søparken 8, st. th.", "4000 Roskilde"):
        assert wanted in shown
    for put_away in ("8.450,50 kr.", "dage tilbage", "Svarfrist"):
        assert put_away not in shown
    assert "8.450,50" not in page[page.index('id="case-line"') : page.index('id="thread"')]
    assert "Vis sagen alligevel" in panel


def test_a_conversation_shows_author_time_status_segments_and_what_was_heard(adviser: AdviserAtWork, world: World):
    shown = text_of(adviser.open(world.line).text)
    for wanted in (
        "Bølgen 9.05",
        "Botten 14.20",
        "Leveret · 1 SMS",
        "Du 10.38",
        "Sendt · 1 SMS",
        "Hørt: spørger om enkeltydelse vil tale med et menneske",
        "Botten gav samtalen videre: vil tale med et menneske · 8.12",
        "Du tog samtalen · 10.36",
        "Forslag om afdrag 750 kr. × 12, venter på et menneske",
        "I dag",
        "I går",
        "Fredag d. 27. november",
    ):
        assert wanted in shown


def test_the_case_shows_days_arrears_stage_plan_tasks_promises_and_facts(adviser: AdviserAtWork, world: World):
    page = adviser.open(world.line).text
    shown = text_of(page[page.index('id="case-body"') :])
    for wanted in (
        "2 dage tilbage Svarfrist torsdag 3. dec.",
        "8.450,50 kr. restance, i dag 7.00",
        "Advokat 25. nov.",
        "Foged ingen dato",
        "Lines forslag til afdrag i går 750 kr. om måneden, 12 rater, første 31. dec. Sidste rate 200,50 kr.",
        "Ring til Line i dag 13.00",
        "Har lovet 1.000 kr. 4. dec.",
        "Indkomst 14.900 kr. i går",
        "Arbejde mistet arbejde eller timer i går",
        "Brevet har fået det 10.41",
        "Hjemme 2 børn",
    ):
        assert wanted in shown


def test_an_sms_that_did_not_arrive_says_why(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.read() as session:
        per = session.scalars(select(Message.conversation_id).where(Message.error == "30003")).one()
    assert "Kom ikke frem: telefonen var slukket eller uden dækning" in adviser.open(per).text


def test_one_that_is_tried_again_says_when(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.write() as session:
        message = session.scalars(select(Message).where(Message.error == "30003")).one()
        message.status, message.due_at, conversation = "queued", NOW + timedelta(hours=3), message.conversation_id
        message.error = "20003"
    wanted = "Kom ikke frem endnu: sms-leverandøren tager ikke imod fra os lige nu. Prøver igen i dag 13.42"
    assert wanted in adviser.open(conversation).text


def test_the_next_try_is_told_beside_the_one_that_failed(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.write() as session:
        message = session.scalars(select(Message).where(Message.error == "30003")).one()
        thread, due_at = message.conversation, NOW + timedelta(hours=3)
        again = queue_message(session, thread, message.body, author="bot", now=NOW, due_at=due_at)
        again.first_try_id, again.away_tries, conversation = message.id, 2, thread.id
    shown = text_of(adviser.open(conversation).text)
    assert "Kom ikke frem: telefonen var slukket eller uden dækning. Vi prøver igen i dag 13.42" in shown
    assert "Nyt forsøg i dag 13.42" in shown


def test_what_a_resident_writes_is_text_and_never_markup(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        talk = Talk(session, organisation, "Bo <b>Fed</b>").says("<script>alert(1)</script>", NOW, media=1)
        conversation = talk.handed_over("media", NOW).id
    for page in (adviser.open().text, adviser.open(conversation).text):
        assert "<script>alert" not in page
        assert "<b>Fed" not in page
    assert "Et billede kom med" in adviser.open(conversation).text


def test_a_resident_in_another_language_is_marked_for_the_screen_reader(adviser: AdviserAtWork, world: World):
    assert '<p class="bubble" lang="en"' in adviser.open(world.ahmad).text


def test_an_unknown_number_has_a_conversation_and_no_case(adviser: AdviserAtWork, world: World):
    page = adviser.open(world.unknown).text
    assert "Nummeret hører ikke til en sag hos jer." in page
    assert "restance" not in page
    adviser.claim(world.unknown)
    assert "Har ingen sag hos os" in adviser.open(world.unknown).text
    assert adviser.close(world.unknown, "not_in_a_case").status_code == 303


def test_a_long_thread_shows_its_newest_part_and_a_way_to_the_rest(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        talk = Talk(session, organisation, "Tina Tale")
        for number in range(75):
            talk.says(f"besked nummer {number}.", at(30, "9.00") + timedelta(minutes=number))
        conversation = talk.id
    short, whole = adviser.open(conversation).text, adviser.open(f"/inbox/{conversation}?all=1").text
    assert "Vis 15 tidligere beskeder" in short
    assert "besked nummer 14." not in short
    assert "besked nummer 15." in short
    assert "besked nummer 0." in whole


def test_when_nobody_waits_the_page_says_so(adviser: AdviserAtWork, sqlite_db: Database):
    with sqlite_db.write() as session:
        for conversation in session.scalars(select(Conversation)):
            conversation.held_by, conversation.waiting_since, conversation.priority = "bot", None, "normal"
    page = text_of(adviser.open().text)
    assert "Alle har fået svar" in page
    assert "Ingen venter" in page


def test_the_overview_tells_of_cases_past_their_deadline_that_only_the_bot_has(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    """Not of those that a person has or waits for, nor of a case that is paid."""
    assert "frist gået, som ingen har" not in adviser.open().text
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        Talk(session, organisation, "Gået Frist", days=-1)
        Talk(session, organisation, "Sidste Dag", days=0)
        settled = Talk(session, organisation, "Har Betalt", days=-5)
        assert settled.case is not None
        settled.case.status = "settled"
        Talk(session, organisation, "I Køen", days=-2).handed_over("ask_human", NOW)
        vest = session.scalars(select(Organisation).where(Organisation.slug == "vestbo")).one()
        Talk(session, vest, "Fremmed Frist", days=-3)
    for page in (adviser.open().text, adviser.open("/inbox/live").text):
        line = re.search(r"<li>(?:(?!</li>).)*med frist gået, som ingen har.*?</li>", page, re.DOTALL)
        assert line
        assert text_of(line[0]).startswith("1 med frist gået, som ingen har")
        assert 'href="/inbox?folder=bot"' in line[0]
    assert names(adviser.open("/inbox?folder=bot").text)[0] == "Gået Frist"


def test_light_or_dark_can_be_chosen_and_taken_back(adviser: AdviserAtWork):
    assert "data-theme" not in adviser.open().text
    assert adviser.post("/appearance", theme="dark", back="/inbox?folder=mine").location == "/inbox?folder=mine"
    assert 'data-theme="dark"' in adviser.open().text
    adviser.post("/appearance", theme="", back="//evil.example")
    assert "data-theme" not in adviser.open().text


def test_without_scripts_the_note_has_a_page_of_its_own(adviser: AdviserAtWork, world: World):
    page = adviser.open(f"/inbox/{world.line}?compose=note").text
    assert re.search(r'data-pane="sms"[^>]* hidden', page)
    assert not re.search(r'data-pane="note"[^>]* hidden', page)


def test_a_file_that_the_browser_has_already_is_not_left_open(app: Flask):
    """A 304 and a HEAD send no body, and the server closes only what it sends."""
    with app.test_client().get("/static/css/tokens.css") as whole:
        etag = whole.headers["ETag"]
    for method, headers, status in (("GET", {"If-None-Match": etag}, 304), ("HEAD", {}, 200)):
        with app.test_request_context("/static/css/tokens.css", method=method, headers=headers):
            answer = app.full_dispatch_request()
            assert answer.status_code == status
            assert answer.response.file.closed  # type: ignore[union-attr]  # a file, wrapped

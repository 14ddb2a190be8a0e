"""The head of a conversation and its forms, without a browser; who looks and writes; what a ping costs the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from bot.db import Database
from bot.left_waiting import release_left_waiting
from bot.models import Case, Conversation, LiveEvent, Marker, Message, Plan, Presence
from handoff.feed import Feed
from handoff.handoffs import Acting
from handoff.ownership import presence
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_live import Listener, happen, newest
from tests.handoff.world import NOW, World, at


def last_line(page: str) -> str:
    return page.rsplit('class="marker"', 1)[1].split("<time")[0]


def test_a_colleague_is_given_it_with_a_word_and_sees_both_lines(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World
):
    answer = adviser.post(f"/inbox/{world.line}/transfer", to=str(world.peter), word="ring efter kl. 12")
    assert answer.status_code == 303
    theirs = colleague.open(world.line).text
    assert "Du har samtalen" in theirs
    assert "<strong>Mette</strong> gav samtalen til <strong>Peter</strong>" in theirs
    assert "ring efter kl. 12" in theirs
    assert "Tag over fra Peter" in adviser.open(world.line).text


def test_what_was_typed_stands_there_again_when_it_is_refused(adviser: AdviserAtWork, world: World):
    refused = adviser.post(f"/inbox/{world.line}/transfer", to=str(world.peter), word="cpr 010190-1234")
    assert refused.status_code == 422
    assert "Der står et CPR-nummer" in refused.text
    assert ">cpr 010190-1234</textarea>" in refused.text
    assert f'<option value="{world.peter}" selected>' in refused.text
    assert 'hand-on" data-menu open' in refused.text


def test_it_is_laid_back_into_the_queue_and_taken_by_a_colleague(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World
):
    adviser.post(f"/inbox/{world.line}/put-back")
    page = colleague.open(world.line).text
    assert "Ingen har den endnu" in page
    assert "<strong>Mette</strong> lagde samtalen tilbage i køen" in page
    colleague.claim(world.line)
    assert "Du har samtalen" in colleague.open(world.line).text


def test_taking_over_names_the_colleague_in_the_question_and_both_in_the_thread(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World
):
    assert "Skal du tage samtalen over fra Mette?" in colleague.open(world.line).text
    assert colleague.post(f"/inbox/{world.line}/take-over", **{"from": str(world.mette)}).status_code == 303
    assert "<strong>Peter</strong> tog samtalen over fra <strong>Mette</strong>" in adviser.open(world.line).text
    late = adviser.reply(world.line, "Hej Line, jeg sidder med det nu")
    assert late.status_code == 409
    assert "Peter Nygaard har samtalen. Din kladde bliver stående." in late.text
    assert ">Hej Line, jeg sidder med det nu</textarea>" in late.text


@pytest.mark.parametrize("form", [{}, {"from": "x"}, {"from": "9" * 30}, {"from": "²"}])
def test_a_form_without_a_name_takes_nothing_over(colleague: AdviserAtWork, world: World, form: dict[str, str]):
    assert colleague.post(f"/inbox/{world.line}/take-over", **form).status_code == 409


def test_a_closed_conversation_is_opened_again(adviser: AdviserAtWork, world: World):
    adviser.close(world.mads, "other")
    assert "Åbn igen" in adviser.open(world.mads).text
    adviser.post(f"/inbox/{world.mads}/reopen")
    page = adviser.open(world.mads).text
    assert "Du har samtalen" in page
    assert "<strong>Du</strong> åbnede samtalen igen" in page


def test_put_off_it_says_until_when_and_can_be_taken_out(adviser: AdviserAtWork, world: World):
    adviser.post(f"/inbox/{world.mads}/snooze", until="tomorrow")
    page = adviser.open(world.mads).text
    assert "udskudt til i morgen kl. 9" in page
    assert "<strong>Du</strong> udskød samtalen til i morgen kl. 9" in page
    adviser.post(f"/inbox/{world.mads}/snooze/end")
    assert "udskudt til" not in adviser.open(world.mads).text.split("<h1")[1].split("</p>")[0]
    adviser.post(f"/inbox/{world.mads}/snooze", until="day", day="2026-12-09")
    assert "udskudt til d. 9. december kl. 9" in adviser.open(world.mads).text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"until": "day", "day": ""}, "Vælg, hvornår"),
        ({"until": "day", "day": "2026-11-09"}, "Det tidspunkt er gået"),
        ({}, "Vælg, hvornår"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_words(
    adviser: AdviserAtWork, world: World, form: dict[str, str], words: str
):
    refused = adviser.post(f"/inbox/{world.mads}/snooze", **form)
    assert refused.status_code == 422
    assert words in refused.text


def test_given_to_the_bot_with_a_word_it_writes_at_once_and_the_outbox_is_woken(
    adviser: AdviserAtWork, world: World, sqlite_db: Database, woken: list[str]
):
    with sqlite_db.write() as session:
        session.get_one(Conversation, world.line).verified = True
    assert "Hvad skal botten gå videre med?" in adviser.open(world.line).text
    adviser.post(f"/inbox/{world.line}/release", topic="boligstoette")
    page = adviser.open(world.line).text
    assert "Botten har samtalen" in page
    assert "Det er den automatiske hjælper igen. Mette læser med." in page
    assert "Botten går videre: <strong>boligstøtte</strong>" in page
    assert woken == ["wake"]


def test_or_waits_for_the_answer(adviser: AdviserAtWork, world: World, sqlite_db: Database, woken: list[str]):
    with sqlite_db.write() as session:
        session.get_one(Conversation, world.line).verified = True
    adviser.post(f"/inbox/{world.line}/release", topic="payment_plan", begins="resident")
    assert "automatiske hjælper" not in adviser.open(world.line).text
    assert woken == []


def test_whoever_was_not_recognised_is_asked_about_nothing_but_what_it_is_about(adviser: AdviserAtWork, world: World):
    page = adviser.open(world.mads).text
    assert 'value="menu"' in page
    assert 'value="payment_plan"' not in page
    assert adviser.post(f"/inbox/{world.mads}/release", topic="payment_plan").status_code == 422


def test_a_plan_is_decided_only_where_it_is_shown(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.read() as session:
        plan_id = session.scalars(select(Plan.id)).one()
    for word in ("approve", "decline", "break"):
        assert adviser.post(f"/inbox/{world.mads}/plans/{plan_id}/{word}").status_code == 404
    with sqlite_db.read() as session:
        assert session.get_one(Plan, plan_id).status == "proposed"
    assert adviser.post(f"/inbox/{world.line}/plans/{plan_id}/approve").status_code == 303


@pytest.mark.parametrize(
    ("reason", "writes", "holder", "waits"),
    [
        ("plan_outside_policy", False, "bot", False),
        ("plan_outside_policy", True, "queue", True),  # what they wrote is to be read
        ("ask_human", False, "queue", True),  # they asked for a person, not for an answer about the plan
    ],
)
def test_a_conversation_that_waited_for_its_plan_alone_waits_no_more_once_it_is_answered(
    adviser: AdviserAtWork, world: World, sqlite_db: Database, reason: str, holder: str, *, writes: bool, waits: bool
):
    with sqlite_db.write() as session:
        talk = session.get_one(Conversation, world.line)
        talk.held_by, talk.adviser_id, talk.reason = "queue", None, reason
        talk.waiting_since = at(1, "10.30", 12) if writes else at(1, "10.42", 12)
        plan = session.scalars(select(Plan)).one()
        case = session.get_one(Case, plan.case_id)
        case.resident.phone = talk.phone
    adviser.post(f"/inbox/{world.line}/plans/{plan.id}/approve")
    with sqlite_db.read() as session:
        after = session.get_one(Conversation, world.line)
        assert (after.held_by, after.waiting_since is not None) == (holder, waits)
        assert (after.reason is None) is (holder == "bot")
        kinds = session.scalars(select(Marker.kind).where(Marker.conversation_id == world.line)).all()
        assert ("plan_answered" in kinds) is (holder == "bot")


def test_the_adviser_is_told_in_the_bar_what_waited_too_long_for_them_and_nobody_else(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World, sqlite_db: Database, sol: int
):
    assert "ventede for længe på dig" not in adviser.open().text
    with sqlite_db.write() as session:
        mads = update(Conversation).where(Conversation.id == world.mads)
        session.execute(mads.values(waiting_since=NOW - timedelta(days=1)))
        session.execute(update(Marker).where(Marker.conversation_id == world.mads).values(at=NOW - timedelta(days=1)))
    release_left_waiting(sqlite_db, sol, NOW)
    assert "Mads Thygesen ventede for længe på dig" in adviser.open().text
    assert "ventede for længe på dig" not in colleague.open().text
    assert "ventet for længe på Mette" in colleague.open(world.mads).text
    colleague.claim(world.mads)
    assert "ventede for længe på dig" not in adviser.open().text, "somebody has it"


def ping(who: AdviserAtWork, conversation: int, state: str = "looks") -> Any:
    return who.post(f"/inbox/{conversation}/presence", state=state)


def test_who_else_looks_and_who_writes_is_shown_and_oneself_is_not(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World
):
    assert ping(adviser, world.line).text == ""
    assert ping(colleague, world.line).text == "Mette kigger med"
    assert ping(adviser, world.line, "writes").text == "Peter kigger med"
    assert "Mette skriver …" in colleague.open(world.line).text
    assert colleague.open(f"/inbox/{world.line}/presence").text == "Mette skriver …"
    ping(adviser, world.line, "gone")
    assert ping(colleague, world.line).text == ""
    assert ping(colleague, world.mads).text == "", "who looks at one conversation looks at no other"


def test_another_organisation_neither_sees_nor_is_seen(
    app: Flask, adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    fie = AdviserAtWork(app.test_client())
    fie.login("fie@vestbo.example")
    for state in ("looks", "writes", "gone"):
        assert ping(fie, world.line, state).status_code == 404
    assert fie.open(f"/inbox/{world.line}/presence").status_code == 404
    assert ping(adviser, world.line).text == ""
    with sqlite_db.read() as session:
        assert session.scalars(select(Presence.adviser_id)).all() == [world.mette]


def test_who_was_not_heard_of_for_a_while_is_gone_and_old_rows_are_swept(sqlite_db: Database, world: World, sol: int):
    mette, peter = (Acting(number, "", frozenset({sol})) for number in (world.mette, world.peter))
    with sqlite_db.write() as session:
        presence.ping(session, mette, world.line, NOW, writes=True)
        for seconds, seen in ((11, ((), ("Mette",))), (13, (("Mette",), ())), (41, ((), ()))):
            others = presence.others(session, peter, world.line, NOW + timedelta(seconds=seconds))
            assert (others.looking, others.writing) == seen, seconds
        presence.ping(session, peter, world.mads, NOW + timedelta(minutes=11), writes=False)
        assert session.scalars(select(Presence.adviser_id)).all() == [world.peter]


def test_a_ping_wakes_only_those_who_look_at_the_same_and_says_nothing_of_the_queue(
    sqlite_db: Database, world: World, sol: int
):
    feed = Feed(sqlite_db)
    peter = Listener(feed, world.peter, frozenset({sol}), newest(sqlite_db))
    mette = Acting(world.mette, "", frozenset({sol}))
    before = newest(sqlite_db)

    def pings(*, writes: bool) -> None:
        with sqlite_db.write() as session:
            presence.ping(session, mette, world.line, NOW, writes=writes)

    pings(writes=False)
    assert peter.until("presence") == f"event: presence-{world.line}\ndata:\n\n"
    pings(writes=False)  # still there: no news
    pings(writes=True)
    assert peter.until("presence") == f"event: presence-{world.line}\ndata:\n\n"
    happen(sqlite_db)
    assert "presence" not in peter.until("event: queue")
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count(LiveEvent.id)).where(LiveEvent.id > before)) == 1
    feed.stop()
    peter.join()


def test_the_first_bytes_of_a_page_already_say_who_is_there(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World, sqlite_db: Database
):
    ping(colleague, world.line)
    head = adviser.open(world.line).text.split('id="presence"')[1].split("</span>")[0]
    assert "Peter kigger med" in head
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count(Message.id)).where(Message.body.contains("kigger"))) == 0

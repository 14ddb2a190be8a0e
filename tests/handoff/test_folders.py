"""The folders of the inbox and the lists in them: what belongs where, in which order, how many, and what is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.db import Database
from bot.models import Adviser, Conversation, Message, MessageStatus, Organisation
from handoff import priority
from handoff.filters import MOST, PAGE, Choice, Folder, Order
from handoff.folders import FOLDERS, counts
from handoff.handoffs import Acting
from handoff.queue import Queue, read_queue
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, Talk, World, acting, add_adviser, add_organisation


@dataclass
class House:
    """Two organisations of one adviser, and a third that is none of their business."""

    db: Database
    acting: Acting
    sol: int
    havn: int

    def talk(self, name: str | None = "Bo Eg", at: int | None = None, **more: Any) -> int:
        """A conversation; what is said of it is set as it stands."""
        known = {key: more.pop(key) for key in ("days", "language", "department") if key in more}
        with self.db.write() as session:
            organisation = session.get_one(Organisation, at or self.sol)
            made = Talk(session, organisation, name, **known)
            for key, value in more.items():
                setattr(made.conversation, key, value)
            return made.id

    def queue(self, folder: Folder = "waiting", order: Order = "urgent", **more: Any) -> Queue:
        with self.db.read() as session:
            return read_queue(session, self.acting, Choice(folder=folder, order=order, **more), NOW)

    def ids(self, folder: Folder = "waiting", order: Order = "urgent", **more: Any) -> list[int]:
        return list(self.queue(folder, order, **more).ids)

    def counts(self, organisation: int | None = None) -> dict[Folder, int]:
        with self.db.read() as session:
            return counts(session, self.acting, NOW, organisation)


@pytest.fixture
def house(db: Database) -> House:
    with db.write() as session:
        sol, havn = (
            add_organisation(session, slug, slug, number)
            for slug, number in (("sol", "+4511110010"), ("havn", "+4511110020"))
        )
        vest = add_organisation(session, "vest", "vest", "+4511110030")
        mette = add_adviser(session, "mette@sol.example", "Mette Lind", [sol, havn])
        Talk(session, vest, "Fremmed Person").handed_over("ask_human", NOW, "crisis")
        return House(db, acting(mette, sol, havn), sol.id, havn.id)


def before(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


QUEUED: dict[str, Any] = {"held_by": "queue", "reason": "ask_human", "waiting_since": before(5)}


def test_each_conversation_stands_where_its_holder_and_its_wait_say(house: House):
    mine: dict[str, Any] = {"held_by": "adviser", "adviser_id": house.acting.adviser_id}
    queued, waits = house.talk(**QUEUED), house.talk(**mine, waiting_since=before(3))
    answered, bots = house.talk(**mine), house.talk()
    unknown = house.talk(None, **QUEUED | {"waiting_since": before(1)})
    ended = house.talk(closed_at=before(9))
    assert set(house.ids("waiting")) == {queued, waits, unknown}
    assert set(house.ids("mine")) == {waits, answered}
    assert set(house.ids("unclaimed")) == {queued, unknown}
    assert house.ids("resident") == [answered]
    assert house.ids("bot") == [bots]
    assert house.ids("unknown") == [unknown]
    assert set(house.ids("all")) == {queued, waits, answered, bots, unknown}
    assert house.ids("closed") == [ended]


def test_what_is_put_away_waits_nowhere_until_its_time_has_come(house: House):
    later = house.talk(**QUEUED, snoozed_until=NOW + timedelta(hours=2))
    now = house.talk(**QUEUED, snoozed_until=NOW)
    mine: dict[str, Any] = {"held_by": "adviser", "adviser_id": house.acting.adviser_id}
    own = house.talk(**mine, snoozed_until=NOW + timedelta(hours=1))
    assert set(house.ids("snoozed")) == {later, own}
    assert house.ids("waiting") == house.ids("unclaimed") == [now]
    assert house.ids("mine") == house.ids("resident") == []
    assert set(house.ids("all")) == {later, now, own}


def test_a_crisis_cannot_be_put_away(house: House):
    crisis = house.talk(**QUEUED, priority="crisis", snoozed_until=NOW + timedelta(days=1))
    assert house.ids("waiting") == [crisis]
    assert house.ids("snoozed") == []


def test_send_later_holds_those_with_an_sms_whose_time_an_adviser_chose(house: House):
    planned, sent = house.talk(), house.talk()
    with house.db.write() as session:
        for conversation, status in ((planned, "queued"), (sent, "delivered")):
            more: dict[str, Any] = {
                "conversation_id": conversation,
                "direction": "out",
                "author": "adviser",
                "body": "Hej",
                "at": NOW,
            }
            session.add(Message(status=status, send_at=NOW + timedelta(days=1), **more))
    assert house.ids("later") == [planned]
    row = house.queue("later").groups[0].rows[0]
    assert row.wait_words(NOW) == "sendes i morgen 10.42"


def test_every_folder_counts_what_it_lists_and_respects_the_organisation(house: House):
    for number in range(3):
        house.talk(**QUEUED, at=house.havn if number else house.sol)
    house.talk(at=house.havn)
    both, havn = house.counts(), house.counts(house.havn)
    assert (both["waiting"], both["all"]) == (3, 4)
    assert (havn["waiting"], havn["all"]) == (2, 3)
    for folder, number in both.items():
        assert number == len(house.ids(folder)) == house.queue(folder).total
    for folder, number in havn.items():
        assert number == len(house.ids(folder, organisation=house.havn))
    assert "closed" not in both


def test_another_organisation_than_ones_own_holds_nothing(house: House):
    house.talk(**QUEUED)
    with house.db.read() as session:
        vest = session.scalars(select(Organisation.id).where(Organisation.slug == "vest")).one()
        assert not any(counts(session, house.acting, NOW, vest).values())
    assert house.ids("all", organisation=vest) == []


def test_a_list_is_narrowed_by_language_and_reason(house: House):
    arabic = house.talk(**QUEUED, language="ar")
    media = house.talk(**QUEUED | {"reason": "media"})
    both = house.talk(**QUEUED | {"reason": "media"}, language="ar")
    assert set(house.ids(language="ar")) == {arabic, both}
    assert set(house.ids(reason="media")) == {media, both}
    assert house.ids(language="ar", reason="media") == [both]
    assert house.queue(language="ar").total == 2


def test_the_database_orders_by_urgency_as_the_pure_order_does(house: House):
    """Or a row would stand elsewhere on its second page than on its first."""
    for number in range(40):
        priorities, holders = ("crisis", "high", "normal", "normal"), ("queue", "adviser")
        conversation = house.talk(
            None if number % 9 == 4 else f"Beboer {number}",
            days=number * 7 % 11 - 2,
            priority=priorities[number % 4],
            held_by=holders[number // 3 % 2],
            adviser_id=house.acting.adviser_id,
            waiting_since=before(number * 13 % 60 + 1),
        )
        if number % 8 == 3:
            with house.db.write() as session:
                case = session.get_one(Conversation, conversation).case
                if case:
                    case.status = "settled"
    queue = house.queue("all")
    rows = [row for group in queue.groups for row in group.rows]
    with house.db.read() as session:
        alone = read_queue(session, house.acting, Choice(folder="all", show=PAGE), NOW)
    assert [row.id for row in priority.order(rows)] == list(alone.ids)
    assert len(rows) == 40
    assert {group.name for group in queue.groups} == {"Krise", "Haster", "Øvrige"}


def test_in_the_order_of_wait_or_of_newest_the_rows_stand_under_no_heading(house: House):
    first = house.talk(**QUEUED | {"waiting_since": before(90)}, last_message_at=before(90))
    second = house.talk(**QUEUED, priority="crisis", last_message_at=before(1))
    assert house.ids() == [second, first]
    assert house.ids(order="wait") == [first, second]
    assert house.ids(order="newest") == [second, first]
    assert len(house.queue(order="wait").groups) == 1


def test_what_has_ended_stands_newest_first(house: House):
    old, new = house.talk(closed_at=before(60)), house.talk(closed_at=before(2))
    assert house.ids("closed") == [new, old]


def test_a_list_shows_one_page_and_then_more_of_the_same_order(house: House):
    for _ in range(PAGE + 5):
        house.talk(**QUEUED)
    first, more = house.queue(), house.queue(show=PAGE * 2)
    assert (len(first.ids), first.total, first.more) == (PAGE, PAGE + 5, PAGE * 2)
    assert (len(more.ids), more.more) == (PAGE + 5, 0)
    assert more.ids[:PAGE] == first.ids
    assert MOST % PAGE == 0


def test_an_sms_that_was_fetched_late_is_unread_for_who_took_the_conversation_meanwhile(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    """It was written before the conversation was taken, and came after."""
    with sqlite_db.write() as session:
        conversation = session.get_one(Conversation, world.mads)
        written = NOW - timedelta(hours=3)
        late = Message(
            conversation_id=world.mads, direction="in", author="resident", body="ring", status="processed", at=written
        )
        session.add(late)
        session.flush()
        conversation.waiting_since = written
        message = late.id
    assert not unread(adviser, "Mads")
    with sqlite_db.write() as session:
        session.add(MessageStatus(message_id=message, status="received", source="gateway", at=NOW))
    assert unread(adviser, "Mads")


def unread(adviser: AdviserAtWork, name: str) -> bool:
    found = re.findall(r'<a class="queue-row.*?</a>', adviser.open("/inbox?folder=mine").text, re.DOTALL)
    return ", ulæst" in next(row for row in found if name in row)


def test_every_folder_has_words_for_when_it_is_empty(adviser: AdviserAtWork, sqlite_db: Database):
    with sqlite_db.write() as session:
        session.execute(text("UPDATE conversation SET organisation_id = (SELECT max(id) FROM organisation)"))
    for folder, words in FOLDERS.items():
        page = adviser.open(f"/inbox?folder={folder}").text
        assert words.empty in page
        assert f'<h1 id="queue-title">{words.title}</h1>' in page


def test_filters_are_kept_by_rows_forms_and_live_parts(adviser: AdviserAtWork, world: World):
    kept = "language=en&amp;order=wait"
    page = adviser.open("/inbox?folder=all&language=en&order=wait").text
    assert re.findall(r'id="row-\d+" href="([^"]+)"', page) == [f"/inbox/{world.ahmad}?folder=all&amp;{kept}"]
    assert f'hx-get="/inbox/live?folder=all&amp;{kept}"' in page
    page = adviser.open(f"/inbox/{world.ahmad}?folder=all&language=en&order=wait").text
    assert f'action="/inbox/{world.ahmad}/claim?folder=all&amp;{kept}"' in page
    answer = adviser.post(f"/inbox/{world.ahmad}/claim?folder=all&language=en&order=wait")
    assert answer.location == f"/inbox/{world.ahmad}?folder=all&language=en&order=wait"


def test_to_another_folder_go_only_the_organisation_and_the_order(
    adviser: AdviserAtWork, sqlite_db: Database, world: World, sol: int, vest: int
):
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).organisations = [
            session.get_one(Organisation, sol),
            session.get_one(Organisation, vest),
        ]
    page = adviser.open(f"/inbox?folder=all&language=en&reason=eviction&order=wait&organisation={sol}").text
    assert f'href="/inbox?folder=mine&amp;organisation={sol}&amp;order=wait"' in page
    assert "Fremmed" not in page[page.index('id="queue-list"') :]  # its crisis is told whatever is chosen
    assert "Fremmed" in adviser.open(f"/inbox?organisation={vest}").text


@pytest.mark.parametrize(
    "asked", ["language=xx", "reason=%3Cb%3E", "order=up", "organisation=999", "show=-1", "show=9e9"]
)
def test_what_nobody_knows_in_an_address_is_passed_over(adviser: AdviserAtWork, asked: str):
    rows = re.compile(r'id="row-(\d+)"')
    assert rows.findall(adviser.open(f"/inbox?{asked}").text) == rows.findall(adviser.open().text) != []


def test_a_row_says_why_it_stands_where_it_stands(adviser: AdviserAtWork, world: World):
    page = adviser.open().text
    assert re.search(
        rf'id="row-{world.ahmad}"[^>]* title="Haster: fristen er i morgen, og har ventet 1 t 12 min"', page
    )
    assert (
        "title=" not in re.findall(rf'<a [^>]*id="row-{world.ahmad}"[^>]*>', adviser.open("/inbox?order=wait").text)[0]
    )


def test_vis_flere_keeps_the_list_and_stays_at_its_place(adviser: AdviserAtWork, sqlite_db: Database, sol: int):
    with sqlite_db.write() as session:
        organisation = session.get_one(Organisation, sol)
        for number in range(PAGE):
            Talk(session, organisation, f"Beboer {number}", "en").handed_over("ask_human", NOW)
    page = adviser.open("/inbox?language=en").text
    more = re.search(r'data-more[^>]* href="([^"]+)"', page)
    assert more
    assert re.fullmatch(rf"/inbox\?folder=waiting&amp;language=en&amp;show={2 * PAGE}#row-\d+", more[1])
    longer = adviser.open(more[1].replace("&amp;", "&").split("#")[0]).text
    assert len(re.findall(r'id="row-', longer)) == PAGE + 1
    assert "data-more" not in longer
    assert f"show={2 * PAGE}" in re.findall(r'id="row-\d+" href="([^"]+)"', longer)[0]

"""The caretaker's knock: a link that works once, what its page tells, and what becomes of each of the four answers."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from bot import intake
from bot.case_rows import CaseRow
from bot.db import Database
from bot.dialogs.lints import DEBT
from bot.models import COPENHAGEN, Case, Conversation, DoorVisit, Handoff, Marker, Task
from handoff import doors, numbers, task_work
from handoff.doors import DoorRefused
from handoff.handoffs import Acting
from handoff.numbers import NumberRefused
from scheduler.gather import gather
from tests.handoff import world as made
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World

LATER = NOW + timedelta(hours=2)


class House:
    """A knock at Hodan's, on either database."""

    def __init__(self, db: Database) -> None:
        self.db, self.world = db, made.build(db)
        with db.write() as session:
            self.thread_id = self.world.hodan
            thread = session.get_one(Conversation, self.thread_id)
            thread.held_by, thread.reason, thread.waiting_since = "bot", None, None
            assert thread.case_id is not None
            self.case_id, self.organisation_id = thread.case_id, thread.organisation_id
            self.mette = Acting(self.world.mette, "Mette Lind", frozenset({self.organisation_id}))
        self.knock = self.add("knock")

    def add(self, kind: str, **more: object) -> int:
        values = {"case_id": self.case_id, "conversation_id": self.thread_id, "due": NOW.date(), "at": NOW} | more
        with self.db.write() as session:
            session.add(task := Task(organisation_id=self.organisation_id, type=kind, **values))
            session.flush()
            return task.id

    def link(self, at: datetime = NOW) -> str:
        with self.db.write() as session:
            token = doors.make_link(session, self.mette, self.knock, at)
        assert isinstance(token, str)
        return token

    def read(self, token: str, at: datetime = LATER) -> doors.Door | None:
        with self.db.read() as session:
            return doors.read_door(session, token, at)

    def answers(self, token: str, result: str, note: str = "", at: datetime = LATER) -> doors.Door | None:
        with self.db.write() as session:
            return doors.answer(session, token, result, note, at)

    def tasks(self, **wanted: object) -> list[Task]:
        with self.db.read() as session:
            return list(session.scalars(select(Task).filter_by(case_id=self.case_id, **wanted).order_by(Task.id)))

    def thread(self) -> Conversation:
        with self.db.read() as session:
            return session.get_one(Conversation, self.thread_id)

    def markers(self) -> list[Marker]:
        with self.db.read() as session:
            mine = select(Marker).where(Marker.conversation_id == self.thread_id).order_by(Marker.id)
            return list(session.scalars(mine))

    def without_thread(self) -> None:
        with self.db.write() as session:
            session.get_one(Conversation, self.thread_id).case_id = None


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


@pytest.fixture
def street(sqlite_db: Database) -> House:
    return House(sqlite_db)


class TestALink:
    def test_is_kept_as_a_hash_only(self, street: House):
        token = street.link()
        assert len(token) >= 43
        with street.db.read() as session:
            (visit,) = session.scalars(select(DoorVisit))
        assert token not in (visit.token_hash, visit.note)
        assert (visit.made_by_id, visit.answered_at) == (street.world.mette, None)

    def test_tells_whom_where_and_from_whom(self, street: House):
        door = street.read(street.link())
        assert door is not None
        assert (door.name, door.address) == ("Hodan Warsame", ("Havneparken 8, st. th.", "4000 Roskilde"))
        assert (door.adviser, door.organisation, door.is_answered) == ("Mette", "Solgården Bolig", False)

    def test_voids_the_older_one(self, street: House):
        old, new = street.link(), street.link(LATER)
        assert street.read(old) is None
        assert street.answers(old, "met") is None
        assert street.read(new) is not None

    def test_ends_with_the_deadlines_day_and_after_five_days_at_the_latest(self, street: House):
        token = street.link()  # four days to the deadline
        assert street.read(token, datetime(2026, 12, 5, 23, 59, tzinfo=COPENHAGEN)) is not None
        assert street.read(token, datetime(2026, 12, 6, 0, 0, tzinfo=COPENHAGEN)) is None
        with street.db.write() as session:
            session.get_one(Case, street.case_id).deadline = NOW.date() + timedelta(days=20)
        token = street.link()
        assert street.read(token, NOW + timedelta(days=5)) is None

    def test_is_made_after_the_deadline_too_when_an_adviser_wants_it(self, street: House):
        with street.db.write() as session:
            session.get_one(Case, street.case_id).deadline = NOW.date() - timedelta(days=2)
        assert street.read(street.link(), NOW + timedelta(days=4)) is not None

    def test_is_void_when_the_knock_is_put_away_because_all_is_paid(self, street: House):
        token = street.link()
        with street.db.write() as session:
            session.get_one(Task, street.knock).status = "dropped"
        assert street.read(token) is None
        assert street.answers(token, "met") is None

    def test_needs_an_address(self, street: House):
        with street.db.write() as session:
            session.get_one(Case, street.case_id).resident.address = " "
        with street.db.write() as session:
            assert doors.make_link(session, street.mette, street.knock, NOW) == DoorRefused("no_address")

    def test_of_another_organisation_is_made_by_nobody(self, street: House):
        stranger = Acting(street.world.fremmed, "Fie Vest", frozenset({street.organisation_id + 1}))
        with street.db.write() as session:
            assert doors.make_link(session, stranger, street.knock, NOW) == DoorRefused("not_found")

    @pytest.mark.parametrize("token", ["", "x", "x" * 43, "../" * 14 + "a", "æ" * 43])
    def test_that_was_never_made_opens_nothing(self, street: House, token: str):
        assert street.read(token) is None


class TestAnAnswer:
    @pytest.mark.parametrize("result", ["met", "card_left"])
    def test_ends_the_knock_and_stands_in_the_thread(self, house: House, result: str):
        assert house.answers(house.link(), result, "Hun **ville** gerne ringes op") == doors.Door(is_answered=True)
        (knock,) = house.tasks(type="knock")
        assert (knock.status, knock.done_by_id) == ("done", None)
        newest = house.markers()[-1]
        assert (newest.kind, newest.detail) == (f"door_{result}", {"note": ': "Hun ville gerne ringes op"'})
        assert [task.type for task in house.tasks(status="open")] == []
        assert house.thread().held_by == "bot", "the bot goes on"

    def test_counts_once(self, house: House):
        token = house.link()
        house.answers(token, "met")
        assert house.answers(token, "worried") == doors.Door(is_answered=True)
        assert house.read(token) == doors.Door(is_answered=True)
        assert [m.kind for m in house.markers() if m.kind.startswith("door_")] == ["door_met"]
        assert house.thread().held_by == "bot"

    def test_that_somebody_has_moved_is_an_advisers_to_look_at_and_stops_nothing(self, house: House):
        house.answers(house.link(), "moved", "Naboen siger i oktober")
        (todo,) = house.tasks(status="open")
        assert (todo.type, todo.due) == ("other", NOW.date())
        assert todo.note == 'Viceværten siger, at beboeren er flyttet. "Naboen siger i oktober"'
        assert house.thread().held_by == "bot"

    def test_of_worry_asks_for_a_human_at_once(self, house: House):
        house.answers(house.link(), "worried", "Posten hober sig op")
        thread = house.thread()
        assert (thread.held_by, thread.priority, thread.reason) == ("queue", "high", "door_worried")
        with house.db.read() as session:
            newest = session.scalars(select(Handoff).order_by(Handoff.id.desc()).limit(1)).one()
        assert (newest.conversation_id, newest.reason) == (house.thread_id, "door_worried")
        assert house.tasks(status="open") == []

    def test_of_worry_without_a_thread_is_a_task_for_today(self, house: House):
        house.without_thread()
        house.answers(house.link(), "worried")
        (todo,) = house.tasks(status="open")
        assert (todo.type, todo.due) == ("other", NOW.date())
        assert todo.note.startswith("Viceværten er bekymret for beboeren.")

    def test_of_worry_is_a_task_too_where_a_human_waits_for_something_as_urgent(self, house: House):
        """The thread's reason stays the crisis; nobody would see the worry in the queue."""
        with house.db.write() as session:
            thread = session.get_one(Conversation, house.thread_id)
            thread.held_by, thread.priority, thread.reason = "queue", "crisis", "crisis_violence"
        house.answers(house.link(), "worried")
        assert [task.type for task in house.tasks(status="open")] == ["other"]
        assert house.thread().reason == "crisis_violence"

    def test_keeps_no_cpr_number_and_no_more_than_there_is_room_for(self, street: House):
        street.answers(street.link(), "met", "010190-1234 " + "x" * 400)
        with street.db.read() as session:
            (visit,) = session.scalars(select(DoorVisit))
        assert "1234" not in visit.note
        assert len(visit.note) == doors.LONGEST_NOTE

    def test_that_is_none_of_the_four_is_not_kept(self, street: House):
        token = street.link()
        assert street.answers(token, "paid") is None
        assert street.read(token) is not None


class TestThePage:
    @pytest.fixture
    def knock(self, app: Flask, sqlite_db: Database, world: World) -> int:
        with sqlite_db.write() as session:
            thread = session.get_one(Conversation, world.hodan)
            task = Task(
                organisation_id=thread.organisation_id, case_id=thread.case_id, type="knock", due=NOW.date(), at=NOW
            )
            session.add(task)
            session.flush()
            return task.id

    @pytest.fixture
    def link(self, adviser: AdviserAtWork, knock: int) -> str:
        page = adviser.post(f"/tasks/{knock}/door")
        assert page.status_code == 200
        assert 'class="code"' in page.text
        address = re.search(r'value="http://localhost(/door/[^"]+)"', page.text)
        assert address, "the link stands on the page"
        return address[1]

    def test_is_shown_once_to_the_adviser(self, adviser: AdviserAtWork, knock: int, link: str):
        again = adviser.open(f"/tasks/{knock}").text
        assert link not in again
        assert "Link lavet i dag 10.42" in again

    def test_says_nothing_of_money_or_why_and_can_be_kept_by_nobody(self, app: Flask, link: str):
        page = app.test_client().get(link)
        text = text_of(page.text)
        assert "Hodan Warsame Havneparken 8, st. th. 4000 Roskilde" in text
        assert "Hils fra Mette, boligsocial rådgiver for Solgården Bolig." in text
        assert DEBT.findall(text) == []
        assert "8.450" not in text
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"].startswith("noindex")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in page.headers
        assert "<script" not in page.text

    def test_takes_an_answer_without_a_cookie_and_thanks(self, app: Flask, link: str):
        caretaker = app.test_client(use_cookies=False)
        answered = caretaker.post(link, data={"result": "card_left", "note": "Lagt i postkassen"})
        assert (answered.status_code, answered.headers["Location"]) == (303, link)
        again = caretaker.get(link)
        assert again.status_code == 200
        assert "Tak, det er besvaret" in again.text
        assert "Hodan" not in again.text

    def test_is_the_same_for_a_link_that_never_was_and_one_that_is_void(
        self, app: Flask, adviser: AdviserAtWork, knock: int, link: str
    ):
        adviser.post(f"/tasks/{knock}/door")
        caretaker = app.test_client()
        void, unknown = caretaker.get(link), caretaker.get("/door/" + "x" * 43)
        assert (void.status_code, unknown.status_code) == (404, 404)
        assert void.text == unknown.text
        assert caretaker.post(link, data={"result": "met"}).status_code == 404

    def test_shows_itself_again_where_no_button_was_pressed(self, app: Flask, link: str):
        assert "Hvordan gik det?" in app.test_client().post(link, data={"note": "x"}).text

    def test_lets_nobody_guess_on(self, app: Flask):
        guesser = app.test_client()
        tried = [guesser.get(f"/door/{number:043d}").status_code for number in range(62)]
        assert tried[:60] == [404] * 60
        assert tried[-1] == 429

    def test_opens_though_somebody_behind_the_same_proxy_guesses(self, app: Flask, link: str):
        visitor = app.test_client()
        assert [visitor.get("/door/x").status_code for _ in range(61)][-1] == 429
        assert visitor.get(link).status_code == 200
        assert visitor.post(link, data={"result": "met"}).status_code == 303

    def test_leaves_its_address_in_no_log(self, app: Flask, link: str, caplog: pytest.LogCaptureFixture):
        app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

        def broken() -> datetime:
            raise ValueError("Hodan")

        app.extensions["handoff_clock"] = broken
        answer = app.test_client().get(link)
        assert answer.status_code == 500
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert link not in caplog.text
        assert "Hodan" not in caplog.text

    def test_comes_from_the_case_beside_the_thread(self, adviser: AdviserAtWork, world: World, knock: int):
        assert f'href="/tasks/{knock}?back=/inbox/{world.hodan}?folder%3Dwaiting"' in adviser.open(world.hodan).text


def test_the_answer_is_read_in_the_thread(adviser: AdviserAtWork, world: World, sqlite_db: Database):
    with sqlite_db.write() as session:
        thread = session.get_one(Conversation, world.hodan)
        for kind in ("met", "card_left", "moved", "worried"):
            session.add(Marker(conversation_id=thread.id, kind=f"door_{kind}", detail={"note": ': "ring på"'}, at=NOW))
    page = unescape(text_of(adviser.open(world.hodan).text))
    assert 'Viceværten traf beboeren: "ring på"' in page
    assert 'Viceværten er bekymret : "ring på"' in page


class TestTheOtherTasksOnBothDatabases:
    """What SQLite forgives, PostgreSQL does not."""

    def test_three_calls_that_nobody_takes(self, house: House):
        call = house.add("call", due_at=NOW)
        for tries in range(3):
            with house.db.write() as session:
                task_work.nobody_answered(session, house.mette, call, "", tries, NOW)
        assert house.tasks(type="call")[0].status == "done"

    def test_a_payment_and_a_postcard(self, house: House):
        look, card = house.add("check_payment", origin="message:5:check_payment"), house.add("postcard")
        with house.db.write() as session:
            task_work.paid(session, house.mette, look, 0, NOW)
            task_work.sent(session, house.mette, card, NOW)
        assert [task.type for task in house.tasks(status="open")] == ["knock", "check_payment"]
        assert house.tasks(type="postcard")[0].printed_at == NOW

    @pytest.mark.parametrize(("says_paid", "is_held_back"), [(True, True), (False, False)])
    def test_the_ladder_waits_for_the_rent_system_only_where_a_payment_was_seen(
        self, house: House, says_paid: bool, is_held_back: bool
    ):
        look = house.add("check_payment", origin="message:5:check_payment")
        with house.db.write() as session:
            if says_paid:
                task_work.paid(session, house.mette, look, 0, NOW)
            else:
                task_work.not_paid(session, house.mette, look, NOW)
        with house.db.read() as session:
            (found,) = gather(session, house.organisation_id, LATER, only=[house.case_id])
        assert ("paid_said" in found.candidate.against) is is_held_back

    def test_a_number_that_another_thread_wrote_from_before(self, house: House):
        """A number that was unknown is hers now; the search is over, and the second search too."""
        with house.db.write() as session:
            unknown = session.get_one(Conversation, house.world.unknown)
            phone, session.get_one(Case, house.case_id).number_taken_off = unknown.phone, True
        searches = [house.add("find_number"), house.add("find_number")]
        with house.db.write() as session:
            done = numbers.write_number(session, house.mette, searches[0], phone, NOW)
        assert not isinstance(done, NumberRefused)
        assert [task.status for task in house.tasks(type="find_number")] == ["done", "done"]
        with house.db.read() as session:
            assert session.get_one(Conversation, house.world.unknown).case_id == house.case_id


def test_the_rent_systems_old_number_does_not_come_back_over_the_one_that_was_found(house: House):
    """A stranger answered on it: the next file has it still, and a new case of hers would have it too."""
    search = house.add("find_number")
    with house.db.write() as session:
        case = session.get_one(Case, house.case_id)
        case.number_taken_off, case.tenancy_ref = True, "12-8"
        old, ref, name = str(case.resident.phone), case.case_ref, case.resident.name
    with house.db.write() as session:
        numbers.write_number(session, house.mette, search, "+4511114902", NOW)
    known = CaseRow(row=2, case_ref=ref, name=name, arrears_ore=845_050, phone=old, phone_cell=old)
    another = CaseRow(
        row=3, case_ref="S-new", name=name, arrears_ore=100, phone=old, phone_cell=old, tenancy_ref="12-8"
    )
    report = intake.take(house.db, house.organisation_id, [known, another], LATER)
    with house.db.read() as session:
        cases = session.scalars(select(Case).where(Case.case_ref.in_((ref, "S-new")))).all()
        assert [(c.resident.phone, c.number_taken_off) for c in cases] == [("+4511114902", False)] * 2
        assert len({c.resident_id for c in cases}) == 1
    assert "en rådgiver har skrevet et andet nummer siden." in str(report)


def test_a_third_number_of_the_rent_system_is_news(house: House):
    search = house.add("find_number")
    with house.db.write() as session:
        numbers.write_number(session, house.mette, search, "+4511114902", NOW)
        case = session.get_one(Case, house.case_id)
        ref, name = case.case_ref, case.resident.name
    row = CaseRow(row=2, case_ref=ref, name=name, arrears_ore=845_050, phone="+4511114903", phone_cell="11114903")
    intake.take(house.db, house.organisation_id, [row], LATER)
    with house.db.read() as session:
        assert session.get_one(Case, house.case_id).resident.phone == "+4511114903"


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_answer_at_once_one_is_heard(house: House, turn: int):
    """And none waits for the other for ever."""
    token, start = house.link(), threading.Barrier(2)

    def say(result: str) -> object:
        start.wait()
        return house.answers(token, result)

    with ThreadPoolExecutor(2) as both:
        said = [done.result(30) for done in [both.submit(say, "met"), both.submit(say, "moved")]]
    assert said == [doors.Door(is_answered=True)] * 2
    assert len([marker for marker in house.markers() if marker.kind.startswith("door_")]) == 1

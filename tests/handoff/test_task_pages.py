"""/tasks: what is due, the buttons of each kind, and what the thread and the ladder make of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Case, Conversation, Marker, Message, Note, Organisation, Resident, Task
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World

TODAY = NOW.date()
Make = Callable[..., int]


@pytest.fixture
def make(sqlite_db: Database, world: World) -> Make:
    """A task of a resident's case; of another's thread when it is named."""

    def add(kind: str, of: int | None = None, **more: Any) -> int:
        with sqlite_db.write() as session:
            thread = session.get_one(Conversation, of or world.hodan)
            values = {"due": TODAY, "at": NOW, "case_id": thread.case_id, "conversation_id": thread.id} | more
            task = Task(organisation_id=thread.organisation_id, type=kind, **values)
            session.add(task)
            session.flush()
            return task.id

    return add


@pytest.fixture
def task(sqlite_db: Database) -> Callable[[int], Task]:
    def read(task_id: int) -> Task:
        with sqlite_db.read() as session:
            return session.get_one(Task, task_id)

    return read


@pytest.fixture
def markers(sqlite_db: Database, world: World) -> Callable[[], list[str]]:
    """The kinds of Hodan's markers."""

    def read() -> list[str]:
        with sqlite_db.read() as session:
            mine = select(Marker.kind).where(Marker.conversation_id == world.hodan).order_by(Marker.id)
            return list(session.scalars(mine))

    return read


def groups(page: str) -> dict[str, list[str]]:
    """The headings of the list with the titles under them."""
    found = re.findall(r'<section class="sheet tasks".*?</section>', page, re.DOTALL)
    return {
        text_of(re.search(r"<h2.*?</h2>", part, re.DOTALL)[0]).split(" ")[0]: [  # type: ignore[index]
            text_of(title) for title in re.findall(r'<p class="task-title"><a[^>]*>(.*?)</a>', part)
        ]
        for part in found
    }


class TestTheList:
    def test_stands_by_day_and_the_late_ones_first(self, adviser: AdviserAtWork, make: Make):
        make("knock", due=TODAY - timedelta(days=1))
        make("postcard", due=TODAY + timedelta(days=2))
        assert groups(adviser.open("/tasks").text) == {
            "Over": ["Bank på hos Hodan"],
            "I": ["Ring til Line"],
            "Senere": ["Læg et kort til Hodan"],
        }

    def test_shows_another_organisations_task_to_nobody(self, adviser: AdviserAtWork, world: World, make: Make):
        theirs = make("call", of=world.foreign)
        assert "Fremmed" not in adviser.open("/tasks").text
        assert adviser.open(f"/tasks/{theirs}").status_code == 404
        for button in ("done", "called", "payment", "number", "sent", "door"):
            assert adviser.post(f"/tasks/{theirs}/{button}", number="11114099").status_code == 404

    def test_is_behind_the_log_in(self, visitor: AdviserAtWork):
        assert visitor.open("/tasks").status_code == 303
        assert "/login" in visitor.open("/tasks/postcards.pdf").headers["Location"]

    def test_can_be_asked_for_one_kind_and_for_ones_own_cases(
        self, adviser: AdviserAtWork, world: World, make: Make, sqlite_db: Database
    ):
        make("knock")
        assert groups(adviser.open("/tasks?type=knock").text) == {"I": ["Bank på hos Hodan"]}
        assert groups(adviser.open("/tasks?mine=1").text) == {}
        with sqlite_db.write() as session:
            case_id = session.get_one(Conversation, world.line).case_id
            session.get_one(Case, case_id).adviser_id = world.mette
        assert groups(adviser.open("/tasks?mine=1").text) == {"I": ["Ring til Line"]}

    def test_says_whom_to_call_where_to_knock_and_how_many_days_are_left(self, adviser: AdviserAtWork, make: Make):
        make("knock", note="Bank på hos beboeren.")
        page = text_of(adviser.open("/tasks").text)
        assert re.search(r"Line Bek Sørensen , åbn samtalen · \+45 11 11 \d\d \d\d", page)
        assert "Havneparken 8, st. th., 4000 Roskilde Bank på hos beboeren." in page
        assert "Svarfrist: 2 dage" in page

    def test_calls_no_number_that_belongs_to_somebody_else(
        self, adviser: AdviserAtWork, world: World, make: Make, sqlite_db: Database
    ):
        make("call")
        with sqlite_db.write() as session:
            case_id = session.get_one(Conversation, world.hodan).case_id
            session.get_one(Case, case_id).number_taken_off = True
        assert "Hodan Warsame , åbn samtalen · intet nummer" in text_of(adviser.open("/tasks?type=call").text)

    def test_is_counted_in_the_rail_of_every_room(self, adviser: AdviserAtWork, make: Make):
        make("knock", due=TODAY - timedelta(days=3))
        make("postcard", due=TODAY + timedelta(days=1))
        for path in ("/inbox", "/tasks", "/admin/1/languages"):
            assert "Opgaver 2 i dag eller før" in text_of(adviser.open(path).text)


class TestACall:
    def test_that_was_taken_is_done_with_a_note_in_the_thread(
        self,
        adviser: AdviserAtWork,
        make: Make,
        task: Callable[[int], Task],
        markers: Callable[[], list[str]],
        sqlite_db,
    ):
        call = make("call")
        for _ in range(2):
            adviser.post(f"/tasks/{call}/called", outcome="talked", note="Vil søge kommunen.", tries="0")
        assert task(call).status == "done"
        assert markers().count("call_taken") == 1
        with sqlite_db.read() as session:
            assert [note.body for note in session.scalars(select(Note))] == ["Vil søge kommunen."]

    def test_that_nobody_takes_stands_for_the_next_working_day_at_its_hour_and_ends_the_third_time(
        self, adviser: AdviserAtWork, make: Make, task: Callable[[int], Task], markers: Callable[[], list[str]]
    ):
        call = make("call", due_at=NOW.replace(hour=15, minute=30))
        adviser.post(f"/tasks/{call}/called", outcome="nobody", tries="0")
        assert (task(call).status, task(call).due, task(call).tries) == ("open", date(2026, 12, 2), 1)
        assert task(call).due_at == NOW.replace(day=2, hour=15, minute=30)
        assert "Ringet 1 af 3 gange uden svar" in adviser.open("/tasks").text
        adviser.post(f"/tasks/{call}/called", outcome="nobody", tries="1")
        adviser.post(f"/tasks/{call}/called", outcome="nobody", tries="2")
        assert (task(call).status, task(call).tries) == ("done", 3)
        assert markers()[-3:] == ["call_not_taken", "call_not_taken", "call_given_up"]

    def test_that_nobody_took_counts_once_however_often_the_button_is_pressed(
        self, adviser: AdviserAtWork, make: Make, task: Callable[[int], Task]
    ):
        call = make("call")
        for _ in range(3):
            assert adviser.post(f"/tasks/{call}/called", outcome="nobody", tries="0").status_code == 303
        assert task(call).tries == 1

    def test_that_somebody_has_told_of_already_loses_no_other_note(self, adviser: AdviserAtWork, make: Make):
        call = make("call")
        told = {"outcome": "talked", "note": "Hun betaler fredag.", "tries": "0"}
        for _ in range(2):  # pressed twice
            assert adviser.post(f"/tasks/{call}/called", **told).status_code == 303
        page = adviser.post(f"/tasks/{call}/called", **(told | {"note": "Hun har mistet sit job."}))
        assert page.status_code == 409
        assert "din note er ikke gemt" in page.text
        assert "Hun har mistet sit job." in page.text

    def test_keeps_no_cpr_number_and_loses_no_word(
        self, adviser: AdviserAtWork, make: Make, task: Callable[[int], Task]
    ):
        call = make("call")
        page = adviser.post(f"/tasks/{call}/called", outcome="talked", note="Født 010190-1234, vil betale", tries="0")
        assert page.status_code == 422
        assert "Der står et CPR-nummer i noten." in page.text
        assert "Født 010190-1234, vil betale" in page.text
        assert task(call).status == "open"

    def test_of_a_case_without_a_thread_keeps_its_note_on_itself(
        self, adviser: AdviserAtWork, make: Make, task: Callable[[int], Task], sqlite_db: Database
    ):
        with sqlite_db.write() as session:
            session.add(other := Organisation(slug="x", name="X", number="+4511110099", settings={}, created_at=NOW))
            ours = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
            session.add(bo := Resident(organisation_id=ours.id, name="Bo Holm", phone="+4511114900", created_at=NOW))
            session.flush()
            assert other.id != ours.id
            session.add(
                case := Case(
                    organisation_id=ours.id, resident_id=bo.id, case_ref="B-1", arrears_ore=1, received=TODAY,
                    deadline=TODAY, opened_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
            session.flush()
        call = make("call", case_id=case.id, conversation_id=None, note="Ring til beboeren.")
        adviser.post(f"/tasks/{call}/called", outcome="nobody", note="Telefonsvarer", tries="0")
        assert task(call).note == "Ring til beboeren.\nTelefonsvarer"


class TestAPayment:
    def test_that_was_seen_holds_everything_back_until_the_rent_system_says_so(
        self, adviser: AdviserAtWork, make: Make, task: Callable[[int], Task], markers: Callable[[], list[str]]
    ):
        """The task stays open, and with it the reason why nothing is sent; a human looks again after three days."""
        look = make("check_payment", origin="message:77:check_payment")
        for _ in range(2):
            adviser.post(f"/tasks/{look}/payment", outcome="paid", tries="0")
        assert (task(look).status, task(look).due) == ("open", date(2026, 12, 4))
        assert markers().count("payment_seen") == 1
        assert "Venter på huslejesystemet, og der sendes ikke noget imens" in adviser.open("/tasks").text

    def test_of_an_instalment_that_was_seen_is_done(
        self, adviser: AdviserAtWork, make: Make, task: Callable[[int], Task]
    ):
        look = make("check_payment", origin="plan:3:1:check_payment")
        adviser.post(f"/tasks/{look}/payment", outcome="paid", tries="0")
        assert task(look).status == "done"

    def test_that_is_not_there_ends_the_pause(
        self, adviser: AdviserAtWork, make: Make, task: Callable[[int], Task], markers: Callable[[], list[str]]
    ):
        look = make("check_payment", origin="message:77:check_payment")
        adviser.post(f"/tasks/{look}/payment", outcome="not_paid", tries="0")
        assert task(look).status == "done"
        assert markers()[-1] == "payment_not_seen"


class TestANumber:
    @pytest.fixture
    def gone(self, sqlite_db: Database, world: World, make: Make) -> int:
        """Somebody else answered on Hodan's number."""
        with sqlite_db.write() as session:
            thread = session.get_one(Conversation, world.hodan)
            session.get_one(Case, thread.case_id).number_taken_off = True
            thread.verified = True
        return make("find_number")

    def test_that_is_another_one_is_hers_and_nothing_is_sent_by_itself(
        self, adviser: AdviserAtWork, world: World, gone: int, task: Callable[[int], Task], sqlite_db: Database
    ):
        case_id = task(gone).case_id
        other = "11 11 49 01"
        assert adviser.post(f"/tasks/{gone}/number", number=other).status_code == 303
        with sqlite_db.read() as session:
            case = session.get_one(Case, case_id)
            assert (case.resident.phone, case.number_taken_off) == ("+4511114901", False)
            old = session.get_one(Conversation, world.hodan)
            assert (old.case_id, old.verified) == (None, False), "a stranger's thread is about no case"
            assert session.scalars(select(Message).where(Message.status == "queued")).all() == []
        assert task(gone).status == "done"

    @pytest.mark.parametrize(
        ("written", "why"),
        [
            ("", "Skriv et nummer først."),
            ("1234", "Det er ikke et gyldigt nummer."),
            ("33 11 22 33", "Det er et fastnetnummer."),
            ("11 11 00 10", "Det er vores eget nummer."),
        ],
    )
    def test_that_takes_no_sms_is_not_kept(self, adviser: AdviserAtWork, gone: int, task, written: str, why: str):
        page = adviser.post(f"/tasks/{gone}/number", number=written)
        assert page.status_code == 422
        assert why in page.text
        assert f'value="{written}"' in page.text, "what was written stays"
        assert task(gone).status == "open"

    def test_that_was_taken_off_is_not_taken_again(
        self, adviser: AdviserAtWork, gone: int, world: World, stored: Callable[[int], Conversation]
    ):
        page = adviser.post(f"/tasks/{gone}/number", number=stored(world.hodan).phone)
        assert page.status_code == 422
        assert "Det er det nummer, der er taget af sagen." in page.text


def test_a_task_that_was_put_away_meanwhile_says_so(adviser: AdviserAtWork, make: Make):
    late = adviser.post(f"/tasks/{make('call', status='dropped')}/called", outcome="talked")
    assert late.status_code == 409
    assert "Opgaven er ikke længere aktuel." in late.text


def test_a_button_of_another_kind_does_nothing(adviser: AdviserAtWork, make: Make, task: Callable[[int], Task]):
    knock = make("knock")
    assert adviser.post(f"/tasks/{knock}/payment", outcome="paid", tries="0").status_code == 422
    assert task(knock).status == "open"


def test_what_was_done_lately_stands_under_a_fold(adviser: AdviserAtWork, make: Make):
    make("other", status="done", done_at=NOW - timedelta(days=13))
    make("knock", status="done", done_at=NOW - timedelta(days=15))
    page = adviser.open("/tasks").text
    fold = text_of(page[page.index('class="tasks-done"') :])
    assert "Gjort de sidste 14 dage 1 Opgave" in fold
    assert "Bank på" not in fold


def test_the_way_back_leads_nowhere_else(adviser: AdviserAtWork, make: Make):
    answer = adviser.post(f"/tasks/{make('other')}/done", back="https://example.com/")
    assert answer.headers["Location"] == "/inbox"
    answer = adviser.post(f"/tasks/{make('other')}/done", back="/tasks?type=other")
    assert answer.headers["Location"] == "/tasks?type=other"


def test_a_list_that_is_too_long_says_how_much_of_it_is_shown(
    adviser: AdviserAtWork, world: World, sqlite_db: Database
):
    with sqlite_db.write() as session:
        thread = session.get_one(Conversation, world.hodan)
        mine = {"organisation_id": thread.organisation_id, "case_id": thread.case_id, "type": "other", "at": NOW}
        session.add_all(Task(due=TODAY - timedelta(days=1), **mine) for _ in range(300))
    assert "301 åbne opgaver, her er de 300 første" in text_of(adviser.open("/tasks").text)

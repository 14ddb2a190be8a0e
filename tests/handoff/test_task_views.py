"""/tasks by whose and when: counts, giving and taking, what comes of a promise, a task edited on its own page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Case, Conversation, DoorVisit, Marker, Message, Promise, Task
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.test_task_pages import groups
from tests.handoff.world import NOW, World

TODAY = NOW.date()


@pytest.fixture
def make(sqlite_db: Database, world: World) -> Callable[..., int]:
    def add(kind: str, **more: Any) -> int:
        with sqlite_db.write() as session:
            thread = session.get_one(Conversation, world.hodan)
            values = {"due": TODAY, "at": NOW, "case_id": thread.case_id, "conversation_id": thread.id} | more
            session.add(task := Task(organisation_id=thread.organisation_id, type=kind, **values))
            session.flush()
            return task.id

    return add


@pytest.fixture
def promised(sqlite_db: Database, world: World) -> tuple[int, int]:
    """A promise of Hodan's and the task to look at it."""
    with sqlite_db.write() as session:
        thread = session.get_one(Conversation, world.hodan)
        session.add(
            promise := Promise(case_id=thread.case_id or 0, amount_ore=50_000, day=TODAY - timedelta(days=1), at=NOW)
        )
        session.flush()
        origin = f"promise:{promise.id}:check_promise"
        known = {"organisation_id": thread.organisation_id, "case_id": thread.case_id, "conversation_id": thread.id}
        session.add(task := Task(type="check_promise", due=TODAY, at=NOW, origin=origin, **known))
        session.flush()
        return promise.id, task.id


def counted(page: str) -> dict[str, str]:
    nav = re.search(r'<nav class="task-views".*?</nav>', page, re.DOTALL)
    assert nav
    return dict(re.findall(r">([^<>]+) <span class=\"number\">(\d+)<", nav[0]))


def form_of(page: str) -> dict[str, str]:
    form = re.search(r'<form class="case-form.*?</form>', page, re.DOTALL)
    assert form
    fields = dict(re.findall(r'<input[^>]*name="(what|seal|due|at|reason)"[^>]*?value="([^"]*)"', form[0]))
    return fields | dict(re.findall(r'<textarea[^>]*name="(note)"[^>]*>([^<]*)<', form[0]))


def test_each_view_shows_its_own_and_says_how_many(
    adviser: AdviserAtWork, world: World, make: Callable[..., int], sqlite_db: Database
):
    make("knock", due=TODAY - timedelta(days=1), adviser_id=world.mette)
    make("postcard", due=TODAY + timedelta(days=2))
    make("other", adviser_id=world.peter)
    page = adviser.open("/tasks").text
    assert counted(page) == {"Mine": "1", "I dag": "2", "Over tiden": "1", "Alle": "4"}
    assert groups(adviser.open("/tasks?view=mine").text) == {"Over": ["Bank på hos Hodan"]}
    assert set(groups(adviser.open("/tasks?view=today").text)) == {"I"}
    assert set(groups(adviser.open("/tasks?view=overdue").text)) == {"Over"}
    assert counted(adviser.open("/tasks?type=knock").text)["Alle"] == "1"
    assert counted(adviser.open("/tasks?view=nothing&organisation=x").text)["Alle"] == "4"
    with sqlite_db.write() as session:
        hodan = session.get_one(Conversation, world.hodan)
        session.get_one(Case, hodan.case_id).adviser_id = world.mette
    assert counted(adviser.open("/tasks").text)["Mine"] == "2", "what nobody was given is for whose case it is"


def test_who_was_given_a_task_stands_on_it(adviser: AdviserAtWork, world: World, make: Callable[..., int]):
    task = make("other")
    form = form_of(adviser.open(f"/tasks/{task}").text)
    given = adviser.post(f"/tasks/{task}/edit", **form, do="save", adviser=str(world.peter))
    assert given.status_code == 303
    assert "I dag · Peter" in text_of(adviser.open("/tasks").text)
    form = form_of(adviser.open(f"/tasks/{task}").text)
    assert adviser.post(f"/tasks/{task}/edit", **form, do="take").status_code == 303
    assert "I dag · Dig" in text_of(adviser.open("/tasks").text)


def test_a_task_moved_by_two_at_once_keeps_what_the_second_typed(
    adviser: AdviserAtWork, colleague: AdviserAtWork, make: Callable[..., int], sqlite_db: Database
):
    task = make("other")
    first, second = (form_of(each.open(f"/tasks/{task}").text) for each in (adviser, colleague))
    assert adviser.post(f"/tasks/{task}/edit", **first | {"due": "2026-12-08"}, do="save").status_code == 303
    late = colleague.post(f"/tasks/{task}/edit", **second | {"note": "Ring til banken"}, do="save")
    assert late.status_code == 409
    assert "Nu står der: Dag: 8.12.2026" in text_of(late.text)
    assert "Ring til banken" in late.text
    with sqlite_db.read() as session:
        assert (session.get_one(Task, task).due, session.get_one(Task, task).note) == (date(2026, 12, 8), "")


def test_a_task_without_a_case_can_be_put_away_too(adviser: AdviserAtWork, world: World, make: Callable[..., int]):
    task = make("other", case_id=None, conversation_id=world.unknown)
    form = form_of(adviser.open(f"/tasks/{task}").text)
    assert adviser.post(f"/tasks/{task}/edit", **form | {"reason": "Forkert nummer"}, do="drop").status_code == 303
    assert "Opgaven er ikke længere aktuel." in adviser.open(f"/tasks/{task}").text


@pytest.mark.parametrize(("outcome", "status"), [("paid", "kept"), ("not_paid", "broken")])
def test_a_promise_is_answered_with_what_came_of_it(
    adviser: AdviserAtWork, sqlite_db: Database, world: World, promised: tuple[int, int], outcome: str, status: str
):
    promise, task = promised
    page = adviser.open("/tasks").text
    row = page[page.index(f'id="task-{task}"') :]
    assert ">Gjort<" not in row[: row.index("</li>")]
    assert "Beboeren får ingen sms om det." in text_of(row)
    for _ in range(2):
        answer = adviser.post(f"/tasks/{task}/promise", outcome=outcome)
    assert answer.status_code == 409, "it has been answered"
    with sqlite_db.read() as session:
        assert session.get_one(Promise, promise).status == status
        done = session.get_one(Task, task)
        assert (done.status, done.done_by_id) == ("done", world.mette)
        kinds = session.scalars(select(Marker.kind).where(Marker.conversation_id == world.hodan)).all()
        assert kinds.count(f"promise_{status}_by_hand") == 1
        mine = (Message.conversation_id == world.hodan, Message.direction == "out")
        assert session.scalars(select(Message.id).where(*mine)).all() == []


def test_a_promise_gets_another_day(adviser: AdviserAtWork, sqlite_db: Database, promised: tuple[int, int]):
    promise, task = promised
    wrong = adviser.post(f"/tasks/{task}/promise", outcome="new_day", day="2026-11-03")
    assert wrong.status_code == 422
    assert "Dagen er gået" in wrong.text
    assert 'value="2026-11-03"' in wrong.text
    assert adviser.post(f"/tasks/{task}/promise", outcome="new_day", day="2026-12-11").status_code == 303
    with sqlite_db.read() as session:
        assert (session.get_one(Promise, promise).day, session.get_one(Promise, promise).status) == (
            date(2026, 12, 11),
            "open",
        )
        assert (session.get_one(Task, task).due, session.get_one(Task, task).status) == (date(2026, 12, 14), "open")


def test_a_caretakers_link_that_was_taken_back_opens_nothing(
    adviser: AdviserAtWork, visitor: AdviserAtWork, sqlite_db: Database, make: Callable[..., int]
):
    task = make("knock")
    shown = adviser.post(f"/tasks/{task}/door").text
    token = re.search(r'value="https?://[^/]+(/[^"]+)"', shown)
    assert token
    assert visitor.client.get(token[1]).status_code == 200
    assert adviser.post(f"/tasks/{task}/door/withdraw").status_code == 303
    assert visitor.client.get(token[1]).status_code != 200
    with sqlite_db.read() as session:
        assert session.scalars(select(DoorVisit.expires_at)).all() == [NOW]
        assert session.get_one(Task, task).status == "open"

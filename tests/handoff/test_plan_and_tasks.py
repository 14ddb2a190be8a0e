"""The plan card and the tasks beside the thread: what an adviser answers there, and what the resident learns of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Case, Consent, Conversation, Message, Plan, PlanStep, Task
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.test_inbox import text_of
from tests.handoff.world import NOW, World

Rows = Callable[..., list[Any]]


@pytest.fixture
def kept(sqlite_db: Database, world: World) -> Rows:
    """Rows of Line's case as they stand in the database."""

    def read(table: type[Any], **wanted: Any) -> list[Any]:
        with sqlite_db.read() as session:
            case_id = session.get_one(Conversation, world.line).case_id
            of_line = {"conversation_id": world.line} if table is Message else {"case_id": case_id}
            return list(session.scalars(select(table).filter_by(**of_line, **wanted).order_by(table.id)))

    return read


def case_of(page: str) -> str:
    """The case panel, as it is read."""
    return text_of(page[page.index('id="case-body"') : page.index("Det ved vi")])


def answer(adviser: AdviserAtWork, page: str, button: str) -> None:
    """Post the form with this button, as the page draws it."""
    form = re.search(rf'<form method="post"[^>]*action="([^"]+)">(?:(?!</form>).)*?>{button}</button>', page, re.DOTALL)
    assert form, button
    assert adviser.post(form[1].replace("&amp;", "&")).status_code == 303


def test_the_card_says_what_its_buttons_do_and_one_of_them_is_filled(adviser: AdviserAtWork, world: World):
    page = adviser.open(world.line).text
    assert "Line får en sms. Afviser du, står der, at du ringer." in case_of(page)
    card = page[page.index('class="sheet plan"') : page.index('id="plan-effect"')]
    assert re.findall(r'<button class="([^"]+)"[^>]*>(\w+)<', card) == [
        ("button filled", "Godkend"),
        ("button", "Afvis"),
    ]


def test_a_plan_of_what_is_left_after_a_sum_at_once_shows_its_own_last_part(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database
):
    (plan,) = kept(Plan)
    with sqlite_db.write() as session:
        session.get_one(Plan, plan.id).total_ore = 835_050
    assert "Sidste rate 100,50 kr." in case_of(adviser.open(world.line).text)


def test_a_sum_that_tells_the_arrears_is_not_said_to_somebody_who_was_not_recognised(
    adviser: AdviserAtWork, world: World, kept: Rows
):
    answer(adviser, adviser.open(world.line).text, "Godkend")

    (told,) = kept(Message, author="bot", status="queued")
    assert "har sagt ja" in told.body
    assert not re.search(r"\d", told.body)


def test_an_approved_plan_is_told_once_and_stays_visible(
    adviser: AdviserAtWork,
    colleague: AdviserAtWork,
    world: World,
    kept: Rows,
    woken: list[str],
    sqlite_db: Database,
):
    """By a colleague who does not hold the conversation, twice."""
    with sqlite_db.write() as session:
        session.get_one(Conversation, world.line).verified = True
    page = colleague.open(world.line).text
    for _ in range(2):
        answer(colleague, page, "Godkend")
    assert [plan.status for plan in kept(Plan)] == ["approved"]
    (told,) = kept(Message, author="bot", status="queued")
    assert told.must_go
    for wanted in ("Peter", "750", "31. dec"):
        assert wanted in told.body
    assert woken
    shown = case_of(adviser.open(world.line).text)
    assert "Aftale: 750 kr. om måneden, godkendt i dag" in shown
    assert "Lines forslag" not in shown
    assert "har ikke fået en sms" not in shown


def test_an_agreement_shows_each_instalment_its_day_and_what_was_done_about_it(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database
):
    answer(adviser, adviser.open(world.line).text, "Godkend")
    (plan,) = kept(Plan)
    with sqlite_db.write() as session:
        session.get_one(Plan, plan.id).total_ore = 845_050
        session.add_all(
            [
                PlanStep(plan_id=plan.id, number=1, kind="reminder", at=NOW),
                PlanStep(plan_id=plan.id, number=1, kind="look", is_paid=False, at=NOW),
                PlanStep(plan_id=plan.id, number=2, kind="look", is_paid=True, at=NOW),
            ]
        )
    shown = case_of(adviser.open(world.line).text)
    assert "750 kr. påmindet i dag, restancen er ikke faldet, der er en opgave 31. dec." in shown
    assert "750 kr. restancen er faldet 31. jan. 2027" in shown
    assert "750 kr. 28. feb. 2027" in shown
    assert "200,50 kr. 30. nov. 2027" in shown


def test_an_agreement_that_does_not_hold_is_ended_by_a_human_and_nobody_is_written_to(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database
):
    answer(adviser, adviser.open(world.line).text, "Godkend")
    (plan,) = kept(Plan)
    told = len(kept(Message, author="bot"))
    with sqlite_db.write() as session:
        case = session.get_one(Case, plan.case_id)
        missed = {"organisation_id": case.organisation_id, "case_id": case.id, "due": NOW.date(), "at": NOW}
        session.add(Task(type="check_payment", origin=f"plan:{plan.id}:1:check_payment", **missed))
        session.add(Task(type="check_payment", origin=f"plan:{plan.id}0:1:check_payment", **missed))
    page = adviser.open(world.line).text
    assert "Så stopper påmindelserne. Line får ingen sms om det." in case_of(page)
    for _ in range(2):
        answer(adviser, page, "Aftalen holder ikke")
    assert [plan.status for plan in kept(Plan)] == ["broken"]
    assert [task.status for task in kept(Task, type="check_payment")] == ["dropped", "open"]
    assert len(kept(Message, author="bot")) == told
    shown = adviser.open(world.line).text
    assert "Aftale: 750 kr. om måneden, stoppet i dag" in case_of(shown)
    assert "Aftalen holder ikke" not in case_of(shown)
    assert "aftalen om afdrag ikke holder" in shown


def test_a_proposal_cannot_be_ended_as_an_agreement(adviser: AdviserAtWork, world: World, kept: Rows):
    (plan,) = kept(Plan)
    path = f"/inbox/{world.line}/plans/{plan.id}/break"
    assert adviser.post(path).status_code == 409
    assert [plan.status for plan in kept(Plan)] == ["proposed"]


def test_after_a_no_somebody_calls_and_one_call_is_enough(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database
):
    (first,) = kept(Plan)
    with sqlite_db.write() as session:
        again = {"case_id": first.case_id, "monthly_ore": 50_000, "instalments": 17, "first_date": NOW.date()}
        session.get_one(Plan, first.id).status = "replaced"
        session.add_all([Plan(**again, at=NOW), Plan(**again, at=NOW)])
        for task in session.scalars(select(Task).where(Task.case_id == first.case_id)):
            task.status = "done"
    for _ in range(2):
        answer(adviser, adviser.open(world.line).text, "Afvis")
    assert [plan.status for plan in kept(Plan)] == ["replaced", "declined", "declined"]
    assert len(kept(Message, author="bot", status="queued")) == 2
    (call,) = kept(Task, status="open")
    assert (call.type, call.due, call.conversation_id) == ("call", NOW.date(), world.line)
    shown = case_of(adviser.open(world.line).text)
    assert "Ring til Line: forslaget om afdrag er afvist i dag" in shown


def test_a_no_stays_visible(adviser: AdviserAtWork, world: World):
    answer(adviser, adviser.open(world.line).text, "Afvis")
    assert "Forslag: 750 kr. om måneden, afvist i dag" in case_of(adviser.open(world.line).text)


@pytest.mark.parametrize(
    ("why", "advice"),
    [
        ("opted_out", "Ring, og fortæl det."),
        ("crisis", "Ring, og fortæl det."),
        ("number_taken_off", "Skriv et brev."),
    ],
)
def test_who_may_not_be_written_to_gets_no_sms_and_the_page_says_what_to_do(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database, why: str, advice: str
):
    with sqlite_db.write() as session:
        line = session.get_one(Conversation, world.line)
        assert line.case is not None
        match why:
            case "opted_out":
                session.add(Consent(phone=line.phone, opted_out=True, at=NOW))
            case "crisis":
                line.priority = "crisis"
            case _:
                line.case.number_taken_off = True
    page = adviser.open(world.line).text
    assert f"Line får ingen sms. {advice}" in case_of(page)
    answer(adviser, page, "Godkend")
    assert kept(Message, status="queued") == []
    shown = case_of(adviser.open(world.line).text)
    assert f"godkendt i dag Line har ikke fået en sms. {advice}" in shown


def test_the_other_answer_comes_too_late_and_the_page_says_so(adviser: AdviserAtWork, world: World, kept: Rows):
    (plan,) = kept(Plan)
    answer(adviser, adviser.open(world.line).text, "Godkend")
    late = adviser.post(f"/inbox/{world.line}/plans/{plan.id}/decline")
    assert late.status_code == 409
    assert "Forslaget er besvaret, eller der er kommet et andet." in late.text
    assert [plan.status for plan in kept(Plan)] == ["approved"]


def test_another_organisations_plans_and_tasks_do_not_exist(visitor: AdviserAtWork, world: World, kept: Rows):
    visitor.login("fie@vestbo.example")
    (plan,), (task,) = kept(Plan), kept(Task)
    for path in (f"plans/{plan.id}/approve", f"plans/{plan.id}/decline", f"tasks/{task.id}/done"):
        assert visitor.post(f"/inbox/{world.foreign}/{path}").status_code == 404
    assert (kept(Plan)[0].status, kept(Task)[0].status) == ("proposed", "open")


def test_a_task_is_done_with_a_button_and_a_promise_has_none(adviser: AdviserAtWork, world: World, kept: Rows):
    page = adviser.open(world.line).text
    assert page.count(">Gjort</button>") == 1
    assert "Har lovet 1.000 kr." in case_of(page)
    answer(adviser, page, "Gjort")
    (task,) = kept(Task)
    assert (task.status, task.done_by_id) == ("done", world.mette)
    shown = case_of(adviser.open(world.line).text)
    assert "Ring til Line" not in shown
    assert "Har lovet 1.000 kr." in shown


def test_a_task_that_was_put_away_meanwhile_says_so(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database
):
    (task,) = kept(Task)
    with sqlite_db.write() as session:
        session.get_one(Task, task.id).status = "dropped"
    late = adviser.post(f"/inbox/{world.line}/tasks/{task.id}/done")
    assert late.status_code == 409
    assert "Opgaven er ikke længere aktuel." in late.text


def test_a_closed_case_gets_no_call(adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database):
    """What was open in it is put away."""
    (plan,), (task,) = kept(Plan), kept(Task)
    with sqlite_db.write() as session:
        session.get_one(Case, plan.case_id).status = "closed"
        session.get_one(Task, task.id).status = "dropped"
    assert adviser.post(f"/inbox/{world.line}/plans/{plan.id}/decline").status_code == 303
    assert kept(Task, status="open") == []


def test_of_a_long_agreement_the_next_three_instalments_stand_open_and_the_rest_is_folded(
    adviser: AdviserAtWork, world: World
):
    page = adviser.open(world.line).text
    answer(adviser, page, "Godkend")
    agreed = adviser.open(world.line).text
    shown, _, rest = agreed[agreed.index("<strong>Aftale: ") :].partition('<details class="history plan-rest">')
    assert shown.count("<li>") == 3
    assert "De sidste 9 rater" in rest
    assert rest[: rest.index("</details>")].count("<li>") == 9


def test_a_proposal_is_answered_on_its_card_and_not_ticked_off_as_a_task(adviser: AdviserAtWork, world: World):
    page = adviser.open(world.line).text
    assert 'aria-label="Gjort: Svar på forslag' not in page
    assert 'aria-label="Gjort: ' in page

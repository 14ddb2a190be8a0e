"""The case edited in place: what is saved, what the history says of it, who else was first, and what is not taken."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot.db import Database
from bot.models import Case, Change, Consent, Conversation, Fact, Message, Plan, Promise, Task
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
            mine = {"conversation_id": world.line} if table in (Message, Conversation) else {"case_id": case_id}
            mine = {"id": case_id} if table is Case else mine
            return list(session.scalars(select(table).filter_by(**mine, **wanted).order_by(table.id)))

    return read


def form_of(adviser: AdviserAtWork, conversation: int, what: str) -> dict[str, str]:
    """The form as the page draws it, with what stands in its fields."""
    page = adviser.open(f"/inbox/{conversation}/edit?what={what}").text
    drawn = re.search(r'<form class="case-form.*?</form>', page, re.DOTALL)
    assert drawn, what
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', drawn[0]))
    fields |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)<', drawn[0]))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', drawn[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    fields.pop("csrf_token")
    return {name: html.unescape(value) for name, value in fields.items()}


def send(
    adviser: AdviserAtWork, conversation: int, form: dict[str, str], /, do: str = "save", **typed: str
) -> TestResponse:
    return adviser.post(f"/inbox/{conversation}/edit", **{**form, "do": do, **typed})


def history(adviser: AdviserAtWork, conversation: int) -> str:
    page = adviser.open(conversation).text
    return text_of(page[page.index('<details class="history">') :])


def test_a_fact_is_corrected_and_the_older_telling_stays_behind_it(adviser: AdviserAtWork, world: World, kept: Rows):
    form = form_of(adviser, world.line, "fact-household")
    assert form["children"] == "2"
    assert send(adviser, world.line, form, children="3", adults="1").status_code == 303
    assert [(fact.value, fact.adviser_id) for fact in kept(Fact, name="children")] == [(2, None), (3, world.mette)]
    page = adviser.open(world.line).text
    assert "1 voksen, 3 børn" in text_of(page)
    assert "Mette skrev børn hjemme: 3" in history(adviser, world.line)


def test_what_does_not_fit_is_out_of_everything_and_in_the_history(adviser: AdviserAtWork, world: World, kept: Rows):
    form = form_of(adviser, world.line, "fact-inform_job_loss")
    assert send(adviser, world.line, form, "withdraw").status_code == 303
    assert kept(Fact, name="inform_job_loss") == []
    assert "Mette tog arbejde ud: mistet arbejde eller timer" in history(adviser, world.line)


def test_what_happened_is_written_down_by_who_heard_it_on_the_phone(adviser: AdviserAtWork, world: World, kept: Rows):
    form = form_of(adviser, world.line, "fact-new")
    assert send(adviser, world.line, form, name="inform_illness").status_code == 303
    (fact,) = kept(Fact, name="inform_illness")
    assert (fact.value, fact.adviser_id, fact.message_id) == (True, world.mette, None)
    assert send(adviser, world.line, form, name="wrong_person").status_code == 422


def test_a_part_of_the_day_is_kept_as_the_bot_keeps_it(adviser: AdviserAtWork, world: World, kept: Rows):
    for typed, stored in (("om formiddagen", "forenoon"), ("kl. 15", "15:00"), ("efter arbejde", "efter arbejde")):
        form = form_of(adviser, world.line, "fact-best_time")
        assert send(adviser, world.line, form, best_time=typed).status_code == 303
        assert kept(Fact, name="best_time")[-1].value == stored


@pytest.mark.parametrize(
    ("what", "typed", "says"),
    [
        ("fact-lives_on", {"income": "mange"}, "Skriv et helt tal"),
        ("fact-household", {"children": "400"}, "Skriv et helt tal"),
        ("fact-letter", {"letter_date": "i morges"}, "Skriv en dag"),
        ("fact-best_time", {"best_time": "spørg 010190-1234"}, "CPR-nummer"),
        ("promise-new", {"amount": "-5"}, "Skriv et beløb over 0"),
        ("promise-new", {"day": "2026-11-01"}, "Dagen er gået"),
        ("task-new", {"due": "2026-11-01"}, "Dagen er gået"),
        ("task-new", {"at": "snart"}, "Skriv et klokkeslæt"),
        ("task-new", {"adviser": "999"}, "Vælg noget fra listen"),
        ("about-all", {"language": "xx"}, "Vælg noget fra listen"),
    ],
)
def test_what_cannot_be_read_is_not_saved_and_stands_as_it_was_typed(
    adviser: AdviserAtWork, world: World, kept: Rows, what: str, typed: dict[str, str], says: str
):
    form = form_of(adviser, world.line, what)
    answer = send(adviser, world.line, form, **typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert all(html.escape(value) in answer.text or value == "999" or value == "xx" for value in typed.values())
    assert kept(Change) == []


def test_of_two_at_once_the_second_hears_what_it_is_now_and_keeps_what_was_typed(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World, kept: Rows
):
    first = form_of(adviser, world.line, "about-all")
    second = form_of(colleague, world.line, "about-all")
    assert send(adviser, world.line, first, municipality="Roskilde").status_code == 303
    late = send(colleague, world.line, second, municipality="Greve")
    assert late.status_code == 409
    assert "Nu står der: Kommune: Roskilde." in text_of(late.text)
    assert 'value="Greve"' in late.text
    assert kept(Case)[0].municipality == "Roskilde"
    again = dict(re.findall(r'name="(what|seal)" value="([^"]*)"', late.text[late.text.index("case-form") :]))
    assert send(colleague, world.line, second | again, municipality="Greve").status_code == 303
    assert kept(Case)[0].municipality == "Greve"
    assert "Peter ændrede kommunen: Roskilde blev til Greve" in history(adviser, world.line)


def test_language_and_whose_case_it_is(adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database):
    form = form_of(adviser, world.line, "about-all")
    assert send(adviser, world.line, form, language="en", adviser=str(world.peter)).status_code == 303
    with sqlite_db.read() as session:
        line = session.get_one(Conversation, world.line)
        assert line.case is not None
        assert (line.language, line.case.resident.language, line.case.adviser_id) == ("en", "en", world.peter)
    told = history(adviser, world.line)
    assert "Mette ændrede sproget: dansk blev til engelsk" in told
    assert "Mette ændrede hvis sag det er: ikke sat blev til Peter" in told
    form = form_of(adviser, world.line, "about-all")
    assert send(adviser, world.line, form, adviser=str(world.fremmed)).status_code == 422


def test_a_promise_from_the_phone_is_looked_after(adviser: AdviserAtWork, world: World, kept: Rows):
    form = form_of(adviser, world.line, "promise-new")
    assert send(adviser, world.line, form, amount="2.500", day="2026-12-11").status_code == 303
    promise = kept(Promise)[-1]
    wanted = (250_000, date(2026, 12, 11), "open", world.mette, 845_050)
    assert (promise.amount_ore, promise.day, promise.status, promise.adviser_id, promise.arrears_ore) == wanted
    (check,) = kept(Task, type="check_promise")
    assert (check.due, check.origin) == (date(2026, 12, 14), f"promise:{promise.id}:check_promise")
    assert "Mette skrev et løfte på: 2.500 kr., 2026-12-11" in history(adviser, world.line)


def test_a_promise_is_moved_broken_and_moved_again(adviser: AdviserAtWork, world: World, kept: Rows):
    (promise,) = kept(Promise)
    what = f"promise-{promise.id}"
    assert send(adviser, world.line, form_of(adviser, world.line, what), day="2026-12-08").status_code == 303
    (check,) = kept(Task, type="check_promise")
    assert check.due == date(2026, 12, 9)
    assert send(adviser, world.line, form_of(adviser, world.line, what), "broken").status_code == 303
    assert (kept(Promise)[0].status, kept(Task, type="check_promise")[0].status) == ("broken", "done")
    page = text_of(adviser.open(world.line).text)
    assert "Lovede 1.000 kr., ikke holdt" in page
    assert send(adviser, world.line, form_of(adviser, world.line, what), day="2026-12-10").status_code == 303
    (check,) = kept(Task, type="check_promise")
    assert (kept(Promise)[0].status, check.status, check.due) == ("open", "open", date(2026, 12, 11))
    told = history(adviser, world.line)
    assert "Mette ændrede løftet: åbent blev til ikke holdt" in told
    assert "Mette ændrede dagen for løftet: 4. dec. blev til 8. dec." in told


@pytest.mark.parametrize(("do", "status"), [("kept", "kept"), ("cancel", "replaced")])
def test_a_promise_is_kept_or_holds_no_more(adviser: AdviserAtWork, world: World, kept: Rows, do: str, status: str):
    (promise,) = kept(Promise)
    assert send(adviser, world.line, form_of(adviser, world.line, f"promise-{promise.id}"), do).status_code == 303
    assert kept(Promise)[0].status == status
    assert "Har lovet" not in text_of(adviser.open(world.line).text)


def test_a_task_is_made_given_taken_and_put_away_with_a_why(
    adviser: AdviserAtWork, colleague: AdviserAtWork, world: World, kept: Rows
):
    form = form_of(adviser, world.line, "task-new")
    typed = {"type": "other", "due": "2026-12-07", "at": "13.30", "note": "Spørg om brevet"}
    assert send(adviser, world.line, form, adviser=str(world.peter), **typed).status_code == 303
    task = kept(Task, type="other")[0]
    assert (task.due, task.adviser_id, task.note) == (date(2026, 12, 7), world.peter, "Spørg om brevet")
    assert task.due_at is not None
    assert task.due_at.hour == 13
    what = f"task-{task.id}"
    assert send(adviser, world.line, form_of(adviser, world.line, what), "take").status_code == 303
    assert kept(Task, type="other")[0].adviser_id == world.mette
    without = send(colleague, world.line, form_of(colleague, world.line, what), "drop")
    assert without.status_code == 422
    assert "hvorfor opgaven lægges væk" in without.text
    form = form_of(colleague, world.line, what)
    assert send(colleague, world.line, form, "drop", reason="Hun har ringet selv").status_code == 303
    assert kept(Task, type="other")[0].status == "dropped"
    assert "Peter lagde en opgave væk (Andet): Hun har ringet selv" in history(adviser, world.line)


def test_a_day_to_follow_up_is_a_task_of_ones_own(adviser: AdviserAtWork, world: World, kept: Rows):
    form = form_of(adviser, world.line, "task-follow")
    assert send(adviser, world.line, form, due="2026-12-16").status_code == 303
    (task,) = kept(Task, type="other")
    assert (task.note, task.due, task.adviser_id) == ("Følg op", date(2026, 12, 16), world.mette)


def test_papers_are_ticked_by_hand_and_the_tick_names_who(adviser: AdviserAtWork, world: World, kept: Rows):
    page = adviser.open(world.line).text
    assert "0 af 6" in text_of(page), "she has told that she lost her work"
    sealed = re.search(r'value="paper-statement"><input[^>]*name="seal" value="([^"]+)"', page)
    assert sealed
    for _ in range(2):  # a double click ticks once
        answer = send(adviser, world.line, {"what": "paper-statement", "seal": sealed[1]}, "tick")
    assert answer.status_code == 409
    page = text_of(adviser.open(world.line).text)
    assert "1 af 6" in page
    assert "Opgørelse af restancen Mette, 10.42" in page
    assert len(kept(Change, subject="paper:statement")) == 1


def test_another_sum_is_told_to_the_resident_and_counts_as_proposed_by_us(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database, woken: list[str]
):
    with sqlite_db.write() as session:
        session.get_one(Conversation, world.line).verified = True
    (plan,) = kept(Plan)
    form = form_of(adviser, world.line, f"plan-{plan.id}")
    assert send(adviser, world.line, form, monthly="1.000", first_date="2027-01-04").status_code == 303
    old, new = kept(Plan)
    assert (old.status, new.status, new.adviser_id) == ("replaced", "proposed", world.mette)
    assert (new.monthly_ore, new.instalments, new.total_ore) == (100_000, 9, 845_050)
    (told,) = kept(Message, status="queued")
    assert "foreslår 1.000 kr. om måneden, 9 gange" in told.body
    assert woken
    page = text_of(adviser.open(world.line).text)
    assert "Jeres forslag til afdrag" in page
    assert "Line har sagt ja" in page
    assert adviser.post(f"/inbox/{world.line}/plans/{new.id}/decline").status_code == 303
    assert kept(Plan)[1].status == "declined"
    assert len(kept(Message, status="queued")) == 1, "a proposal of ours that is taken back is told by a person"


def test_a_yes_to_our_plan_is_understood_where_the_bot_has_the_talk(
    adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database
):
    with sqlite_db.write() as session:
        line = session.get_one(Conversation, world.line)
        line.verified, line.held_by, line.adviser_id, line.priority, line.reason = True, "bot", None, "normal", None
    (plan,) = kept(Plan)
    form = form_of(adviser, world.line, f"plan-{plan.id}")
    assert send(adviser, world.line, form, monthly="1.000").status_code == 303
    with sqlite_db.read() as session:
        state = session.get_one(Conversation, world.line).state
    assert (state["flow"], state["step"]) == ("payment_plan", "confirm")
    assert state["slots"]["monthly"] == 100_000


def test_who_was_not_recognised_hears_no_sum_of_ours_and_is_called(adviser: AdviserAtWork, world: World, kept: Rows):
    (plan,) = kept(Plan)
    form = form_of(adviser, world.line, f"plan-{plan.id}")
    assert send(adviser, world.line, form, monthly="1.000").status_code == 303
    (told,) = kept(Message, status="queued")
    assert not re.search(r"\d", told.body)
    assert kept(Task, type="call", status="open")


def test_an_answer_to_a_plan_may_carry_a_word_of_the_advisers_own(adviser: AdviserAtWork, world: World, kept: Rows):
    (plan,) = kept(Plan)
    path = f"/inbox/{world.line}/plans/{plan.id}"
    refused = adviser.post(f"{path}/decline", word="Dit nummer 010190-1234")
    assert refused.status_code == 422
    assert "Dit nummer 010190-1234" in refused.text
    assert adviser.post(f"{path}/decline", word="Jeg har en anden idé.").status_code == 303
    (told,) = kept(Message, status="queued")
    assert told.body.endswith("Jeg har en anden idé.")


def test_a_closed_case_tells_why_and_its_outcome_can_be_mended(adviser: AdviserAtWork, world: World, kept: Rows):
    closed = adviser.post(
        f"/inbox/{world.line}/close", outcome="other", reason="Flytter til sin søster", follow_up="2026-12-18"
    )
    assert closed.status_code == 303
    (case,) = kept(Case)
    assert (case.status, case.outcome, case.outcome_note) == ("closed", "other", "Flytter til sin søster")
    (task,) = kept(Task, status="open")
    assert (task.type, task.due, task.adviser_id) == ("other", date(2026, 12, 18), world.mette)
    page = text_of(adviser.open(world.line).text)
    assert "Flytter til sin søster" in page
    form = form_of(adviser, world.line, "outcome-all")
    assert send(adviser, world.line, form, outcome="moved_out").status_code == 303
    assert kept(Case)[0].outcome == "moved_out"
    assert [task.status for task in kept(Task, type="other")] == ["open"], "a day to follow up is not put away"
    assert "Mette ændrede udfaldet: andet blev til fraflyttet" in history(adviser, world.line)
    assert kept(Message, status="queued") == []


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"reason": "hun hedder 010190-1234"}, "CPR-nummer"),
        ({"follow_up": "2026-11-01"}, "Dagen til at følge op er gået"),
        ({"reason": "x" * 1001}, "Begrundelsen er for lang"),
    ],
)
def test_a_closing_that_is_refused_closes_nothing(
    adviser: AdviserAtWork, world: World, kept: Rows, told: dict[str, str], says: str
):
    answer = adviser.post(f"/inbox/{world.line}/close", outcome="other", **told)
    assert answer.status_code == 422
    assert says in answer.text
    assert kept(Case)[0].status == "open"


def test_nothing_of_a_case_can_be_edited_from_another_organisation(
    visitor: AdviserAtWork, adviser: AdviserAtWork, world: World, kept: Rows
):
    visitor.login("fie@vestbo.example")
    form = form_of(adviser, world.line, "about-all")
    assert visitor.open(f"/inbox/{world.line}/edit?what=about-all").status_code == 404
    assert send(visitor, world.line, form, municipality="Greve").status_code == 404
    task = kept(Task)[0]
    theirs = form_of(adviser, world.line, f"task-{task.id}")
    stolen = send(visitor, world.foreign, theirs, "take")
    assert stolen.status_code == 409
    assert kept(Task)[0].adviser_id is None


def test_what_is_gone_says_so(adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database):
    (task,) = kept(Task)
    form = form_of(adviser, world.line, f"task-{task.id}")
    with sqlite_db.write() as session:
        session.get_one(Task, task.id).status = "done"
    late = send(adviser, world.line, form, due="2026-12-20")
    assert late.status_code == 409
    assert "Det findes ikke mere" in late.text
    assert adviser.open(f"/inbox/{world.line}/edit?what=task-{task.id}").status_code == 303


def test_consent_and_earlier_cases_are_told(adviser: AdviserAtWork, world: World, kept: Rows, sqlite_db: Database):
    with sqlite_db.write() as session:
        line = session.get_one(Conversation, world.line)
        assert line.case is not None
        session.add(Consent(phone=line.phone, opted_out=True, words="STOP nu", at=NOW))
        known = {"organisation_id": line.organisation_id, "resident_id": line.case.resident_id}
        session.add(
            Case(
                case_ref="S-1",
                status="settled",
                arrears_ore=0,
                received=date(2025, 5, 2),
                deadline=date(2025, 5, 12),
                opened_at=NOW,
                updated_at=NOW,
                closed_at=NOW,
                **known,
            )
        )
    page = text_of(adviser.open(world.line).text)
    assert "Nej til sms siden i dag" in page
    assert "STOP nu" in page
    assert "Sag S-1, modtaget 2. maj 2025 Alt er betalt, i dag" in page

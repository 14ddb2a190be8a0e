"""The ladder's page without a browser: who may change it, what a press does, what is kept of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot.db import Database
from bot.models import AuditEvent, Organisation
from bot.organisations import read_settings
from handoff.ladders import note_change
from scheduler.desk import Desk
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World

SMS, CALL = ("0", "after", "sms"), ("3", "after", "call")


def press(who: AdviserAtWork, organisation: int, do: str, *rows: tuple[str, str, str], seen: str = "") -> TestResponse:
    page = who.open(f"/admin/{organisation}/ladder").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', who.open("/inbox").text)
    stands = re.search(r'name="seen" value="([^"]*)"', page)
    assert token
    seen = seen or (stands[1].replace("&#34;", '"') if stands else "")
    form: dict[str, Any] = {"csrf_token": token[1], "do": do, "seen": seen}
    form |= {name: [row[index] for row in rows] for index, name in enumerate(("days", "anchor", "kind"))}
    return who.client.post(f"/admin/{organisation}/ladder", data=form)


def ladder(db: Database, organisation: int) -> list[tuple[int | None, int | None, tuple[str, ...]]]:
    with db.read() as session:
        settings = read_settings(session.get_one(Organisation, organisation).settings)
    return [(step.day, step.before_deadline, step.kinds) for step in settings.ladder]


def test_every_adviser_reads_it_and_only_an_admin_changes_it(
    adviser: AdviserAtWork, admin: AdviserAtWork, visitor: AdviserAtWork, sqlite_db: Database, sol: int
):
    before = ladder(sqlite_db, sol)
    page = adviser.open(f"/admin/{sol}/ladder")
    assert page.status_code == 200
    assert "Rådgiveren beslutter" in page.text
    assert "Gem trappen" not in page.text
    for do in ("save", "add", "default", "look"):
        assert press(adviser, sol, do, SMS).status_code == 403
    assert visitor.open(f"/admin/{sol}/ladder").status_code == 303
    assert ladder(sqlite_db, sol) == before
    assert "Gem trappen" in admin.open(f"/admin/{sol}/ladder").text


def test_another_organisations_ladder_is_not_there(admin: AdviserAtWork, sqlite_db: Database, world: World):
    with sqlite_db.read() as session:
        vest = session.scalars(select(Organisation.id).where(Organisation.slug == "vestbo")).one()
    assert admin.open(f"/admin/{vest}/ladder").status_code == 404
    assert press(admin, vest, "save", SMS).status_code == 404
    assert len(ladder(sqlite_db, vest)) == 5


def test_what_is_saved_holds_and_the_history_tells_who_changed_what(
    admin: AdviserAtWork, sqlite_db: Database, sol: int
):
    answer = press(admin, sol, "save", ("1", "before", "sms"), SMS, CALL)
    assert (answer.status_code, answer.location) == (303, f"/admin/{sol}/ladder?saved=1")
    assert ladder(sqlite_db, sol) == [(0, None, ("sms",)), (3, None, ("call",)), (None, 1, ("sms",))]
    page = admin.open(answer.location).text
    assert "Trappen er gemt." in page
    assert "Peter Nygaard ændrede trappen. Før: Ved start: Sms, 2 arbejdsdage efter start: Sms" in page
    with sqlite_db.read() as session:
        kept = session.scalars(select(AuditEvent).where(AuditEvent.action == "ladder_changed")).one()
    assert (kept.organisation_id, len(kept.detail["before"]), len(kept.detail["after"])) == (sol, 5, 3)


def test_back_to_the_standard_puts_its_rows_in_and_is_kept_when_it_is_saved(
    admin: AdviserAtWork, sqlite_db: Database, sol: int
):
    press(admin, sol, "save", SMS, CALL)
    page = press(admin, sol, "default", SMS, CALL)
    assert "Standardtrappen er sat ind. Den gælder først, når du gemmer den." in page.text
    assert len(ladder(sqlite_db, sol)) == 2
    assert page.text.count('name="days"') == 6
    standard = [("0", "sms"), ("2", "sms"), ("3", "call"), ("4", "knock"), ("5", "postcard"), ("5", "sms")]
    press(admin, sol, "save", *((days, "after", kind) for days, kind in standard))
    with sqlite_db.read() as session:
        assert "ladder" not in session.get_one(Organisation, sol).settings


def test_the_history_tells_too_of_who_changed_it_by_the_command(adviser: AdviserAtWork, sqlite_db: Database, sol: int):
    with sqlite_db.write() as session:
        note_change(session, sol, None, [{"day": 0, "kinds": ["call"]}], [{"day": 1, "kinds": ["call"]}], NOW)
        note_change(session, sol, None, [{"day": 0, "kinds": ["sms"]}], [{"day": 0, "kinds": ["sms"]}], NOW)
    page = adviser.open(f"/admin/{sol}/ladder").text
    assert "Den, der passer Redningskrans hos jer, ændrede trappen. Før: Ved start: Ring." in page
    assert page.count("ændrede trappen") == 1


def test_adding_and_removing_change_the_rows_on_the_page_and_keep_nothing(
    admin: AdviserAtWork, sqlite_db: Database, sol: int
):
    before = ladder(sqlite_db, sol)
    assert press(admin, sol, "add", SMS, CALL).text.count('name="days"') == 3
    page = press(admin, sol, "remove:0", SMS, CALL)
    assert re.findall(r'name="days" value="(\d*)"', page.text) == ["3"]
    assert press(admin, sol, "remove:77", SMS).text.count('name="days"') == 1
    assert ladder(sqlite_db, sol) == before


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((SMS, ("to", "after", "call")), "Skriv et helt tal fra 0 til 60"),
        ((SMS, ("0", "before", "call")), "Selve fristen har rådgiveren"),
        ((SMS, ("2", "after", "<b>")), "Vælg, hvad der skal ske"),
        ((CALL, CALL), "Det trin står der allerede"),
        ((), "Trappen skal have mindst ét trin"),
        (tuple((str(day), "after", "call") for day in range(13)), "Trappen kan højst have 12 trin"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(admin: AdviserAtWork, sqlite_db: Database, sol: int, rows, said):
    before = ladder(sqlite_db, sol)
    answer = press(admin, sol, "save", *rows)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text  # above the rows: it is not kept
    assert ladder(sqlite_db, sol) == before


def test_of_two_who_change_it_at_once_the_second_is_told(admin: AdviserAtWork, sqlite_db: Database, sol: int):
    page = admin.open(f"/admin/{sol}/ladder").text
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found
    seen = found[1].replace("&#34;", '"')
    assert press(admin, sol, "save", SMS, CALL).status_code == 303
    kept = press(admin, sol, "add", SMS, seen=seen).text
    assert found[0] in kept  # it is still known what was there when the editing began
    late = press(admin, sol, "save", SMS, seen=seen)
    assert late.status_code == 409
    assert "En anden har ændret trappen imens" in late.text
    assert len(ladder(sqlite_db, sol)) == 2
    assert press(admin, sol, "save", SMS, CALL).status_code == 422


def test_it_is_drawn_with_the_days_of_a_case_that_starts_now_and_what_it_leaves_no_time_for(
    app: Flask, admin: AdviserAtWork, sol: int
):
    """NOW is Tuesday 1 December 2026, so the usual deadline is Wednesday 9 December."""
    app.extensions.pop("handoff_waves", None)
    assert "2 arbejdsdage efter start" in admin.open(f"/admin/{sol}/ladder").text  # nobody to reckon it
    app.extensions["handoff_waves"] = Desk()
    page = admin.open(f"/admin/{sol}/ladder").text
    stops = re.findall(r'<span class="rung">(.+?)</span><span class="when">(.+?)</span>', page)
    assert stops[0] == ("Sms", "tirsdag 1. dec.")
    assert stops[2] == ("Ring", "fredag 4. dec.")
    assert stops[-1] == ("Rådgiveren beslutter", "onsdag 9. dec.")
    longer = press(admin, sol, "look", SMS, ("9", "after", "knock"), ("1", "before", "sms")).text
    assert "Med otte dage til fristen når vi ikke: 9 arbejdsdage efter start: Bank på." in longer
    assert "Ikke gemt endnu." in longer


@pytest.mark.parametrize("which", ["²", "٣", "9" * 5000, "-1", ""])
def test_a_row_that_is_none_is_no_fault_of_ours(admin: AdviserAtWork, sol: int, which: str):
    assert press(admin, sol, f"remove:{which}", SMS, CALL).status_code == 200

"""Numbers, log and health: what an admin can look up, and what is kept of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from bot.db import Database
from bot.dialogs.contacts import contacts
from bot.heartbeats import beat
from bot.incidents import end, report
from bot.models import AuditEvent, Mail, Organisation, SourceCheck
from bot.organisations import change
from handoff.setup import log as log_rows
from handoff.setup.log import Asked, read_log
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.setup.conftest import Press
from tests.handoff.world import NOW, World


def test_every_number_stands_with_its_source_and_day(admin: AdviserAtWork, sqlite_db: Database, sol: int):
    with sqlite_db.write() as session:
        home = session.get_one(Organisation, sol)
        home.settings = change(home.settings, ['kommune_numbers={"Aarhus": "+4570000000"}'])
    page = admin.open(f"/admin/{sol}/numbers").text

    assert all(contact.number in page and contact.name in page for contact in contacts().values())
    assert "Aarhus" in page
    assert "70 00 00 00" in page
    assert "aldrig" in page


def test_an_admin_keeps_to_have_looked_and_a_new_number_is_not_looked_up(
    admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int
):
    with sqlite_db.write() as session:
        home = session.get_one(Organisation, sol)
        home.settings = change(home.settings, ['kommune_numbers={"Aarhus": "+4570000000"}', "main_number="])
    path = f"/admin/{sol}/numbers"
    for _ in range(2):
        assert press(admin, path, f"{path}/checked", {"key": "kommune aarhus"}).status_code == 303
    with sqlite_db.read() as session:
        assert session.scalars(select(SourceCheck.key)).all() == ["number:kommune aarhus"]
    assert "aldrig" not in admin.open(path).text

    settings = f"/admin/{sol}/settings"
    press(admin, settings, settings, {"kommune_numbers": "Aarhus: 70 00 00 01"})
    with sqlite_db.write() as session:  # later than the check
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "settings_changed")).one()
        event.at = NOW + timedelta(minutes=1)
    assert "aldrig" in admin.open(path).text


def test_a_number_that_is_none_and_an_adviser_keep_nothing(
    admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int
):
    path = f"/admin/{sol}/numbers"
    assert press(admin, path, f"{path}/checked", {"key": "nobody"}).status_code == 404
    with sqlite_db.read() as session:
        assert session.scalars(select(SourceCheck)).all() == []


def test_an_adviser_reads_numbers_and_may_not_check_them(adviser: AdviserAtWork, sol: int):
    assert adviser.open(f"/admin/{sol}/numbers").status_code == 200
    assert adviser.post(f"/admin/{sol}/numbers/checked", key="livslinien").status_code == 403


def test_the_log_tells_who_did_what_the_newest_first(admin: AdviserAtWork, sqlite_db: Database, world: World, sol: int):
    with sqlite_db.write() as session:
        for number in range(3):
            event = {"at": NOW, "action": "task_done", "subject": f"task:{number}", "organisation_id": sol}
            session.add(AuditEvent(**event, adviser_id=world.mette))
        session.add(AuditEvent(at=NOW, action="settings_changed", organisation_id=sol))
        session.add(AuditEvent(at=NOW, action="door_met", organisation_id=sol))
    page = admin.open(f"/admin/{sol}/log").text

    assert page.index("opgave 2") < page.index("opgave 0")
    assert "Kommandoen" in page
    assert "Viceværten" in page


@pytest.mark.parametrize("own", [True, False])
def test_the_log_is_the_organisations_alone_and_paged(
    sqlite_db: Database, world: World, sol: int, vest: int, own: bool
):
    with sqlite_db.write() as session:
        session.add_all(
            AuditEvent(at=NOW, action="task_done", subject=f"task:{n}", organisation_id=sol, adviser_id=world.mette)
            for n in range(log_rows.PAGE + 5)
        )
    with sqlite_db.read() as session:
        first = read_log(session, sol if own else vest, Asked(), NOW)
        if not own:
            assert first.rows == ()
            return
        second = read_log(session, sol, Asked(before=first.older), NOW)
        other = read_log(session, sol, Asked(action="cases_imported"), NOW)
    assert (len(first.rows), len(second.rows) >= 5, second.older) == (log_rows.PAGE, True, None)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}
    assert other.rows == ()


def test_the_log_is_for_admins(adviser: AdviserAtWork, admin: AdviserAtWork, sol: int, vest: int):
    assert admin.open(f"/admin/{vest}/log").status_code == 404


def test_an_adviser_does_not_read_the_log(adviser: AdviserAtWork, sol: int):
    assert adviser.open(f"/admin/{sol}/log").status_code == 403


def test_health_tells_what_stands_still_and_what_was_wrong(adviser: AdviserAtWork, sqlite_db: Database, sol: int):
    with sqlite_db.write() as session:
        beat(session, "tick", NOW - timedelta(minutes=20))
        report(session, "no_receipt", NOW - timedelta(hours=5), organisation_id=sol)
        end(session, "no_receipt", NOW - timedelta(hours=1), organisation_id=sol)
    page = adviser.open("/admin/health").text

    assert 'class="bad">den sidste i dag' in page
    assert "Vi vidste ikke, om sms&#39;er nåede frem, i dag" in page


@pytest.mark.parametrize(
    ("answers", "words"), [(True, "De svarer og kender os"), (False, "De svarer ikke, som de skal")]
)
def test_twilio_is_asked_when_a_button_is_pressed(app: Flask, adviser: AdviserAtWork, answers: bool, words: str):
    asked: list[bool] = []

    def probe() -> bool:
        asked.append(True)
        return answers

    app.extensions["handoff_probe"] = probe
    adviser.open("/admin/health")
    assert asked == []

    assert words in adviser.post("/admin/health/twilio").text
    assert asked == [True]


def test_health_counts_the_mails_of_ones_own_that_were_lost(adviser: AdviserAtWork, sqlite_db: Database, world: World):
    """Not a stranger's, nor one that was not sent because its reader works here no more."""
    with sqlite_db.write() as session:
        for number, (who, why) in enumerate([(world.mette, "550"), (world.mette, "left"), (world.fremmed, "550")]):
            text = {"kind": "digest", "key": f"k{number}", "subject": "S", "body": "B", "error": why}
            session.add(Mail(adviser_id=who, at=NOW, due_at=NOW, given_up_at=NOW, **text))

    assert "1 kunne ikke sendes den sidste uge" in adviser.open("/admin/health").text

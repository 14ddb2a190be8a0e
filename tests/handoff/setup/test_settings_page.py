"""The settings' page without a browser: who may change them, what is refused and kept, what is remembered."""

from __future__ import annotations

from sqlalchemy import select

from bot.db import Database
from bot.models import AuditEvent, Organisation
from bot.organisations import OrganisationSettings, read_settings
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.setup.conftest import Press


def settings(db: Database, organisation: int) -> OrganisationSettings:
    with db.read() as session:
        return read_settings(session.get_one(Organisation, organisation).settings)


def events(db: Database) -> list[AuditEvent]:
    with db.read() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == "settings_changed")))


def test_an_admin_changes_what_they_see(admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int):
    path = f"/admin/{sol}/settings"
    form = {"wave_day": "25", "office_hours.to": "14:30", "kommune_numbers": "Aarhus: 70 00 00 00"}
    before = settings(sqlite_db, sol)

    assert press(admin, path, path, form).status_code == 303

    after = settings(sqlite_db, sol)
    assert (after.wave_day, after.office_hours.closes.isoformat()) == (25, "14:30:00")
    assert after.kommune_numbers == {"Aarhus": "+4570000000"}
    untouched = set(OrganisationSettings.model_fields) - {"wave_day", "office_hours", "kommune_numbers"}
    assert all(getattr(after, key) == getattr(before, key) for key in untouched)


def test_it_is_remembered_who_changed_what_but_no_number(
    admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int
):
    path = f"/admin/{sol}/settings"
    press(admin, path, path, {"wave_day": "25", "main_number": "70 99 99 99"})

    [event] = events(sqlite_db)
    assert event.detail == {"wave_day": ["27", "25"], "main_number": None}
    page = admin.open(f"{path}?saved=1").text
    assert "Bølgedag: fra 27 til 25" in page
    assert "Hovednummer ændret" in page


def test_what_is_wrong_is_marked_and_nothing_is_lost(admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int):
    path = f"/admin/{sol}/settings"
    before = settings(sqlite_db, sol)
    answer = press(admin, path, path, {"wave_day": "42", "plan_reminder_days": "7"})

    assert answer.status_code == 422
    assert "Skriv en dag fra 1 til 31." in answer.text
    assert 'value="42"' in answer.text
    assert 'name="plan_reminder_days" value="7"' in answer.text
    assert settings(sqlite_db, sol) == before


def test_of_two_admins_at_once_the_second_is_told(admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int):
    """What they have written stands there still; saved again it counts."""
    path = f"/admin/{sol}/settings"
    seen_before = {"seen": "anything else", "wave_day": "20"}
    answer = press(admin, path, path, seen_before)

    assert answer.status_code == 409
    assert "En anden har gemt indstillinger imens" in answer.text
    assert 'name="wave_day" value="20"' in answer.text
    assert settings(sqlite_db, sol).wave_day == 27


def test_a_press_that_changes_nothing_says_so(admin: AdviserAtWork, press: Press, sqlite_db: Database, sol: int):
    path = f"/admin/{sol}/settings"
    answer = press(admin, path, path)

    assert (answer.status_code, "Intet er ændret" in answer.text) == (422, True)
    assert events(sqlite_db) == []


def test_an_adviser_reads_them_and_cannot_change_them(
    adviser: AdviserAtWork, visitor: AdviserAtWork, press: Press, sqlite_db: Database, sol: int
):
    path = f"/admin/{sol}/settings"
    page = adviser.open(path)

    assert page.status_code == 200
    assert "Gem indstillingerne" not in page.text
    assert press(adviser, path, path, {"wave_day": "25"}).status_code == 403
    assert visitor.open(path).status_code == 303
    assert settings(sqlite_db, sol).wave_day == 27


def test_another_organisations_are_not_there(admin: AdviserAtWork, press: Press, sol: int, vest: int):
    assert admin.open(f"/admin/{vest}/settings").status_code == 404
    assert press(admin, f"/admin/{sol}/settings", f"/admin/{vest}/settings", {"wave_day": "25"}).status_code == 404

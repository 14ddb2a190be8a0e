"""The plan of duty, who may change it, what the rail says, and who was called to a crisis."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from bot.alarm_calls import call_again
from bot.alarms import ring
from bot.db import Database
from bot.mailing.port import KeepingMailer
from bot.mailing.postman import Postman
from bot.models import Adviser, AuditEvent, Conversation, Duty, Mail
from handoff.alerts.called import read_called
from handoff.alerts.duty_plan import today_words, uncovered
from handoff.handoffs import Acting
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World, at


def plan(admin: AdviserAtWork, sol: int, adviser: int, first: str = "2026-12-01", last: str = "2026-12-04") -> int:
    return admin.post(f"/admin/{sol}/duty", adviser=str(adviser), first=first, last=last).status_code


def planned(db: Database) -> list[tuple[int, date, date]]:
    with db.read() as session:
        return [(each.adviser_id, each.first_day, each.last_day) for each in session.scalars(select(Duty))]


def test_an_admin_puts_a_colleague_on_duty_and_takes_them_off(
    admin: AdviserAtWork, sqlite_db: Database, world: World, sol: int
) -> None:
    assert plan(admin, sol, world.mette) == 303
    assert planned(sqlite_db) == [(world.mette, date(2026, 12, 1), date(2026, 12, 4))]
    page = admin.open(f"/admin/{sol}/duty").text
    assert "I dag får Mette Lind besked først" in page
    assert "tirsdag d. 1. december til og med fredag d. 4. december" in page
    with sqlite_db.read() as session:
        duty = session.scalars(select(Duty.id)).one()
    assert admin.post(f"/admin/{sol}/duty/{duty}/drop").status_code == 303
    assert planned(sqlite_db) == []
    with sqlite_db.read() as session:
        kept = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("duty_"))).all()
    assert kept == ["duty_planned", "duty_dropped"]


def test_one_day_needs_no_last_day(admin: AdviserAtWork, sqlite_db: Database, world: World, sol: int) -> None:
    assert plan(admin, sol, world.mette, "2026-12-05", "") == 303
    assert planned(sqlite_db) == [(world.mette, date(2026, 12, 5), date(2026, 12, 5))]


@pytest.mark.parametrize(
    ("who", "first", "last", "said"),
    [
        ("", "2026-12-01", "2026-12-02", "Vælg, hvem der skal have vagten."),
        ("fremmed", "2026-12-01", "2026-12-02", "Vælg, hvem der skal have vagten."),
        ("99999999999999999999", "2026-12-01", "", "Vælg, hvem der skal have vagten."),
        ("mette", "i morgen", "", "Vælg den første dag."),
        ("mette", "2026-12-03", "2026-12-02", "Den sidste dag ligger før den første."),
        ("mette", "2026-11-01", "2026-11-30", "De dage er gået."),
        ("mette", "2026-12-01", "2028-01-01", "Planen kan højst gå et år frem."),
    ],
)
def test_what_cannot_be_planned_is_said_and_what_was_typed_stays(
    admin: AdviserAtWork, sqlite_db: Database, world: World, sol: int, who: str, first: str, last: str, said: str
) -> None:
    chosen = str(getattr(world, who, who))
    page = admin.post(f"/admin/{sol}/duty", adviser=chosen, first=first, last=last)
    assert (page.status_code, planned(sqlite_db)) == (422, [])
    assert said in page.text
    assert f'name="last" type="date" value="{last}"' in page.text


def test_the_same_duty_twice_is_one(admin: AdviserAtWork, sqlite_db: Database, world: World, sol: int) -> None:
    assert [plan(admin, sol, world.mette), plan(admin, sol, world.mette)] == [303, 409]
    assert len(planned(sqlite_db)) == 1


def test_an_adviser_reads_the_plan_and_changes_nothing(
    adviser: AdviserAtWork, sqlite_db: Database, world: World, sol: int
) -> None:
    page = adviser.open(f"/admin/{sol}/duty").text
    assert "Sæt på vagt" not in page
    assert "Om natten, i weekenden og på helligdage vækker en e-mail ingen" in page
    assert plan(adviser, sol, world.mette) == 403
    assert planned(sqlite_db) == []


def test_another_organisations_plan_is_not_there(
    admin: AdviserAtWork, sqlite_db: Database, world: World, sol: int, vest: int
) -> None:
    with sqlite_db.write() as session:
        theirs = Duty(organisation_id=vest, adviser_id=world.fremmed, first_day=NOW.date(), last_day=NOW.date())
        session.add(theirs)
        session.flush()
        number = theirs.id
    assert admin.open(f"/admin/{vest}/duty").status_code == 404
    assert plan(admin, vest, world.fremmed) == 404
    assert admin.post(f"/admin/{vest}/duty/{number}/drop").status_code == 404
    assert admin.post(f"/admin/{sol}/duty/{number}/drop").status_code == 404
    assert len(planned(sqlite_db)) == 1


def test_the_days_without_anybody_are_named_together() -> None:
    spans = [(date(2026, 12, 1), date(2026, 12, 4)), (date(2026, 12, 6), date(2026, 12, 12))]
    assert list(uncovered(spans, date(2026, 12, 1))) == [
        "lørdag d. 5. december",
        "søndag d. 13. december til og med mandag d. 14. december",
    ]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW, "På vagt til 15.00"),
        (at(1, "7.10", 12), "På vagt til 15.00"),
        (at(1, "15.00", 12), "På vagt i dag"),
        (at(5, "10.00", 12), "På vagt i dag"),  # a Saturday
        (at(6, "10.00", 12), ""),
    ],
)
def test_the_rail_says_that_one_is_on_duty(
    sqlite_db: Database, world: World, sol: int, now: datetime, words: str
) -> None:
    with sqlite_db.write() as session:
        span = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 5)}
        session.add(Duty(organisation_id=sol, adviser_id=world.mette, **span))
        session.flush()
        assert today_words(session, Acting(world.mette, "Mette", frozenset({sol})), now) == words
        assert today_words(session, Acting(world.peter, "Peter", frozenset({sol})), now) == ""


def test_the_rail_of_every_page_says_it(adviser: AdviserAtWork, sqlite_db: Database, world: World, sol: int) -> None:
    assert "På vagt" not in adviser.open("/inbox").text
    with sqlite_db.write() as session:
        day = NOW.date()
        session.add(Duty(organisation_id=sol, adviser_id=world.mette, first_day=day, last_day=day))
    for path in ("/inbox", "/tasks"):
        assert "På vagt til 15.00" in adviser.open(path).text


# --- who was called ---


@pytest.fixture
def crisis(sqlite_db: Database, world: World, sol: int) -> int:
    """Rings since 10.42, and Peter is on duty."""
    with sqlite_db.write() as session:
        day = NOW.date()
        session.add(Duty(organisation_id=sol, adviser_id=world.peter, first_day=day, last_day=day))
        session.flush()
        conversation = session.get_one(Conversation, world.line)
        conversation.held_by, conversation.adviser_id, conversation.priority = "queue", None, "crisis"
        conversation.reason = "crisis_self_harm"
        ring(session, conversation, "crisis_self_harm", NOW)
    return world.line


def test_the_page_about_the_person_says_who_was_called_and_who_is_next(
    adviser: AdviserAtWork, sqlite_db: Database, crisis: int
) -> None:
    assert "e-mail på vej" in adviser.open(crisis).text
    Postman(sqlite_db, lambda: NOW, KeepingMailer(), "https://krans.example.dk").send_next()
    page = adviser.open(crisis).text
    assert "Peter Nygaard" in page
    assert "e-mail i dag 10.42" in page
    assert "Alle får en e-mail 10.52, hvis ingen har set det" in page


def test_once_somebody_has_seen_it_the_page_says_who_and_nobody_is_next(
    adviser: AdviserAtWork, sqlite_db: Database, crisis: int, sol: int
) -> None:
    adviser.post(f"/inbox/{crisis}/seen")
    page = adviser.open(crisis).text
    assert "Mette har set det i dag 10.42" in page
    assert "hvis ingen har set det" not in page
    call_again(sqlite_db, sol, at(1, "12.00", 12))
    with sqlite_db.read() as session:
        assert len(session.scalars(select(Mail)).all()) == 1


def test_without_a_server_the_page_says_that_it_rings_in_the_inbox_alone(
    adviser: AdviserAtWork, sqlite_db: Database, crisis: int
) -> None:
    Postman(sqlite_db, lambda: NOW, None, "").send_next()
    page = adviser.open(crisis).text
    assert "kun i indbakken" in page
    assert "hvis ingen har set det" not in page


def test_another_organisation_learns_nothing_of_who_was_called(
    sqlite_db: Database, world: World, crisis: int, vest: int
) -> None:
    with sqlite_db.read() as session:
        assert read_called(session, Acting(world.fremmed, "Fie", frozenset({vest})), crisis, NOW) is None


def test_the_page_warns_where_no_mail_leaves(app: Flask, adviser: AdviserAtWork, sol: int) -> None:
    warning = "Der er ikke sat en mailserver op"
    assert warning in adviser.open(f"/admin/{sol}/duty").text
    app.extensions["handoff_mails"] = True
    assert warning not in adviser.open(f"/admin/{sol}/duty").text


def test_who_has_left_is_named_as_gone(admin: AdviserAtWork, sqlite_db: Database, world: World, sol: int) -> None:
    plan(admin, sol, world.mette)
    with sqlite_db.write() as session:
        session.get_one(Adviser, world.mette).is_active = False
    page = admin.open(f"/admin/{sol}/duty").text
    assert "Mette Lind (arbejder her ikke mere)" in page
    assert "Ingen har vagten i dag" in page

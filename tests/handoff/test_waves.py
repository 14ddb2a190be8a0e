"""The waves as an adviser sees them and stops them, without a browser, over the real desk.

Of the residents that are there already, Sofie has no ladder yet and is in the wave too.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from bot.db import Database
from bot.models import Case, Contact, Message, Organisation, Skip, Wave
from bot.wave_desk import Rung, WaveView
from handoff import wave_contacts
from handoff.wave_words import Stop, month_words, numbered, state_words, stops
from scheduler.run_waves import run_waves
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.wave_files import FILE, GOOD, HEADINGS, lay_up
from tests.handoff.world import NOW, World

MONTH = "2026-12"


@pytest.fixture
def sol(sqlite_db: Database, world: World) -> int:
    """Solgården, whose waves a second person releases; today is the wave day."""
    with sqlite_db.write() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        organisation.settings = {"release": "second_person", "wave_day": 1}
        return organisation.id


@pytest.fixture
def wave(adviser: AdviserAtWork, sol: int) -> str:
    """Mette has laid a file up and taken it; the address of its wave."""
    adviser.post(f"{lay_up(adviser, sol, GOOD).location}/take")
    return f"/waves/{sol}/{MONTH}"


def sms(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count(Contact.id)).where(Contact.kind == "sms")) or 0


def row(db: Database) -> Wave:
    with db.read() as session:
        return session.scalars(select(Wave).where(Wave.month == MONTH)).one()


def test_an_adviser_sees_the_waves_of_their_own_organisations(adviser: AdviserAtWork, sol: int):
    page = adviser.open("/waves").text
    assert "Solgården Bolig" in page
    assert "December 2026" in page
    assert "Vestbo" not in page


def test_who_laid_the_file_up_may_not_release_it(adviser: AdviserAtWork, wave: str, sqlite_db: Database):
    page = adviser.open(wave).text
    assert "En anden end dig skal frigive den." in page
    assert "Frigiv til" not in page
    refused = adviser.post(f"{wave}/release")
    assert refused.status_code == 409
    assert "Du har lagt en af filerne op." in refused.text
    assert sms(sqlite_db) == 0


def test_a_colleague_releases_it_and_the_outbox_is_woken(colleague, wave, sqlite_db, world, woken):
    page = colleague.open(wave).text
    assert "Frigiv til 4 beboere" in page
    assert "<dd>i dag fra kl. 10.42</dd>" in page
    woken.clear()
    assert colleague.post(f"{wave}/release").location == wave
    assert sms(sqlite_db) == 4
    assert woken == ["wake"]
    assert row(sqlite_db).released_by_id == world.peter
    page = colleague.open(wave).text
    assert "Kører, startet kl. 10.42" in page
    assert "frigivet af Peter i dag 10.42" in page
    assert "Frigiv til" not in page


def test_who_waited_for_the_release_and_got_the_sms_then_is_not_told_of_as_skipped(colleague, sol, wave, sqlite_db):
    run_waves(sqlite_db, sol, NOW)  # writes down that they wait
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count(Skip.id)).where(Skip.why == "waits_for_release")) == 12
    assert "sprunget over" not in colleague.open("/waves").text
    colleague.post(f"{wave}/release")
    page = colleague.open(wave).text
    assert "Venter på frigivelse" not in page
    assert "Line Bek" in page
    assert "4 sms'er · 0 har svaret · 8 sprunget over" in colleague.open("/waves").text


def test_cases_of_a_later_file_wait_for_a_release_of_their_own(app, adviser, colleague, sol, wave, sqlite_db):
    colleague.post(f"{wave}/release")
    app.extensions["handoff_clock"] = lambda: NOW + timedelta(hours=1)
    later = "\n".join([HEADINGS, "HP-9;Sofie Dahl;11116011;100;11-12-2026;da"])
    adviser.post(f"{lay_up(adviser, sol, later).location}/take")
    assert "Kører, startet kl. 10.42. 1 sag venter på frigivelse" in colleague.open(wave).text
    assert "En anden end dig skal frigive den." in adviser.open(wave).text
    assert sms(sqlite_db) == 4
    colleague.post(f"{wave}/release")
    assert sms(sqlite_db) == 5


def test_a_release_before_the_wave_day_sends_nothing_until_then(app, adviser, colleague, sol, sqlite_db):
    """And who comes after it is named, and waits."""
    app.extensions["handoff_clock"] = lambda: datetime(2026, 12, 10, 9, 30, tzinfo=NOW.tzinfo)
    with sqlite_db.write() as session:
        session.get_one(Organisation, sol).settings = {"release": "second_person"}
    file = GOOD.replace("11-12-2026", "30-12-2026")
    laid_up = lay_up(adviser, sol, file).location
    assert "onsdag 23. dec. fra kl. 9.00" in adviser.open(laid_up).text
    one_is_urgent = lay_up(adviser, sol, file.replace("30-12-2026", "18-12-2026", 1)).location
    assert "ons. 23. dec." in (drawn := adviser.open(one_is_urgent).text)
    assert "tors. 10. dec." not in drawn
    adviser.post(f"{one_is_urgent}/discard")
    adviser.post(f"{laid_up}/take")
    wave = f"/waves/{sol}/{MONTH}"
    assert "Frigiv til" in (page := colleague.open(wave).text)
    assert "onsdag 23. dec." in page
    colleague.post(f"{wave}/release")
    assert row(sqlite_db).started_at is None
    assert "Frigivet, starter onsdag 23. december kl. 9" in colleague.open("/waves").text
    assert "Frigivet af Peter i dag 9.30" in colleague.open(wave).text
    with sqlite_db.read() as session:
        begun = set(session.scalars(select(Contact.case_id)))
        assert not {case.id for case in session.scalars(select(Case).where(Case.case_ref.like("HP-%")))} & begun
    app.extensions["handoff_clock"] = lambda: datetime(2026, 12, 11, 9, 30, tzinfo=NOW.tzinfo)
    later = "\n".join([HEADINGS, "HP-9;Sofie Dahl;11116011;100;30-12-2026;da"])
    adviser.post(f"{lay_up(adviser, sol, later).location}/take")
    page = colleague.open(wave).text
    assert "Frigivet, starter onsdag 23. december kl. 9. 1 sag venter på frigivelse" in page
    assert "Frigiv til 1 beboer<" in page
    assert "<li>Sofie Dahl, HP-9</li>" in page
    assert "<li>Line Bek, HP-1</li>" not in page


def test_an_old_page_does_not_release_a_newer_wave(colleague: AdviserAtWork, sol: int, wave: str, sqlite_db: Database):
    refused = colleague.post(f"/waves/{sol}/2026-11/release")
    assert refused.status_code in (404, 409)
    assert sms(sqlite_db) == 0


def test_a_wave_tells_whom_it_wrote_to_how_that_went_and_who_was_left_out(adviser, colleague, sol, sqlite_db):
    adviser.post(f"{lay_up(adviser, sol, FILE).location}/take")
    colleague.post(f"/waves/{sol}/{MONTH}/release")
    with sqlite_db.write() as session:
        message = session.scalars(select(Message).where(Message.contact_id.is_not(None)).order_by(Message.id)).first()
        assert message is not None
        message.status = "undelivered"
    page = colleague.open(f"/waves/{sol}/{MONTH}").text
    assert "Kom ikke frem" in page
    assert "Venter på at blive sendt" in page
    assert "Uden Nummer, HP-4" in page
    assert "Line Bek</a>" in page
    assert "Opgave, ikke gjort endnu" in page  # the one whose deadline has passed
    assert "Sådan går det videre" in page


def test_contacts_are_shown_a_page_at_a_time(colleague, wave, sqlite_db):
    colleague.post(f"{wave}/release")
    with sqlite_db.write() as session:
        one = session.scalars(select(Contact)).first()
        assert one is not None
        for step in range(100, 100 + wave_contacts.PAGE):
            session.add(Contact(wave_id=one.wave_id, case_id=one.case_id, step=step, kind="call", send_at=NOW, at=NOW))
    first, second = colleague.open(wave).text, colleague.open(f"{wave}?side=2").text
    assert "Side 1 af 2" in first
    assert first.count('<td class="when">') == wave_contacts.PAGE
    assert second.count('<td class="when">') == 4
    for nonsense in ("0", "-1", "x", "99999999999999999999"):
        assert colleague.open(f"{wave}?side={nonsense}").status_code == 200


def test_a_wave_is_paused_resumed_and_ended_after_a_second_question(colleague, wave, sqlite_db):
    assert colleague.post(f"{wave}/pause").location == wave
    page = colleague.open(wave).text
    assert "Sat på pause af Peter kl. 10.42" in page
    refused = colleague.post(f"{wave}/release")
    assert refused.status_code == 409
    assert "Bølgen er på pause." in refused.text
    colleague.post(f"{wave}/resume")
    assert row(sqlite_db).paused_at is None
    question = colleague.open(f"{wave}/cancel").text
    assert "for altid?" in question
    assert row(sqlite_db).cancelled_at is None
    colleague.post(f"{wave}/cancel")
    page = colleague.open(wave).text
    assert "Stoppet kl. 10.42" in page
    assert "Sæt bølgen på pause" not in page
    refused = colleague.post(f"{wave}/resume")
    assert refused.status_code == 409
    assert "stoppet for altid" in refused.text
    assert sms(sqlite_db) == 0


def test_a_stopped_wave_says_nothing_of_steps_to_come_and_a_file_laid_up_then_that_no_sms_goes(
    adviser, colleague, sol, wave
):
    colleague.post(f"{wave}/release")
    assert "Sådan går det videre" in colleague.open(wave).text
    colleague.post(f"{wave}/pause")
    assert "lad den blive på pause" in colleague.open(f"{wave}/cancel").text
    colleague.post(f"{wave}/cancel")
    assert "Sådan går det videre" not in colleague.open(wave).text
    later = "\n".join([HEADINGS, "HP-9;Sofie Dahl;11116011;100;11-12-2026;da"])
    where = lay_up(adviser, sol, later).location
    page = adviser.open(where).text
    assert "Bølgen er stoppet. Sagerne bliver indlæst" in page
    assert "skal frigive" not in page
    adviser.post(f"{where}/take")
    page = adviser.open(where).text
    assert "Filen er indlæst" in page
    assert "skal frigive" not in page


@pytest.mark.parametrize("month", ["2026-13", "2026-1x", "1999-01", "upload7", "2027-03"])
def test_a_month_without_a_wave_is_not_found(adviser: AdviserAtWork, sol: int, month: str):
    assert adviser.open(f"/waves/{sol}/{month}").status_code == 404


def test_another_organisations_wave_is_neither_seen_nor_touched(app: Flask, wave: str, sqlite_db: Database):
    fie = AdviserAtWork(app.test_client())
    fie.login("fie@vestbo.example")
    assert fie.open(wave).status_code == 404
    assert fie.open(f"{wave}/cancel").status_code == 404
    for what in ("release", "pause", "resume", "cancel"):
        assert fie.post(f"{wave}/{what}").status_code == 404
    assert sms(sqlite_db) == 0


def test_a_form_without_its_token_does_nothing(colleague: AdviserAtWork, wave: str):
    assert colleague.client.post(f"{wave}/release").status_code == 400


NAMES = {"7": "Mette Lind"}
AT = datetime(2026, 12, 1, 10, 12, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("wave", "words"),
    [
        (WaveView("2026-11", "not_due", date(2026, 11, 27)), "Starter fredag 27. november kl. 9"),
        (
            WaveView("2026-12", "not_due", date(2026, 12, 23), waiting_for_release=1),
            "1 sag venter på frigivelse. Bølgedagen er onsdag 23. december",
        ),
        (
            WaveView("2026-11", "not_due", date(2026, 11, 27), released_at=AT),
            "Frigivet, starter fredag 27. november kl. 9",
        ),
        (
            WaveView("2026-11", "not_due", date(2026, 11, 27), released_at=AT, waiting_for_release=3),
            "Frigivet, starter fredag 27. november kl. 9. 3 sager venter på frigivelse",
        ),
        (WaveView("2026-12", "waits_for_release", date(2026, 12, 1)), "Venter på frigivelse"),
        (WaveView("2026-12", "due", date(2026, 12, 1)), "Starter nu"),
        (WaveView("2026-12", "running", date(2026, 12, 1), started_at=AT), "Kører, startet kl. 10.12"),
        (
            WaveView("2026-12", "running", date(2026, 12, 1), started_at=AT, waiting_for_release=2),
            "Kører, startet kl. 10.12. 2 sager venter på frigivelse",
        ),
        (
            WaveView("2026-10", "running", date(2026, 10, 27), started_at=AT - timedelta(days=35)),
            "Startet 27. okt. kl. 10.12",
        ),
        (
            WaveView("2026-12", "paused", date(2026, 12, 1), paused_at=AT, paused_by="7"),
            "Sat på pause af Mette kl. 10.12",
        ),
        (
            WaveView("2026-12", "paused", date(2026, 12, 1), paused_at=AT, paused_by="account_blocked"),
            "Sat på pause af tjenesten, fordi sms-leverandøren afviser os, kl. 10.12",
        ),
        (WaveView("2026-12", "cancelled", date(2026, 12, 1), cancelled_at=AT), "Stoppet kl. 10.12"),
        (
            WaveView("2026-12", "feed_too_old", date(2026, 12, 1), feed_at=AT - timedelta(days=7)),
            "Venter på nye tal fra huslejesystemet. De nyeste er fra 24. nov. 10.12",
        ),
        (WaveView("2026-10", "due", date(2026, 10, 27)), "Blev ikke startet"),
    ],
)
def test_how_a_wave_stands_in_words(wave: WaveView, words: str):
    assert state_words(wave, time(9), NAMES, NOW) == words


def test_a_month_is_written_as_danes_do():
    assert month_words("2027-01") == "Januar 2027"


def test_the_ladder_is_drawn_a_stop_a_day():
    rungs = [
        Rung(0, "sms", AT),
        Rung(1, "sms", AT + timedelta(days=2)),
        Rung(2, "call", AT + timedelta(days=3)),
        Rung(3, "postcard", AT + timedelta(days=6)),
        Rung(4, "sms", AT + timedelta(days=6)),
        Rung(999, "other", AT + timedelta(days=8), is_last=True),
    ]
    assert stops(rungs, NOW.date()) == (
        Stop("1. sms", "tirs. 1. dec.", is_now=True),
        Stop("2. sms", "tors. 3. dec."),
        Stop("Ring", "fre. 4. dec."),
        Stop("Postkort og sidste sms", "man. 7. dec."),
        Stop("Rådgiveren beslutter", "ons. 9. dec."),
    )


def test_the_stop_that_the_ladder_has_reached_is_marked():
    rungs = [Rung(0, "sms", AT), Rung(1, "call", AT + timedelta(days=3)), Rung(2, "knock", AT + timedelta(days=6))]
    reached = [stop.label for days in (0, 4, 9) for stop in stops(rungs, AT.date() + timedelta(days)) if stop.is_now]
    assert reached == ["1. sms", "Ring", "Bank på"]


def test_steps_are_named_by_their_place():
    assert numbered(Counter({(0, "sms"): 3, (1, "knock"): 1, (2, "sms"): 1})) == {
        0: "1. sms",
        1: "Bank på",
        2: "2. sms",
    }

"""A file that an adviser lays up, without a browser: what is told before anything happens, and what happens then."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.case_rows import RowError
from bot.db import Database
from bot.models import Case, Consent, Message, Organisation, Task, Upload
from bot.uploads import MOST_BYTES
from handoff.wave_check import rejected_table
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.wave_files import FILE, GOOD, HEADINGS, lay_up
from tests.handoff.world import NOW, World


@pytest.fixture
def sol(sqlite_db: Database, world: World) -> int:
    """Solgården, where one number has said stop."""
    with sqlite_db.write() as session:
        session.add(Consent(phone="+4511116007", opted_out=True, at=NOW))
        return session.scalars(select(Organisation.id).where(Organisation.slug == "solgaarden")).one()


def cases(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Case.case_ref).where(Case.case_ref.like("HP-%")).order_by(Case.case_ref)))


def uploads(db: Database) -> list[Upload]:
    with db.read() as session:
        return list(session.scalars(select(Upload).order_by(Upload.id)))


def test_a_file_is_told_of_before_anything_happens(adviser: AdviserAtWork, sol: int, sqlite_db: Database):
    where = lay_up(adviser, sol).location
    page = adviser.open(where).text
    for told in (
        "restancer.csv, 10 rækker, lagt op i dag 10.42 af Mette",
        "3 rækker kan ikke indlæses",
        "8.4OO,00",
        "Restance er ikke et beløb. Der står bogstavet O i stedet for tallet 0.",
        "samme som række 2",
        "sagsnr mangler",
        "November har 30 dage.",
        "4 beboere får ingen sms",
        "Bliver til opgaven Find nummer",
        "Får et opkald eller et postkort",
        "Sagen lukkes som betalt",
        "Opgave til en rådgiver i dag",
        "Uden Nummer, HP-4",
        "Hej Line. Jeg hedder",
        "Hello Ahmad.",
        "Sådan går det videre for dem, der ikke svarer",
        "Indlæs 7 sager",
        "i dag fra kl. 10.42",
    ):
        assert told in page, told
    assert cases(sqlite_db) == []
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count()).select_from(Task).where(Task.type == "find_number")) == 0


def test_the_price_is_an_estimate_of_the_organisations_own(adviser: AdviserAtWork, sol: int, sqlite_db: Database):
    where = lay_up(adviser, sol, GOOD).location
    assert "Pris, cirka, 0,40\xa0kr. pr. del</dt><dd>2,40\xa0kr." in adviser.open(where).text
    with sqlite_db.write() as session:
        session.get_one(Organisation, sol).settings = {"segment_price": "0.355"}
    assert "Pris, cirka, 0,355\xa0kr. pr. del</dt><dd>2,13\xa0kr." in adviser.open(where).text


def test_every_sms_of_a_file_can_be_read(adviser: AdviserAtWork, sol: int):
    where = lay_up(adviser, sol, f"{GOOD}\nHP-9;Sofie Dahl;11116011;100;11-12-2026;da").location
    assert "Se alle" in adviser.open(where).text
    page = adviser.open(f"{where}/texts").text
    assert "4 beboere får sms" in page
    assert page.count('class="bubble wave"') == 4


def test_the_rejected_rows_come_as_a_file_that_can_be_mended_and_laid_up_again(adviser: AdviserAtWork, sol: int):
    answer = adviser.open(f"{lay_up(adviser, sol).location}/rejected.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [(row["sagsnr"], row["række i filen"]) for row in rows] == [("HP-8", "9"), ("HP-1", "10"), ("", "11")]
    assert rows[0]["navn"] == "'=1+1"  # a sheet would work it out
    assert "restance" in rows[0]["fejl"]
    mended = answer.data.replace(b"8.4OO,00", b"8.400,00")
    assert "2 rækker kan ikke indlæses" in adviser.open(lay_up(adviser, sol, mended).location).text


def test_a_file_is_taken_once_and_only_what_it_came_to_is_kept(adviser, colleague, sol, sqlite_db):
    where = lay_up(adviser, sol).location
    assert adviser.post(f"{where}/take").location == where
    assert cases(sqlite_db) == ["HP-1", "HP-2", "HP-3", "HP-4", "HP-5", "HP-6", "HP-7"]
    assert colleague.post(f"{where}/take").location == where
    [upload] = uploads(sqlite_db)
    assert upload.content is None
    assert upload.report == {"created": 6, "updated": 0, "reopened": 0, "settled": 1, "unchanged": 0, "rejected": 3}
    with sqlite_db.read() as session:
        assert session.scalar(select(Case.upload_id).where(Case.case_ref == "HP-2")) == upload.id
        assert session.scalar(select(Case.upload_id).where(Case.case_ref == "HP-5")) is None  # paid: nothing to release
        assert session.scalar(select(func.count(Message.id)).where(Message.bulk)) == 0
    page = adviser.open(where).text
    assert "Filen er indlæst" in page
    assert "Line Bek" not in page
    assert adviser.open(f"{where}/texts").status_code == 404
    assert adviser.open(f"{where}/rejected.csv").status_code == 404


def test_a_file_is_thrown_away_or_changed_for_another_and_nothing_of_it_is_taken(adviser, sol, sqlite_db):
    first = lay_up(adviser, sol).location
    assert "Ikke indlæst endnu. Nogen skal tjekke den" in adviser.open("/waves").text
    second = lay_up(adviser, sol, GOOD, instead=first.rsplit("/", 1)[1]).location
    assert "Filen er kasseret" in adviser.open(first).text
    adviser.post(f"{second}/discard")
    adviser.post(f"{second}/take")
    assert "Intet er ændret" in adviser.open(second).text
    assert [upload.content for upload in uploads(sqlite_db)] == [None, None]
    assert cases(sqlite_db) == []


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (FILE, "", "Vælg en fil først."),
        (FILE, "sager.pdf", "Filen skal være .csv eller .xlsx."),
        ("", "sager.csv", "Filen er tom."),
        (HEADINGS, "sager.csv", "Filen har overskrifter, men ingen sager."),
        ("navn;telefon\nLine;11116001", "sager.csv", "mangler. Fundne overskrifter: navn, telefon."),
        (b"%PDF-1.7 \x00\x01", "sager.csv", "Filen er hverken CSV eller XLSX."),
        (b"x" * (MOST_BYTES + 1), "sager.csv", "Filen er større end 5 MB."),
    ],
)
def test_what_is_no_file_of_cases_is_refused_in_words(adviser, sol, sqlite_db, content, name, problem):
    answer = lay_up(adviser, sol, content, name)
    assert answer.status_code == 422
    assert problem in answer.text
    assert uploads(sqlite_db) == []


def test_a_larger_file_than_a_page_may_send_is_refused_by_a_page_in_plain_danish(adviser: AdviserAtWork, sol: int):
    answer = lay_up(adviser, sol, b"x" * (11 * 1024 * 1024))
    assert answer.status_code == 413
    assert "del filen i flere" in answer.text


def test_a_file_belongs_to_the_advisers_of_its_organisation(app: Flask, adviser: AdviserAtWork, sol: int, vest: int):
    where = lay_up(adviser, sol).location
    fie = AdviserAtWork(app.test_client())
    fie.login("fie@vestbo.example")
    number = where.rsplit("/", 1)[1]
    for path in (where, f"{where}/texts", f"{where}/rejected.csv", f"/waves/{sol}/upload"):
        assert fie.open(path).status_code == 404, path
    for path in (where, f"/waves/{vest}/uploads/{number}"):
        assert fie.post(f"{path}/take").status_code == 404
        assert fie.post(f"{path}/discard").status_code == 404
    assert "Indlæs" in adviser.open(where).text


def test_a_stranger_is_asked_to_log_in_and_a_form_without_its_token_is_refused(visitor, adviser, sol):
    where = lay_up(adviser, sol).location
    assert "/login" in visitor.open(where).location
    assert adviser.client.post(f"{where}/take").status_code == 400
    assert adviser.open(where).headers["Cache-Control"] == "no-store"


def test_neither_a_files_name_nor_what_stands_in_it_comes_into_a_log(adviser: AdviserAtWork, sol: int, caplog):
    with capture_logs() as logged:
        where = lay_up(adviser, sol, name="Line Bek HP-2291.csv").location
        adviser.open(where)
        adviser.post(f"{where}/take")
    told = f"{logged} {caplog.text}"
    assert "cases_imported" in told
    assert [secret for secret in ("Line", "HP-", "11116001", "8.4OO", ".csv") if secret in told] == []


def test_a_case_that_an_adviser_has_in_hand_and_one_with_a_promise_get_no_sms(adviser, sol, sqlite_db):
    """Known residents, by the same number: Line has a promise and a plan, and Mads's talk is Mette's."""
    with sqlite_db.read() as session:
        open_cases = session.scalars(select(Case).where(Case.organisation_id == sol)).all()
        rows = [
            f"{case.case_ref};{case.resident.name};{(case.resident.phone or '')[3:]};9.999;11-12-2026;da"
            for case in open_cases
        ]
    page = adviser.open(lay_up(adviser, sol, "\n".join([HEADINGS, *rows])).location).text
    assert "En rådgiver har samtalen" in page
    assert "Intet sendes, så længe I skriver sammen" in page
    assert "9 ændret" in page


def test_the_rail_leads_to_the_waves(adviser: AdviserAtWork):
    assert 'href="/waves"' in adviser.open("/inbox").text
    assert 'aria-current="true">' in adviser.open("/waves").text


@pytest.mark.parametrize("instead", ["9" * 30, "-1", "x"])
def test_a_file_that_comes_instead_of_none_is_laid_up_all_the_same(
    adviser: AdviserAtWork, sol: int, sqlite_db: Database, instead: str
):
    assert lay_up(adviser, sol, GOOD, instead=instead).status_code == 303
    assert len(uploads(sqlite_db)) == 1


def test_a_taking_that_broke_off_is_told_of_and_what_to_do(adviser: AdviserAtWork, sol: int, sqlite_db: Database):
    where = lay_up(adviser, sol, GOOD).location
    with sqlite_db.write() as session:
        upload = session.scalars(select(Upload)).one()
        upload.content, upload.report = None, {"ended": "forgotten", "begun": True}
    page = adviser.open(where).text
    assert "Indlæsningen blev afbrudt" in page
    assert "Intet er ændret" not in page


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_of_the_rejected_rows_is_a_formula(sign: str):
    told = rejected_table([f"{sign}H"], {2: [f"{sign}HYPERLINK(1)"]}, [RowError(2, "x", "y")] * 2)
    assert [row[0] for row in told] == [f"'{sign}H", f"'{sign}HYPERLINK(1)"]
    assert rejected_table(["a"], {3: ["+45 11 11 40 27"]}, [RowError(3, "x", "y")])[1][0] == "+45 11 11 40 27"

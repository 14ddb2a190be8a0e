"""A file that is laid up: tried out without a trace, taken once, forgotten in a day. On both databases."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import uploads
from bot.case_rows import CaseRow
from bot.db import Database
from bot.intake import Report, Tried, take, try_out
from bot.models import COPENHAGEN, Adviser, AuditEvent, Base, Case, Conversation, Organisation, Upload

NOW = datetime(2026, 11, 24, 8, 40, tzinfo=COPENHAGEN)
HOUR = timedelta(hours=1)


def row(case_ref: str, number: int = 2, arrears_ore: int = 845_050) -> CaseRow:
    return CaseRow(number, case_ref, f"Line {case_ref}", arrears_ore, phone=f"+45111140{number:02}")


class House:
    """Solgården and Mette, who lays files up; Vestbo beside it."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as session:
            made = [
                Organisation(slug=slug, name=slug, number=f"+451111001{n}", settings={}, created_at=NOW)
                for n, slug in enumerate(("solgaarden", "vestbo"))
            ]
            mette = Adviser(email="mette@solgaarden.example", name="Mette Lind", created_at=NOW)
            session.add_all([*made, mette])
            session.flush()
            self.id, self.other, self.mette = made[0].id, made[1].id, mette.id

    def lay_up(self, name: str = "restancer-november.csv", now: datetime = NOW) -> int:
        with self.db.write() as session:
            return uploads.lay_up(session, self.id, self.mette, name, b"sagsnr", now).id

    def upload(self, upload_id: int) -> Upload:
        with self.db.read() as session:
            return session.get_one(Upload, upload_id)

    def standing(self, upload_id: int, now: datetime = NOW) -> str:
        return uploads.standing_of(self.upload(upload_id), now)


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


def counts(db: Database) -> dict[str, int]:
    with db.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.tables.values()
        }


def test_rows_that_are_tried_out_stand_while_they_are_looked_at_and_leave_no_trace(house: House):
    take(house.db, house.id, [row("SB-1")], NOW)
    before = counts(house.db)

    def see(session: Session, tried: Tried) -> tuple[list[str], Report]:
        refs = session.scalars(select(Case.case_ref).where(Case.status == "open").order_by(Case.case_ref)).all()
        return [*refs, *(done.what for done in tried.written)], tried.report

    seen, report = try_out(house.db, house.id, [row("SB-1", arrears_ore=0), row("SB-2", 3), row("SB-2", 4)], NOW, see)
    assert seen == ["SB-2", "settled", "created"]
    assert (report.settled, report.created, report.rejected, report.dry_run) == (1, 1, 1, True)
    assert report.errors[0].cell == "samme som række 3"
    assert counts(house.db) == before
    with house.db.read() as session:
        assert session.scalars(select(Case.status)).all() == ["open"]


def test_others_write_while_rows_are_tried_out(house: House):
    """On SQLite only one may write at a time, and a look at a large file takes seconds."""

    def see(session: Session, tried: Tried) -> str:
        writer = threading.Thread(target=house.lay_up)
        writer.start()
        writer.join(5)
        return "waited" if writer.is_alive() else "went on"

    assert try_out(house.db, house.id, [row("SB-1")], NOW, see) == "went on"


def test_the_talk_of_a_resident_in_the_file_goes_on_while_its_rows_are_tried_out(house: House):
    take(house.db, house.id, [row("SB-1")], NOW)
    with house.db.write() as session:
        case = session.scalars(select(Case)).one()
        known = {"organisation_id": house.id, "case_id": case.id, "state": {}, "created_at": NOW}
        session.add(Conversation(phone=case.resident.phone or "", **known))

    def hear() -> None:
        with house.db.write() as session:
            session.scalars(select(Conversation).with_for_update()).one().held_by = "queue"

    def see(session: Session, tried: Tried) -> str:
        turn = threading.Thread(target=hear)
        turn.start()
        turn.join(5)
        return "waited" if turn.is_alive() else "went on"

    assert try_out(house.db, house.id, [row("SB-1", arrears_ore=100)], NOW, see) == "went on"


def test_what_fails_while_it_is_tried_out_leaves_no_trace_either(house: House):
    def see(session: Session, tried: Tried) -> None:
        raise ValueError("the look failed")

    with pytest.raises(ValueError, match="the look failed"):
        try_out(house.db, house.id, [row("SB-1")], NOW, see)
    assert counts(house.db)["case"] == 0


def test_cases_that_a_file_opens_are_known_as_its_own_and_those_it_only_updates_are_not(house: House):
    take(house.db, house.id, [row("SB-1")], NOW)
    upload = house.lay_up()
    take(house.db, house.id, [row("SB-1", arrears_ore=100), row("SB-2", 3)], NOW, upload_id=upload)
    with house.db.read() as session:
        found = session.execute(select(Case.case_ref, Case.upload_id).order_by(Case.case_ref)).all()
    assert found == [("SB-1", None), ("SB-2", upload)]


def test_what_a_file_had_opened_before_its_taking_died_is_new_in_its_report(house: House):
    take(house.db, house.id, [row("SB-1")], NOW)
    upload = house.lay_up()
    take(house.db, house.id, [row("SB-2", 3)], NOW, upload_id=upload)

    report = take(house.db, house.id, [row("SB-1"), row("SB-2", 3), row("SB-3", 4)], NOW, upload_id=upload)

    assert (report.created, report.unchanged) == (2, 1)


def test_a_case_that_comes_again_without_a_file_is_no_longer_that_files(house: House):
    upload = house.lay_up()
    take(house.db, house.id, [row("SB-1")], NOW, upload_id=upload)
    take(house.db, house.id, [row("SB-1", arrears_ore=0)], NOW + HOUR)
    again = CaseRow(2, "SB-1", "Line SB-1", 500, received=date(2026, 12, 24))
    take(house.db, house.id, [again], NOW + timedelta(days=30))
    with house.db.read() as session:
        assert session.execute(select(Case.status, Case.upload_id)).one() == ("open", None)


def test_two_hands_claim_a_file_once(house: House):
    upload = house.lay_up()
    assert uploads.claim(house.db, house.id, upload, house.mette, NOW) == b"sagsnr"
    assert house.standing(upload) == "in_hand"
    assert uploads.claim(house.db, house.id, upload, house.mette, NOW) is None


def test_a_file_whose_taking_died_is_taken_again_after_some_minutes(house: House):
    upload = house.lay_up()
    uploads.claim(house.db, house.id, upload, house.mette, NOW)
    assert uploads.claim(house.db, house.id, upload, house.mette, NOW + timedelta(minutes=6)) == b"sagsnr"


def test_of_a_file_that_was_taken_only_the_counts_stay(house: House):
    upload = house.lay_up()
    uploads.claim(house.db, house.id, upload, house.mette, NOW)
    uploads.finish(house.db, house.id, upload, house.mette, Report(created=2, rejected=1), NOW)
    kept = house.upload(upload)
    assert kept.content is None
    assert kept.report == {"created": 2, "updated": 0, "reopened": 0, "settled": 0, "unchanged": 0, "rejected": 1}
    assert house.standing(upload) == "taken"
    assert uploads.claim(house.db, house.id, upload, house.mette, NOW + HOUR) is None
    with house.db.read() as session:
        assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all() == [
            "upload_laid_up",
            "upload_claimed",
            "upload_taken",
        ]


def test_a_file_that_is_thrown_away_is_gone_and_one_in_hand_stays(house: House):
    waits, in_hand = house.lay_up(), house.lay_up()
    uploads.claim(house.db, house.id, in_hand, house.mette, NOW)
    with house.db.write() as session:
        for upload in (waits, in_hand):
            uploads.throw_away(session, house.id, upload, house.mette, NOW)
    assert (house.standing(waits), house.standing(in_hand)) == ("thrown_away", "in_hand")
    assert house.upload(waits).content is None


def test_a_file_of_another_organisation_is_not_reached(house: House):
    upload = house.lay_up()
    assert uploads.claim(house.db, house.other, upload, house.mette, NOW) is None
    with house.db.write() as session:
        uploads.throw_away(session, house.other, upload, house.mette, NOW)
    assert house.standing(upload) == "waits"


def test_content_that_nobody_took_is_forgotten_after_a_day(house: House):
    old, young = house.lay_up(), house.lay_up(now=NOW + HOUR)
    with house.db.read() as session:
        assert uploads.next_forgetting(session, house.id, NOW) == NOW + timedelta(hours=24)
    uploads.forget_old(house.db, house.other, NOW + timedelta(days=9))
    uploads.forget_old(house.db, house.id, NOW + timedelta(hours=24))
    assert (house.standing(old), house.standing(young)) == ("forgotten", "waits")
    assert house.upload(old).content is None
    with house.db.read() as session:
        assert uploads.next_forgetting(session, house.id, NOW + timedelta(hours=24)) == NOW + timedelta(hours=25)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("restancer-november.csv", "restancer-november.csv"),
        ("C:\\Brugere\\Mette\\sager.xlsx", "sager.xlsx"),
        ("../../etc/sager.csv", "sager.csv"),
        ("010190-1234 Line.csv", "[cpr fjernet] Line.csv"),
        ("\x00\u202e", "fil"),
        ("a" * 300 + ".csv", "a" * 112 + "…aaa.csv"),
    ],
)
def test_a_files_name_is_kept_without_its_folders_and_without_a_cpr_number(house: House, sent: str, kept: str):
    assert house.upload(house.lay_up(sent)).filename == kept


def test_one_whose_taking_died_is_not_told_of_as_if_nothing_had_come_of_it(house: House):
    died, untouched = house.lay_up(), house.lay_up()
    uploads.claim(house.db, house.id, died, house.mette, NOW)
    uploads.forget_old(house.db, house.id, NOW + timedelta(hours=25))
    assert [house.upload(each).report for each in (died, untouched)] == [
        {"ended": "forgotten", "begun": True},
        {"ended": "forgotten", "begun": False},
    ]
    with house.db.read() as session:
        kept = session.scalars(select(AuditEvent).where(AuditEvent.action == "upload_claimed")).one()
    assert (kept.adviser_id, kept.subject) == (house.mette, f"upload:{died}")

"""The demo: invented people in every stage, put into an empty database once, beside log-ins that can be told again."""

import json
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import Service
from bot.case_file import read_case_file
from bot.commands.demo import load, start_demo
from bot.commands.demo_people import RESIDENTS
from bot.db import Database
from bot.intake import take
from bot.models import (
    COPENHAGEN,
    Adviser,
    Alarm,
    Case,
    Conversation,
    Ladder,
    Mention,
    Message,
    Organisation,
    Resident,
    Task,
)
from bot.organisations import read_settings
from bot.settings import HOME, Settings
from handoff.board.periods import read_period
from handoff.board.reading import Shelf, read_board
from handoff.board.rows import wave_months
from handoff.passwords import is_password

NOW = datetime(2026, 11, 27, 9, 5, tzinfo=COPENHAGEN)
SAMPLE = HOME / "docs" / "sample-cases.csv"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/demo.db")


def test_two_organisations_of_different_policies_with_fourteen_residents(db: Database, settings: Settings):
    assert load(db, NOW, settings)

    with db.read() as session:
        policies = [read_settings(o.settings) for o in session.scalars(select(Organisation).order_by(Organisation.id))]
        residents = session.scalars(select(Resident)).all()
        stages = set(session.scalars(select(Case.stage)))
    assert len(policies) == 2
    assert {p.accepts_plan for p in policies} == {True, False}
    assert {p.release for p in policies} == {"automatic", "second_person"}
    assert len(residents) == 14
    assert len({r.language for r in residents}) >= 3
    assert stages == {"rykker", "paakrav", "advokat", "ophaevet", "foged"}


def test_a_second_load_changes_nothing_and_keeps_the_log_ins(db: Database, settings: Settings):
    load(db, NOW, settings)
    file = settings.var / "demo-logins.json"
    told = file.read_text(encoding="utf-8")

    assert not load(db, NOW, settings)

    assert file.read_text(encoding="utf-8") == told
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 14


def test_the_log_ins_that_are_told_open_the_door_and_only_their_owner_reads_the_file(db: Database, settings: Settings):
    load(db, NOW, settings)
    file = settings.var / "demo-logins.json"

    with db.read() as session:
        hashes = {a.email: a.password_hash for a in session.scalars(select(Adviser))}
    logins = dict(json.loads(file.read_text(encoding="utf-8")))
    assert set(logins) == set(hashes)
    assert all(is_password(hashes[email], password) for email, password in logins.items())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nobody_in_the_demo_has_a_number_that_is_handed_out(db: Database, settings: Settings):
    load(db, NOW, settings)
    read = read_case_file(SAMPLE, NOW.date())

    with db.read() as session:
        numbers = [*session.scalars(select(Resident.phone)), *session.scalars(select(Organisation.number))]
    of_the_sample = [row.phone for row in read.rows if not isinstance(row, list)]
    assert all(number.startswith("+451") for number in (*numbers, *of_the_sample) if number is not None)


def test_whoever_has_no_number_has_a_task_and_whoever_has_paid_none(db: Database, settings: Settings):
    load(db, NOW, settings)

    with db.read() as session:
        searched = session.scalars(select(Case.case_ref).join(Task).where(Task.type == "find_number")).all()
        paid = session.scalars(select(Case).where(Case.status == "settled")).one()
    assert searched == [person.case_ref for person in RESIDENTS if person.phone is None]
    assert paid.arrears_ore == 0


def test_the_demo_writes_to_nobody_by_itself(db: Database, settings: Settings):
    load(db, NOW, settings)

    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_every_row_of_the_sample_file_is_taken_beside_the_demos_own_cases(db: Database, settings: Settings):
    load(db, NOW, settings)
    with db.read() as session:
        solgaarden = session.scalars(select(Organisation.id).where(Organisation.slug == "solgaarden")).one()

    report = take(db, solgaarden, read_case_file(SAMPLE, NOW.date()).rows, NOW)

    assert (report.created, report.settled, report.rejected) == (9, 1, 0)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Service]:
    """All that ``serve --demo`` makes."""
    made = Service(start_demo(Settings(database_url=f"sqlite:///{tmp_path}/demo.db"), "2026-10-27T09:05"))
    yield made
    made.stop()


def test_every_folder_of_the_inbox_holds_something_and_the_crisis_has_somebody(started: Service):
    with started.db.read() as session:
        mette, peter = session.scalars(select(Adviser).order_by(Adviser.id))
        threads = session.scalars(select(Conversation).where(Conversation.closed_at.is_(None))).all()
        planned = session.scalars(select(Message).where(Message.status == "queued")).all()
        mentioned = session.scalars(select(Mention.adviser_id)).all()
        alarms = session.scalars(select(Alarm.seen_by_id)).all()
    assert {thread.held_by for thread in threads} == {"bot", "queue", "adviser"}
    assert [thread.adviser_id for thread in threads if thread.priority == "crisis"] == [peter.id]
    assert [thread.adviser_id for thread in threads if thread.snoozed_until is not None] == [mette.id]
    assert [thread.phone for thread in threads if thread.case_id is None] == ["+4511114201"]
    assert [message.send_at is not None for message in planned] == [True]
    assert mentioned == [mette.id]
    assert alarms
    assert None not in alarms


def test_six_months_are_over_and_the_board_tells_of_them_without_anybody_being_written_to(started: Service):
    september = read_period("2026-09")
    assert september is not None
    with started.db.read() as session:
        organisations = session.scalars(select(Organisation)).all()
        assert wave_months(session, [each.id for each in organisations])[::5] == ["2026-04", "2026-09"]
        board = read_board(session, organisations, september, started.clock(), Shelf())
        open_past = session.scalar(select(func.count(Ladder.id)).join(Case).where(Case.status == "open"))
        phones = session.scalars(select(Resident.phone).join(Case).where(Case.case_ref.like("%-2609-%"))).all()
    assert all(hours is not None for _, hours in board.line)
    first, last = board.line[0][1], board.line[-1][1]
    assert first is not None
    assert last is not None
    assert first > last  # it goes better
    assert open_past == 0
    assert set(phones) == {None}

"""The waves as other rooms see them, on both databases: how one stands, who may start it, what pausing it does."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.models import Adviser, AuditEvent, Case, Message, Organisation, Task, Upload, Wave
from bot.wave_desk import WaveDesk, WaveRefusedError, WaveView
from scheduler import jobs
from scheduler.desk import Desk
from tests.scheduler.world import NOW, World, at

MONTH = "2026-10"
LATER = NOW + timedelta(hours=1)
DESK: WaveDesk = Desk()


def adviser(db: Database, email: str) -> int:
    with db.write() as session:
        made = Adviser(email=email, name="Mette Holm", created_at=NOW)
        session.add(made)
        session.flush()
        return made.id


def laid_up(world: World, adviser_id: int, *case_ids: int) -> None:
    """These cases came with a file of this adviser."""
    with world.db.write() as session:
        upload = Upload(organisation_id=world.organisation_id, adviser_id=adviser_id, filename="sager.csv", at=NOW)
        session.add(upload)
        session.flush()
        for case_id in case_ids:
            session.get_one(Case, case_id).upload_id = upload.id


def views(world: World, now: datetime) -> list[WaveView]:
    with world.db.read() as session:
        return DESK.waves(session, session.get_one(Organisation, world.organisation_id), now)


def view(world: World, now: datetime = NOW) -> WaveView:
    return next(each for each in views(world, now) if each.month == MONTH)


def do(world: World, what: str, now: datetime, by: int | None = None, month: str = MONTH) -> None:
    getattr(DESK, what)(world.db, world.organisation_id, month, now, by)


def start(world: World, now: datetime = NOW, by: int | None = None) -> Any:
    return DESK.start(world.db, world.organisation_id, now, by)


def run_until(world: World, now: datetime, end: datetime) -> None:
    jobs.tick(world.db, now)
    while (moment := jobs.due_moments(world.db, now)) is not None and moment <= end:
        now = moment
        jobs.tick(world.db, now)


def refused(world: World, what: str, **more: Any) -> str:
    with pytest.raises(WaveRefusedError) as caught:
        start(world, LATER, **more) if what == "start" else do(world, what, LATER, **more)
    return caught.value.why


def test_a_wave_is_told_from_before_its_day_until_it_runs(db: Database):
    world = World(db)
    world.add("1", "2")
    early = view(world, at("2026-10-20T12:00"))
    assert (early.month, early.state, early.wave_day) == (MONTH, "not_due", date(2026, 10, 27))
    assert view(world).state == "due"
    started = start(world)
    assert (started.month, started.is_first_start, started.sms, started.tasks) == (MONTH, True, 2, 0)
    running = view(world, LATER)
    assert (running.state, running.started_by, running.started_at) == ("running", "command", NOW)
    assert (running.contacts, running.sms, running.answered) == ({(0, "sms"): 2}, {"queued": 2}, 0)


def test_answers_and_skips_are_counted_by_case(db: Database):
    world = World(db)
    first, second = world.add("1", "2")
    start(world)
    for _ in range(2):
        world.reply(first, LATER)
    run_until(world, LATER, at("2026-11-03T12:00"))
    seen = view(world, at("2026-11-03T12:00"))
    assert (seen.answered, seen.skips) == (1, {"replied": 1})
    assert world.contacts(second)[-1][1] == "sms"


def test_a_paused_wave_starts_nothing_and_resumed_it_goes_on_with_what_has_not_expired(db: Database):
    world = World(db)
    (case,) = world.add("1")
    start(world)
    mette = adviser(db, "mette@solgaarden.dk")
    do(world, "pause", LATER, mette)
    assert (view(world, LATER).state, view(world, LATER).paused_by) == ("paused", str(mette))
    run_until(world, LATER, at("2026-10-30T16:00"))
    assert [kind for _, kind, _ in world.contacts(case)] == ["sms"]
    assert world.skips(case) == [(1, "paused"), (2, "paused")]
    do(world, "resume", at("2026-10-30T16:00"), mette)
    run_until(world, at("2026-10-30T16:00"), at("2026-12-01T12:00"))
    assert [kind for _, kind, _ in world.contacts(case)] == ["sms", "call", "knock", "postcard", "sms", "other"]


def test_the_advisers_task_on_the_deadline_comes_in_a_paused_wave_too(db: Database):
    world = World(db)
    (begun,) = world.add("1")
    start(world)
    do(world, "pause", LATER)
    (waiting,) = world.add("2", phone="+4511114500", opened_at=LATER)
    run_until(world, LATER, at("2026-12-01T12:00"))
    assert [kind for _, kind, _ in world.contacts(begun)] == ["sms", "other"]
    assert world.contacts(waiting) == [(999, "other", "Wed 04 09.00")]


def test_a_cancelled_wave_calls_off_what_is_queued_and_planned_and_keeps_the_deadlines_task(db: Database):
    world = World(db)
    (climbing,) = world.add("1")
    start(world)
    run_until(world, NOW, at("2026-10-30T12:00"))
    (queued,) = world.add("2", phone="+4511114500", opened_at=at("2026-10-30T20:00"), deadline=date(2026, 11, 10))
    start(world, at("2026-10-30T20:00"))
    do(world, "cancel", at("2026-10-30T20:01"))
    assert [(task.type, task.status) for task in world.tasks()] == [("call", "dropped")]
    assert {(m.status, m.error) for m in world.messages()} == {("refused", "cancelled")}
    run_until(world, at("2026-10-30T20:02"), at("2026-12-01T12:00"))
    assert world.contacts(climbing)[-1] == (999, "other", "Wed 04 09.00")
    assert [kind for _, kind, _ in world.contacts(queued)] == ["sms", "other"]
    last = [task for task in world.tasks() if task.type == "other" and task.case_id in (climbing, queued)]
    assert [task.status for task in last] == ["open", "open"]
    assert world.skips(climbing) == [(3, "cancelled")]
    assert len(world.messages()) == 3


def test_a_wave_that_is_cancelled_before_its_day_writes_to_nobody_and_advisers_hear_of_the_deadline(db: Database):
    world = World(db)
    cases = world.add("1", "2", received=date(2026, 10, 20), opened_at=at("2026-10-20T12:00"))
    do(world, "cancel", at("2026-10-21T12:00"))
    run_until(world, at("2026-10-21T12:00"), at("2026-12-01T12:00"))
    assert [world.contacts(case) for case in cases] == [[(999, "other", "Wed 04 09.00")]] * 2
    assert [world.skips(case) for case in cases] == [[(0, "cancelled")]] * 2
    with db.read() as session:
        assert session.scalars(select(Wave.started_at).where(Wave.organisation_id == world.organisation_id)).all() == [
            None
        ]


def test_a_task_that_was_agreed_in_the_talk_outlives_the_wave(db: Database):
    world = World(db)
    (case,) = world.add("1")
    start(world)
    with db.write() as session:
        values: dict[str, Any] = {"organisation_id": world.organisation_id, "case_id": case, "at": NOW}
        session.add(Task(type="call", due=date(2026, 10, 30), origin="message:1:call", **values))
    do(world, "cancel", LATER)
    assert [task.status for task in world.tasks()] == ["open"]


def test_who_did_it_is_written_down(db: Database):
    world = World(db)
    world.add("1")
    mette = adviser(db, "mette@solgaarden.dk")
    start(world, by=mette)
    for what in ("pause", "pause", "resume", "cancel", "cancel"):
        do(world, what, LATER, mette if what != "cancel" else None)
    with db.read() as session:
        told = session.execute(select(AuditEvent.action, AuditEvent.adviser_id, AuditEvent.organisation_id)).all()
        wave = session.scalars(select(Wave).where(Wave.organisation_id == world.organisation_id)).one()
    solgaarden = world.organisation_id
    assert told == [
        ("wave_started", mette, solgaarden),
        ("wave_paused", mette, solgaarden),
        ("wave_resumed", mette, solgaarden),
        ("wave_cancelled", None, solgaarden),
    ]
    assert (wave.started_by, wave.released_by_id, wave.cancelled_by) == (str(mette), mette, "command")


def test_what_cannot_be_done_is_refused_with_the_reason(db: Database):
    world = World(db)
    world.add("1")
    assert refused(world, "pause", month="2026-03") == "unknown_wave"
    start(world)
    do(world, "pause", LATER)
    assert refused(world, "start") == "paused"
    do(world, "cancel", LATER)
    assert [refused(world, what) for what in ("start", "pause", "resume")] == ["cancelled"] * 3


def test_who_laid_up_a_case_that_waits_does_not_release_it_where_two_must_see_it(db: Database):
    world = World(db, release="second_person")
    own, others = adviser(db, "mette@solgaarden.dk"), adviser(db, "jens@solgaarden.dk")
    first, _ = world.add("1", "2")
    laid_up(world, own, first)
    assert view(world).waiting_for_release == 2
    assert view(world).state == "waits_for_release"
    assert refused(world, "start", by=own) == "own_upload"
    assert world.contacts() == []
    assert start(world, by=others).sms == 2
    with db.read() as session:
        assert session.scalars(select(Wave.released_by_id).where(Wave.month == MONTH)).all() == [others]
    assert start(world, LATER, by=own).sms == 0  # nothing of theirs waits any more


def test_the_command_and_an_automatic_release_ask_for_no_second_person(db: Database):
    world = World(db)
    own = adviser(db, "mette@solgaarden.dk")
    (case,) = world.add("1")
    laid_up(world, own, case)
    assert start(world, by=own).sms == 1
    with db.write() as session:
        session.get_one(Organisation, world.organisation_id).settings = {"release": "second_person"}
    (late,) = world.add("2", phone="+4511114500", opened_at=LATER)
    laid_up(world, own, late)
    assert refused(world, "start", by=own) == "own_upload"
    assert start(world, LATER).sms == 1


EARLY = at("2026-10-20T12:00")
WAITING: dict[str, Any] = {"received": EARLY.date(), "opened_at": at("2026-10-20T08:00")}


def release(world: World, now: datetime = EARLY, by: int | None = None) -> Any:
    return DESK.release(world.db, world.organisation_id, now, by)


def test_what_is_released_on_an_earlier_day_is_sent_by_itself_on_the_wave_day(db: Database):
    world = World(db, release="second_person")
    mette = adviser(db, "mette@solgaarden.dk")
    world.add("1", "2", **WAITING)
    assert release(world, by=mette).sms == 0
    seen = view(world, EARLY)
    assert (seen.state, seen.released_at, seen.started_at, seen.waiting_for_release) == ("not_due", EARLY, None, 0)
    run_until(world, EARLY, at("2026-10-26T17:00"))
    assert world.contacts() == []
    run_until(world, at("2026-10-26T17:00"), at("2026-10-27T12:00"))
    assert world.contacts() == [(0, "sms", "Tue 27 09.00")] * 2
    assert view(world, LATER).started_by == "scheduler"
    with db.read() as session:
        wave = session.scalars(select(Wave).where(Wave.month == MONTH, Wave.started_at.is_not(None))).one()
        told = session.execute(select(AuditEvent.action, AuditEvent.adviser_id)).all()
    assert wave.released_by_id == mette
    assert told == [("wave_released", mette)]


def test_who_laid_the_file_up_does_not_release_it_on_an_earlier_day_either(db: Database):
    world = World(db, release="second_person")
    own = adviser(db, "mette@solgaarden.dk")
    (case,) = world.add("1", **WAITING)
    laid_up(world, own, case)
    with pytest.raises(WaveRefusedError, match="own_upload"):
        release(world, by=own)
    assert view(world, EARLY).released_at is None


def test_a_release_on_the_wave_day_or_later_begins_in_the_next_window(db: Database):
    world = World(db, release="second_person")
    world.add("1")
    started = release(world, at("2026-10-27T19:00"))
    assert (started.sms, started.is_first_start, started.waits_until) == (1, True, at("2026-10-28T09:00"))
    assert world.contacts() == [(0, "sms", "Wed 28 09.00")]


def test_a_case_that_comes_after_the_release_waits_for_its_own(db: Database):
    world = World(db, release="second_person")
    world.add("1", **WAITING)
    release(world)
    (late,) = world.add("2", phone="+4511114500", opened_at=at("2026-10-21T12:00"), received=date(2026, 10, 21))
    seen = view(world, at("2026-10-22T12:00"))
    assert (seen.state, seen.waiting_for_release) == ("not_due", 1)
    with db.read() as session:
        organisation = session.get_one(Organisation, world.organisation_id)
        assert DESK.preview(session, organisation, at("2026-10-22T12:00")).waiting == {late}
    assert view(world, at("2026-10-27T08:00")).state == "due"
    run_until(world, at("2026-10-22T12:00"), at("2026-10-27T12:00"))
    assert world.contacts() == [(0, "sms", "Tue 27 09.00")]
    assert (view(world, LATER).state, view(world, LATER).waiting_for_release) == ("running", 1)
    assert release(world, LATER).sms == 1


def test_a_case_whose_deadline_is_nearer_than_the_wave_day_starts_once_it_is_released(db: Database):
    world = World(db, release="second_person")
    (near,) = world.add("1", **WAITING, deadline=date(2026, 10, 26))
    world.add("2", **WAITING, phone="+4511114500")
    run_until(world, EARLY, at("2026-10-20T19:00"))
    assert world.contacts() == []
    release(world, at("2026-10-20T19:00"))
    run_until(world, at("2026-10-20T19:00"), at("2026-10-21T08:00"))
    assert world.contacts() == []
    run_until(world, at("2026-10-21T08:00"), at("2026-10-21T12:00"))
    assert world.contacts() == world.contacts(near) == [(0, "sms", "Wed 21 09.00")]
    assert view(world, at("2026-10-21T12:00")).started_at is None


def test_what_came_after_last_months_wave_and_was_not_released_waits_with_this_months(db: Database):
    """Next month's wave is not begun by releasing it."""
    world = World(db, release="second_person")
    (late,) = world.add("1", received=date(2026, 10, 29), opened_at=at("2026-10-29T12:00"), deadline=date(2026, 11, 30))
    world.add("2", phone="+4511114500", opened_at=at("2026-11-01T12:00"), deadline=date(2026, 11, 30))
    now = at("2026-11-02T10:00")
    assert [(each.month, each.waiting_for_release) for each in views(world, now)] == [("2026-11", 2)]
    assert release(world, now).sms == 1
    assert world.contacts() == world.contacts(late)
    assert [each.started_at for each in views(world, now)] == [None, None]


def test_what_a_cancelled_wave_left_waiting_waits_no_more(db: Database):
    world = World(db, release="second_person")
    world.add("1", **WAITING, deadline=date(2026, 11, 30))
    do(world, "cancel", EARLY)
    assert [each.waiting_for_release for each in views(world, at("2026-11-02T10:00"))] == [0, 0]


def test_the_command_starts_a_wave_at_once_also_before_its_day(db: Database):
    world = World(db, release="second_person")
    world.add("1", **WAITING)
    assert start(world, EARLY).sms == 1


def test_the_preview_is_what_is_queued_and_writes_nothing(db: Database):
    world = World(db)
    world.add("1", "2")
    world.add("3", phone=None)
    with db.read() as session:
        seen = DESK.preview(session, session.get_one(Organisation, world.organisation_id), NOW)
    assert (seen.month, seen.waits_until, world.contacts()) == (MONTH, None, [])
    assert [(s.case_ref, s.why, s.in_words) for s in seen.skips] == [("3", "no_number", "intet nummer, der kan få sms")]
    start(world)
    with db.read() as session:
        queued = session.scalars(select(Message).order_by(Message.id)).all()
    assert [(c.text, c.segments, c.expires_at) for c in seen.contacts] == [
        (m.body, m.segments, m.expires_at) for m in queued
    ]


def test_the_ladder_is_drawn_with_the_advisers_task_last(sqlite_db: Database):
    world = World(sqlite_db)
    with sqlite_db.read() as session:
        organisation = session.get_one(Organisation, world.organisation_id)
    rungs = DESK.rungs(organisation, NOW, date(2026, 11, 4))
    assert [(rung.number, rung.kind, rung.is_last) for rung in rungs] == [
        (0, "sms", False),
        (1, "sms", False),
        (2, "call", False),
        (3, "knock", False),
        (4, "postcard", False),
        (5, "sms", False),
        (999, "other", True),
    ]

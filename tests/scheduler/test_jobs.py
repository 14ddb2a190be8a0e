"""Waves on a real database: each step once, whoever runs it how often; what is skipped is explained once."""

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.contact_check import Send, recheck
from bot.db import Database
from bot.dispatch import Dispatch
from bot.gateway import Accepted
from bot.models import Consent, Conversation, Message, Organisation, Plan, Promise, Task, Wave
from scheduler import jobs, run_waves
from tests.scheduler.world import NOW, World, at


def run_until(world: World, now: datetime, end: datetime) -> None:
    """Let every moment come at which something falls due."""
    jobs.tick(world.db, now)
    while (moment := jobs.due_moments(world.db, now)) is not None and moment <= end:
        assert moment > now
        now = moment
        jobs.tick(world.db, now)


def start(world: World, now: datetime = NOW) -> run_waves.WaveReport:
    return run_waves.start_wave(world.db, world.organisation_id, now, "command")


def test_a_wave_writes_to_every_case_once_however_often_it_is_started(db: Database):
    world = World(db)
    world.add("1", "2", "3")
    first, second = start(world), start(world, NOW + timedelta(minutes=1))
    jobs.tick(db, NOW + timedelta(minutes=2))
    assert (first.month, first.is_first_start, first.sms, first.waits_until) == ("2026-10", True, 3, None)
    assert (second.is_first_start, second.sms, second.tasks) == (False, 0, 0)
    assert second.skipped == {"already_contacted": 3}
    assert world.contacts() == [(0, "sms", "Tue 27 09.05")] * 3
    texts = world.messages()
    assert [(m.author, m.bulk, m.status) for m in texts] == [("wave", True, "queued")] * 3
    assert all(m.expires_at == at("2026-10-29T09:00") for m in texts)


def test_two_schedulers_and_a_command_at_once_write_once(db: Database):
    world = World(db)
    world.add(*map(str, range(30)))
    gate, failures = threading.Barrier(4), []

    def run(job) -> None:
        gate.wait()
        try:
            job()
        except Exception as error:
            failures.append(error)

    work = [lambda: start(world), lambda: start(world), lambda: jobs.tick(db, NOW), lambda: jobs.tick(db, NOW)]
    threads = [threading.Thread(target=run, args=(job,)) for job in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    jobs.tick(db, NOW)
    assert world.contacts() == [(0, "sms", "Tue 27 09.05")] * 30
    assert len({m.contact_id for m in world.messages()}) == len(world.messages()) == 30
    assert len(world.ladders()) == 30


def test_a_ladder_by_the_clock_alone(db: Database):
    world = World(db)
    (case,) = world.add("1", received=date(2026, 10, 20), opened_at=at("2026-10-20T12:00"))
    run_until(world, at("2026-10-20T12:00"), at("2026-12-31T12:00"))
    assert world.contacts(case) == [
        (0, "sms", "Tue 27 09.00"),
        (1, "sms", "Thu 29 09.00"),
        (2, "call", "Fri 30 09.00"),
        (3, "knock", "Mon 02 09.00"),
        (4, "postcard", "Tue 03 09.00"),
        (5, "sms", "Tue 03 09.00"),
        (999, "other", "Wed 04 09.00"),
    ]
    tasks = [task for task in world.tasks() if task.case_id == case]
    assert [(t.type, t.due) for t in tasks] == [
        ("call", date(2026, 10, 30)),
        ("knock", date(2026, 11, 2)),
        ("postcard", date(2026, 11, 3)),
        ("other", date(2026, 11, 4)),
    ]
    assert all(t.origin and t.origin.startswith("contact:") for t in tasks)
    assert len({m.body for m in world.messages()}) == 3
    assert world.skips() == []


def test_the_first_sms_of_one_case_is_its_own_organisations(db: Database):
    """Vestbo knows the same number; its wave is not released and its case stays untouched."""
    world = World(db)
    world.add("1")
    run_until(world, NOW, at("2026-12-31T12:00"))
    with db.read() as session:
        assert {c.organisation_id for c in session.scalars(select(Conversation))} == {world.organisation_id}
        assert {w.organisation_id for w in session.scalars(select(Wave).where(Wave.started_at.is_not(None)))} == {
            world.organisation_id
        }


def test_a_case_that_nobody_releases_is_an_advisers_task_on_its_deadline(db: Database):
    world = World(db)
    run_until(world, NOW, at("2026-12-31T12:00"))
    assert [(t.type, t.case_id, t.due) for t in world.tasks() if t.case_id == world.noise_case] == [
        ("other", world.noise_case, date(2026, 11, 4))
    ]


@pytest.mark.parametrize(
    ("now", "waits_until", "send_at"),
    [
        (NOW.replace(hour=7), at("2026-10-27T09:00"), "Tue 27 09.00"),
        (NOW.replace(hour=18, minute=0), at("2026-10-28T09:00"), "Wed 28 09.00"),
        (at("2026-10-31T12:00"), at("2026-11-02T09:00"), "Mon 02 09.00"),
    ],
)
def test_outside_the_window_a_started_wave_waits_for_it(sqlite_db: Database, now, waits_until, send_at):
    world = World(sqlite_db)
    world.add("1", opened_at=at("2026-10-27T00:10"))
    assert start(world, now).waits_until == waits_until
    assert world.contacts() == [(0, "sms", send_at)]
    assert [m.due_at for m in world.messages()] == [waits_until]
    jobs.tick(sqlite_db, waits_until)
    assert len(world.contacts()) == 1


def test_the_scheduler_starts_a_wave_on_its_day_within_the_window_and_not_before(sqlite_db: Database):
    world = World(sqlite_db)
    world.add("1", received=date(2026, 10, 20), opened_at=at("2026-10-20T12:00"))
    for moment in ("2026-10-26T12:00", "2026-10-27T08:59"):
        jobs.tick(sqlite_db, at(moment))
        assert world.contacts() == []
        assert jobs.due_moments(sqlite_db, at(moment)) == at("2026-10-27T09:00")
    jobs.tick(sqlite_db, at("2026-10-27T09:00"))
    assert len(world.contacts()) == 1


def test_a_new_case_joins_in_the_next_window_and_one_with_a_near_deadline_does_not_wait(sqlite_db: Database):
    world = World(sqlite_db)
    (near,) = world.add("near", opened_at=at("2026-10-12T20:00"), deadline=date(2026, 10, 20))
    (late,) = world.add("late", phone="+4511114500", opened_at=at("2026-10-28T20:00"), deadline=date(2026, 11, 5))
    run_until(world, at("2026-10-12T20:00"), at("2026-10-13T20:00"))
    assert world.contacts(near)[0] == (0, "sms", "Tue 13 09.00")
    with sqlite_db.read() as session:
        assert session.scalars(select(Wave.started_at)).all() == [None]
    run_until(world, at("2026-10-28T20:00"), at("2026-10-29T12:00"))
    assert world.contacts(late) == [(0, "sms", "Thu 29 09.00")]
    with sqlite_db.read() as session:
        mine = select(Wave.month, Wave.started_by).where(Wave.organisation_id == world.organisation_id)
        assert session.execute(mine).all() == [("2026-10", "scheduler")]


def test_a_start_by_hand_before_the_day_leaves_nothing_for_the_day(sqlite_db: Database):
    world = World(sqlite_db)
    world.add("1", opened_at=at("2026-10-20T12:00"), received=date(2026, 10, 20))
    assert start(world, at("2026-10-21T10:00")).sms == 1
    jobs.tick(sqlite_db, NOW)
    assert [step for step, _, when in world.contacts() if when.startswith("Wed 21")] == [0]
    assert [step for step, *_ in world.contacts()].count(0) == 1


def test_a_wave_for_a_second_person_waits_for_the_start(sqlite_db: Database):
    world = World(sqlite_db, release="second_person")
    world.add("1")
    run_until(world, NOW, at("2026-10-29T12:00"))
    assert world.contacts() == []
    assert world.skips() == [(0, "waits_for_release")]
    assert start(world, at("2026-10-29T12:00")).sms == 1


def test_a_skip_is_kept_once_and_calls_come_in_place_of_sms(db: Database):
    world = World(db)
    (stopped,) = world.add("1")
    (numberless,) = world.add("2", phone=None)
    (settled,) = world.add("3", phone="+4511114500", status="settled")
    with db.write() as session:
        session.add(Consent(phone="+4511114001", opted_out=True, at=NOW))
    for _ in range(3):
        jobs.tick(db, NOW)
    assert world.skips() == [(0, "opted_out"), (0, "no_number")]
    run_until(world, NOW, at("2026-12-01T12:00"))
    kinds = ["call", "knock", "postcard", "other"]
    for case in (stopped, numberless):
        assert [kind for _, kind, _ in world.contacts(case)] == kinds
    assert {task.note for task in world.tasks() if task.case_id == stopped and task.type == "knock"} == {
        "Bank på hos beboeren. Beboeren vil ikke have sms."
    }
    assert {task.note for task in world.tasks() if task.case_id == numberless and task.type == "knock"} == {
        "Bank på hos beboeren. Vi har ikke et nummer, der kan få sms."
    }
    assert world.contacts(settled) == []
    assert world.messages() == []


def test_a_reply_pauses_and_a_human_hears_of_it_when_it_trails_off_and_on_the_deadline(db: Database):
    world = World(db)
    (case,) = world.add("1")
    start(world)
    world.reply(case, NOW + timedelta(hours=1))
    run_until(world, NOW + timedelta(hours=2), at("2026-12-01T12:00"))
    assert world.contacts(case)[1:] == [(2, "call", "Fri 30 09.00"), (999, "other", "Wed 04 09.00")]
    assert set(world.skips(case)) == {(step, "replied") for step in (1, 3, 4, 5)}


def test_payment_ends_the_ladder_and_what_was_queued_is_refused_at_the_moment_of_sending(db: Database):
    world = World(db)
    (case,) = world.add("1")
    start(world, NOW.replace(hour=7))
    world.change(case, status="settled")
    called = []

    class Never:
        def send(self, outgoing):
            called.append(outgoing)
            return Accepted("SM1", "sent", None)

        def look_up(self, outgoing, since, known):
            return None

        def fetch(self, sid):
            return None

        def list_inbound(self, number, since):
            return ()

        def is_genuine(self, url, form, signature):
            return False

    assert Dispatch(db, lambda: NOW, Never(), "http://localhost").send_next()
    assert called == []
    assert [(m.status, m.error) for m in world.messages()] == [("refused", "settled")]
    run_until(world, NOW, at("2026-12-01T12:00"))
    assert world.contacts(case) == [(0, "sms", "Tue 27 09.00")]


@pytest.mark.parametrize(
    ("status", "begins"),
    [("undelivered", "Hej Line. Jeg skriver fra"), ("delivered", "Hej Line. Det er Solgaarden igen")],
)
def test_who_never_got_the_first_sms_is_not_told_that_it_is_us_again(sqlite_db: Database, status: str, begins: str):
    world = World(sqlite_db)
    world.add("1")
    start(world)
    with sqlite_db.write() as session:
        session.execute(update(Message).values(status=status))
    run_until(world, NOW, at("2026-10-29T12:00"))
    assert world.messages()[-1].body.startswith(begins)


def test_a_case_that_is_opened_again_gets_a_new_ladder_in_the_same_wave(db: Database):
    world = World(db)
    (case,) = world.add("1")
    start(world)
    again = at("2026-10-29T08:00")
    world.change(case, received=again.date(), opened_at=again, deadline=date(2026, 11, 6))
    run_until(world, again, at("2026-10-29T12:00"))
    assert world.contacts(case) == [(0, "sms", "Tue 27 09.05"), (0, "sms", "Thu 29 09.00")]
    assert [ladder.round for ladder in world.ladders()] == [0, 1]


def test_what_was_agreed_before_a_case_came_again_does_not_stop_its_new_ladder(sqlite_db: Database):
    world = World(sqlite_db)
    [old] = world.add("S-1", opened_at=NOW)
    with sqlite_db.write() as session:
        before = NOW - timedelta(days=90)
        session.add(
            Plan(case_id=old, monthly_ore=1, instalments=1, first_date=NOW.date(), status="approved", at=before)
        )
        session.add(Promise(case_id=old, at=before))

    start(world)

    assert [kind for _, kind, _ in world.contacts(old)] == ["sms"]
    with sqlite_db.write() as session:
        message = session.scalars(select(Message).where(Message.contact_id.is_not(None))).one()
        assert recheck(session, message, NOW) == Send()


def test_a_payment_that_was_told_of_holds_the_ladder_until_a_human_has_looked(db: Database):
    world = World(db)
    [case] = world.add("1")
    with db.write() as session:
        told = Task(
            organisation_id=world.organisation_id,
            case_id=case,
            type="check_payment",
            due=NOW.date(),
            origin="message:1:check_payment",
            at=NOW,
        )
        session.add(told)
    start(world)
    assert world.contacts(case) == []
    assert world.skips(case) == [(0, "paid_said")]
    with db.write() as session:
        session.scalars(select(Task).where(Task.origin == "message:1:check_payment")).one().status = "done"
    jobs.tick(db, NOW + timedelta(minutes=5))
    assert [kind for _, kind, _ in world.contacts(case)] == ["sms"]


def test_two_cases_on_one_number_get_one_sms(sqlite_db: Database):
    world = World(sqlite_db)
    older, newer = world.add("1", "2", phone="+4511114500")
    start(world)
    assert world.contacts() == [(0, "sms", "Tue 27 09.05")]
    assert world.skips(older) == [(0, "shared_phone")]
    assert len(world.contacts(newer)) == 1


def test_a_case_that_cannot_be_written_does_not_stop_the_others(db: Database):
    world = World(db)
    broken, *_ = world.add("1", "2", "3")
    with db.write() as session:
        spoilt = {"version": 1, "misses": "many"}
        session.add(
            Conversation(
                organisation_id=world.organisation_id,
                case_id=broken,
                phone="+4511114001",
                created_at=NOW,
                state=spoilt,
            )
        )
    assert start(world).sms == 2
    assert world.contacts(broken) == []
    with db.write() as session:
        session.scalars(select(Conversation).where(Conversation.phone == "+4511114001")).one().state = {}
    jobs.tick(db, NOW + timedelta(minutes=1))
    assert len(world.contacts(broken)) == 1


def test_an_organisation_whose_settings_cannot_be_read_does_not_stop_the_others(sqlite_db: Database):
    broken = World(sqlite_db)
    with sqlite_db.write() as session:
        session.get_one(Organisation, broken.organisation_id).settings = {"no such": "setting"}
        session.scalars(select(Organisation).where(Organisation.slug == "vestbo")).one().settings = {}
    jobs.tick(sqlite_db, NOW)
    assert len(broken.messages()) == 2


def test_a_ladder_whose_first_step_is_later_keeps_its_start(sqlite_db: Database):
    world = World(sqlite_db, ladder=[{"day": 1, "kinds": ["sms"]}, {"day": 3, "kinds": ["call"]}])
    world.add("1")
    run_until(world, NOW, at("2026-10-30T12:00"))
    assert world.contacts() == [(0, "sms", "Wed 28 09.00"), (1, "call", "Fri 30 09.00")]


def test_the_next_wave_leaves_a_case_alone_whose_ladder_has_run(sqlite_db: Database):
    world = World(sqlite_db)
    (case,) = world.add("1", deadline=date(2026, 12, 24))
    run_until(world, NOW, at("2026-12-31T12:00"))
    assert [kind for _, kind, _ in world.contacts(case)].count("sms") == 3


def test_a_talk_under_way_is_not_cut_off_by_a_first_sms(sqlite_db: Database):
    world = World(sqlite_db)
    (case,) = world.add("1")
    with sqlite_db.write() as session:
        talk = Conversation(
            organisation_id=world.organisation_id,
            case_id=case,
            phone="+4511114001",
            created_at=NOW,
            state={"version": 1, "flow": "payment_plan", "step": "amount"},
        )
        session.add(talk)
    world.reply(case, NOW - timedelta(minutes=5))
    jobs.tick(sqlite_db, NOW)
    assert world.contacts() == []
    jobs.tick(sqlite_db, NOW + timedelta(days=1))
    assert world.contacts() == [(0, "sms", "Wed 28 09.05")]

"""A ladder that has begun, and then something happens: an answer that trails off, a STOP, an admin who changes it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db import Database
from bot.models import Consent, Handoff, Message, Organisation, Promise, Task
from bot.organisations import DEFAULT_LADDER, change
from bot.workdays import Window, add_working_days
from scheduler import jobs
from scheduler.ladder import DEADLINE_STEP, dump_steps, load_steps, steps_of, timetable, with_silence
from scheduler.waves import Contact, Skip, plan
from tests.scheduler.test_jobs import run_until, start
from tests.scheduler.test_waves import BEGUN, RULES
from tests.scheduler.world import NOW, World, at

END = at("2026-12-01T12:00")
TABLE = timetable(steps_of(DEFAULT_LADDER), NOW, date(2026, 11, 4), RULES.window)


@pytest.mark.parametrize(
    ("answered", "called"),
    [
        ("2026-10-27T10:00", "Fri 30 09.00"),  # the ladder's own day
        ("2026-10-28T10:00", "Fri 30 09.00"),
        ("2026-10-29T20:00", "Mon 02 09.00"),  # two working days of silence, over a weekend
        ("2026-10-31T12:00", "Tue 03 09.00"),  # on a Saturday
    ],
)
def test_a_human_is_asked_when_an_answer_has_trailed_off_for_two_working_days(answered, called):
    times = with_silence(TABLE, at(answered), RULES.window)
    assert [f"{t.at:%a %d %H.%M}" for t in times if t.is_after_silence] == [called]
    assert [t.expires_at for t in times if t.is_after_silence] == [at("2026-11-04T09:00")]


def test_with_no_time_left_the_deadlines_task_is_enough():
    assert with_silence(TABLE, at("2026-11-02T20:00"), RULES.window) == TABLE


@given(st.integers(0, 14 * 24 * 60))
def test_silence_moves_one_call_and_never_before_its_time_nor_onto_the_deadline(minutes):
    since = NOW + timedelta(minutes=minutes)
    times = with_silence(TABLE, since, RULES.window)
    assert [t.at for t in times] == sorted(t.at for t in times)
    assert {t.step.number for t in times} == {t.step.number for t in TABLE}
    for moved in (t for t in times if t.is_after_silence):
        assert moved.at.date() >= add_working_days(since.date(), 2)
        assert moved.at < times[-1].at
        assert moved.step.kind == "call"


def test_after_an_answer_only_the_call_comes_and_no_sms():
    silent = replace(BEGUN, against=frozenset({"replied"}), silent_since=at("2026-10-27T10:00"))
    for moment, expected in (("2026-10-29T09:00", "replied"), ("2026-10-30T09:00", "call")):
        (item,) = [item for item in plan([silent], RULES, at(moment)) if getattr(item, "why", "") != "expired"]
        assert (item.why if isinstance(item, Skip) else item.kind) == expected
    promised = replace(silent, against=frozenset({"replied", "promise_open"}))
    whys = [item.why for item in plan([promised], RULES, at("2026-10-30T09:00")) if isinstance(item, Skip)]
    assert "promise_open" in whys


@pytest.mark.parametrize("what", ["handoff", "task", "promise", "adviser"])
def test_who_is_with_a_human_already_or_has_promised_is_not_asked_for_again(sqlite_db: Database, what: str):
    world = World(sqlite_db)
    (case,) = world.add("1")
    start(world)
    moment = NOW + timedelta(hours=1)
    world.reply(case, moment)
    with sqlite_db.write() as session:
        session.add(_happening(what, world, case, moment))
    run_until(world, NOW + timedelta(hours=2), END)
    assert [kind for _, kind, _ in world.contacts(case)] == ["sms", "other"]


def _happening(what: str, world: World, case: int, moment: datetime) -> Any:
    thread = world.messages()[0].conversation_id
    if what == "handoff":
        ended = moment + timedelta(hours=1)
        return Handoff(
            conversation_id=thread, reason="asks_human", priority="normal", language="da", at=moment, ended_at=ended
        )
    if what == "task":
        return Task(organisation_id=world.organisation_id, case_id=case, type="call", due=NOW.date(), at=moment)
    if what == "promise":
        return Promise(case_id=case, day=date(2026, 11, 3), at=moment)
    return Message(conversation_id=thread, direction="out", author="adviser", body="Hej", status="delivered", at=moment)


def test_the_task_says_that_there_was_an_answer(sqlite_db: Database):
    world = World(sqlite_db)
    (case,) = world.add("1")
    start(world)
    world.reply(case, NOW + timedelta(hours=1))
    run_until(world, NOW + timedelta(hours=2), END)
    (call,) = [task for task in world.tasks() if task.type == "call"]
    assert call.note == "Beboeren har svaret på sms, men samtalen er gået i stå. Ring, og hør hvordan det går."


def test_a_stop_is_no_answer_calls_and_visits_come_in_place_of_the_sms(sqlite_db: Database):
    world = World(sqlite_db)
    (case,) = world.add("1")
    start(world)
    world.reply(case, NOW + timedelta(hours=1))
    with sqlite_db.write() as session:
        session.add(Consent(phone="+4511114001", opted_out=True, at=NOW + timedelta(hours=1)))
    run_until(world, NOW + timedelta(hours=2), END)
    assert [kind for _, kind, _ in world.contacts(case)] == ["sms", "call", "knock", "postcard", "other"]


def test_a_changed_ladder_repeats_nothing_for_a_case_that_is_under_way(db: Database):
    """An admin puts a call before the second SMS, which gets another number by it; nobody gets it twice."""
    world = World(db)
    (old,) = world.add("1")
    start(world)
    run_until(world, NOW, at("2026-10-29T12:00"))
    assert [step for step, _, _ in world.contacts(old)] == [0, 1]
    ladder = '[{"day":0,"kinds":["sms"]},{"day":1,"kinds":["call"]},{"day":3,"kinds":["sms"]}]'
    with db.write() as session:
        organisation = session.get_one(Organisation, world.organisation_id)
        organisation.settings = change(organisation.settings, [f"ladder={ladder}"])
    (new,) = world.add("2", phone="+4511114077", opened_at=at("2026-10-29T13:00"), deadline=date(2026, 11, 6))
    run_until(world, at("2026-10-29T13:05"), END)
    kinds = {case: [kind for _, kind, _ in world.contacts(case)] for case in (old, new)}
    assert kinds[old] == ["sms", "sms", "call", "knock", "postcard", "sms", "other"]
    assert kinds[new] == ["sms", "call", "sms", "other"]


def test_a_ladder_older_than_its_own_steps_goes_by_the_organisations(sqlite_db: Database):
    world = World(sqlite_db)
    (case,) = world.add("1")
    start(world)
    with sqlite_db.write() as session:
        for ladder in world.ladders():
            session.merge(ladder).steps = None
    jobs.tick(sqlite_db, at("2026-10-29T09:00"))
    assert [kind for _, kind, _ in world.contacts(case)] == ["sms", "sms"]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["sms", "call"]), st.booleans()), max_size=5))
def test_steps_come_back_from_where_they_are_kept(kept):
    assert dump_steps(load_steps(kept)) == [list(each) for each in kept]


def test_a_case_with_steps_of_its_own_is_planned_by_them():
    own = replace(BEGUN, steps=load_steps([[0, "sms", False], [1, "knock", True]]))
    moment = at("2026-11-03T09:00")
    (item,) = plan([own], RULES, moment)
    assert isinstance(item, Contact)
    assert (item.step, item.kind) == (1, "knock")
    last = timetable(own.steps or (), NOW, own.deadline, Window(RULES.window.opens, RULES.window.closes))[-1]
    assert last.step.number == DEADLINE_STEP

"""What orchestrators and Prometheus are told, and that it is about nobody."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.clock import Clock, database_clock, machine_clock, set_clock
from bot.db import Database
from bot.health import blueprint
from bot.heartbeats import beat
from bot.incidents import report
from bot.lease import LEADER, take
from bot.models import Message
from bot.receive import Inbound, receive
from tests.bot.test_db import NOON, organisation
from tests.fakes import FakeClock


def client(db: Database, clock: Clock | None = None) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(blueprint(db, clock or database_clock(db)))
    return app.test_client()


def alarms(db: Database, now: datetime | None = None) -> list[tuple[str, int | None]]:
    answer = client(db, (lambda: now) if now else None).get("/health/ready")
    assert answer.status_code == 200
    listed: list[dict[str, Any]] = answer.json["alarms"] if answer.json else []
    return [(each["kind"], each["organisation"]) for each in listed]


def lively(db: Database, now: datetime) -> None:
    """Somebody ticks and polls."""
    with db.write() as session:
        beat(session, "tick", now)
        beat(session, "poll", now)


def test_a_migrated_database_is_ready(db: Database):
    assert client(db).get("/health/live").status_code == 200
    assert client(db).get("/health/ready").status_code == 200


def test_a_database_without_tables_is_not_ready_and_says_why(tmp_path):
    answer = client(Database(f"sqlite:///{tmp_path}/empty.db")).get("/health/ready")

    assert answer.status_code == 503
    assert "redningskrans db upgrade" in answer.get_data(as_text=True)


def test_a_database_that_is_away_is_told_in_words(tmp_path):
    answer = client(Database(f"sqlite:///{tmp_path}")).get("/health/ready")

    assert (answer.status_code, "does not answer" in answer.get_data(as_text=True)) == (503, True)


@pytest.mark.parametrize(("free", "told"), [(1_000_000, ["disk_full"]), (1_000_000_000, []), (None, [])])
def test_a_full_disk_is_told_in_words_while_what_is_there_can_be_read(
    sqlite_db: Database, free: int | None, told: list[str]
):
    app = Flask(__name__)
    app.register_blueprint(blueprint(sqlite_db, machine_clock, room=lambda _: free))
    answer = app.test_client().get("/health/ready")
    assert (answer.status_code, [each["kind"] for each in answer.get_json()["alarms"]]) == (200, told)
    assert ("Make room" in answer.get_data(as_text=True)) == bool(told)


def test_metrics_count_messages_and_name_nobody(db: Database):
    with db.write() as session:
        session.add(organisation())
    receive(db, Inbound("SM1", "+4511114027", "+4511110010", "hemmeligt"), NOON)

    text = client(db).get("/metrics").get_data(as_text=True)

    assert 'redningskrans_messages{direction="in",status="received"} 1.0' in text
    assert 'redningskrans_conversations{held_by="bot"} 1.0' in text
    assert "11114027" not in text
    assert "hemmeligt" not in text


def test_metrics_tell_which_engine_hears_and_how_rasa_fares(db: Database):
    text = client(db).get("/metrics").get_data(as_text=True)

    for engine in ("embedded", "rasa"):
        assert f'redningskrans_nlu_heard_total{{engine="{engine}"}}' in text
    for kind in ("refused", "timeout", "status", "answer", "other"):
        assert f'redningskrans_rasa_failures_total{{kind="{kind}"}}' in text
    assert 'redningskrans_rasa_breaker{redningskrans_rasa_breaker="closed"}' in text


@pytest.mark.parametrize(("minutes", "kinds"), [(4, []), (6, ["no_tick"]), (16, ["no_tick", "no_poll"])])
def test_a_silent_clockwork_is_an_alarm_and_no_reason_to_be_away(db: Database, minutes: int, kinds: list[str]):
    """It is reckoned when it is asked for: nobody is left who could write it down."""
    lively(db, NOON)
    assert [kind for kind, _ in alarms(db, NOON + timedelta(minutes=minutes))] == kinds


def test_nobody_ever_ticked_is_an_alarm_where_there_is_anybody_to_write_to_and_it_was_waited_for(db: Database):
    machine = FakeClock(NOON)
    app = Flask(__name__)
    app.register_blueprint(blueprint(db, lambda: NOON, machine))

    def kinds() -> list[str]:
        answer = app.test_client().get("/health/ready").json
        return [each["kind"] for each in answer["alarms"]] if answer else []

    machine.move(minutes=16)
    assert kinds() == []
    with db.write() as session:
        session.add(organisation())
    assert kinds() == ["no_tick", "no_poll"]
    machine.now = NOON + timedelta(minutes=4)  # it has only just begun
    assert kinds() == []


def test_what_was_written_down_is_told_once_and_with_its_organisation(db: Database):
    with db.write() as session:
        made = organisation()
        session.add(made)
        session.flush()
        report(session, "account_blocked", NOON, organisation_id=made.id)
        report(session, "no_tick", NOON)
    lively(db, NOON - timedelta(hours=1))
    assert alarms(db, NOON) == [("account_blocked", 1), ("no_tick", None), ("no_poll", None)]


def test_a_jump_of_the_demos_clock_rings_nothing(db: Database):
    set_clock(db, NOON)
    with db.write() as session:
        session.add(organisation())
    lively(db, database_clock(db)())
    set_clock(db, NOON + timedelta(days=40))
    assert alarms(db) == []
    set_clock(db, NOON)
    assert alarms(db) == []


def test_an_sms_that_nobody_sends_is_an_alarm(db: Database):
    with db.write() as session:
        session.add(organisation())
    receive(db, Inbound("SM1", "+4511114027", "+4511110010", "hej"), NOON)
    lively(db, NOON)
    with db.write() as session:
        message = session.query(Message).one()
        message.direction, message.status, message.due_at = "out", "queued", NOON - timedelta(minutes=4)
    assert alarms(db, NOON) == []
    assert alarms(db, NOON + timedelta(minutes=2)) == [("outbox_old", 1)]


def test_an_sms_that_nobody_reads_is_an_alarm_once_it_has_waited_here(db: Database):
    with db.write() as session:
        session.add(organisation())
    found = Inbound("SM1", "+4511114027", "+4511110010", "hej", at=NOON - timedelta(hours=1))
    receive(db, found, NOON)
    lively(db, NOON)
    assert alarms(db, NOON + timedelta(minutes=4)) == []
    assert alarms(db, NOON + timedelta(minutes=5)) == [("outbox_old", 1)]


def test_metrics_tell_who_is_silent_what_is_wrong_and_whether_anybody_leads(db: Database):
    lively(db, NOON - timedelta(minutes=7))
    asked = client(db, lambda: NOON)
    text = asked.get("/metrics").get_data(as_text=True)
    assert 'redningskrans_heartbeat_age_seconds{name="tick"} 420.0' in text
    assert 'redningskrans_incidents{kind="no_tick"} 1.0' in text
    assert 'redningskrans_incidents{kind="no_wave"} 0.0' in text
    assert "redningskrans_leader 0.0" in text
    take(db, LEADER, "one", machine_clock(), machine_clock() + timedelta(minutes=1))
    assert "redningskrans_leader 1.0" in asked.get("/metrics").get_data(as_text=True)

"""What ``/metrics`` answers, that it is about nobody, and that it stays cheap however much has been kept."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Engine, event, inspect, text

from bot.db import Database
from bot.gateway import Accepted, GatewayDownError, NotTaken, Outgoing
from bot.gauges import Gauges
from bot.metered_gateway import MeteredGateway
from bot.meters import REGISTRY, once_committed, timed_job
from bot.models import (
    Adviser,
    Alarm,
    Conversation,
    Hold,
    Lease,
    Mail,
    Message,
    Wave,
    Webhook,
    WebhookDelivery,
)
from bot.receive import Inbound, Receipt, receive, record_receipt
from bot.turns import Turns
from handoff.feed import Feed
from handoff.live import events
from tests.bot.test_db import NOON, organisation
from tests.bot.test_dispatch import LINE, Outbox
from tests.rig import understand

HOUR = timedelta(hours=1)
#: All of a table, or of an index of all of it; an index of what waits, or is open, is another thing.
SCAN = r"SCAN (message|conversation)\b(?!.*INDEX (ix_message_outbox|ix_conversation_open))"
DOC = Path(__file__).parents[2] / "docs" / "metrics.md"


def told(db: Database, now: datetime = NOON) -> dict[str, float]:
    """Each series as it is written, with its value."""
    registry = CollectorRegistry()
    registry.register(Gauges(db, lambda: now, lambda: now))
    lines = generate_latest(registry).decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name.removeprefix("redningskrans_"): float(value) for name, _, value in pairs}


def meter(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"redningskrans_{name}", labels) or 0.0


@pytest.fixture
def home(db: Database) -> int:
    with db.write() as session:
        made = organisation()
        session.add(made)
        session.flush()
        return made.id


def talk(db: Database, home: int, n: int, **more: Any) -> int:
    with db.write() as session:
        made = Conversation(organisation_id=home, phone=f"+45111140{n:02}", created_at=NOON, state={}, **more)
        session.add(made)
        session.flush()
        return made.id


def test_an_empty_house_answers_every_question(db: Database):
    found = told(db)
    assert found["database_up"] == 1
    assert found['messages{direction="in",status="received"}'] == 0
    assert found["crises_unseen"] == found["mails_waiting"] == found["webhooks_lost"] == 0
    assert found['residents_waiting{priority="crisis"}'] == 0
    assert [name for name in found if name.startswith("build_info")]


def test_where_the_database_is_away_that_is_what_is_told(tmp_path: Path):
    found = told(Database(f"sqlite:///{tmp_path}/empty.db"))
    assert found["database_up"] == 0
    assert not [name for name in found if name.startswith("messages")]


def test_what_waits_is_counted_and_what_was_done_is_not(db: Database, home: int):
    receive(db, Inbound("SM1", "+4511114027", "+4511110010", "hej"), NOON)
    with db.write() as session:
        done = {"conversation_id": 1, "author": "bot", "body": "x", "at": NOON, "sender": "+4511110010"}
        for status, more in (("queued", {}), ("sending", {}), ("sending", {"provider_sid": "SM9"}), ("delivered", {})):
            session.add(Message(direction="out", status=status, due_at=NOON - HOUR, **done, **more))
    found = told(db)
    counted = {name: value for name, value in found.items() if name.startswith("messages{")}
    assert counted == {
        'messages{direction="in",status="received"}': 1,
        'messages{direction="out",status="queued"}': 1,
        'messages{direction="out",status="sending"}': 1,
    }
    assert found["outbox_age_seconds"] == 3600
    assert told(db, NOON + HOUR)["inbound_age_seconds"] == 3600


def test_who_waits_for_a_human_is_counted_in_office_hours(db: Database, home: int):
    """NOON is a Tuesday; the office is open from 9 to 15."""
    talk(db, home, 1, held_by="queue", waiting_since=NOON - 20 * HOUR, priority="high")
    talk(db, home, 2, held_by="adviser", waiting_since=NOON - HOUR, priority="normal")
    talk(db, home, 3, held_by="queue", waiting_since=NOON - HOUR, snoozed_until=NOON + HOUR)
    talk(db, home, 4, held_by="bot", waiting_since=NOON - HOUR)
    talk(db, home, 5, held_by="queue", waiting_since=NOON - HOUR, closed_at=NOON)
    found = told(db)
    assert found['residents_waiting{priority="high"}'] == found['residents_waiting{priority="normal"}'] == 1
    assert found['resident_wait_office_seconds{priority="high"}'] == 3 * 3600
    assert found['conversations{held_by="queue"}'] == 2


def test_a_crisis_that_nobody_has_seen_is_told_with_its_age(db: Database, home: int):
    where = talk(db, home, 1)
    with db.write() as session:
        session.add(Alarm(conversation_id=where, reason="crisis", at=NOON - HOUR))
        session.add(Alarm(conversation_id=where, reason="crisis", at=NOON - 2 * HOUR, seen_at=NOON))
    found = told(db)
    assert (found["crises_unseen"], found["crisis_unseen_age_seconds"]) == (1, 3600)


def test_waves_mails_webhooks_and_leases(db: Database, home: int):
    month = NOON.strftime("%Y-%m")
    with db.write() as session:
        session.add(Wave(organisation_id=home, month=month, started_at=NOON, paused_at=NOON))
        session.add(Wave(organisation_id=home, month="2020-01", started_at=NOON))
        adviser = Adviser(email="mette@solgaarden.dk", name="Mette Holm", created_at=NOON)
        hook = Webhook(organisation_id=home, url="https://x.dk", secret="s", events=[], at=NOON)
        session.add_all([adviser, hook, Lease(name="scheduler", holder="one", until=NOON + timedelta(seconds=30))])
        session.flush()
        mail = {"adviser_id": adviser.id, "kind": "digest", "subject": "s", "body": "", "due_at": NOON}
        session.add(Mail(key="1", at=NOON - HOUR, **mail))
        session.add(Mail(key="2", at=NOON - HOUR, given_up_at=NOON, **mail))
        session.add(Mail(key="3", at=NOON - HOUR, given_up_at=NOON - timedelta(days=8), **mail))
        session.add(WebhookDelivery(webhook_id=hook.id, event="trial", key="1", at=NOON - 2 * HOUR, due_at=NOON))
    found = told(db)
    assert (found['waves{state="paused"}'], found['waves{state="runs"}']) == (1, 0)
    assert (found["mails_waiting"], found["mail_age_seconds"], found["mails_lost"]) == (1, 3600, 1)
    assert (found["webhooks_waiting"], found["webhook_age_seconds"]) == (1, 7200)
    assert found['lease_seconds_left{name="scheduler"}'] == 30


def test_a_database_that_was_brought_back_and_sends_nothing_is_told(db: Database):
    with db.write() as session:
        session.add(Hold(since=NOON, at=NOON, ended_at=NOON))
    assert told(db)["sending_held"] == 0
    with db.write() as session:
        session.add(Hold(since=NOON, at=NOON))
    assert told(db)["sending_held"] == 1


def test_an_open_inbox_is_counted_while_it_is_open(sqlite_db: Database):
    before = meter("live_streams")
    stream = events(Feed(sqlite_db), 1, frozenset({1}), 0)
    next(stream)
    assert meter("live_streams") == before + 1
    stream.close()  # type: ignore[attr-defined]  # a generator
    assert meter("live_streams") == before


def test_a_scrape_never_reads_all_messages_or_conversations(sqlite_db: Database):
    """By the plan of each of its statements; what is counted in the table is counted from an index of a part of it."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        told(sqlite_db)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    selects = [each for each in asked if each[0].startswith("SELECT")]
    assert 10 < len(selects) < 25
    with sqlite_db.engine.connect() as connection:
        for statement, values in selects:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            scanned = [row[3] for row in plan if re.match(SCAN, row[3])]
            assert not scanned, statement


def test_whether_anything_was_sent_lately_is_asked_of_an_index(db: Database):
    """It is asked by each health check while something is stuck; among a million SMS it took a second and a half."""
    indexes = {each["name"] for each in inspect(db.engine).get_indexes("message")}
    assert "ix_message_attempted" in indexes
    if db.is_sqlite:
        asked = "SELECT id FROM message WHERE attempted_at > '2026-01-01' AND provider_sid IS NOT NULL LIMIT 1"
        with db.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
        assert "ix_message_attempted" in plan[0][3]


def test_what_was_rolled_back_is_not_counted(db: Database):
    counted: list[int] = []

    def fails() -> None:
        with db.write() as session:
            once_committed(session, lambda: counted.append(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with db.write() as session:
        once_committed(session, lambda: counted.append(2))
        session.execute(text("SELECT 1"))
        assert counted == []
    assert counted == [2]


def test_the_way_of_an_sms_is_counted_and_timed(db: Database, home: int):
    before = meter("sms_total", direction="in", status="received"), meter("turn_seconds_count")
    receive(db, Inbound("SM1", "+4511114027", "+4511110010", "boligstøtte?"), NOON)
    receive(db, Inbound("SM1", "+4511114027", "+4511110010", "boligstøtte?"), NOON)
    assert Turns(db, lambda: NOON + timedelta(seconds=3), understand).take_next()
    assert meter("sms_total", direction="in", status="received") == before[0] + 1
    assert meter("turn_seconds_count") == before[1] + 1
    assert meter("turn_seconds_bucket", le="2.0") <= meter("turn_seconds_bucket", le="5.0") - 1


def test_a_handover_and_its_receipts_are_counted_once(db: Database):
    names = {"direction": "out", "status": "delivered"}
    before = meter("handover_seconds_count", kind="reply"), meter("sms_total", **names), meter("gateway_seconds_count")
    outbox = Outbox(db, Accepted("SM7", "sending"))
    outbox.queue("hej", LINE)
    outbox.send_all(tries=1)
    for _ in range(2):
        record_receipt(db, Receipt(None, "SM7", "delivered"), NOON)
    assert meter("handover_seconds_count", kind="reply") == before[0] + 1
    assert meter("sms_total", **names) == before[1] + 1


def test_failures_are_counted_by_class(db: Database):
    before = meter("sms_failures_total", error_class="wrong_number")
    outbox = Outbox(db, Accepted("SM8", "sending"))
    outbox.queue("hej", LINE)
    outbox.send_all(tries=1)
    record_receipt(db, Receipt(None, "SM8", "undelivered", "30005"), NOON)
    assert meter("sms_failures_total", error_class="wrong_number") == before + 1


def test_calls_to_the_gateway_are_timed_by_how_they_were_answered():
    class Moody:
        def send(self, _: Outgoing) -> NotTaken:
            return NotTaken("rate")

        def fetch(self, sid: str) -> None:
            if sid == "down":
                raise GatewayDownError

    metered = MeteredGateway(Moody())  # type: ignore[arg-type]  # a gateway of two answers
    labels = [{"call": "send", "answer": "nottaken"}, {"call": "fetch", "answer": "not_found"}]
    labels.append({"call": "fetch", "answer": "down"})
    before = [meter("gateway_seconds_count", **each) for each in labels]
    metered.send(Outgoing("+4511110010", "+4511114027", "x", ""))
    metered.fetch("SM1")
    with pytest.raises(GatewayDownError):
        metered.fetch("down")
    assert [meter("gateway_seconds_count", **each) for each in labels] == [each + 1 for each in before]


def test_a_job_tells_how_long_it_took_and_when_it_last_ended_well():
    with timed_job("test"):
        pass
    ended = meter("job_last_success_timestamp_seconds", job="test")
    with pytest.raises(ZeroDivisionError), timed_job("test"):
        raise ZeroDivisionError
    assert ended > 0
    assert meter("job_last_success_timestamp_seconds", job="test") == ended
    assert (meter("job_seconds_count", job="test"), meter("job_failures_total", job="test")) == (2, 1)


def names() -> set[str]:
    """Every metric that the code has, by its name in the source."""
    found: set[str] = set()
    for file in ("meters.py", "gauges.py", "health.py", "nlu/engine_counts.py"):
        source = (Path(__file__).parents[2] / "bot" / file).read_text(encoding="utf-8")
        found |= set(re.findall(r'"redningskrans_(\w+)"', source))
        found |= set(re.findall(r'_(?:gauge|labelled)\(\s*"(\w+)"', source))
    return found - {"to_count"}


@pytest.mark.parametrize("name", sorted(names()))
def test_the_page_of_metrics_has_each(name: str):
    assert f"redningskrans_{name}" in DOC.read_text(encoding="utf-8")


def test_no_series_is_named_after_anybody(db: Database, home: int):
    receive(db, Inbound("SM1", "+4511114027", "+4511110010", "hemmeligt"), NOON)
    text_of_all = str(told(db)) + generate_latest(REGISTRY).decode()
    assert "11114027" not in text_of_all
    assert "hemmeligt" not in text_of_all
    assert "Solg" not in text_of_all

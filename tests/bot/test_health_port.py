"""The port of a process's own: who is alive, who is ready, whose counts these are."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from bot.clock import machine_clock
from bot.db import Database
from bot.health import blueprint
from bot.health_port import HealthPort
from bot.nlu import engine_counts
from tests.rig import free_port

LOCAL = "127.0.0.1"


def app(db: Database, **more: object) -> Flask:
    made = Flask("health")
    made.register_blueprint(blueprint(db, machine_clock, **more))  # type: ignore[arg-type]  # its own words
    return made


@pytest.fixture
def port(sqlite_db: Database) -> Iterator[HealthPort]:
    first = free_port()
    with closing(HealthPort(app(sqlite_db), LOCAL, range(first, first + 1))) as port:
        yield port


def get(port: int, path: str) -> requests.Response:
    return requests.get(f"http://{LOCAL}:{port}{path}", timeout=20)


def test_it_answers_the_three_questions_and_no_others(port: HealthPort):
    assert get(port.port, "/health/live").json() == {"status": "ok"}
    assert get(port.port, "/health/ready").json()["status"] == "ok"
    assert "redningskrans_nlu_heard_total" in get(port.port, "/metrics").text
    assert get(port.port, "/inbox").status_code == 404


def test_who_connects_and_says_nothing_keeps_nobody_waiting(port: HealthPort):
    with socket.create_connection((LOCAL, port.port)):
        assert get(port.port, "/health/live").ok


def test_each_of_several_processes_takes_the_next_port_that_is_free(sqlite_db: Database, port: HealthPort):
    with closing(HealthPort(app(sqlite_db), LOCAL, range(port.port, port.port + 5))) as second:
        assert second.port in range(port.port + 1, port.port + 5)
        assert get(second.port, "/health/live").ok


def test_where_none_is_free_it_is_said(sqlite_db: Database, port: HealthPort):
    with pytest.raises(OSError, match="in use"):
        HealthPort(app(sqlite_db), LOCAL, range(port.port, port.port + 1))


def test_a_process_whose_threads_stand_still_is_not_alive_and_says_which(sqlite_db: Database):
    answer = app(sqlite_db, still=lambda: ["outbox"]).test_client().get("/health/live")
    assert (answer.status_code, answer.json) == (503, {"status": "stuck", "still": ["outbox"]})


def test_a_database_older_than_the_code_is_not_ready_and_a_newer_one_is(db: Database):
    client = app(db).test_client()
    for version, code in (("0016", 503), ("9999", 200)):
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": version})
        assert client.get("/health/ready").status_code == code
        assert client.get("/health/live").status_code == 200  # starting it again would mend nothing


def test_behind_a_port_of_several_only_what_all_of_them_would_say_is_counted(sqlite_db: Database):
    told = app(sqlite_db, counts_own=False).test_client().get("/metrics").get_data(as_text=True)
    assert "redningskrans_leader" in told
    for family in engine_counts.REGISTRY.collect():
        assert f"\n{family.name}" not in told

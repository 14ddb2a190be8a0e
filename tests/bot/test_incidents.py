"""What is wrong is told of once, however many processes notice it at the same moment."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.incidents import end, report
from bot.models import Incident, Organisation
from tests.bot.test_db import NOON


@pytest.mark.parametrize("of_all", [False, True])
def test_two_processes_that_tell_of_the_same_at_once_open_one_incident(db: Database, of_all: bool):
    with db.write() as session:
        ours = Organisation(slug="o", name="O", number="+4511110010", settings={}, created_at=NOON)
        session.add(ours)
        session.flush()
        whose = None if of_all else ours.id
    told: list[int] = []

    def tell() -> None:
        with db.write() as session:
            told.append(report(session, "outbox_old", NOON, organisation_id=whose).id)

    other = threading.Thread(target=tell)
    with db.write() as session:
        told.append(report(session, "outbox_old", NOON, organisation_id=whose).id)
        other.start()
        other.join(0.3)  # it has looked, and waits for what is not committed yet
    other.join(20)

    assert len(told) == 2
    with db.read() as session:
        assert session.scalars(select(Incident.id)).all() == [told[0]]


def test_what_was_over_and_begins_again_is_another_incident(db: Database):
    with db.write() as session:
        first = report(session, "no_poll", NOON)
        end(session, "no_poll", NOON)
        again = report(session, "no_poll", NOON)
        assert again.id != first.id
        assert report(session, "no_poll", NOON).id == again.id

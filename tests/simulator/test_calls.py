"""A handset calls the real service over a real port: what rings, what is heard, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from sqlalchemy import select

from bot.clock import set_clock
from bot.db import Database
from bot.models import Organisation, Task
from tests.rig import LINE, NOW, OURS, Rig

MAIN = "+4511110000"


@pytest.fixture
def rig(sqlite_db: Database) -> Iterator[Rig]:
    made = Rig(sqlite_db)
    made.add_case()
    with sqlite_db.write() as session:
        session.scalars(select(Organisation)).one().settings = {"main_number": MAIN}
    made.start(worker=False)
    yield made
    made.stop()


def call(rig: Rig, **more: Any) -> dict[str, Any]:
    answer = requests.post(f"{rig.url}/simulator/api/phones/{LINE}/calls", json={"to": OURS, **more}, timeout=10)
    assert answer.status_code == 201, answer.text
    heard: dict[str, Any] = answer.json()
    return heard


def tasks(rig: Rig) -> list[str]:
    with rig.db.read() as session:
        return list(session.scalars(select(Task.type)))


def test_in_office_hours_it_rings_elsewhere_and_what_nobody_takes_becomes_a_task(rig: Rig):
    assert call(rig, taken=True) == {"rang": MAIN, "heard": ""}
    assert tasks(rig) == []
    missed = call(rig)
    assert missed["rang"] == MAIN
    assert "ringer til dig senest i dag kl. 15" in missed["heard"]
    assert tasks(rig) == ["call"]


def test_in_the_evening_a_voice_says_when(rig: Rig):
    set_clock(rig.db, NOW.replace(hour=20))
    told = call(rig)
    assert told["rang"] is None
    assert "ringer til dig senest i morgen kl. 15" in told["heard"]


def test_whom_nobody_has_written_to_must_say_whom_to_call(rig: Rig):
    answer = requests.post(f"{rig.url}/simulator/api/phones/+4511119998/calls", json={}, timeout=10)
    assert answer.status_code == 400

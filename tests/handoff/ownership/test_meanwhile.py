"""A resident's SMS that comes in the very moment in which an adviser puts off, gives to the bot or closes is read."""

from __future__ import annotations

import re

import pytest

from bot.db import Database
from bot.models import Conversation, Organisation
from bot.receive import Inbound, receive
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World

ACTS = [
    ("snooze", {"until": "tomorrow"}),
    ("release", {}),
    ("close", {"outcome": "paid", "reason": "Pengene kom i dag"}),
]


def shown(adviser: AdviserAtWork, conversation: int) -> str:
    found = re.search(r'name="read_until" value="(\d+)"', adviser.open(conversation).text)
    assert found
    return found[1]


def writes(db: Database, conversation: int) -> None:
    with db.read() as session:
        thread = session.get_one(Conversation, conversation)
        to = session.get_one(Organisation, thread.organisation_id).number
    receive(db, Inbound("SM-meanwhile", thread.phone, to, "Vent, jeg kan ikke alligevel"), NOW)


@pytest.mark.parametrize(("act", "form"), ACTS)
def test_what_came_meanwhile_is_read_first(
    adviser: AdviserAtWork, world: World, sqlite_db: Database, act: str, form: dict[str, str]
) -> None:
    adviser.claim(world.ahmad)
    until = shown(adviser, world.ahmad)
    writes(sqlite_db, world.ahmad)

    refused = adviser.post(f"/inbox/{world.ahmad}/{act}", read_until=until, **form)
    assert refused.status_code == 409
    assert "Beboeren har skrevet imens" in refused.text
    assert form.get("reason", "") in refused.text
    with sqlite_db.read() as session:
        thread = session.get_one(Conversation, world.ahmad)
    assert (thread.held_by, thread.snoozed_until, thread.closed_at) == ("adviser", None, None)

    again = adviser.post(f"/inbox/{world.ahmad}/{act}", read_until=shown(adviser, world.ahmad), **form)
    assert again.status_code == 303


@pytest.mark.parametrize(("act", "form"), ACTS)
def test_who_has_read_everything_is_not_held_up(
    adviser: AdviserAtWork, world: World, act: str, form: dict[str, str]
) -> None:
    adviser.claim(world.ahmad)
    done = adviser.post(f"/inbox/{world.ahmad}/{act}", read_until=shown(adviser, world.ahmad), **form)
    assert done.status_code == 303

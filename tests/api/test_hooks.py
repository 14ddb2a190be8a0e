"""What happens is told to other systems: exactly as described, with no name, number or reason in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.apply import Turn, apply
from bot.dialogs.effects import OpenHandoff
from bot.dialogs.state import Decision, State
from bot.hooks.addresses import add_webhook
from bot.hooks.deliveries import Deliveries
from bot.hooks.port import Answered
from bot.hooks.signature import as_secret
from bot.models import Case, Conversation, WebhookDelivery
from handoff.api.told import CALLS
from tests.api.conftest import LATER, METTE, NOW, Api, World, error


@pytest.fixture
def told(world: World) -> Any:
    """Both organisations want all; gives what ours has been told so far."""
    with world.db.write() as session:
        for home in (world.ours, world.theirs):
            url = f"https://{home.organisation_id}.example/"
            add_webhook(session, home.organisation_id, url, (), as_secret(b"x" * 32), NOW)

    class Listens:
        def __init__(self) -> None:
            self.calls: list[tuple[str, bytes]] = []

        def post(self, url: str, body: bytes, headers: Any) -> Answered:
            self.calls.append((url, body))
            return Answered()

    def read() -> list[dict[str, Any]]:
        listens = Listens()
        deliveries = Deliveries(world.db, lambda: LATER, listens)
        while deliveries.deliver_next():
            pass
        assert {url for url, _ in listens.calls} <= {f"https://{world.ours.organisation_id}.example/"}
        calls = [json.loads(body) for _, body in listens.calls]
        for call in calls:
            CALLS[call["type"]].model_validate(call)
            assert call["organisation"] == "solgaarden"
        return calls

    return read


def test_a_handoff_is_told_without_its_reason(world: World, told: Any):
    """It may be about an illness, or violence."""
    with world.db.write() as session:
        thread = session.get_one(Conversation, world.ours.stranger_id)
        apply(Turn(session, thread, LATER), Decision(State(), (OpenHandoff("crisis_violence", "crisis"),)))

    [call] = told()
    assert (call["type"], call["data"]["priority"], call["data"]["case_ref"]) == ("handoff.opened", "crisis", None)
    assert "violence" not in json.dumps(call)


def test_closing_is_told_with_how_it_ended(world: World, api: Api, told: Any):
    path = f"/conversations/{world.ours.conversation_id}"
    api.post(f"{path}/claim", adviser=METTE)
    api.post(f"{path}/close", adviser=METTE, outcome="plan_agreed")

    [call] = told()
    assert (call["type"], call["data"]) == ("case.closed", {"case_ref": "S-1", "outcome": "plan_agreed"})


def test_a_case_that_is_paid_is_told_once(world: World, api: Api, told: Any):
    for _ in range(2):
        assert api.post("/cases", case_ref="S-1", name="Line Bek", arrears=0).status_code == 200

    assert [(call["type"], call["data"]) for call in told()] == [("case.settled", {"case_ref": "S-1"})]


def test_what_is_rolled_back_is_not_told(world: World, api: Api, told: Any):
    """Closed with an outcome that it cannot have: nothing happened."""
    path = f"/conversations/{world.ours.conversation_id}"
    api.post(f"{path}/claim", adviser=METTE)
    assert "cannot end so" in error(api.post(f"{path}/close", adviser=METTE, outcome="not_in_a_case"))

    assert told() == []


def test_nothing_is_written_down_where_nobody_listens(world: World, api: Api):
    api.post("/cases", case_ref="S-1", name="Line Bek", arrears=0)

    with world.db.read() as session:
        assert session.scalars(select(WebhookDelivery)).all() == []
        assert session.get_one(Case, world.ours.case_id).status == "settled"

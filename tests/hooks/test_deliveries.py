"""What is told, to whom, how often, and what is kept of it, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.hooks.addresses import MOST, HookError, add_webhook, remove_webhook, try_webhook, webhooks_of
from bot.hooks.caller import Caller
from bot.hooks.deliveries import TRIES, Deliveries
from bot.hooks.events import EVENTS, Happened, tell
from bot.hooks.port import Answered
from bot.hooks.sealed import Vault
from bot.hooks.signature import as_secret, sign
from bot.incidents import open_incidents
from bot.models import COPENHAGEN, Organisation, Webhook, WebhookDelivery
from tests.fakes import FakeClock
from tests.hooks.receiver import Receiver, receiving

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=COPENHAGEN)
SECRET = as_secret(b"thirty-two bytes of this secret!")
HANDOFF = Happened("handoff.opened", "handoff:1", {"handoff_id": 1, "priority": "high"})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def house(db: Database, *urls: str, events: tuple[str, ...] = ()) -> int:
    """An organisation with these addresses."""
    with db.write() as session:
        home = Organisation(slug="solgaarden", name="Solgården", number="+4511110010", created_at=NOW)
        session.add(home)
        session.flush()
        for url in urls:
            add_webhook(session, home.id, url, events, SECRET, NOW)
        return home.id


def happen(db: Database, organisation_id: int, *happened: Happened) -> None:
    with db.write() as session:
        tell(session, organisation_id, happened, NOW)


def all_of(db: Database) -> list[WebhookDelivery]:
    with db.read() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


class Listens:
    """Takes calls and answers as it is told, without a network."""

    def __init__(self, *problems: str, is_gone: bool = False) -> None:
        self.problems, self.is_gone = list(problems), is_gone
        self.calls: list[tuple[str, Mapping[str, str], Any]] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        self.calls.append((url, headers, json.loads(body)))
        return Answered(self.problems.pop(0) if self.problems else "", self.is_gone)


def test_a_secret_lies_sealed_and_signs_none_the_less(db: Database):
    vault, listens = Vault("an invented key"), Listens()
    home = house(db)
    with db.write() as session:
        hook = add_webhook(session, home, "https://one.example/", (), vault.seal(SECRET), NOW)
        assert SECRET[6:] not in hook.secret
        assert len(hook.secret) <= 120
    happen(db, home, HANDOFF)

    Deliveries(db, FakeClock(NOW), listens, FakeClock(NOW), Vault("another key").open).deliver_next()
    assert (listens.calls, all_of(db)[0].error) == ([], "SealedWithAnotherKey")

    later = FakeClock(NOW + timedelta(hours=1))
    Deliveries(db, later, listens, FakeClock(NOW), vault.open).deliver_next()
    (_, headers, told) = listens.calls[0]
    body = json.dumps(told, ensure_ascii=False).encode()
    assert headers["webhook-signature"] == sign(SECRET, headers["webhook-id"], int(NOW.timestamp()), body)


def test_a_call_says_what_happened_and_is_signed(db: Database, receiver: Receiver):
    home = house(db, receiver.url)
    happen(db, home, HANDOFF)
    deliveries = Deliveries(db, FakeClock(NOW), Caller(lambda _: True))

    assert [deliveries.deliver_next(), deliveries.deliver_next()] == [True, False]

    [(headers, body)] = receiver.calls
    assert receiver.told == [
        {
            "type": "handoff.opened",
            "timestamp": NOW.isoformat(),
            "organisation": "solgaarden",
            "data": {"handoff_id": 1, "priority": "high"},
        }
    ]
    seconds = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == sign(SECRET, headers["webhook-id"], seconds, body)
    assert all_of(db)[0].delivered_at == NOW


def test_the_same_thing_is_told_once_and_only_to_who_wants_it(db: Database):
    home = house(db, "https://one.example/", events=("case.settled",))
    happen(db, home, HANDOFF, Happened("case.settled", "case:1", {"case_ref": "S-1"}))

    assert [row.event for row in all_of(db)] == ["case.settled"]


def test_another_organisations_addresses_are_told_nothing(db: Database):
    house(db, "https://one.example/")
    with db.write() as session:
        other = Organisation(slug="vest", name="Vest", number="+4511110020", created_at=NOW)
        session.add(other)
        session.flush()
        tell(session, other.id, [HANDOFF], NOW)

    assert all_of(db) == []


def test_what_is_not_taken_is_told_again_later_under_the_same_id(db: Database):
    happen(db, house(db, "https://one.example/"), HANDOFF)
    clock, listens = FakeClock(NOW), Listens("HTTP 500", "Timeout")
    deliveries = Deliveries(db, clock, listens)

    waits = []
    for _ in range(3):
        assert deliveries.deliver_next()
        assert not deliveries.deliver_next()  # nothing is due before its time
        row = all_of(db)[0]
        waits.append(row.due_at - clock.now)
        clock.now = row.due_at

    assert len({headers["webhook-id"] for _, headers, _ in listens.calls}) == 1
    assert timedelta(seconds=20) <= waits[0] < waits[1]
    assert (all_of(db)[0].tries, all_of(db)[0].error) == (3, None)


def test_a_process_that_dies_in_the_call_loses_nothing(db: Database):
    """The call is made again, once its lease has run out: told twice is told."""
    happen(db, house(db, "https://one.example/"), HANDOFF)

    class PlugPulledError(BaseException):
        """The process is no more."""

    class Dies:
        def post(self, *_: object) -> Answered:
            raise PlugPulledError

    clock, after = FakeClock(NOW), Listens()
    with pytest.raises(PlugPulledError):
        Deliveries(db, clock, Dies()).deliver_next()
    assert not Deliveries(db, clock, after).deliver_next()

    clock.move(seconds=61)
    assert Deliveries(db, clock, after).deliver_next()
    assert all_of(db)[0].delivered_at is not None


def test_after_two_days_we_give_up_and_say_so_until_it_works_again(db: Database):
    home = house(db, "https://one.example/")
    happen(db, home, HANDOFF)
    clock, listens = FakeClock(NOW), Listens(*["HTTP 500"] * TRIES)
    deliveries = Deliveries(db, clock, listens)
    while all_of(db)[0].given_up_at is None:
        clock.now = all_of(db)[0].due_at
        deliveries.deliver_next()

    assert timedelta(days=1.5) < clock.now - NOW < timedelta(days=4)
    assert kinds(db) == ["webhook_fails"]

    happen(db, home, Happened("case.settled", "case:2", {}))
    assert deliveries.deliver_next()
    assert kinds(db) == []


def test_who_says_gone_is_not_asked_again(db: Database):
    happen(db, house(db, "https://one.example/"), HANDOFF)
    Deliveries(db, FakeClock(NOW), Listens("HTTP 410", is_gone=True)).deliver_next()

    assert all_of(db)[0].given_up_at is not None
    assert kinds(db) == ["webhook_fails"]


def test_an_address_taken_away_is_told_nothing_more(db: Database):
    home = house(db, "https://one.example/")
    happen(db, home, HANDOFF)
    with db.write() as session:
        remove_webhook(session, webhooks_of(session, [home])[0], NOW)
    listens = Listens()

    Deliveries(db, FakeClock(NOW), listens).deliver_next()
    happen(db, home, Happened("case.settled", "case:2", {}))

    assert listens.calls == []
    assert [row.error for row in all_of(db)] == ["removed"]


def test_a_trial_is_a_call_about_nothing(db: Database):
    home = house(db, "https://one.example/", events=("case.settled",))
    with db.write() as session:
        for _ in range(2):
            try_webhook(session, webhooks_of(session, [home])[0], NOW)
    listens, deliveries = Listens(), Deliveries(db, FakeClock(NOW), Listens())
    deliveries = Deliveries(db, FakeClock(NOW), listens)

    assert [deliveries.deliver_next() for _ in range(3)] == [True, True, False]
    assert [(told["type"], told["data"]) for _, _, told in listens.calls] == [("trial", {})] * 2


def test_an_event_that_is_none_and_one_address_too_many_are_refused(db: Database):
    home = house(db)
    with db.write() as session:
        with pytest.raises(HookError, match=r"no event case\.won"):
            add_webhook(session, home, "https://one.example/", ["case.won"], SECRET, NOW)
        for number in range(MOST):
            add_webhook(session, home, f"https://one.example/{number}", (), SECRET, NOW)
        with pytest.raises(HookError, match="at most"):
            add_webhook(session, home, "https://one.example/more", (), SECRET, NOW)
        assert session.scalars(select(Webhook)).first().events == list(EVENTS)  # type: ignore[union-attr]


def kinds(db: Database) -> list[str]:
    with db.read() as session:
        return [incident.kind for incident in open_incidents(session)]

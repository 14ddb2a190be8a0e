"""What is thrown away, that only it is, and that nobody is kept waiting meanwhile; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import housekeeping
from bot.db import Database
from bot.housekeeping import BATCH, SWEEPS, sweep, sweep_all
from bot.models import (
    Adviser,
    Conversation,
    Draft,
    Incident,
    Invitation,
    LiveEvent,
    LoginSession,
    Mail,
    Presence,
    Webhook,
    WebhookDelivery,
)
from handoff.access.sessions import LIFE
from handoff.feed import Feed
from tests.bot.test_db import NOON, organisation

DAY = timedelta(days=1)
DOCS = Path(__file__).parents[2] / "docs" / "operations.md"


def of(name: str) -> housekeeping.Sweep:
    return next(each for each in SWEEPS if each.name == name)


@pytest.fixture
def ids(db: Database) -> dict[str, int]:
    """An organisation with an adviser, a conversation and an address to be told at."""
    with db.write() as session:
        made = organisation()
        adviser = Adviser(email="mette@solgaarden.dk", name="Mette Holm", created_at=NOON)
        session.add_all([made, adviser])
        session.flush()
        hook = Webhook(organisation_id=made.id, url="https://x.dk", secret="s", events=[], at=NOON)
        talk = Conversation(organisation_id=made.id, phone="+4511114027", created_at=NOON, state={})
        session.add_all([hook, talk])
        session.flush()
        return {"organisation": made.id, "adviser": adviser.id, "conversation": talk.id, "webhook": hook.id}


def row(name: str, ids: dict[str, int], at: datetime, n: int) -> Any:
    """One row that was over at that moment."""
    who, where = {"adviser_id": ids["adviser"]}, {"conversation_id": ids["conversation"]}
    kind = ("sms", "note")[n % 2]
    made = {
        "live_events": lambda: LiveEvent(organisation_id=ids["organisation"], kind="message", at=at, **where),
        "presence": lambda: Presence(seen_at=at, **who, **where),
        "login_sessions": lambda: LoginSession(token_hash=str(n), at=at, seen_at=at, **who),
        "invitations": lambda: Invitation(token_hash=str(n), at=at - DAY, expires_at=at, **who),
        "drafts": lambda: Draft(kind=kind, body="x", at=at, **who, **where),
        "webhook_deliveries": lambda: WebhookDelivery(
            webhook_id=ids["webhook"], event="trial", key=str(n), at=at, due_at=at, delivered_at=at
        ),
        "mails": lambda: Mail(kind="digest", key=str(n), subject="s", body="", at=at, due_at=at, sent_at=at, **who),
        "incidents": lambda: Incident(kind="no_tick", at=at - DAY, ended_at=at),
    }
    return made[name]()


def count(db: Database, this: housekeeping.Sweep) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(this.table)) or 0


@pytest.mark.parametrize("name", [each.name for each in SWEEPS if each.name != "presence"])
def test_what_is_old_goes_and_what_is_not_stays(db: Database, ids: dict[str, int], name: str):
    this = of(name)
    with db.write() as session:
        session.add(row(name, ids, NOON - this.kept - DAY, 0))
        session.flush()
        session.add(row(name, ids, NOON - this.kept + timedelta(minutes=1), 1))
    assert sweep_all(db, NOON)[name] == 1
    assert count(db, this) == 1
    assert sweep_all(db, NOON)[name] == 0


def test_who_looked_at_a_conversation_an_hour_ago_is_forgotten(db: Database, ids: dict[str, int]):
    with db.write() as session:
        session.add(row("presence", ids, NOON - timedelta(hours=2), 0))
    assert sweep_all(db, NOON)["presence"] == 1


def test_what_is_not_over_is_never_old(db: Database, ids: dict[str, int]):
    """A mail that still waits, a webhook that is still tried, an incident that still lasts, whatever their age."""
    long_ago = NOON - timedelta(days=4000)
    with db.write() as session:
        for n, name in enumerate(("mails", "webhook_deliveries", "incidents")):
            waiting, newest = row(name, ids, long_ago, n), row(name, ids, NOON, n + 10)
            for field in ("sent_at", "delivered_at", "ended_at"):
                if hasattr(waiting, field):
                    setattr(waiting, field, None)
            session.add(waiting)
            session.flush()
            session.add(newest)
    assert not any(sweep_all(db, NOON).values())


def events(db: Database, ids: dict[str, int], number: int, at: datetime) -> None:
    made = {"organisation_id": ids["organisation"], "conversation_id": ids["conversation"], "kind": "message", "at": at}
    with db.write() as session:
        session.execute(LiveEvent.__table__.insert(), [made] * number)  # type: ignore[attr-defined]  # a Table


def test_the_newest_row_stays_so_that_its_number_is_not_given_again(db: Database, ids: dict[str, int]):
    """An open page asks for what came after the number that it knows."""
    events(db, ids, 3, NOON - 5 * DAY)
    sweep_all(db, NOON)
    feed = Feed(db)
    with db.read() as session:
        last = session.scalars(select(LiveEvent.id)).one()
    events(db, ids, 1, NOON)
    assert [change[0] for change in feed.since(last, [ids["organisation"]])] == [last + 1]


def test_a_page_has_ended_before_what_it_missed_is_swept():
    assert of("live_events").kept > LIFE


def test_between_two_batches_others_write(db: Database, ids: dict[str, int]):
    """Each batch is a transaction of its own, and no larger than it may be."""
    events(db, ids, 2 * BATCH + 10, NOON - 2 * DAY)
    left: list[int] = []

    def rest() -> bool:
        with db.write() as session:  # would wait for ever for a sweep that holds SQLite's one lock
            session.add(row("mails", ids, NOON, len(left)))
        left.append(count(db, of("live_events")))
        return True

    assert sweep(db, of("live_events"), NOON, rest) == 2 * BATCH + 9
    assert left == [BATCH + 10, 10, 1]


def test_whoever_is_stopped_midway_goes_on_later(db: Database, ids: dict[str, int]):
    events(db, ids, BATCH + 10, NOON - 2 * DAY)
    assert sweep(db, of("live_events"), NOON, lambda: False) == BATCH
    assert sweep(db, of("live_events"), NOON, lambda: False) == 9


def test_a_draft_that_somebody_goes_on_with_meanwhile_stays(db: Database, ids: dict[str, int]):
    with db.write() as session:
        session.add(row("drafts", ids, NOON - 60 * DAY, 0))
    this, before = of("drafts"), NOON - of("drafts").kept
    with db.read() as session:
        found = session.execute(housekeeping._next(session, this, before)).all()
    with db.write() as session:
        session.scalars(select(Draft)).one().at = NOON
    assert housekeeping._throw_away(db, this, before, found) == 0
    assert count(db, this) == 1


@pytest.mark.parametrize("this", SWEEPS, ids=[each.name for each in SWEEPS])
def test_the_guide_says_what_is_swept_and_why(this: housekeeping.Sweep):
    period = f"{this.kept.days} days" if this.kept > DAY else "1 day" if this.kept == DAY else "1 hour"
    assert f"| `{this.table.name}` | {period} | {this.why} |" in DOCS.read_text(encoding="utf-8")

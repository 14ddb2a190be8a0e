"""What a tab is told: counts and ids of what is this adviser's; their choices; what is said at closed hours."""

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.alarms import ring
from bot.db import Database
from bot.models import Adviser, Conversation, Organisation
from handoff.alerts.news import office_words
from handoff.handoffs import Acting
from tests.handoff.conftest import AdviserAtWork
from tests.handoff.world import NOW, World, at


def test_a_tab_is_told_of_waits_by_ids_and_of_a_crisis_once(
    adviser: AdviserAtWork, sqlite_db: Database, world: World
) -> None:
    with sqlite_db.write() as session:
        ring(session, session.get_one(Conversation, world.kirsten), "crisis_self_harm", NOW)
    news = adviser.open("/alerts").json
    assert news is not None
    assert (news["crises"], news["office"]) == (1, "")
    kinds = [event["kind"] for event in news["events"]]
    assert kinds[0] == "crisis"
    assert set(kinds[1:]) == {"waiting"}
    text = adviser.open("/alerts").text
    for name in ("Line", "Kirsten", "4511"):
        assert name not in text


def test_what_a_colleague_has_is_no_news_but_what_nobody_has_is(
    adviser: AdviserAtWork, colleague: AdviserAtWork, sqlite_db: Database, world: World
) -> None:
    """Mette has Line's conversation."""
    key = f"waiting:{world.line}:"
    assert any(event["key"].startswith(key) for event in (adviser.open("/alerts").json or {})["events"])
    assert not any(event["key"].startswith(key) for event in (colleague.open("/alerts").json or {})["events"])
    with sqlite_db.write() as session:
        conversation = session.get_one(Conversation, world.line)
        conversation.held_by, conversation.adviser_id = "queue", None
    assert any(event["key"].startswith(key) for event in (colleague.open("/alerts").json or {})["events"])


def test_another_organisation_is_told_of_its_own_only(visitor: AdviserAtWork, world: World) -> None:
    visitor.login("fie@vestbo.example")
    news = visitor.open("/alerts").json or {}
    assert news["waiting"] == 1
    assert all(
        event["key"].split(":")[1] == str(world.foreign) for event in news["events"] if event["kind"] != "crisis"
    )


def test_nobody_is_told_anything_without_a_log_in(visitor: AdviserAtWork) -> None:
    assert visitor.open("/alerts").status_code in (302, 303)


def chosen(db: Database, adviser: int) -> dict[str, object]:
    with db.read() as session:
        return dict(session.scalars(select(Adviser.preferences).where(Adviser.id == adviser)).one())


def test_an_adviser_chooses_what_to_be_told(adviser: AdviserAtWork, sqlite_db: Database, world: World) -> None:
    form = {"browser_alerts": "1", "mail_waiting": "1", "minutes": "15", "mail_digest": "1"}
    assert adviser.post("/me/alerts", **form).status_code == 303
    assert chosen(sqlite_db, world.mette) == {
        "browser_alerts": True,
        "mail_waiting_minutes": 15,
        "mail_digest": True,
        "mail_mentions": False,
    }
    page = adviser.open("/me").text
    assert 'name="minutes" type="number" inputmode="numeric" min="5" max="1440" value="15"' in page
    assert "data-notify" in page


def test_what_is_not_ticked_is_off_and_an_admins_mails_are_an_admins_choice(
    adviser: AdviserAtWork, admin: AdviserAtWork, sqlite_db: Database, world: World
) -> None:
    adviser.post("/me/alerts", minutes="60")
    admin.post("/me/alerts", minutes="60", mail_waiting="1", mail_mentions="1")
    assert chosen(sqlite_db, world.mette) == {"mail_waiting_minutes": None, "mail_mentions": False}
    assert chosen(sqlite_db, world.peter) == {"mail_incidents": False}


@pytest.mark.parametrize("minutes", ["4", "1441", "", "ti", "-5", "٣٠", "9" * 40])
def test_minutes_that_cannot_be_are_said_and_nothing_is_lost(
    adviser: AdviserAtWork, sqlite_db: Database, world: World, minutes: str
) -> None:
    page = adviser.post("/me/alerts", mail_waiting="1", minutes=minutes, mail_digest="1")
    assert page.status_code == 422
    assert "Skriv et antal minutter mellem 5 og 1440." in page.text
    assert f'max="1440" value="{minutes}"' in page.text
    assert 'name="mail_digest" value="1" checked' in page.text
    assert chosen(sqlite_db, world.mette) == {}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW, ""),
        (at(1, "15.00", 12), "Uden for kontortid: botten siger, at I svarer senest i morgen kl. 15."),
        (at(4, "16.00", 12), "Uden for kontortid: botten siger, at I svarer senest mandag kl. 15."),
        (at(24, "10.00", 12), "Uden for kontortid: botten siger, at I svarer senest mandag kl. 15."),
    ],
)
def test_what_is_said_while_the_office_is_closed(
    sqlite_db: Database, world: World, sol: int, now: datetime, words: str
) -> None:
    with sqlite_db.read() as session:
        assert office_words(session, Acting(world.mette, "Mette", frozenset({sol})), now) == words


def test_with_other_hours_in_another_organisation_each_is_named(
    sqlite_db: Database, world: World, sol: int, vest: int
) -> None:
    with sqlite_db.write() as session:
        session.get_one(Organisation, vest).settings = {"office_hours": "weekdays 8-17"}
        session.flush()
        both = Acting(world.mette, "Mette", frozenset({sol, vest}))
        assert office_words(session, both, at(1, "16.00", 12)) == (
            "Solgården Bolig: uden for kontortid. Botten siger, at I svarer senest i morgen kl. 15."
        )

"""What a token may read: its own organisation's cases, conversations and handoffs, in the shapes of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event

from bot.models import COPENHAGEN, Case, Consent, Conversation, Fact, Handoff, Resident, Task
from tests.api.conftest import LINE, NOW, OSKAR, STRANGER, Api, World, error

AT = "2026-12-01T10:42:00+01:00"


def test_a_case_is_shown_whole(api: Api, world: World):
    """The newest fact of each name, kroner, days and times, and nothing that the contract does not name."""
    assert api.get("/cases/S-1").json == {
        "case_ref": "S-1",
        "organisation": "solgaarden",
        "status": "open",
        "outcome": None,
        "outcome_note": "",
        "arrears": 8450.5,
        "deadline": "2026-12-09",
        "stage": "rykker",
        "language": "da",
        "phone": LINE,
        "opted_out": False,
        "verified": True,
        "facts": [
            {"name": "inform_job_loss", "value": True, "at": AT},
            {"name": "children", "value": 2, "at": AT},
        ],
        "promises": [
            {"id": world.ours.case_id * 2 - 1, "amount": None, "date": "2026-12-04", "status": "open"},
            {"id": world.ours.case_id * 2, "amount": 3000.5, "date": None, "status": "kept"},
        ],
        "plans": [
            {
                "id": world.ours.plan_id,
                "monthly": 1000.0,
                "instalments": 9,
                "first_date": "2027-01-01",
                "status": "proposed",
            }
        ],
        "tasks": [{"id": world.ours.task_id, "type": "approve_plan", "due": "2026-12-02", "status": "open"}],
        "conversation_id": world.ours.conversation_id,
    }


def test_a_conversation_is_shown_whole(api: Api, world: World):
    """Messages and markers in order."""
    shown = api.get(f"/conversations/{world.ours.conversation_id}").json
    assert shown is not None
    first = shown["messages"][0]["id"]
    shown.pop("summary")

    assert shown == {
        "id": world.ours.conversation_id,
        "phone": LINE,
        "organisation": "solgaarden",
        "case_ref": "S-1",
        "held_by": "queue",
        "priority": "high",
        "reason": "ask_human",
        "language": "da",
        "adviser": None,
        "waiting_since": None,
        "snoozed_until": None,
        "closed_at": None,
        "bot_paused": False,
        "messages": [
            {"id": first, "direction": "out", "author": "wave", "body": "Hej Line", "status": "delivered", "at": AT},
            {
                "id": first + 1,
                "direction": "in",
                "author": "resident",
                "body": "ja (ask_human)",
                "status": "processed",
                "at": AT,
            },
        ],
        "markers": [{"kind": "handoff_opened", "at": AT}],
    }


def test_one_conversation_comes_with_its_summary_and_a_list_without(api: Api, world: World):
    known = {"income_kind": "dagpenge", "income": 11_000, "knows_letter": False}
    ours = world.ours
    world.add(
        *(
            Fact(conversation_id=ours.conversation_id, case_id=ours.case_id, name=name, value=value, at=NOW)
            for name, value in known.items()
        )
    )
    shown = api.get(f"/conversations/{world.ours.conversation_id}").json
    assert shown is not None
    assert shown["summary"] == {
        "told": [
            {"name": "inform_job_loss", "words": "mistet arbejde eller timer", "at": AT},
            {"name": "household", "words": "2 børn", "at": AT},
            {"name": "lives_on", "words": "dagpenge, 11.000\N{NO-BREAK SPACE}kr.", "at": AT},
            {"name": "letter", "words": "har ikke fået noget brev", "at": AT},
        ],
        "promised": ["det hele, 4. dec.", "foreslår 1.000\N{NO-BREAK SPACE}kr. om måneden"],
        "answered": [],
        "missing": [],
        "next_steps": [],
        "days_left": 8,
    }
    assert [thread["summary"] for thread in api.get("/conversations").json or []] == [None, None]


def test_the_conversation_of_an_unknown_number_has_no_summary(api: Api, world: World):
    assert (api.get(f"/conversations/{world.ours.stranger_id}").json or {})["summary"] is None


def test_open_handoffs_are_listed(api: Api, world: World):
    """Ours that has not ended; an unknown number's has no case."""
    ended, unknown = world.add(
        Handoff(
            conversation_id=world.ours.conversation_id, reason="media", priority="normal", language="da",
            at=NOW, ended_at=NOW,
        ),
        Handoff(
            conversation_id=world.ours.stranger_id, reason="unknown_number", priority="normal", language="en", at=NOW
        ),
    )  # fmt: skip
    listed = api.get("/handoffs").json

    assert listed == [
        {
            "id": world.ours.handoff_id, "conversation_id": world.ours.conversation_id, "phone": LINE,
            "case_ref": "S-1", "reason": "ask_human", "priority": "high", "language": "da", "held_by": "queue",
            "at": AT,
        },
        {
            "id": unknown, "conversation_id": world.ours.stranger_id, "phone": STRANGER,
            "case_ref": None, "reason": "unknown_number", "priority": "normal", "language": "en", "held_by": "bot",
            "at": AT,
        },
    ]  # fmt: skip
    assert ended not in [handoff["id"] for handoff in listed]


def test_lists_hold_only_our_own(api: Api, world: World):
    """The same numbers and case names exist next door."""
    assert [case["organisation"] for case in api.get("/cases").json or []] == ["solgaarden"]
    assert [thread["id"] for thread in api.get("/conversations").json or []] == [
        world.ours.conversation_id,
        world.ours.stranger_id,
    ]


def test_a_conversation_is_found_by_its_number(api: Api, world: World):
    """However the + was sent: encoded, bare (which arrives as a space), or left out."""
    for phone in (quote(LINE), LINE, "11114027", quote("11 11 40 27")):
        found = api.get(f"/conversations?phone={phone}").json
        assert [thread["id"] for thread in found or []] == [world.ours.conversation_id], phone


def test_an_unheard_number_has_no_conversation(api: Api):
    """An empty list, no error; neither has a number that only the neighbours know."""
    assert api.get(f"/conversations?phone={quote(OSKAR)}").json == []


def test_what_is_no_number_is_named(api: Api):
    """422, without repeating what was sent."""
    for phone in ("", "hej", "%00", "%2B", "%2B45", "1" * 40):
        answer = api.get(f"/conversations?phone={phone}")
        assert (answer.status_code, error(answer)) == (422, "phone: must be a phone number such as %2B4511114027.")


def test_a_case_is_found_whatever_its_name_is_made_of(api: Api, world: World):
    """The name stands URL-encoded in the path."""
    bearer = {"Authorization": f"Bearer {world.read}"}
    for case_ref in (
        *("12/34", "/slash", "a//b", "end/", "æøå 7", "50%", "a?b=c", "#1", "a+b", "%2F", "linje\nskift"),
        *("conversations", "openapi.json"),
    ):
        world.add_case(case_ref)
        answer = api.client.get(f"/api/v1/cases/{quote(case_ref, safe='')}", headers=bearer)
        assert (answer.status_code, (answer.json or {})["case_ref"]) == (200, case_ref)


def test_a_case_that_is_not_there_is_not_found(api: Api):
    """404 in JSON."""
    for path in ("/cases/S-2", "/cases/s-1", "/cases/%00", "/cases/S-1%00", "/cases/%20S-1"):
        answer = api.get(path)
        assert (answer.status_code, "organisation" in error(answer)) == (404, True), path


def test_a_conversation_that_is_not_there_is_not_found(api: Api):
    """Also one whose id no database could hold."""
    for conversation_id in ("0", "999999", "9223372036854775807", "9223372036854775808", "9" * 60):
        answer = api.get(f"/conversations/{conversation_id}")
        assert (answer.status_code, "organisation" in error(answer)) == (404, True), conversation_id


def test_pages_follow_one_another(api: Api, world: World):
    """``after`` is the last one seen; all pages together are the list."""
    for number in range(2, 6):
        world.add_case(f"S-{number}")
    pages = [api.get("/cases?limit=2").json or []]
    while pages[-1]:
        pages.append(api.get(f"/cases?limit=2&after={pages[-1][-1]['case_ref']}").json or [])

    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [case["case_ref"] for page in pages for case in page] == ["S-1", "S-2", "S-3", "S-4", "S-5"]


def test_conversations_and_handoffs_page_by_id(api: Api, world: World):
    """From behind the id, and not more than the limit."""
    first = api.get("/conversations?limit=1").json or []
    rest = api.get(f"/conversations?after={first[0]['id']}").json or []

    assert [thread["id"] for thread in first + rest] == [world.ours.conversation_id, world.ours.stranger_id]
    assert api.get(f"/handoffs?after={world.ours.handoff_id}").json == []


def test_a_wrong_parameter_is_named(api: Api):
    """422 and the field."""
    for path, field in (
        ("/cases?limit=0", "limit"),
        ("/cases?limit=1001", "limit"),
        ("/cases?limit=ti", "limit"),
        ("/cases?after=S-404", "after"),
        ("/cases?after=%00", "after"),
        ("/handoffs?after=-1", "after"),
        ("/handoffs?after=9223372036854775808", "after"),
        ("/handoffs?status=open", "status"),
        ("/conversations/1?limit=1", "limit"),
        ("/cases/S-1?limit=1", "limit"),
    ):
        answer = api.get(path)
        assert (answer.status_code, error(answer).split(":")[0]) == (422, field), path


def test_a_task_with_an_agreed_time_is_due_then(api: Api, world: World):
    """A time with offset, not only the day; summer time has its own."""
    at = datetime(2027, 6, 2, 16, 0, tzinfo=COPENHAGEN)
    world.change(Task, world.ours.task_id, due=date(2027, 6, 2), due_at=at)

    assert (api.get("/cases/S-1").json or {})["tasks"][0]["due"] == "2027-06-02T16:00:00+02:00"


def test_the_newest_word_of_a_number_decides_whether_it_opted_out(api: Api, world: World):
    """It belongs to the number: said to the neighbours, it counts here too."""
    stop = {"phone": LINE, "opted_out": True, "at": NOW, "organisation_id": world.theirs.organisation_id}
    world.add(
        Consent(phone=LINE, opted_out=False, at=NOW), Consent(**stop), Consent(phone=OSKAR, opted_out=True, at=NOW)
    )
    assert (api.get("/cases/S-1").json or {})["opted_out"] is True

    world.add(Consent(phone=LINE, opted_out=False, at=NOW))
    assert (api.get("/cases/S-1").json or {})["opted_out"] is False


def test_a_number_that_was_somebody_elses_is_not_shown(api: Api, world: World):
    """It was taken off the case; the thread stays readable."""
    world.change(Case, world.ours.case_id, number_taken_off=True)
    shown = api.get("/cases/S-1").json or {}

    assert (shown["phone"], shown["conversation_id"]) == (None, world.ours.conversation_id)


def test_a_case_without_number_or_thread_is_shown(api: Api, world: World):
    """Nothing to write to, nothing written."""
    world.add_case("S-2", phone=None)
    shown = api.get("/cases/S-2").json or {}

    assert [shown[key] for key in ("phone", "opted_out", "verified", "conversation_id", "facts")] == [
        None, False, False, None, [],
    ]  # fmt: skip


def test_two_cases_on_one_number_share_the_thread_but_not_the_recognition(api: Api, world: World):
    """The thread is about the first; the second's resident has not been recognised."""
    world.add_case("S-2", phone=LINE)
    shown = api.get("/cases/S-2").json or {}

    assert (shown["conversation_id"], shown["verified"]) == (world.ours.conversation_id, False)


def test_the_neighbours_thread_with_the_same_number_is_not_shown(api: Api, world: World):
    """They write to the number; we never have."""
    world.add_case("S-2", phone=OSKAR)
    world.add(Conversation(organisation_id=world.theirs.organisation_id, phone=OSKAR, created_at=NOW))

    assert (api.get("/cases/S-2").json or {})["conversation_id"] is None


def test_a_case_with_a_new_number_shows_the_new_thread(api: Api, world: World):
    """Before anything was said on the new number it is still the old one."""
    with world.db.write() as session:
        case = session.get(Case, world.ours.case_id)
        assert case is not None
        resident = session.get(Resident, case.resident_id)
        assert resident is not None
        resident.phone = OSKAR
    assert (api.get("/cases/S-1").json or {})["conversation_id"] == world.ours.conversation_id

    about_line = {"organisation_id": world.ours.organisation_id, "case_id": world.ours.case_id, "created_at": NOW}
    (new,) = world.add(Conversation(phone=OSKAR, **about_line))
    world.add(Conversation(phone="+4511115300", **about_line))
    assert (api.get("/cases/S-1").json or {})["conversation_id"] == new


@pytest.mark.parametrize("path", ["/cases", "/conversations", "/handoffs"])
def test_a_long_list_takes_no_more_queries_than_a_short_one(api: Api, world: World, path: str):
    """Fifty cases, threads and handoffs cost as many queries as one."""
    with _queries(world) as short:
        api.get(path)
    for number in range(50):
        phone = f"+45111160{number:02}"
        case_id = world.add_case(f"L-{number}", phone)
        (thread,) = world.add(
            Conversation(
                organisation_id=world.ours.organisation_id,
                phone=phone,
                case_id=case_id,
                held_by="queue",
                created_at=NOW,
            )
        )
        world.add(Handoff(conversation_id=thread, reason="ask_human", priority="high", language="da", at=NOW))
    with _queries(world) as long:
        listed = api.get(path).json or []

    assert len(listed) >= 51
    assert len(long) == len(short) <= 8


@contextmanager
def _queries(world: World) -> Iterator[list[str]]:
    seen: list[str] = []

    def listener(*args: Any) -> None:
        if args[2] != "BEGIN":  # SQLite's, which we say ourselves
            seen.append(args[2])

    event.listen(world.db.engine, "before_cursor_execute", listener)
    yield seen
    event.remove(world.db.engine, "before_cursor_execute", listener)

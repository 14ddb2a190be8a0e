"""What stands beside the contract's calls: notes, alarms, agreements that end, keeping in touch, waves."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.alarms import ring
from bot.models import Alarm, CheckIn, Contact, Conversation, Ladder, Note, Plan, Wave
from handoff.api.refusal import _WHY
from handoff.handoffs import Why
from tests.api.conftest import LATER, METTE, NOW, Api, World, error


def thread(world: World, verb: str) -> str:
    return f"/conversations/{world.ours.conversation_id}/{verb}"


def test_every_refusal_has_a_status_and_a_sentence():
    """Else a new one would be a 500."""
    assert set(get_args(Why)) - set(_WHY) == set()


def test_a_note_is_kept_and_not_shown_where_residents_words_are(api: Api, world: World):
    """A note is for colleagues: not even the holder's alone, and no message."""
    before = api.get(f"/conversations/{world.ours.conversation_id}").json or {}
    answer = api.post(thread(world, "note"), adviser=METTE, text="Ring efter kl. 15")

    assert answer.status_code == 200
    assert (answer.json or {})["messages"] == before["messages"]
    assert [world.row(Note, 1).body, world.row(Note, 1).conversation_id] == [
        "Ring efter kl. 15",
        world.ours.conversation_id,
    ]


def test_an_acknowledged_crisis_rings_no_more(api: Api, world: World):
    with world.db.write() as session:
        ring(session, session.get_one(Conversation, world.ours.conversation_id), "crisis_violence", NOW)

    assert api.post(thread(world, "acknowledge"), adviser=METTE).status_code == 200
    assert world.row(Alarm, 1).seen_at == LATER


@pytest.mark.parametrize(("status", "code"), [("approved", 200), ("broken", 200), ("proposed", 409), ("declined", 409)])
def test_only_an_agreement_can_be_broken_off(api: Api, world: World, status: str, code: int):
    world.change(Plan, world.ours.plan_id, status=status)
    answer = api.post(f"/plans/{world.ours.plan_id}/break", adviser=METTE)

    assert answer.status_code == code
    if code == 409:
        assert error(answer) == f"The plan is not approved; it is {status}."
    assert world.row(Plan, world.ours.plan_id).status == ("broken" if code == 200 else status)


@pytest.mark.parametrize(("outcome", "code", "asked"), [("paid", 200, 3), ("evicted", 422, 0)])
def test_who_said_yes_is_asked_later_how_it_goes(api: Api, world: World, outcome: str, code: int, asked: int):
    api.post(thread(world, "claim"), adviser=METTE)
    answer = api.post(thread(world, "close"), adviser=METTE, outcome=outcome, keep_in_touch=True)

    assert answer.status_code == code
    with world.db.read() as session:
        assert session.query(CheckIn).count() == asked


def test_who_holds_a_thread_and_until_when_it_is_put_off(api: Api, world: World):
    world.change(Conversation, world.ours.conversation_id, waiting_since=NOW)
    claimed = api.post(thread(world, "claim"), adviser=METTE).json or {}
    world.change(Conversation, world.ours.conversation_id, snoozed_until=LATER)
    shown = api.get(f"/conversations/{world.ours.conversation_id}").json or {}

    assert (claimed["held_by"], claimed["adviser"], claimed["snoozed_until"]) == ("adviser", METTE, None)
    assert shown["snoozed_until"] == LATER.isoformat()
    assert (shown["waiting_since"], shown["closed_at"]) == (NOW.isoformat(), None)


def test_why_a_case_ended_and_a_day_to_look_again_are_kept(api: Api, world: World):
    api.post(thread(world, "claim"), adviser=METTE)
    told = {"outcome": "other", "note": "Flytter til sin søn", "follow_up": "2026-12-15"}
    closed = api.post(thread(world, "close"), adviser=METTE, **told).json or {}
    case = api.get("/cases/S-1").json or {}

    assert (closed["closed_at"], closed["adviser"]) == (LATER.isoformat(), None)
    assert (case["outcome"], case["outcome_note"]) == ("other", "Flytter til sin søn")
    assert [(t["type"], t["due"]) for t in case["tasks"] if t["status"] == "open"] == [("other", "2026-12-15")]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"note": "CPR 140385-1234"}, "note"),
        ({"note": "x" * 1001}, "note"),
        ({"follow_up": "2026-11-30"}, "follow_up"),
        ({"follow_up": "snart"}, "follow_up"),
    ],
)
def test_a_closing_that_will_not_do_names_the_field_and_closes_nothing(
    api: Api, world: World, told: dict[str, str], field: str
):
    api.post(thread(world, "claim"), adviser=METTE)
    answer = api.post(thread(world, "close"), adviser=METTE, outcome="paid", **told)

    assert (answer.status_code, error(answer).split(":")[0]) == (422, field)
    assert world.row(Conversation, world.ours.conversation_id).closed_at is None


def test_waves_are_told_with_what_was_done(api: Api, world: World):
    """Only ours, oldest first, a page at a time."""
    ours, theirs = world.ours, world.theirs
    first, second, other = world.add(
        Wave(organisation_id=ours.organisation_id, month="2026-10", started_at=NOW),
        Wave(organisation_id=ours.organisation_id, month="2026-11", paused_at=NOW, paused_by="command"),
        Wave(organisation_id=theirs.organisation_id, month="2026-11"),
    )
    another = world.add_case("S-2")
    steps = [(ours.case_id, 0, "sms"), (another, 0, "sms"), (ours.case_id, 2, "call")]
    world.add(
        *(Ladder(wave_id=first, case_id=case, starts_at=NOW, at=NOW) for case in (ours.case_id, another)),
        *(Contact(wave_id=first, case_id=c, step=s, kind=k, send_at=NOW, at=NOW) for c, s, k in steps),
        Contact(wave_id=other, case_id=theirs.case_id, step=0, kind="sms", send_at=NOW, at=NOW),
    )

    told = api.get("/waves").json or []
    assert [(wave["month"], wave["cases"], wave["started_at"] is None) for wave in told] == [
        ("2026-10", 2, False),
        ("2026-11", 0, True),
    ]
    assert told[0]["contacts"] == [{"step": 0, "kind": "sms", "number": 2}, {"step": 2, "kind": "call", "number": 1}]
    assert [wave["id"] for wave in api.get(f"/waves?after={first}").json or []] == [second]
    assert [wave["id"] for wave in api.get("/waves?limit=1").json or []] == [first]

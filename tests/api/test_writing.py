"""What a write token does in an adviser's name: the same use cases as the inbox, with statuses for refusals."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from sqlalchemy import select

from bot.models import AuditEvent, Consent, Conversation, Handoff, Marker, Message, Plan, Task
from tests.api.conftest import GONE, JONAS, LATER, LINE, METTE, NANNA, NOW, Api, World, error

LATER_ISO = "2026-12-01T10:43:00+01:00"


def thread(world: World, verb: str) -> str:
    return f"/conversations/{world.ours.conversation_id}/{verb}"


@pytest.fixture
def claimed(api: Api, world: World) -> Api:
    """Mette holds the conversation."""
    assert api.post(thread(world, "claim"), adviser=METTE).status_code == 200
    return api


def test_a_claim_makes_the_adviser_speak(claimed: Api, world: World):
    """Held by them, with a marker; the handoff stays open. Claiming again is the same."""
    again = claimed.post(thread(world, "claim"), adviser=METTE.upper())

    assert again.status_code == 200
    assert (again.json or {})["held_by"] == "adviser"
    assert (again.json or {})["markers"] == [
        {"kind": "handoff_opened", "at": "2026-12-01T10:42:00+01:00"},
        {"kind": "claimed", "at": LATER_ISO},
    ]
    assert [handoff["held_by"] for handoff in claimed.get("/handoffs").json or []] == ["adviser"]


def test_another_holds_it(claimed: Api, world: World):
    """409 for all that only the holder may do."""
    for verb, more in (("claim", {}), ("reply", {"text": "Hej"}), ("release", {}), ("close", {"outcome": "paid"})):
        answer = claimed.post(thread(world, verb), adviser=JONAS, **more)
        assert (answer.status_code, error(answer)) == (409, "Another adviser holds this conversation.")


@pytest.mark.parametrize(
    ("verb", "more"), [("reply", {"text": "Hej"}), ("release", {}), ("close", {"outcome": "paid"})]
)
def test_nobody_holds_it(api: Api, world: World, verb: str, more: dict[str, str]):
    """409: it must be claimed first."""
    answer = api.post(thread(world, verb), adviser=METTE, **more)

    assert (answer.status_code, "claim it first" in error(answer)) == (409, True)


def test_a_reply_is_queued_in_the_advisers_name(claimed: Api, world: World):
    """The last message of the answer, and the worker is woken."""
    answer = claimed.post(thread(world, "reply"), adviser=METTE, text="Hej Line. Jeg ringer i morgen.")

    assert answer.status_code == 200
    said = (answer.json or {})["messages"][-1]
    assert said == {
        "id": said["id"],
        "direction": "out",
        "author": "adviser",
        "body": "Hej Line. Jeg ringer i morgen.",
        "status": "queued",
        "at": LATER_ISO,
    }
    assert world.row(Message, said["id"]).due_at == LATER
    assert len(claimed.woken) == 1


def test_a_reply_with_the_same_key_is_sent_once(claimed: Api, world: World):
    """A call that is made again because its answer was lost sends no second SMS."""
    answers = [
        claimed.post(thread(world, "reply"), key=key, adviser=METTE, text="Hej Line.") for key in ("a", "a", "b", None)
    ]

    assert [len((answer.json or {})["messages"]) for answer in answers] == [3, 3, 4, 5]


def test_a_reply_to_one_who_opted_out_is_refused(claimed: Api, world: World):
    """422; the word may have been said to another organisation."""
    world.add(Consent(phone=LINE, opted_out=True, at=NOW, organisation_id=world.theirs.organisation_id))
    answer = claimed.post(thread(world, "reply"), adviser=METTE, text="Hej Line.")

    assert (answer.status_code, "opted out" in error(answer)) == (422, True)
    assert len(_messages(world)) == 2
    assert claimed.woken == []


def test_a_text_that_cannot_be_sent_is_named(claimed: Api, world: World):
    """422 and the field; nothing is queued."""
    for text in ("", "  \n", "x" * 1601, "Dit nummer 010190-1234 er modtaget", "nul\x00", 5, None, ["Hej"]):
        answer = claimed.post(thread(world, "reply"), adviser=METTE, text=text)
        assert (answer.status_code, error(answer).split(":")[0]) == (422, "text"), text
    assert len(_messages(world)) == 2


def test_a_release_gives_it_back_to_the_bot(claimed: Api, world: World):
    """The handoff has ended; after a crisis the bot may speak again."""
    world.change(Conversation, world.ours.conversation_id, bot_paused=True, priority="crisis")
    shown = claimed.post(thread(world, "release"), adviser=METTE).json or {}

    assert [shown[key] for key in ("held_by", "bot_paused", "priority", "reason")] == ["bot", False, "normal", None]
    assert claimed.get("/handoffs").json == []
    assert world.row(Handoff, world.theirs.handoff_id).ended_at is None


def test_a_close_ends_the_case(claimed: Api, world: World):
    """With the outcome; what is done after that comes too late."""
    answer = claimed.post(thread(world, "close"), adviser=METTE, outcome="municipality_paid")
    case = claimed.get("/cases/S-1").json or {}

    assert (answer.status_code, (answer.json or {})["markers"][-1]["kind"]) == (200, "closed")
    assert (case["status"], case["outcome"]) == ("closed", "municipality_paid")
    for verb, more in (("claim", {}), ("reply", {"text": "Hej"}), ("close", {"outcome": "paid"})):
        late = claimed.post(thread(world, verb), adviser=METTE, **more)
        assert (late.status_code, error(late)) == (409, "The conversation is closed.")


def test_an_outcome_that_is_none_is_named(claimed: Api, world: World):
    """422, also for the one that is only for numbers without a case."""
    for outcome in ("gone", "", "not_in_a_case", None, 1):
        answer = claimed.post(thread(world, "close"), adviser=METTE, outcome=outcome)
        assert (answer.status_code, error(answer).split(":")[0]) == (422, "outcome"), outcome
    assert (claimed.get("/cases/S-1").json or {})["status"] == "open"


def test_a_stranger_is_closed_with_an_outcome_of_their_own(api: Api, world: World):
    """A number without a case."""
    path = f"/conversations/{world.ours.stranger_id}"
    api.post(f"{path}/claim", adviser=METTE)

    assert api.post(f"{path}/close", adviser=METTE, outcome="paid").status_code == 422
    assert api.post(f"{path}/close", adviser=METTE, outcome="not_in_a_case").status_code == 200


def test_approving_a_plan_agrees_it(api: Api, world: World):
    """Approved, an older agreement replaced, the task done, a marker, an audit event. Again: the same answer."""
    older, elsewhere = world.add(
        _plan(world.ours.case_id, status="approved"), _plan(world.theirs.case_id, status="approved")
    )
    answers = [api.post(f"/plans/{world.ours.plan_id}/approve", adviser=METTE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert (answers[0].json or {})["status"] == "approved"
    assert world.row(Plan, older).status == "replaced"
    assert (world.row(Plan, elsewhere).status, world.row(Plan, world.theirs.plan_id).status) == ("approved", "proposed")
    assert _done(world) == ("done", LATER)
    assert _markers(world) == ["handoff_opened", "plan_approved"]
    assert _audit(world) == [
        ("task_done", f"task:{world.ours.task_id}", world.ours.organisation_id),
        ("plan_approved", f"plan:{world.ours.plan_id}", world.ours.organisation_id),
    ]
    assert world.row(Task, world.theirs.task_id).status == "open"


@pytest.mark.parametrize("verdict", ["approve", "decline"])
def test_a_decided_plan_is_told_to_the_resident_once(api: Api, world: World, verdict: str):
    """One SMS that goes whoever holds the conversation, and the worker is woken."""
    before = _messages(world)
    for _ in range(2):
        assert api.post(f"/plans/{world.ours.plan_id}/{verdict}", adviser=METTE).status_code == 200
    (sent,) = sorted(set(_messages(world)) - set(before))
    message = world.row(Message, sent)
    assert (message.author, message.status, message.must_go) == ("bot", "queued", True)
    assert "Mette" in message.body
    assert "Holm" not in message.body
    assert api.woken


def test_declining_a_plan_puts_it_away(api: Api, world: World):
    """Declined, the task done; an agreement that there was stays. Again: the same answer."""
    (older,) = world.add(_plan(world.ours.case_id, status="approved"))
    answers = [api.post(f"/plans/{world.ours.plan_id}/decline", adviser=METTE) for _ in range(2)]

    assert [(answer.status_code, (answer.json or {})["status"]) for answer in answers] == [(200, "declined")] * 2
    assert world.row(Plan, older).status == "approved"
    assert _done(world)[0] == "done"
    assert _markers(world) == ["handoff_opened", "plan_declined"]


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("approved", "decline"),
        *((status, "approve") for status in ("declined", "replaced", "broken", "kept")),
        *((status, "decline") for status in ("replaced", "broken", "kept")),
    ],
)
def test_only_a_proposal_can_be_decided(api: Api, world: World, status: str, verdict: str):
    """409 and what the plan is; nothing changes."""
    world.change(Plan, world.ours.plan_id, status=status)
    answer = api.post(f"/plans/{world.ours.plan_id}/{verdict}", adviser=METTE)

    assert (answer.status_code, error(answer)) == (409, f"The plan is no longer proposed; it is {status}.")
    assert world.row(Plan, world.ours.plan_id).status == status
    assert _done(world) == ("open", None)
    assert _audit(world) == []


def test_a_plan_of_a_case_without_a_thread_is_decided_too(api: Api, world: World):
    """A case whose resident was never written to."""
    (plan_id,) = world.add(_plan(world.add_case("S-2", phone=None)))

    assert (api.post(f"/plans/{plan_id}/approve", adviser=METTE).json or {})["status"] == "approved"
    assert _markers(world) == ["handoff_opened"]


def test_a_task_is_done_once(api: Api, world: World):
    """Done by whom and when, with a marker; again changes nothing."""
    first = api.post(f"/tasks/{world.ours.task_id}/done", adviser=METTE)
    again = api.post(f"/tasks/{world.ours.task_id}/done", adviser=JONAS)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json
    assert first.json == {"id": world.ours.task_id, "type": "approve_plan", "due": "2026-12-02", "status": "done"}
    assert _done(world) == ("done", LATER)
    assert _markers(world) == ["handoff_opened", "task_done"]
    assert [action for action, _, _ in _audit(world)] == ["task_done"]


def test_a_dropped_task_cannot_be_done(api: Api, world: World):
    """409."""
    world.change(Task, world.ours.task_id, status="dropped")

    assert api.post(f"/tasks/{world.ours.task_id}/done", adviser=METTE).status_code == 409


def test_a_task_that_belongs_to_no_case_is_done(api: Api, world: World):
    """The organisation's own."""
    own = {"organisation_id": world.ours.organisation_id, "type": "other", "due": date(2026, 12, 2), "at": NOW}
    alone, stranger = world.add(Task(**own), Task(**own, conversation_id=world.ours.stranger_id))

    for task_id in (alone, stranger):
        assert api.post(f"/tasks/{task_id}/done", adviser=METTE).status_code == 200
    assert _markers(world) == ["handoff_opened"]


def test_only_an_active_adviser_of_the_organisation_can_act(api: Api, world: World):
    """422 for one of another organisation, one who left, and one who never was; nothing is done."""
    for path in ("/conversations/{conversation_id}/claim", "/plans/{plan_id}/approve", "/tasks/{task_id}/done"):
        for email in (NANNA, GONE, "nobody@example.org", "", "mette", "\x00"):
            answer = api.post(path.format(**vars(world.ours)), adviser=email)
            assert (answer.status_code, error(answer).split(":")[0]) == (422, "adviser"), email
            assert email == "" or email not in error(answer)
    assert _audit(world) == []


def test_a_wrong_body_is_told_in_words(api: Api, world: World):
    """400 for what is no JSON, 422 for the wrong JSON, with the field's name and never its value."""
    for raw, status, sentence in (
        (b"", 400, "The body is not JSON."),
        (b"{", 400, "The body is not JSON."),
        (b"\xff\xfe", 400, "The body is not JSON."),
        (b'{"adviser": "\\ud800"}', 400, "The body is not JSON."),
        (b"[" * 100_000, 400, "The body is not JSON."),
        (b"[]", 422, "The body: Input should be an object."),
        (b"null", 422, "The body: Input should be an object."),
        (b"{}", 422, "adviser: is missing."),
        (b'{"adviser": 5}', 422, "adviser: Input should be a valid string."),
        (b'{"adviser": "mette@example.org", "advisor": 1}', 422, "advisor: there is no such field."),
        (b'{"x": 1}', 422, "adviser: is missing. x: there is no such field."),
        (
            b'{"adviser": "mette@example.org", "Line Bek, +4511114027": 1}',
            422,
            "(a name that is none of ours): there is no such field.",
        ),
    ):
        answer = api.raw(thread(world, "claim"), raw)
        assert (answer.status_code, error(answer)) == (status, sentence)
    assert world.row(Conversation, world.ours.conversation_id).held_by == "queue"


@pytest.mark.parametrize("has_thread", [True, False])
def test_of_two_words_on_a_plan_at_once_one_counts(api: Api, world: World, has_thread: bool):
    """Yes and no at the same moment: one is done, the other comes too late."""
    case_id = world.ours.case_id if has_thread else world.add_case("S-2", phone=None)
    for plan_id in world.add(*(_plan(case_id) for _ in range(10))):
        statuses = _at_once(api, f"/plans/{plan_id}/approve", f"/plans/{plan_id}/decline")
        assert sorted(statuses) == [200, 409]


def test_a_task_is_done_once_by_two_at_once(api: Api, world: World):
    """Both are told that it is done; it is written down once."""
    own = {"organisation_id": world.ours.organisation_id, "type": "other", "due": date(2026, 12, 2), "at": NOW}
    for task_id in world.add(*(Task(**own) for _ in range(10))):
        assert _at_once(api, f"/tasks/{task_id}/done", f"/tasks/{task_id}/done") == [200, 200]
    assert len(_audit(world)) == 10


def _at_once(api: Api, *paths: str) -> list[int]:
    """Post to all of them from a thread each; the statuses."""
    ready = threading.Barrier(len(paths))

    def post(path: str) -> int:
        client = api.client.application.test_client()
        ready.wait(10)
        return client.post(
            f"/api/v1{path}", json={"adviser": METTE}, headers={"Authorization": f"Bearer {api.world.write}"}
        ).status_code

    with ThreadPoolExecutor(len(paths)) as threads:
        return list(threads.map(post, paths))


def _plan(case_id: int, status: str = "proposed") -> Plan:
    return Plan(
        case_id=case_id, monthly_ore=50_000, instalments=17, first_date=date(2026, 10, 1), status=status, at=NOW
    )


def _messages(world: World) -> list[int]:
    with world.db.read() as session:
        return list(session.scalars(select(Message.id).where(Message.conversation_id == world.ours.conversation_id)))


def _markers(world: World) -> list[str]:
    with world.db.read() as session:
        wanted = select(Marker.kind).where(Marker.conversation_id == world.ours.conversation_id)
        return list(session.scalars(wanted.order_by(Marker.id)))


def _done(world: World) -> tuple[str, datetime | None]:
    task = world.row(Task, world.ours.task_id)
    assert (task.done_by_id is not None) == (task.status == "done")
    return task.status, task.done_at


def _audit(world: World) -> list[tuple[str, str, int | None]]:
    with world.db.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(row.action, row.subject, row.organisation_id) for row in rows]

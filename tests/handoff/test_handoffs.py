"""What an adviser does with a conversation, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dialogs.state import State
from bot.models import (
    AuditEvent,
    Case,
    Consent,
    Conversation,
    Handoff,
    LiveEvent,
    Marker,
    Message,
    Note,
    Plan,
    Promise,
    Task,
)
from handoff.closing import close
from handoff.handoffs import Acting, Done, Refused, Result, claim, note, release, reply
from tests.handoff import world as made
from tests.handoff.world import NOW, Talk


class Scene:
    """One resident who asked for a human, two advisers of the organisation, and a stranger of another."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.write() as session:
            ours = made.add_organisation(session, "ours", "Solgården Bolig", "+4511110010")
            others = made.add_organisation(session, "others", "Vestbo", "+4511110020")
            self.mette = made.acting(made.add_adviser(session, "m@x.example", "Mette Lind", [ours]), ours)
            self.peter = made.acting(made.add_adviser(session, "p@x.example", "Peter Nygaard", [ours]), ours)
            self.fie = made.acting(made.add_adviser(session, "f@y.example", "Fie Vest", [others]), others)
            noise = Talk(session, others, "En Anden").says("hej", NOW).handed_over("ask_human", NOW)
            self.noise_id = noise.id
            talk = Talk(session, ours, "Line Bek").says("jeg vil tale med et menneske", NOW, "ask_human")
            talk.handed_over("ask_human", NOW - timedelta(minutes=9), "high")
            talk.conversation.state = State(flow="payment_plan", step="amount", misses=2, told_handoff=True).to_json()
            self.id, self.phone = talk.id, talk.phone
            assert talk.case
            self.case_id = talk.case.id

    def do(self, use_case: Callable[[Session], Result]) -> Result:
        with self.db.write() as session:
            return use_case(session)

    def claim(self, who: Acting) -> Result:
        return self.do(lambda session: claim(session, who, self.id, NOW))

    def reply(self, who: Acting, text: str = "Hej Line, det er Mette", token: str | None = None) -> Result:
        return self.do(lambda session: reply(session, who, self.id, text, NOW, token))

    def release(self, who: Acting) -> Result:
        return self.do(lambda session: release(session, who, self.id, NOW))

    def close(self, who: Acting, outcome: str = "paid") -> Result:
        return self.do(lambda session: close(session, who, self.id, outcome, NOW))

    def conversation(self) -> Conversation:
        with self.db.read() as session:
            return session.get_one(Conversation, self.id)

    def count(self, table: type, *where: object) -> int:
        with self.db.read() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]

    def markers(self) -> list[str]:
        with self.db.read() as session:
            rows = select(Marker.kind).where(Marker.conversation_id == self.id).order_by(Marker.id)
            return list(session.scalars(rows))


@pytest.fixture
def scene(db: Database) -> Scene:
    return Scene(db)


def test_a_claim_gives_the_conversation_to_the_adviser_with_a_marker_and_an_audit_line(scene: Scene):
    assert scene.claim(scene.mette) == Done(scene.id)
    conversation = scene.conversation()
    assert (conversation.held_by, conversation.adviser_id) == ("adviser", scene.mette.adviser_id)
    assert scene.markers() == ["handoff_opened", "claimed"]
    assert scene.count(AuditEvent, AuditEvent.action == "conversation_claimed") == 1
    assert scene.count(Handoff, Handoff.claimed_by_id == scene.mette.adviser_id) == 1
    assert scene.count(Handoff, Handoff.claimed_by_id.is_(None)) == 1, "the other organisation's handoff is untouched"


def test_whoever_comes_second_learns_who_has_it(scene: Scene):
    scene.claim(scene.mette)
    assert scene.claim(scene.peter) == Refused("held_by_other", "Mette Lind")
    assert scene.conversation().adviser_id == scene.mette.adviser_id


def test_claiming_what_is_mine_already_changes_nothing(scene: Scene):
    scene.claim(scene.mette)
    assert scene.claim(scene.mette) == Done(scene.id)
    assert scene.markers() == ["handoff_opened", "claimed"]


def test_of_many_who_claim_at_once_exactly_one_wins(scene: Scene):
    ready = threading.Barrier(8)

    def race(who: Acting) -> Result:
        ready.wait()
        return scene.claim(who)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(race, [scene.mette, scene.peter] * 4))
    winner = scene.conversation().adviser_id
    won = {
        who.adviser_id
        for who, result in zip([scene.mette, scene.peter] * 4, results, strict=True)
        if result == Done(scene.id)
    }
    assert won == {winner}
    assert scene.markers().count("claimed") == 1
    assert scene.count(AuditEvent) == 1


def test_a_conversation_that_the_bot_holds_can_be_taken(scene: Scene):
    scene.claim(scene.mette)
    scene.release(scene.mette)
    assert scene.claim(scene.peter) == Done(scene.id)


@pytest.mark.parametrize("action", ["claim", "reply", "note", "release", "close"])
def test_another_organisations_conversation_does_not_exist(scene: Scene, action: str):
    actions: dict[str, Callable[[Session], Result]] = {
        "claim": lambda s: claim(s, scene.fie, scene.id, NOW),
        "reply": lambda s: reply(s, scene.fie, scene.id, "hej", NOW),
        "note": lambda s: note(s, scene.fie, scene.id, "hej", NOW),
        "release": lambda s: release(s, scene.fie, scene.id, NOW),
        "close": lambda s: close(s, scene.fie, scene.id, "paid", NOW),
    }
    assert scene.do(actions[action]) == Refused("not_found")
    assert scene.conversation().held_by == "queue"


def test_a_reply_is_queued_in_the_advisers_name_and_ends_the_wait(scene: Scene):
    scene.claim(scene.mette)
    result = scene.reply(scene.mette)
    assert isinstance(result, Done)
    with scene.db.read() as session:
        message = session.get_one(Message, result.message_id)
    assert (message.author, message.adviser_id, message.status) == ("adviser", scene.mette.adviser_id, "queued")
    assert (message.sender, message.segments, message.bulk) == ("+4511110010", 1, False)
    assert scene.conversation().waiting_since is None
    assert scene.count(AuditEvent, AuditEvent.action == "conversation_replied") == 1


def test_the_same_form_sent_again_is_the_same_sms(scene: Scene):
    scene.claim(scene.mette)
    first = scene.reply(scene.mette, token="a" * 24)
    assert scene.reply(scene.mette, token="a" * 24) == first
    scene.reply(scene.mette, token="b" * 24)
    assert scene.count(Message, Message.direction == "out") == 2


def test_the_same_form_sent_by_many_threads_at_once_is_one_sms(scene: Scene):
    scene.claim(scene.mette)
    ready = threading.Barrier(6)

    def send(_: int) -> Result:
        ready.wait()
        return scene.reply(scene.mette, token="c" * 24)

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    assert scene.count(Message, Message.direction == "out") == 1


def test_only_the_adviser_who_has_it_may_reply(scene: Scene):
    assert scene.reply(scene.mette) == Refused("not_yours")
    scene.claim(scene.peter)
    assert scene.reply(scene.mette) == Refused("held_by_other", "Peter Nygaard")
    assert scene.count(Message, Message.direction == "out") == 0


def test_somebody_who_opted_out_gets_no_reply_until_they_opt_in(scene: Scene):
    scene.claim(scene.mette)
    with scene.db.write() as session:
        session.add(Consent(phone=scene.phone, opted_out=True, at=NOW))
    assert scene.reply(scene.mette) == Refused("opted_out")
    with scene.db.write() as session:
        session.add(Consent(phone=scene.phone, opted_out=False, at=NOW))
    assert isinstance(scene.reply(scene.mette), Done)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n\u200b", "empty"),
        ("x" * 1601, "too_long"),
        ("Dit nummer er 010190-1234, ikke?", "cpr"),
        ("cpr 0101901234", "cpr"),
    ],
)
def test_a_text_that_cannot_go_out_is_refused_with_the_reason(scene: Scene, text: str, why: str):
    scene.claim(scene.mette)
    assert scene.reply(scene.mette, text) == Refused(why)  # type: ignore[arg-type]
    assert scene.count(Message, Message.direction == "out") == 0


def test_a_reply_of_1600_characters_goes_out(scene: Scene):
    scene.claim(scene.mette)
    assert isinstance(scene.reply(scene.mette, "x" * 1600), Done)


def test_a_note_is_kept_and_never_sent_whoever_holds_the_conversation(scene: Scene):
    assert scene.do(lambda s: note(s, scene.peter, scene.id, " Hun ringer i morgen ", NOW)) == Done(scene.id)
    with scene.db.read() as session:
        assert session.scalars(select(Note)).one().body == "Hun ringer i morgen"
    assert scene.count(Message, Message.direction == "out") == 0
    assert scene.do(lambda s: note(s, scene.peter, scene.id, "cpr 010190-1234", NOW)) == Refused("cpr")
    assert scene.do(lambda s: note(s, scene.peter, scene.id, "  ", NOW)) == Refused("empty")


def test_a_note_sent_again_because_no_answer_came_stands_there_once(scene: Scene):
    def write(adviser: Acting, text: str, at: datetime = NOW) -> None:
        scene.do(lambda s: note(s, adviser, scene.id, text, at))

    write(scene.peter, "Hun ringer i morgen")
    write(scene.peter, "Hun ringer i morgen ", NOW + timedelta(minutes=1))
    assert scene.count(Note) == 1

    write(scene.mette, "Hun ringer i morgen")
    write(scene.peter, "Hun ringer i morgen")
    write(scene.peter, "Hun ringer i morgen", NOW + timedelta(days=1))
    assert scene.count(Note) == 4


def test_release_gives_the_bot_its_voice_back(scene: Scene):
    scene.claim(scene.mette)
    with scene.db.write() as session:
        row = session.get_one(Conversation, scene.id)
        row.bot_paused = row.crisis_told = True
        row.priority, row.reason = "crisis", "crisis_self_harm"
    assert scene.release(scene.mette) == Done(scene.id)
    row = scene.conversation()
    assert (row.held_by, row.adviser_id, row.bot_paused, row.crisis_told) == ("bot", None, False, False)
    assert (row.priority, row.reason, row.waiting_since) == ("normal", None, None)
    state = State.from_json(row.state)
    assert (state.told_handoff, state.misses, state.flow, state.step) == (False, 0, "payment_plan", "amount")
    assert scene.count(Handoff, Handoff.ended_at.is_not(None)) == 1
    assert scene.count(Handoff, Handoff.ended_at.is_(None)) == 1, "the other organisation's goes on"
    assert scene.markers()[-1] == "released"


def test_only_the_adviser_who_has_it_may_release_or_close(scene: Scene):
    assert scene.release(scene.mette) == Refused("not_yours")
    scene.claim(scene.peter)
    assert scene.release(scene.mette) == Refused("held_by_other", "Peter Nygaard")
    assert scene.close(scene.mette) == Refused("held_by_other", "Peter Nygaard")


def fill_case(scene: Scene) -> None:
    with scene.db.write() as session:
        organisation_id = session.get_one(Conversation, scene.id).organisation_id
        session.add_all(
            [
                Task(organisation_id=organisation_id, case_id=scene.case_id, type="call", due=NOW.date(), at=NOW),
                Task(organisation_id=organisation_id, case_id=None, type="other", due=NOW.date(), at=NOW),
                Promise(case_id=scene.case_id, amount_ore=1000, day=date(2026, 12, 4), at=NOW),
                Plan(case_id=scene.case_id, monthly_ore=75_000, instalments=12, first_date=date(2026, 12, 31), at=NOW),
            ]
        )


@pytest.mark.parametrize(
    ("outcome", "promise", "plan"),
    [("paid", "kept", "replaced"), ("moved_out", "replaced", "replaced"), ("plan_agreed", "open", "proposed")],
)
def test_closing_ends_the_case_and_puts_away_what_was_open(scene: Scene, outcome: str, promise: str, plan: str):
    fill_case(scene)
    scene.claim(scene.mette)
    assert scene.close(scene.mette, outcome) == Done(scene.id)
    with scene.db.read() as session:
        case = session.get_one(Case, scene.case_id)
        assert (case.status, case.outcome, case.closed_at) == ("closed", outcome, NOW)
        assert session.scalars(select(Promise)).one().status == promise
        assert session.scalars(select(Plan)).one().status == plan
        tasks = {task.type: task.status for task in session.scalars(select(Task))}
    assert tasks == {"call": "dropped", "other": "open"}
    row = scene.conversation()
    assert (row.held_by, row.closed_at) == ("bot", NOW)
    assert scene.markers()[-1] == "closed"


@pytest.mark.parametrize(
    ("outcome", "status"), [("paid", "kept"), ("plan_agreed", "approved"), ("moved_out", "approved")]
)
def test_an_agreed_plan_is_kept_where_all_is_paid_and_else_stays_what_was_agreed(
    scene: Scene, outcome: str, status: str
):
    fill_case(scene)
    with scene.db.write() as session:
        session.scalars(select(Plan)).one().status = "approved"
    scene.claim(scene.mette)
    scene.close(scene.mette, outcome)
    with scene.db.read() as session:
        assert session.scalars(select(Plan)).one().status == status


def test_a_case_that_has_ended_keeps_its_day_when_its_thread_is_closed_again(scene: Scene):
    ended = NOW - timedelta(days=5)
    with scene.db.write() as session:
        case = session.get_one(Case, scene.case_id)
        case.status, case.outcome, case.closed_at = "closed", "other", ended
    scene.claim(scene.mette)
    scene.close(scene.mette, "moved_out")
    with scene.db.read() as session:
        case = session.get_one(Case, scene.case_id)
        assert (case.outcome, case.closed_at) == ("moved_out", ended)


def test_a_closed_conversation_takes_no_more_than_notes(scene: Scene):
    scene.claim(scene.mette)
    scene.close(scene.mette)
    assert scene.claim(scene.mette) == Refused("already_closed")
    assert scene.reply(scene.mette) == Refused("already_closed")
    assert scene.do(lambda s: note(s, scene.mette, scene.id, "Hun ringede og sagde tak", NOW)) == Done(scene.id)


@pytest.mark.parametrize("outcome", ["", "vundet", "not_in_a_case"])
def test_an_outcome_that_is_not_on_the_list_closes_nothing(scene: Scene, outcome: str):
    scene.claim(scene.mette)
    assert scene.close(scene.mette, outcome) == Refused("unknown_outcome")
    assert scene.conversation().closed_at is None


def test_everything_is_announced_to_the_open_inboxes(scene: Scene):
    def announced() -> int:
        return scene.count(LiveEvent, LiveEvent.conversation_id == scene.id)

    for act in (
        lambda: scene.claim(scene.mette),
        lambda: scene.reply(scene.mette),
        lambda: scene.do(lambda s: note(s, scene.mette, scene.id, "x", NOW)),
        lambda: scene.release(scene.mette),
    ):
        before = announced()
        act()
        assert announced() > before


def test_the_audit_holds_ids_and_no_words(scene: Scene):
    scene.claim(scene.mette)
    scene.reply(scene.mette, "et meget særligt ord")
    with scene.db.read() as session:
        lines = list(session.scalars(select(AuditEvent)))
    assert {line.subject for line in lines} == {f"conversation:{scene.id}"}
    assert all(line.detail in ({}, None) for line in lines)

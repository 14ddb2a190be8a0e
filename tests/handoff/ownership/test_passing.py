"""A conversation changes hands, without races, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.dialogs.state import State
from bot.models import Adviser, Alarm, AuditEvent, Case, Consent, Conversation, Handoff, Marker, Message, Note
from handoff.handoffs import Acting, Done, Refused, Result
from handoff.ownership.giving_back import give_back
from handoff.ownership.moments import ahead, choices, until
from handoff.ownership.passing import put_back, reopen, take_over, transfer
from handoff.ownership.snoozing import end_snooze, snooze
from tests.handoff import world as made
from tests.handoff.test_handoffs import Scene
from tests.handoff.world import NOW, at

LATER = NOW + timedelta(hours=1)


class Hands(Scene):
    """The scene of ``test_handoffs``, taken by Mette; Karin is a colleague who has left."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        with db.write() as session:
            organisation = session.get_one(Conversation, self.id).organisation
            gone = made.add_adviser(session, "k@x.example", "Karin Væk", [organisation], is_active=False)
            self.gone = gone.id
        self.claim(self.mette)

    def to(self, colleague: int, word: str = "", who: Acting | None = None) -> Result:
        return self.do(lambda s: transfer(s, who or self.mette, self.id, colleague, word, LATER))

    def over(self, who: Acting, left: Acting) -> Result:
        return self.do(lambda s: take_over(s, who, self.id, left.adviser_id, LATER))

    def back(self, topic: str = "", who: Acting | None = None, *, at_once: bool = True) -> Result:
        return self.do(lambda s: give_back(s, who or self.mette, self.id, topic, LATER, at_once=at_once))

    def put(self, **values: object) -> None:
        with self.db.write() as session:
            for name, value in values.items():
                setattr(session.get_one(Conversation, self.id), name, value)

    def last_marker(self) -> Marker:
        with self.db.read() as session:
            return session.scalars(select(Marker).where(Marker.conversation_id == self.id).order_by(Marker.id)).all()[
                -1
            ]

    def audited(self) -> tuple[str, int | None, dict[str, object]]:
        with self.db.read() as session:
            event = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[-1]
            return event.action, event.adviser_id, event.detail

    def words(self) -> list[str]:
        with self.db.read() as session:
            mine = (Message.conversation_id == self.id, Message.direction == "out")
            return list(session.scalars(select(Message.body).where(*mine).order_by(Message.id)))


@pytest.fixture
def hands(db: Database) -> Hands:
    return Hands(db)


def test_a_colleague_gets_it_with_a_word_that_is_a_note_for_us_alone(hands: Hands):
    assert hands.to(hands.peter.adviser_id, " hun vil helst ringes op ") == Done(hands.id)
    conversation = hands.conversation()
    assert (conversation.held_by, conversation.adviser_id) == ("adviser", hands.peter.adviser_id)
    assert hands.last_marker().detail == {"to": "Peter", "adviser": hands.peter.adviser_id}
    assert hands.audited() == (
        "conversation_transferred",
        hands.mette.adviser_id,
        {"to": hands.peter.adviser_id},
    )
    with hands.db.read() as session:
        assert session.scalars(select(Note.body)).all() == ["hun vil helst ringes op"]
    assert hands.words() == []
    assert isinstance(hands.reply(hands.peter), Done)
    assert hands.reply(hands.mette) == Refused("held_by_other", "Peter Nygaard")


def test_without_a_word_there_is_no_note(hands: Hands):
    hands.to(hands.peter.adviser_id, "  ")
    assert hands.count(Note) == 0


def test_it_goes_to_nobody_of_another_organisation_nobody_who_has_left_and_not_to_oneself(hands: Hands):
    for nobody in (hands.fie.adviser_id, hands.gone, hands.mette.adviser_id, 0, 999):
        assert hands.to(nobody) == Refused("unknown_colleague")
    assert hands.conversation().adviser_id == hands.mette.adviser_id
    assert hands.last_marker().kind == "claimed"


def test_a_cpr_number_in_the_word_stops_it_and_nothing_has_happened(hands: Hands):
    assert hands.to(hands.peter.adviser_id, "010190-1234") == Refused("cpr")
    assert hands.conversation().adviser_id == hands.mette.adviser_id


def test_back_in_the_queue_it_waits_for_a_human_with_its_reason_and_its_place(hands: Hands):
    assert hands.do(lambda s: put_back(s, hands.mette, hands.id, LATER)) == Done(hands.id)
    conversation = hands.conversation()
    assert (conversation.held_by, conversation.adviser_id, conversation.reason) == ("queue", None, "ask_human")
    assert conversation.waiting_since == NOW - timedelta(minutes=9)
    assert not State.from_json(conversation.state).told_handoff, "who writes now is told that a human will answer"
    assert hands.count(Handoff, Handoff.conversation_id == hands.id, Handoff.ended_at.is_(None)) == 1
    assert hands.last_marker().kind == "put_back"
    assert hands.claim(hands.peter) == Done(hands.id)


def test_a_crisis_that_is_put_back_rings_again(hands: Hands):
    hands.put(priority="crisis", reason="crisis_violence")
    hands.do(lambda s: put_back(s, hands.mette, hands.id, LATER))
    assert hands.count(Alarm, Alarm.conversation_id == hands.id, Alarm.seen_at.is_(None)) == 1


def test_what_was_answered_waits_from_when_it_was_put_back(hands: Hands):
    hands.reply(hands.mette)
    hands.do(lambda s: put_back(s, hands.mette, hands.id, LATER))
    assert hands.conversation().waiting_since == LATER


def test_it_is_taken_over_from_a_colleague_who_is_away_and_both_names_are_kept(hands: Hands):
    assert hands.over(hands.peter, hands.mette) == Done(hands.id)
    assert hands.conversation().adviser_id == hands.peter.adviser_id
    assert hands.last_marker().detail == {"from": "Mette", "adviser": hands.mette.adviser_id}
    assert hands.audited() == (
        "conversation_taken_over",
        hands.peter.adviser_id,
        {"from": hands.mette.adviser_id},
    )
    assert hands.over(hands.peter, hands.mette) == Done(hands.id), "asked twice, it is done once"
    assert hands.markers().count("taken_over") == 1


def test_it_is_not_taken_from_somebody_whom_the_question_did_not_name(hands: Hands):
    hands.to(hands.peter.adviser_id)
    with hands.db.write() as session:
        karin = session.get_one(Adviser, hands.gone)
        karin.is_active = True
        third = Acting(karin.id, karin.name, hands.mette.organisations)
    assert hands.over(third, hands.mette) == Refused("held_by_other", "Peter Nygaard")
    assert hands.conversation().adviser_id == hands.peter.adviser_id


def test_what_nobody_has_is_claimed_and_not_taken_over(hands: Hands):
    hands.release(hands.mette)
    assert hands.over(hands.peter, hands.mette) == Refused("not_held")


def test_of_many_who_take_over_at_once_exactly_one_wins(hands: Hands):
    ready = threading.Barrier(6)
    with hands.db.write() as session:
        organisation = session.get_one(Conversation, hands.id).organisation
        six = [
            made.acting(made.add_adviser(session, f"n{n}@x.example", f"Nummer {n}", [organisation]), organisation)
            for n in range(6)
        ]

    def race(who: Acting) -> Result:
        ready.wait()
        return hands.over(who, hands.mette)

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(race, six))
    winner = hands.conversation().adviser_id
    assert [who.adviser_id for who, result in zip(six, results, strict=True) if result == Done(hands.id)] == [winner]
    assert {result.why for result in results if isinstance(result, Refused)} == {"held_by_other"}
    assert hands.markers().count("taken_over") == 1


def test_a_closed_conversation_is_opened_again_by_hand_and_can_be_closed_with_another_outcome(hands: Hands):
    hands.close(hands.mette, "other")
    assert hands.do(lambda s: reopen(s, hands.peter, hands.id, LATER)) == Done(hands.id)
    conversation = hands.conversation()
    assert (conversation.closed_at, conversation.held_by, conversation.adviser_id) == (
        None,
        "adviser",
        hands.peter.adviser_id,
    )
    assert hands.last_marker().kind == "opened_again"
    assert isinstance(hands.reply(hands.peter), Done)
    hands.close(hands.peter, "paid")
    with hands.db.read() as session:
        assert session.get_one(Case, hands.case_id).outcome == "paid"


def test_what_is_open_is_not_opened_again(hands: Hands):
    assert hands.do(lambda s: reopen(s, hands.peter, hands.id, LATER)) == Refused("not_closed")


def test_put_off_it_is_away_until_then_with_a_line_and_can_be_taken_out_again(hands: Hands):
    tomorrow = choices(NOW)["tomorrow"]
    assert hands.do(lambda s: snooze(s, hands.mette, hands.id, tomorrow, NOW)) == Done(hands.id)
    assert hands.conversation().snoozed_until == at(2, "9.00", 12)
    assert hands.last_marker().detail == {"until": "2026-12-02T09:00:00+01:00"}
    for _ in range(2):
        assert hands.do(lambda s: end_snooze(s, hands.mette, hands.id, LATER)) == Done(hands.id)
    assert hands.conversation().snoozed_until is None
    assert hands.markers().count("snooze_ended") == 1


def test_a_crisis_is_not_put_off_nor_anything_to_the_past_or_to_no_day(hands: Hands):
    def refused(moment: object) -> Result:
        return hands.do(lambda s: snooze(s, hands.mette, hands.id, moment, NOW))  # type: ignore[arg-type]  # any day

    assert refused(None) == Refused("unknown_moment")
    assert refused(NOW) == Refused("moment_gone")
    assert refused(NOW + timedelta(days=400)) == Refused("moment_gone")
    hands.put(priority="crisis")
    assert refused(LATER) == Refused("in_crisis")
    assert hands.conversation().snoozed_until is None


@pytest.mark.parametrize("leaves", ["transfer", "put_back", "take_over", "release", "close"])
def test_what_changes_hands_is_put_off_no_longer(hands: Hands, leaves: str):
    hands.do(lambda s: snooze(s, hands.mette, hands.id, LATER, NOW))
    assert hands.conversation().snoozed_until is not None
    {
        "transfer": lambda: hands.to(hands.peter.adviser_id),
        "put_back": lambda: hands.do(lambda s: put_back(s, hands.mette, hands.id, NOW)),
        "take_over": lambda: hands.over(hands.peter, hands.mette),
        "release": lambda: hands.release(hands.mette),
        "close": lambda: hands.close(hands.mette),
    }[leaves]()
    assert hands.conversation().snoozed_until is None


#: What only who has it may do, by whom else and why not.
_ACTS: dict[str, Callable[[Session, Acting, Hands], Result]] = {
    "transfer": lambda s, who, hands: transfer(s, who, hands.id, hands.peter.adviser_id, "", NOW),
    "put_back": lambda s, who, hands: put_back(s, who, hands.id, NOW),
    "snooze": lambda s, who, hands: snooze(s, who, hands.id, LATER, NOW),
    "end_snooze": lambda s, who, hands: end_snooze(s, who, hands.id, NOW),
    "give_back": lambda s, who, hands: give_back(s, who, hands.id, "menu", NOW, at_once=True),
}


@pytest.mark.parametrize("act", _ACTS)
def test_only_who_has_it_may(hands: Hands, act: str):
    before = hands.markers()
    assert hands.do(lambda s: _ACTS[act](s, hands.peter, hands)) == Refused("held_by_other", "Mette Lind")
    hands.do(lambda s: put_back(s, hands.mette, hands.id, NOW))
    assert hands.do(lambda s: _ACTS[act](s, hands.mette, hands)) == Refused("not_yours")
    assert hands.markers() == [*before, "put_back"]


@pytest.mark.parametrize("act", [*_ACTS, "take_over", "reopen"])
def test_another_organisations_conversation_does_not_exist(hands: Hands, act: str):
    acts = _ACTS | {
        "take_over": lambda s, who, hands: take_over(s, who, hands.id, hands.mette.adviser_id, NOW),
        "reopen": lambda s, who, hands: reopen(s, who, hands.id, NOW),
    }
    assert hands.do(lambda s: acts[act](s, hands.fie, hands)) == Refused("not_found")
    assert hands.conversation().adviser_id == hands.mette.adviser_id


def test_given_back_with_a_word_the_bot_asks_at_once_in_the_advisers_company(hands: Hands):
    hands.put(verified=True, bot_paused=True)
    result = hands.back("payment_plan")
    assert isinstance(result, Done)
    assert result.message_id
    assert [words.split(".")[1] for words in hands.words()] == [" Mette læser med"]
    conversation = hands.conversation()
    assert (conversation.held_by, conversation.bot_paused) == ("bot", False)
    state = State.from_json(conversation.state)
    assert (state.flow, state.step) == ("payment_plan", "amount")
    assert hands.markers()[-2:] == ["released", "resumed"]


def test_or_it_waits_for_the_answer_to_what_the_adviser_asked(hands: Hands):
    hands.put(verified=True)
    assert hands.back("payment_plan", at_once=False) == Done(hands.id)
    assert hands.words() == []
    assert State.from_json(hands.conversation().state).step == "amount"


def test_or_for_whatever_the_resident_writes(hands: Hands):
    assert hands.back() == Done(hands.id)
    assert hands.words() == []
    assert hands.markers()[-1] == "released"


@pytest.mark.parametrize("why", ["unknown", "unrecognised", "stop", "late"])
def test_what_the_bot_cannot_begin_on_stays_with_the_adviser(hands: Hands, why: str):
    hands.put(verified=why != "unrecognised")
    with hands.db.write() as session:
        if why == "stop":
            session.add(Consent(phone=hands.phone, opted_out=True, at=NOW))
        if why == "late":
            session.get_one(Case, hands.case_id).deadline = date(2026, 11, 20)
    assert hands.back("nothing" if why == "unknown" else "payment_plan") == Refused("unknown_topic")
    assert hands.conversation().adviser_id == hands.mette.adviser_id
    assert hands.words() == []


def test_the_moments_that_can_be_chosen_are_those_that_are_said():
    tuesday, friday, sunday = at(1, "16.20", 12), at(4, "9.00", 12), at(6, "12.00", 12)
    assert list(choices(tuesday).values()) == [at(1, "17.20", 12), at(2, "9.00", 12), at(7, "9.00", 12)]
    assert choices(friday)["tomorrow"] == at(5, "9.00", 12)
    assert "monday" not in choices(sunday), "it is tomorrow"
    assert until("day", date(2026, 12, 9), tuesday) == at(9, "9.00", 12)
    assert until("day", None, tuesday) is None
    assert until("never", None, tuesday) is None
    winter = until("day", date(2027, 4, 1), tuesday)
    assert winter
    assert winter.hour == 9, "also across the change of the clock"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(1, "11.42", 12), "kl. 11.42"),
        (at(2, "9.00", 12), "i morgen kl. 9"),
        (at(7, "9.00", 12), "mandag kl. 9"),
        (at(8, "9.00", 12), "d. 8. december kl. 9"),
    ],
)
def test_when_it_comes_up_is_said_as_a_colleague_would(moment, words):
    assert ahead(moment, NOW) == words

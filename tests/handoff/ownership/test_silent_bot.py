"""From claim to give-back the bot says nothing, whatever it was in the middle of; but what the contract excepts.

A turn may have begun, its answer may be queued, or lie with the gateway at that very moment. On both databases.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.dialogs.state import Heard
from bot.dispatch import Dispatch
from bot.gateway import Answer, NotTaken, Outgoing, Unclear
from bot.models import Case, Conversation, Message
from bot.receive import Inbound, receive
from bot.turns import Turns
from handoff.handoffs import Acting, claim, release, reply
from handoff.ownership.passing import put_back, reopen, take_over, transfer
from tests.bot.test_dispatch import LINE, Outbox
from tests.bot.test_races import OURS, adviser, conversation_id
from tests.fakes import FakeGateway
from tests.rig import understand


class Interrupted:
    """A conversation in which the bot has answered once; Mette can do something at any point of its next turn."""

    def __init__(self, db: Database, *answers: Answer) -> None:
        self.outbox = Outbox(db)
        self.outbox.queue("Hej Line, det er Mette. Svar JA.")
        self.outbox.send_all()
        self.outbox.gateway.answers = list(answers)
        self.db, self.clock = db, self.outbox.clock
        self.mette, self.thread = adviser(db), conversation_id(db)
        self.began = len(self.outbox.gateway.carried)
        with db.write() as session:
            session.get_one(Conversation, self.thread).verified = True
            session.scalars(select(Case)).one().resident.birth_day = "14-03"

    def does(self, *acts: Callable[..., Any]) -> None:
        """Each a moment after the one before it."""
        for act in acts:
            self.clock.move(seconds=1)
            with self.db.write() as session:
                act(session, self.mette, self.thread, now=self.clock())
        self.clock.move(seconds=1)

    def hears(self, words: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        """The resident writes, and the turn is taken; ``meanwhile`` happens while nobody has anything locked."""
        self.clock.move(seconds=1)
        receive(self.db, Inbound(f"SM{self.clock().timestamp():.0f}", LINE, OURS, words), self.clock())

        def understood(text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
            meanwhile()
            return understand(text, today, media=media, previous_language=previous_language)

        turns = Turns(self.db, self.clock, understood, leases=self.clock)
        while turns.take_next():
            pass

    def sends(self, gateway: FakeGateway | None = None) -> list[str]:
        """What leaves from now on, over some hours."""
        if gateway is not None:
            self.outbox.gateway = gateway
            self.outbox.dispatch = Dispatch(self.db, self.clock, gateway, "https://x.example", machine=self.clock)
        for _ in range(6):
            self.outbox.send_all(3)
            self.clock.move(minutes=40)
        return [sms.body for sms in self.outbox.gateway.carried[self.began :]]

    def messages(self) -> list[tuple[str, str, str | None]]:
        with self.db.read() as session:
            mine = select(Message).where(Message.direction == "out").order_by(Message.id)
            return [(m.author, m.status, m.error) for m in session.scalars(mine)][1:]

    def holder(self) -> str:
        with self.db.read() as session:
            return session.get_one(Conversation, self.thread).held_by


def say(text: str) -> Callable[..., Any]:
    return lambda session, who, thread, now: reply(session, who, thread, text, now)


@pytest.fixture
def talk(db: Database) -> Interrupted:
    return Interrupted(db)


def test_undisturbed_it_answers(talk: Interrupted):
    talk.hears("boligstøtte?")
    assert len(talk.sends()) == 1


def test_a_turn_that_has_begun_says_nothing_once_the_conversation_is_taken(talk: Interrupted):
    talk.hears("boligstøtte?", meanwhile=lambda: talk.does(claim))
    assert talk.messages() == []
    assert talk.sends() == []
    assert talk.holder() == "adviser"


def test_nor_does_a_turn_that_asks_for_a_human(talk: Interrupted):
    talk.hears("menneske", meanwhile=lambda: talk.does(claim))
    assert talk.messages() == []
    assert talk.holder() == "adviser", "the bot gives nothing away that somebody has"


def test_an_answer_that_is_queued_is_never_sent(talk: Interrupted):
    talk.hears("boligstøtte?")
    talk.does(claim, say("Hej Line, det er Mette"))
    assert talk.sends() == ["Hej Line, det er Mette"]
    assert talk.messages() == [("bot", "refused", "held"), ("adviser", "sending", None)]


def test_nor_when_the_conversation_is_given_back_before_the_outbox_gets_to_it(talk: Interrupted):
    talk.hears("boligstøtte?")
    talk.does(claim, say("Hej Line, det er Mette"), release)
    assert talk.sends() == ["Hej Line, det er Mette"], "what the bot had to say belongs to another moment"
    talk.hears("boligstøtte?")
    assert len(talk.sends()) == 2, "and what it says from now on goes"


def test_nor_when_it_went_to_the_queue_meanwhile(talk: Interrupted):
    talk.hears("boligstøtte?")
    talk.does(claim, put_back)
    assert talk.sends() == []


def test_nor_when_a_closed_conversation_was_opened_again_by_hand(talk: Interrupted):
    talk.hears("boligstøtte?")
    with talk.db.write() as session:
        session.get_one(Conversation, talk.thread).closed_at = talk.clock()
    talk.does(reopen, release)
    assert talk.sends() == []


@pytest.mark.parametrize("holder", ["transferred", "taken over"])
def test_the_bot_is_as_silent_for_a_colleague(talk: Interrupted, holder: str):
    talk.does(claim)
    with talk.db.write() as session:
        organisation = session.get_one(Conversation, talk.thread).organisation
        peter = type(organisation.advisers[0])(email="p@x.invalid", name="Peter Ny", created_at=talk.clock())
        peter.organisations = [organisation]
        session.add(peter)
        session.flush()
        other = Acting(peter.id, peter.name, talk.mette.organisations)
        if holder == "transferred":
            transfer(session, talk.mette, talk.thread, other.adviser_id, "", talk.clock())
        else:
            take_over(session, other, talk.thread, talk.mette.adviser_id, talk.clock())
    talk.hears("boligstøtte?")
    assert talk.sends() == []
    with talk.db.read() as session:
        assert session.get_one(Conversation, talk.thread).adviser_id == other.adviser_id


class Asked(FakeGateway):
    """Mette takes the conversation while the call to the gateway runs."""

    def __init__(self, talk: Interrupted, *answers: Answer) -> None:
        super().__init__(*answers)
        self.carried = list(talk.outbox.gateway.carried)
        self.talk, self.is_first = talk, True

    def send(self, outgoing: Outgoing) -> Answer:
        if self.is_first:
            self.is_first = False
            self.talk.does(claim)
        return super().send(outgoing)


def test_what_the_gateway_has_taken_by_then_stands_in_the_thread_and_nothing_follows_it(talk: Interrupted):
    talk.hears("boligstøtte?")
    sent = talk.sends(Asked(talk))
    talk.hears("er du der")
    assert len(sent) == 1
    assert talk.sends() == sent
    assert talk.messages() == [("bot", "sending", None)]


@pytest.mark.parametrize("answer", [NotTaken("no_connection"), NotTaken("rate")])
def test_what_the_gateway_did_not_take_is_not_tried_again(talk: Interrupted, answer: Answer):
    talk.hears("boligstøtte?")
    assert talk.sends(Asked(talk, answer)) == []
    assert talk.messages() == [("bot", "refused", "held")]


def test_nor_what_nobody_knows_of_until_it_turns_out_never_to_have_arrived(talk: Interrupted):
    gateway = Asked(talk, Unclear("timeout"))
    gateway.lists_everything = False
    talk.hears("boligstøtte?")
    assert len(talk.sends(gateway)) == 1, "that one call, and none after it"
    assert talk.messages() == [("bot", "refused", "held")]


def test_the_crisis_text_is_said_all_the_same_and_once(talk: Interrupted):
    talk.does(claim)
    talk.hears("vil dø")
    talk.hears("vil dø")
    [text] = talk.sends()
    assert "112" in text
    assert talk.holder() == "adviser"


@pytest.mark.parametrize("when", ["before", "meanwhile", "queued"])
def test_the_crisis_text_goes_whenever_the_conversation_is_taken(talk: Interrupted, when: str):
    if when == "before":
        talk.does(claim)
    talk.hears("vil dø", meanwhile=(lambda: talk.does(claim)) if when == "meanwhile" else lambda: None)
    if when == "queued":
        talk.does(claim)
    [text] = talk.sends()
    assert "112" in text


@pytest.mark.parametrize("when", ["before", "meanwhile", "queued"])
def test_a_stop_is_confirmed_once_whenever_the_conversation_is_taken(talk: Interrupted, when: str):
    if when == "before":
        talk.does(claim)
    talk.hears("STOP", meanwhile=(lambda: talk.does(claim)) if when == "meanwhile" else lambda: None)
    if when == "queued":
        talk.does(claim)
    talk.hears("STOP")
    [text] = talk.sends()
    assert "START" in text

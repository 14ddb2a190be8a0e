"""The one use case of the bot: take a turn. Understand with no transaction open; load, decide, apply, commit once.

Where the process dies, the message is still *received* and its lease runs out: it is taken again. What was committed is
whole; the reply's unique ``answers_id`` lets a turn speak once. After three tries a human gets it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from bot.apply import Turn, apply
from bot.clock import Clock, in_utc, machine_clock
from bot.db import Database
from bot.dialogs.autoreplies import is_autoreply
from bot.dialogs.birthdays import without_year
from bot.dialogs.effects import MarkRecognitionFailed, MarkVerified, OpenHandoff, Say
from bot.dialogs.engine import decide
from bot.dialogs.languages import is_short
from bot.dialogs.state import Decision, Heard, State
from bot.dialogs.texts import render
from bot.facts import case_facts
from bot.logs import about
from bot.models import Message
from bot.next_received import Taken, claim
from bot.overtaken import without_overtaken
from bot.store import record_status, same_moment
from bot.thread import announce
from bot.turn_rows import locked_for_turn, queue_answer, write_heard

log = structlog.get_logger()

#: A turn takes milliseconds; after a crash this is how long a resident waits more.
LEASE = timedelta(seconds=20)
TRIES = 3
#: For so long a worker takes turns without a look at whether it is to stop.
SOME = timedelta(seconds=1)
#: The only texts of the bot that still go when an adviser has taken the conversation meanwhile.
_MUST_GO = ("crisis.", "opt_out.")


class Understand(Protocol):
    """The NLU port: one SMS's text to what was heard."""

    def __call__(self, text: str, today: date, *, media: int = 0, previous_language: str = "da") -> Heard:
        """Never fails for what stands in the text."""


class Turns:
    """Takes the turns of all conversations, one SMS at a time, in order a conversation."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        understand: Understand,
        leases: Clock = machine_clock,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._db, self._clock, self._understand = db, clock, understand
        self._leases, self._wake = in_utc(leases), wake  # leases run by the machine's clock: the demo's can jump

    def take_next(self, found: Callable[[], None] = lambda: None) -> bool:
        """Take the next SMS that waits, if any; True when there was one. ``found`` is told before the work begins."""
        taken = self._claim()
        if taken is None:
            return False
        found()
        self._deal_with(taken, goes_on=False)
        return True

    def take_some(self, found: Callable[[], None] = lambda: None) -> bool:
        """The same, and for a moment those behind it: each is claimed in the commit that ends the one before it."""
        until = self._leases() + SOME
        taken = self._claim()
        if taken is None:
            return False
        found()
        while taken is not None:
            taken = self._deal_with(taken, goes_on=self._leases() < until)
        return True

    def _claim(self) -> Taken | None:
        with self._db.write() as session:
            return self._claim_in(session)

    def _claim_in(self, session: Session) -> Taken | None:
        now = self._leases()
        return claim(session, now, now + LEASE)

    def _deal_with(self, taken: Taken, *, goes_on: bool) -> Taken | None:
        """Take one turn; gives the next SMS, claimed, when there is one and it ``goes_on``."""
        then = None
        try:
            if taken.attempts > TRIES:
                self._leave_to_human(taken)
            else:
                then = self._take(taken, goes_on=goes_on)
                ids = {"message": taken.message_id, "conversation": taken.conversation_id}
                log.info("A turn was taken", action="turn_taken", **ids)
        except Exception as error:
            log.error("A turn failed", action="turn_failed", message=taken.message_id, **about(error))
            self._give_back(taken)
        self._wake()
        return then

    def _take(self, taken: Taken, *, goes_on: bool) -> Taken | None:
        heard = self._understand(taken.text, taken.at.date(), media=taken.media, previous_language=taken.language)
        heard = replace(heard, cpr_removed=heard.cpr_removed or taken.cpr_removed, media=taken.media)
        with self._db.write() as session:
            message = _still_ours(session, taken)
            if message is not None:
                answer(session, message, heard, self._clock())
            return self._claim_in(session) if goes_on else None

    def _leave_to_human(self, taken: Taken) -> None:
        """Ask for a human and say so; where even that failed, ask without a word."""
        with self._db.write() as session:
            message = _still_ours(session, taken)
            if message is None:
                return
            conversation, now = message.conversation, self._clock()
            was_bots = conversation.held_by == "bot" and not conversation.bot_paused
            asked = Decision(State.from_json(conversation.state), (OpenHandoff("left_over", "high"),))
            apply(Turn(session, conversation, now, message.id), asked)
            if was_bots and taken.attempts == TRIES + 1:
                facts = case_facts(session, conversation, now)
                text = "handoff.language" if is_short(conversation.language, facts.languages) else "handoff.any"
                told = Say(text, {"adviser": facts.adviser, "answer_by": facts.answer_by})
                body = render([told], conversation.language, facts.own, facts.languages)
                queue_answer(session, message, body, now)
            _processed(session, message, now)
        log.error("An SMS could not be read and was left to a human", action="turn_left", message=taken.message_id)

    def _give_back(self, taken: Taken) -> None:
        """Let it be taken again soon: a little later after each try."""
        with self._db.write() as session:
            message = _still_ours(session, taken)
            if message is not None:
                message.lease_until = self._leases() + timedelta(seconds=taken.attempts)


def _still_ours(session: Session, taken: Taken) -> Message | None:
    """The message with its conversation locked, unless another worker has taken or finished it meanwhile."""
    message = locked_for_turn(session, taken.message_id, taken.conversation_id)
    ours = message.status == "received" and same_moment(message.lease_until, taken.lease_until)
    return message if ours else None


def answer(session: Session, message: Message, heard: Heard, now: datetime) -> None:
    """Decide about one SMS and write it all down; the conversation is locked, the commit is the caller's."""
    conversation = message.conversation
    still = without_overtaken(session, message, heard)
    if still is None:
        _processed(session, message, now, heard)
        return
    if conversation.closed_at is not None:
        conversation.closed_at = None  # somebody closed it while this SMS waited: it goes on, and is seen
    facts = case_facts(session, conversation, now)
    decision = decide(State.from_json(conversation.state), still, facts, now.date())
    said = apply(Turn(session, conversation, now, message.id), decision)
    if is_autoreply(heard.text) and not heard.media:
        message.automatic = True
    if any(isinstance(effect, MarkVerified | MarkRecognitionFailed) for effect in decision.effects):
        message.body = without_year(message.body)
    _processed(session, message, now, heard)
    if said:
        body = render(said, conversation.language, facts.own, facts.languages)
        must_go = any(text.text.startswith(_MUST_GO) for text in said)
        queue_answer(session, message, body, now, must_go=must_go)


def _processed(session: Session, message: Message, now: datetime, heard: Heard | None = None) -> None:
    """It waits no longer, whatever else is still to be written."""
    write_heard(session, message, heard)
    record_status(session, message, "processed", "us", now)
    announce(session, message.conversation, "message", now)

"""The last look before an SMS leaves: may what was queued still be said? Answers always may; what we start may not.

``verdict`` decides over plain facts; ``recheck`` only gathers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from bot import planned
from bot.blocked import is_stopped
from bot.check_ins import speaks_against
from bot.models import Case, CheckIn, Consent, Contact, Conversation, Marker, Message, Plan, PlanStep, Promise
from bot.organisations import read_settings
from bot.retries import WORTH_TRYING, first_asked_at, has_written_since
from bot.store import is_opted_out
from bot.wave_look import wave_standing
from bot.workdays import Window, is_open, next_opening


@dataclass(frozen=True, slots=True)
class Send:
    """It may go now."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """It is never sent; ``why`` stands on the message."""

    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It may go when the window opens."""

    until: datetime


Verdict = Send | Refuse | Wait

#: How long what we start waits for an SMS that is not understood yet.
_HEARING = timedelta(seconds=5)
#: How often it is looked whether a human has dealt with what stands in the way.
_TROUBLE = timedelta(minutes=15)
#: How often it is looked whether fresh figures have come.
_FRESH = timedelta(hours=1)
_A_DAY = timedelta(days=1)


#: Lines that say that a conversation came into an adviser's hands.
TAKEN = ("claimed", "opened_again")
#: Texts of a thanks for a promise that was kept.
THANKS = frozenset({"thanks.kept", "thanks.kept_asks"})

#: In this order; the first that is so is the reason.
_OBJECTIONS = (
    *("cancelled", "come_again", "number_taken_off", "number_changed", "bot_paused", "held", "replied"),
    *("plan_ended", "promise_open", "plan_open"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts at the moment of sending, for something that we start."""

    window: Window
    expires_at: datetime | None = None
    opted_out: bool = False
    case_status: str = "open"
    number_taken_off: bool = False
    number_changed: bool = False
    bot_paused: bool = False
    held: bool = False
    replied: bool = False
    plan_ended: bool = False
    promise_open: bool = False
    plan_open: bool = False
    cancelled: bool = False
    come_again: bool = False
    paused: bool = False
    feed_too_old: bool = False


def verdict(standing: Standing, now: datetime) -> Verdict:
    """The first reason not to send counts; a closed window only puts off, unless that would be too late."""
    why = _objection(standing)
    if why is not None:
        return Refuse(why)
    opens = next_opening(standing.window, now)
    if standing.expires_at is not None and opens >= standing.expires_at:
        return Refuse("expired")
    if standing.paused:  # whoever resumes it calls it up; else it expires
        return Wait(standing.expires_at or opens + _A_DAY)
    if standing.feed_too_old:
        return Wait(min(opens + _FRESH, standing.expires_at or opens + _FRESH))
    return Send() if is_open(standing.window, now) else Wait(opens)


def _objection(standing: Standing) -> str | None:
    if standing.opted_out:
        return "opted_out"
    if standing.case_status != "open":
        return standing.case_status
    return next((name for name in _OBJECTIONS if getattr(standing, name)), None)


def recheck(session: Session, message: Message, now: datetime) -> Verdict:
    """Ask again at the moment of sending, in the caller's transaction."""
    if message.bulk:
        if _waits_to_be_heard(session, message.conversation.phone):
            return Wait(now + _HEARING)  # it may be STOP
        found = verdict(_standing_of(session, message, now), now)
        return Wait(now + _TROUBLE) if found == Send() and is_stopped(session, message) else found
    if message.send_at is not None:
        return _planned_verdict(session, message, now)
    if message.author == "adviser" and is_opted_out(session, message.conversation.phone):
        return Refuse("opted_out")
    if message.author == "bot" and not message.must_go:
        return _answer_verdict(session, message, now)
    return Send()


def _standing_of(session: Session, message: Message, now: datetime) -> Standing:
    """What we start is of one of four kinds, and each has its own objections."""
    plan = session.scalar(select(Plan).join(PlanStep).where(PlanStep.message_id == message.id))
    if plan is not None:
        return _standing_of_reminder(session, message, plan)
    check_in = session.scalar(select(CheckIn).where(CheckIn.message_id == message.id))
    if check_in is not None:
        return _standing_of_check_in(session, message, check_in, now)
    return (
        _standing_of_thanks(session, message)
        if message.text_key.partition(":")[0] in THANKS
        else _standing(session, message, now)
    )


def _planned_verdict(session: Session, message: Message, now: datetime) -> Verdict:
    """What an adviser wrote to be sent later: not past what has happened since, and not at night after a stop."""
    if _waits_to_be_heard(session, message.conversation.phone):
        return Wait(now + _HEARING)
    why = planned.objection(session, message)
    if why is not None:
        return Refuse(why)
    awake = planned.goes_at(now)
    return Send() if awake <= now else Wait(awake)


def _answer_verdict(session: Session, message: Message, now: datetime) -> Verdict:
    """An answer goes at any hour, but not past what has happened since it was queued."""
    taken, stopped = _happened_since(session, message)
    if message.conversation.held_by == "adviser" or taken:
        return Refuse("held")
    if stopped:
        return Refuse("opted_out")
    if message.error and now - first_asked_at(session, message) > WORTH_TRYING:
        return Refuse("expired")
    if message.away_tries > 1 and has_written_since(session, message):
        return Refuse("replied")  # the phone is on again and the talk has gone on
    return Send()


def _happened_since(session: Session, message: Message) -> tuple[bool, bool]:
    """Has an adviser had the conversation meanwhile (what the bot had to say is said, or moot, by now), and has STOP
    come after it? Who asks after STOP is answered."""
    given = {"thread": message.conversation_id, "phone": message.conversation.phone}
    moments = {"asked": first_asked_at(session, message), "said": message.at}
    session.flush()
    row = session.connection().execute(_SINCE, given | moments).one()
    return bool(row.taken), bool(row.stopped)


def _since() -> Select[Any]:
    """Both in one question, for it is asked of every answer that leaves."""
    taken = select(Marker.id).where(Marker.conversation_id == bindparam("thread"), Marker.kind.in_(TAKEN))
    newest = select(Consent.opted_out & (Consent.at > bindparam("said"))).where(Consent.phone == bindparam("phone"))
    return select(
        taken.where(Marker.at > bindparam("asked")).exists().label("taken"),
        newest.order_by(Consent.id.desc()).limit(1).scalar_subquery().label("stopped"),
    )


_SINCE = _since()


def _waits_to_be_heard(session: Session, phone: str) -> bool:
    """True while an SMS from this number, to any organisation, has not had its turn."""
    unheard = select(Message.id).join(Message.conversation).where(Conversation.phone == phone)
    unheard = unheard.where(Message.direction == "in", Message.status == "received")
    return session.scalar(unheard.limit(1)) is not None


def _standing(session: Session, message: Message, now: datetime) -> Standing:
    conversation = message.conversation
    case = _case(session, message)
    wave = wave_standing(session, message, case, now)
    return Standing(
        window=read_settings(conversation.organisation.settings).window,
        expires_at=message.expires_at,
        opted_out=is_opted_out(session, conversation.phone),
        case_status=case.status if case else "closed",
        number_taken_off=case is not None and case.number_taken_off,
        number_changed=case is not None and case.resident.phone != conversation.phone,
        bot_paused=conversation.bot_paused,
        held=conversation.held_by != "bot",
        replied=has_written_since(session, message),
        promise_open=case is not None and _has_promise(session, case),
        plan_open=case is not None and _has_plan(session, case),
        cancelled=wave.cancelled,
        come_again=wave.come_again,
        paused=wave.paused,
        feed_too_old=wave.feed_too_old,
    )


def _standing_of_reminder(session: Session, message: Message, plan: Plan) -> Standing:
    """A reminder of what was agreed: an SMS meanwhile does not stop it, but the end of the agreement does."""
    conversation = message.conversation
    case = session.get_one(Case, plan.case_id)
    return Standing(
        window=read_settings(conversation.organisation.settings).window,
        expires_at=message.expires_at,
        opted_out=is_opted_out(session, conversation.phone),
        case_status="open" if runs_on(case) else case.status,
        number_taken_off=case.number_taken_off,
        number_changed=case.resident.phone != conversation.phone or conversation.case_id != case.id,
        bot_paused=conversation.bot_paused,
        held=conversation.held_by != "bot",
        plan_ended=plan.status != "approved" or plan.at < case.opened_at,  # the case has come again since
    )


def _standing_of_thanks(session: Session, message: Message) -> Standing:
    """Thanks for a promise that was kept: other promises do not stop it, nor an SMS, but the end of the case does."""
    conversation, case = message.conversation, message.conversation.case
    return Standing(
        window=read_settings(conversation.organisation.settings).window,
        expires_at=message.expires_at,
        opted_out=is_opted_out(session, conversation.phone),
        case_status="closed" if case is None else "open" if runs_on(case) else case.status,
        number_taken_off=case is not None and case.number_taken_off,
        number_changed=case is not None and case.resident.phone != conversation.phone,
        bot_paused=conversation.bot_paused,
        held=conversation.held_by != "bot",
        come_again=case is not None and first_asked_at(session, message) < case.opened_at,
    )


def _standing_of_check_in(session: Session, message: Message, check_in: CheckIn, now: datetime) -> Standing:
    """ "How is it going?": also of a case that has ended, since its resident said yes to that."""
    conversation = message.conversation
    case = session.get_one(Case, check_in.case_id)
    why = speaks_against(session, check_in, case, conversation, now)
    return Standing(
        window=read_settings(conversation.organisation.settings).window,
        expires_at=message.expires_at,
        case_status=why or "open",
        replied=has_written_since(session, message),
    )


def runs_on(case: Case) -> bool:
    """True while an agreement of the case is followed: an adviser may have closed it with just that outcome."""
    return case.status == "open" or (case.status == "closed" and case.outcome == "plan_agreed")


def _case(session: Session, message: Message) -> Case | None:
    """The case that was to be contacted, even when the thread has gone over to another one since."""
    tries = [each for each in (message.id, message.first_try_id) if each is not None]
    meant = select(Case).join(Contact, Contact.case_id == Case.id).join(Message, Message.contact_id == Contact.id)
    return session.scalar(meant.where(Message.id.in_(tries))) or message.conversation.case


def _has_promise(session: Session, case: Case) -> bool:
    # Kept or broken, too: nobody who gave their word is chased, and a human asks for what did not come.
    found = select(Promise.id).where(Promise.case_id == case.id, Promise.status != "replaced")
    found = found.where(Promise.at >= case.opened_at)  # what was promised before the case came again is history
    return session.scalar(found.limit(1)) is not None


def _has_plan(session: Session, case: Case) -> bool:
    found = select(Plan.id).where(Plan.case_id == case.id, Plan.status.in_(("proposed", "approved")))
    found = found.where(Plan.at >= case.opened_at)
    return session.scalar(found.limit(1)) is not None

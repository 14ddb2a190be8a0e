"""The queries that several rooms ask, named for what they answer; the transaction is the caller's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from bot import sms_meters
from bot.models import Case, Consent, Conversation, Message, MessageStatus, Organisation, Resident, Wording
from bot.models.conversation import RECEIVED, WAITING
from bot.organisations import OrganisationSettings, read_settings

# What is asked at every turn is built once: building a statement costs more than asking it.
_LOCKED = (
    select(Conversation)
    .where(Conversation.id == bindparam("id"))
    .with_for_update(of=Conversation, key_share=True)
    .options(joinedload(Conversation.organisation, innerjoin=True))
)
_THREAD_OF = (
    select(Conversation)
    .where(Conversation.organisation_id == bindparam("home"), Conversation.phone == bindparam("phone"))
    .with_for_update(of=Conversation, key_share=True)
)
_MESSAGE = select(Message).where(Message.id == bindparam("id")).execution_options(populate_existing=True)
_BY_NUMBER = select(Organisation).where(Organisation.number == bindparam("number"))
_BY_PHONE = (
    select(Case)
    .join(Case.resident)
    .options(contains_eager(Case.resident))
    .where(Case.organisation_id == bindparam("home"), Resident.phone == bindparam("phone"), ~Case.number_taken_off)
    .order_by((Case.status == "open").desc(), Case.opened_at.desc(), Case.id.desc())
    .limit(1)
)
_LIVE_WORDS = (
    select(*(Wording.__table__.c[name] for name in ("language", "key", "body")))
    .where(Wording.__table__.c.organisation_id == bindparam("home"))
    .where(Wording.__table__.c.status == "live")
)
_CONSENT = Consent.__table__.c
_NEWEST_WORD = (
    select(_CONSENT.opted_out).where(_CONSENT.phone == bindparam("phone")).order_by(_CONSENT.id.desc()).limit(1)
)
_STEP = insert(MessageStatus)


def organisation_by_number(session: Session, number: str) -> Organisation | None:
    """The organisation that residents reach on this number."""
    return session.scalar(_BY_NUMBER, {"number": number})


def organisation_by_slug(session: Session, slug: str) -> Organisation | None:
    """The organisation of this short name."""
    return session.scalar(select(Organisation).where(Organisation.slug == slug))


def settings_of(session: Session, organisation_id: int) -> OrganisationSettings:
    """What an organisation has decided."""
    return read_settings(session.get_one(Organisation, organisation_id).settings)


def own_words(session: Session, organisation_id: int) -> dict[tuple[str, str], str]:
    """What an organisation says in its own words, by language and key: what a second person has approved."""
    session.flush()
    live = session.connection().execute(_LIVE_WORDS, {"home": organisation_id})
    return {(language, key): body for language, key, body in live}


def case_by_phone(session: Session, organisation_id: int, phone: str) -> Case | None:
    """The case that a number belongs to: the newest open one, else the newest; never one it was taken off."""
    return session.scalar(_BY_PHONE, {"home": organisation_id, "phone": phone})


def lock_conversation(session: Session, conversation_id: int) -> Conversation:
    """The conversation, held against every other writer until the transaction ends."""
    return session.scalars(_LOCKED, {"id": conversation_id}).one()


def locked_message(session: Session, message_id: int, conversation_id: int) -> Message:
    """One SMS as it stands while its conversation is held against every other writer."""
    conversation = lock_conversation(session, conversation_id)
    message = session.scalars(_MESSAGE, {"id": message_id}).one()
    set_committed_value(message, "conversation", conversation)  # here already: it need not be asked for
    return message


def conversation_with(session: Session, organisation: Organisation, phone: str, now: datetime) -> Conversation:
    """The thread with this number, locked; made when it is the first word."""
    wanted = {"home": organisation.id, "phone": phone}
    found = session.scalar(_THREAD_OF, wanted)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            made = Conversation(organisation_id=organisation.id, phone=phone, created_at=now, state={})
            session.add(made)
    except IntegrityError:  # another message of the same number came first
        return session.scalars(_THREAD_OF, wanted).one()
    return made


def conversations_with(
    session: Session, organisation: Organisation, phones: Collection[str], now: datetime
) -> dict[str, Conversation]:
    """The threads with these numbers by number, locked in order of id; made where it is the first word."""
    mine = (Conversation.organisation_id == organisation.id, Conversation.phone.in_(phones))
    wanted = select(Conversation).where(*mine).order_by(Conversation.id)
    known = session.scalars(wanted.with_for_update(of=Conversation, key_share=True)).all()
    found = {conversation.phone: conversation for conversation in known}
    missing = [phone for phone in phones if phone not in found]
    made = [Conversation(organisation_id=organisation.id, phone=phone, created_at=now, state={}) for phone in missing]
    try:
        with session.begin_nested():
            session.add_all(made)
    except IntegrityError:  # another message of one of these numbers came first
        return {phone: conversation_with(session, organisation, phone, now) for phone in phones}
    return found | {conversation.phone: conversation for conversation in made}


def opted_out(session: Session, phones: Iterable[str | None]) -> frozenset[str]:
    """Those of a few hundred numbers at most whose newest word was stop."""
    newest = select(func.max(Consent.id)).where(Consent.phone.in_(set(phones) - {None})).group_by(Consent.phone)
    return frozenset(session.scalars(select(Consent.phone).where(Consent.id.in_(newest), Consent.opted_out)))


def is_opted_out(session: Session, phone: str) -> bool:
    """True when the newest word from or about this number was stop; it counts in all organisations."""
    session.flush()
    return bool(session.connection().execute(_NEWEST_WORD, {"phone": phone}).scalar())


def record_status(
    session: Session, message: Message, status: str, source: str, now: datetime, error: str | None = None
) -> None:
    """Write one step of a message's history. Whether the message itself moves is the caller's to say."""
    step = {"status": status, "error": error, "source": source, "at": now}
    session.connection().execute(_STEP, {"message_id": message.id, **step})
    sms_meters.count_step(session, message, status, source, now, error)


def record_first(session: Session, messages: Iterable[Message], status: str, source: str, now: datetime) -> None:
    """Begin the histories of messages that have just been stored."""
    step = {"status": status, "error": None, "source": source, "at": now}
    session.connection().execute(_STEP, [{"message_id": message.id, **step} for message in messages])


def known_sids(session: Session, conversation_id: int) -> frozenset[str]:
    """The gateway's ids of all messages in a thread that have one."""
    rows = session.scalars(
        select(Message.provider_sid).where(
            Message.conversation_id == conversation_id, Message.provider_sid.is_not(None)
        )
    )
    return frozenset(str(sid) for sid in rows)


def same_moment(one: datetime | None, other: datetime | None) -> bool:
    """True for the same instant. Times of different zones are never equal to Python within a repeated hour."""
    return one is not None and other is not None and one.timestamp() == other.timestamp()


def has_work(session: Session, now: datetime) -> bool:
    """True while an SMS in waits for its turn, or one out that is due waits for the gateway's answer."""
    unheard = select(Message.id).where(RECEIVED, Message.direction == "in")
    due_or_unclear = or_(Message.status == "sending", Message.due_at <= now)
    unsent = select(Message.id).where(WAITING, Message.direction == "out", due_or_unclear)
    return bool(session.scalar(select(or_(unheard.exists(), unsent.exists()))))

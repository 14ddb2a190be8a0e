"""What the handsets show: their SMS, who they belong to, and which number one writes to. Reads only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.simulator.directory import Person
from bot.simulator.faults import listed
from bot.simulator.journal import newest
from bot.simulator.network import Network
from bot.simulator.tables import SimMessage
from bot.sms import national

_SHOWN = 3
_EVENTS = 8


def messages(session: Session, phone: str) -> list[dict[str, Any]]:
    """All SMS of a handset, oldest first: what arrived, what it wrote, and what never reached it."""
    query = select(SimMessage).where(SimMessage.phone == phone).order_by(SimMessage.id)
    return [as_seen(m) for m in session.scalars(query)]


def as_seen(message: SimMessage) -> dict[str, Any]:
    """One SMS seen from the handset: ``in`` has come to it, ``out`` was written on it."""
    return {
        "id": message.id,
        "direction": "out" if message.direction == "inbound" else "in",
        "body": message.body,
        "status": message.status,
        "at": message.at.isoformat(timespec="milliseconds"),
        "number": message.service,
        "segments": message.segments,
        "media": message.media,
        "error": message.error_code,
    }


def number_to_write_to(network: Network, phone: str) -> str | None:
    """Who last wrote to the handset; failing that, the resident's organisation."""
    query = (
        select(SimMessage.service)
        .where(SimMessage.phone == phone, SimMessage.direction == "outbound-api", SimMessage.status == "delivered")
        .order_by(SimMessage.id.desc())
        .limit(1)
    )
    with network.db.read() as session:
        last = session.scalar(query)
    return last or network.directory.number_for(phone)


def overview(network: Network, shown: list[str]) -> dict[str, Any]:
    """All that the page shows, in one answer: the clock, everybody, the opened handsets, faults, what happened."""
    known = network.directory.people()
    names = {p.phone: p.name for p in known}
    with network.db.read() as session:
        arrived = _arrived(session)
        strangers = [Person(p, national(p), "", "") for p in _heard_of(session) if p not in names]
        return {
            "now": network.clock().isoformat(timespec="milliseconds"),
            "organisations": [{"number": n, "name": name} for n, name in network.directory.organisations().items()],
            "people": [_person(p, arrived) for p in [*known, *strangers]],
            "phones": {phone: messages(session, phone) for phone in shown[:_SHOWN]},
            "faults": listed(session),
            "events": newest(session, _EVENTS),
        }


def _person(person: Person, arrived: dict[str, int]) -> dict[str, Any]:
    return {
        "phone": person.phone,
        "shown_phone": national(person.phone),
        "name": person.name,
        "initials": person.initials if person.number else "?",
        "organisation": person.organisation,
        "number": person.number,
        "arrived": arrived.get(person.phone, 0),
    }


def _arrived(session: Session) -> dict[str, int]:
    query = (
        select(SimMessage.phone, func.count())
        .where(SimMessage.direction == "outbound-api", SimMessage.status == "delivered")
        .group_by(SimMessage.phone)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _heard_of(session: Session) -> list[str]:
    query = select(SimMessage.phone).group_by(SimMessage.phone).order_by(func.min(SimMessage.id))
    return list(session.scalars(query))

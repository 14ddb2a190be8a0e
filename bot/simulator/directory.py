"""Whose handset a number is: names for the page, read from the product's tables and never written."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from bot.db import Database
from bot.models import Organisation, Resident


@dataclass(frozen=True, slots=True)
class Person:
    """A resident with a handset, and the organisation that knows them."""

    phone: str
    name: str
    organisation: str
    number: str

    @property
    def initials(self) -> str:
        """First letter of the first and the last name."""
        words = self.name.split() or [self.phone[-2:]]
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()


class Directory:
    """Residents and organisations of the product's database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def people(self) -> list[Person]:
        """Everybody with a number, once, as they came."""
        query = (
            select(Resident.phone, Resident.name, Organisation.name, Organisation.number)
            .join(Organisation, Organisation.id == Resident.organisation_id)
            .where(Resident.phone.is_not(None))
            .order_by(Resident.id)
        )
        with self.db.read() as session:
            rows = session.execute(query).all()
        found: dict[str, Person] = {}
        for phone, name, organisation, number in rows:
            found.setdefault(phone or "", Person(phone or "", name, organisation, number))
        return list(found.values())

    def organisations(self) -> dict[str, str]:
        """The organisations' names by number."""
        with self.db.read() as session:
            rows = session.execute(select(Organisation.number, Organisation.name).order_by(Organisation.id)).all()
        return {row[0]: row[1] for row in rows}

    def number_for(self, phone: str) -> str | None:
        """The organisation's number that this resident would write to; None for a number nobody knows."""
        query = (
            select(Organisation.number)
            .join(Resident, Resident.organisation_id == Organisation.id)
            .where(Resident.phone == phone)
            .order_by(Resident.id)
        )
        with self.db.read() as session:
            return session.scalar(query.limit(1))

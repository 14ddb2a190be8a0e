"""Column types and the declarative base. Money is whole øre (int); times are aware and kept in UTC; days are dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

#: SQLite counts up only in INTEGER primary keys; PostgreSQL gets 64 bits.
Id = BigInteger().with_variant(Integer(), "sqlite")


class NaiveTimeError(ValueError):
    """A time without a time zone was about to be stored."""


class Aware(TypeDecorator[datetime]):
    """An aware time: stored in UTC, read back in Europe/Copenhagen, on SQLite and PostgreSQL alike."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; SQLite has no time zones, so it gets UTC without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTimeError(NaiveTimeError.__doc__)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every time back as Copenhagen sees it."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(COPENHAGEN)


class Base(DeclarativeBase):
    """All tables of the product; Alembic's migrations are compared with it in a test."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Aware(), dict[str, Any]: JSON()}  # noqa: RUF012  SQLAlchemy's own form

"""What the phone network remembers, in tables of its own (``sim_…``): a restart or a kill loses nothing accepted.

They are no part of the product: not in Alembic, made with ``create_tables``, in any database that is given.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.db import Database
from bot.models.base import Aware, Id

_LOCK = 1_936_289_133  # any number of our own: makes one process at a time create the tables on PostgreSQL


class SimBase(DeclarativeBase):
    """The phone network's own tables."""

    metadata = MetaData(naming_convention={"ix": "ix_%(column_0_label)s", "pk": "pk_%(table_name)s"})
    type_annotation_map = {datetime: Aware(), dict[str, Any]: JSON(), list[str]: JSON()}  # noqa: RUF012  SQLAlchemy's


class SimMessage(SimBase):
    """One SMS on its way to or from a handset, as the network and the handset know it.

    ``status`` is Twilio's word, or ``refused`` for what the API refused: then it is no resource of the API.
    """

    __tablename__ = "sim_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    direction: Mapped[str] = mapped_column(String(12))  #: inbound or outbound-api, seen from the service
    phone: Mapped[str] = mapped_column(String(20), index=True)  #: the handset
    service: Mapped[str] = mapped_column(String(20))  #: the organisation's number
    body: Mapped[str] = mapped_column(Text)
    media: Mapped[list[str]] = mapped_column(default=list)  #: addresses of pictures
    status: Mapped[str] = mapped_column(String(12))
    error_code: Mapped[int | None]
    segments: Mapped[int]
    status_callback: Mapped[str | None] = mapped_column(Text)
    is_resource: Mapped[bool] = mapped_column(default=True)  #: the API knows it (not refused, not deleted there)
    is_redacted: Mapped[bool] = mapped_column(default=False)  #: the API forgot the text; the handset did not
    at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SimCallback(SimBase):
    """A webhook that is still to be delivered. Those of one handset go in the order of their ids."""

    __tablename__ = "sim_callback"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), index=True)
    message_id: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    token: Mapped[str] = mapped_column(String(36))  #: the same in every repetition of one webhook
    due: Mapped[datetime]  #: by the machine's clock: moving the demo's clock does not hurry the network
    tries: Mapped[int] = mapped_column(default=0)


class SimFault(SimBase):
    """Something that is to go wrong, how often still, and for which handset (None: any)."""

    __tablename__ = "sim_fault"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    error: Mapped[str] = mapped_column(String(20))
    remaining: Mapped[int]
    phone: Mapped[str | None] = mapped_column(String(20))


class SimEvent(SimBase):
    """What happened lately, for the page."""

    __tablename__ = "sim_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(String(40), default="")


def create_tables(db: Database) -> None:
    """Make the tables that are missing; several processes may do so at once."""
    with db.write() as session:
        if not db.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        SimBase.metadata.create_all(session.connection())

"""What the commands share: the database with its clock, an organisation by its short name, an error that ends it."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock, database_clock, machine_clock
from bot.db import Database
from bot.db_faults import IN_WORDS, fault_of
from bot.models import Organisation
from bot.search_index import index_of
from bot.settings import Settings
from bot.store import organisation_by_slug

Slug = Annotated[str, typer.Argument(help="The organisation's short name.")]
SlugOption = Annotated[str, typer.Option("--organisation", help="The organisation's short name.")]


class UnwellError(Exception):
    """Something is not as it must be; the message says what to do."""


def untold(error: SQLAlchemyError) -> UnwellError:
    """What cannot be told because of the database, and what is wrong with it."""
    return UnwellError(f"cannot be told. {IN_WORDS[fault_of(error) or 'away']}")


def open_database() -> tuple[Database, Clock]:
    """The database of the settings, migrated, and the clock that goes with it."""
    settings = Settings.from_env()
    db = Database(settings.database_url)
    db.index = index_of(settings.data_key)  # what a command stores is found by search too
    db.upgrade()
    return db, database_clock(db) if settings.demo else machine_clock


def found(session: Session, slug: str) -> Organisation:
    """The organisation of this short name; ends the command when there is none."""
    organisation = organisation_by_slug(session, slug)
    if organisation is None:
        known = ", ".join(session.scalars(select(Organisation.slug).order_by(Organisation.slug))) or "none yet"
        complain(f"There is no organisation {slug!r}. Known: {known}.")
    return organisation


def complain(sentence: str) -> NoReturn:
    """Say what is wrong and end with exit code 2; nothing was done."""
    typer.echo(f"redningskrans: {sentence}", file=sys.stderr)
    raise typer.Exit(2)

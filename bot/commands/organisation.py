"""``redningskrans organisation add|set|show``: organisations and their settings."""

from __future__ import annotations

import json
import re
from typing import Annotated

import typer

from bot.commands.common import Slug, complain, found, open_database
from bot.dialogs.languages import NAMES, unreviewed
from bot.models import Organisation
from bot.organisations import OrganisationSettingError, change, read_settings
from bot.sms import is_e164
from bot.store import organisation_by_number, organisation_by_slug
from handoff.ladders import dumped, note_change

app = typer.Typer(help="Organisations and their settings.", no_args_is_help=True)

_LONGEST_NAME = 120


@app.command()
def add(
    slug: Annotated[str, typer.Argument(help="Short name, such as solgaarden.")],
    name: Annotated[str, typer.Option(help="Name, as residents know it.")],
    number: Annotated[str, typer.Option(help="The number that residents write to, such as +45…")],
) -> None:
    """Add an organisation."""
    packed = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", slug):
        complain(f"{slug!r} cannot be a short name. Use small letters, digits and hyphens.")
    if not is_e164(packed):
        complain(f"{number!r} is no number. Write it with its country, such as +4570000000.")
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        complain(f"The name must have 1 to {_LONGEST_NAME} characters: residents read it in the first SMS.")
    db, clock = open_database()
    with db.write() as session:
        if organisation_by_slug(session, slug):
            complain(f"There is already an organisation {slug}.")
        if organisation_by_number(session, packed):
            complain(f"The number {packed} belongs to another organisation.")
        session.add(Organisation(slug=slug, name=name.strip(), number=packed, settings={}, created_at=clock()))
    typer.echo(f"Added {slug}: {name.strip()}, {packed}.")


@app.command("set")
def set_(slug: Slug, words: Annotated[list[str], typer.Argument(metavar="KEY=VALUE…")]) -> None:
    """Change settings."""
    db, clock = open_database()
    with db.write() as session:
        organisation = found(session, slug)
        before = dumped(read_settings(organisation.settings).ladder)
        try:
            organisation.settings = change(organisation.settings, words)
        except OrganisationSettingError as error:
            complain(str(error))
        note_change(
            session, organisation.id, None, before, dumped(read_settings(organisation.settings).ladder), clock()
        )
        unread = unreviewed(read_settings(organisation.settings).languages)
    typer.echo(f"Changed {slug}.")
    if unread:
        names = ", ".join(f"{code} ({NAMES[code]})" for code in unread)
        typer.echo(f"No speaker is noted as having read: {names}. Their texts go out all the same, on your word.")


@app.command()
def show(slug: Slug, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Show an organisation with all its settings."""
    db, _ = open_database()
    with db.read() as session:
        organisation = found(session, slug)
        about = {
            "slug": organisation.slug,
            "name": organisation.name,
            "number": organisation.number,
            "advisers": [adviser.email for adviser in organisation.advisers],
        }
        known = read_settings(organisation.settings)
        about["unread_languages"] = list(unreviewed(known.languages))
        settings = known.model_dump(mode="json")
    if as_json:
        typer.echo(json.dumps(about | {"settings": settings}, ensure_ascii=False, indent=2))
        return
    for key, value in (about | settings).items():
        typer.echo(f"{key:<20} {json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value}")

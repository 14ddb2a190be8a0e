"""``redningskrans user``: the advisers who log in to the inbox."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import select

from bot.clock import machine_clock
from bot.commands.common import complain, found, open_database
from bot.models import Adviser, AuditEvent
from bot.settings import Settings
from handoff.access import invitations, sessions, two_step
from handoff.advisers import AdviserError, add_adviser
from handoff.passwords import invent_password

app = typer.Typer(help="The advisers who log in to the inbox.", no_args_is_help=True)


class Role(StrEnum):
    """What an adviser may do."""

    adviser = "adviser"
    admin = "admin"


@app.callback()
def _group() -> None:
    """The advisers who log in to the inbox."""


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="What they log in with.")],
    name: Annotated[str, typer.Option(help="What residents and colleagues call them: first name and surname.")],
    organisation: Annotated[list[str], typer.Option(help="Short names of those they work for.")],
    role: Annotated[Role, typer.Option(help="adviser or admin.")] = Role.adviser,
    more: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,  # --organisation a b
) -> None:
    """Add an adviser and print their password once, alone on the last line."""
    db, clock = open_database()
    password = invent_password()
    try:
        with db.write() as session:
            theirs = [found(session, slug) for slug in dict.fromkeys([*organisation, *(more or ())])]
            address = add_adviser(session, email, name, role.value, theirs, password, clock()).email
    except AdviserError as error:
        complain(str(error))
    finally:
        db.close()
    public_url = Settings.from_env().public_url
    where = f" at {public_url}/login" if public_url else ""
    typer.echo(f"{address} can log in{where}. The password is not shown again:", err=True)
    typer.echo(password)


@app.command()
def link(
    email: Annotated[str, typer.Argument(help="Whose password is to be chosen anew.")],
    without_code: Annotated[
        bool, typer.Option("--without-code", help="The phone and the paper codes are gone too: ask for none.")
    ] = False,
) -> None:
    """Print a link, good once and for seven days, with which an adviser chooses a password; alone on the last line."""
    db, clock = open_database()
    with db.write() as session:
        adviser = session.scalar(select(Adviser).where(Adviser.email == email.strip().lower()))
        if adviser is None or not adviser.is_active:
            complain(f"No adviser with an open access has the address {email!r}.")
        token = invitations.make(session, adviser.id, None, machine_clock())
        if without_code:
            two_step.turn_off(session, adviser)
            sessions.end_all(session, adviser.id, machine_clock())
        done = "two_step_reset" if without_code else "user_link_made"
        session.add(AuditEvent(at=clock(), action=done, subject=f"adviser:{adviser.id}"))
    db.close()
    typer.echo("The link works once and for seven days; older ones do not work any more:", err=True)
    typer.echo(f"{Settings.from_env().public_url}/login/link/{token}")

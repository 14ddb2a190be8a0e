"""``redningskrans doctor``: is everything there that the service needs? Says so in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from smtplib import SMTPException
from typing import Annotated

import typer
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.app import load_understanding
from bot.clock import machine_clock
from bot.commands import doctor_ground
from bot.commands.clockwork import clockwork
from bot.commands.common import UnwellError, untold
from bot.db import MIGRATIONS, Database
from bot.db_faults import IN_WORDS, fault_of
from bot.dialogs.languages import COMPLETE, unreviewed
from bot.gateway import GatewayDownError
from bot.mailing.smtp import SmtpMailer
from bot.migrated import is_behind
from bot.models import Organisation, SearchBuild
from bot.organisations import read_settings
from bot.search_build import is_finished
from bot.search_index import index_of
from bot.settings import Settings, SettingsError
from bot.twilio_gateway import TwilioGateway

_NO_MESSAGE = "SM" + "0" * 32
_PLAIN_QUESTION, _PLAIN_MEANING = "hvad er boligstøtte?", "ask_boligstoette"


Backups = Annotated[Path | None, typer.Option(help="A folder of backups: how old is the newest?")]


def doctor(backups: Backups = None) -> None:
    """Check settings, database, Twilio, NLU, the clockwork and what it stands on. Exit 1 when something is wrong."""
    settings = Settings.from_env()
    checks: dict[str, Callable[[Settings], str]] = {
        "Settings": _settings,
        "Keys": doctor_ground.keys,
        "Address": doctor_ground.address,
        "Database": _database,
        "Room": doctor_ground.room,
        "Sending": doctor_ground.sending,
        "Twilio": _twilio,
        "NLU": _understanding,
        "Languages": _languages,
        "Clockwork": clockwork,
        "Mail": _mail,
        "Search": _search,
    }
    if settings.nlu == "rasa":
        checks["Rasa"] = _rasa
    if backups is not None:
        checks["Backups"] = lambda _: doctor_ground.backups(backups)
    is_well = True
    for name, check in checks.items():
        try:
            typer.echo(f"  ok     {name:<10} {check(settings)}")
        except (UnwellError, SettingsError) as error:
            is_well = False
            typer.echo(f"  WRONG  {name:<10} {error}")
    raise typer.Exit(0 if is_well else 1)


def _settings(settings: Settings) -> str:
    settings.check()
    kind = "demo, with invented secrets" if settings.demo else "all there"
    return f"{kind}; the public address is {settings.public_url}"


def _database(settings: Settings) -> str:
    db = Database(settings.database_url)
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    try:
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        with db.read() as session:
            is_old = current is None or is_behind(session)
        if is_old:
            raise UnwellError(f"is at migration {current or 'none'}, not {newest}. Run: redningskrans db upgrade")
        with db.read() as session:
            count = session.scalar(select(func.count()).select_from(Organisation))
    except SQLAlchemyError as error:
        raise UnwellError(f"{IN_WORDS[fault_of(error) or 'away']} ({type(error).__name__})") from error
    finally:
        db.close()
    newer = "" if current == newest else f" (to {current}, by a newer release than this one)"
    return f"{db.url.get_backend_name()}, migrated{newer}, {count} organisations"


def _twilio(settings: Settings) -> str:
    if not settings.twilio_account_sid or not settings.twilio_auth_token:
        raise UnwellError("has no account. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
    gateway = TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
    try:
        gateway.fetch(_NO_MESSAGE)
    except GatewayDownError as error:
        why = f"{settings.twilio_api_url} does not answer as it should ({error})"
        hint = "Is the demo running?" if settings.demo else "Check the account, the token and the network."
        raise UnwellError(f"{why}. {hint}") from error
    return f"{settings.twilio_api_url} answers and knows the account"


def _understanding(settings: Settings) -> str:
    """The embedded engine: with ``NLU=rasa`` too, because it answers when Rasa does not."""
    heard = load_understanding(settings.model_copy(update={"nlu": "embedded"}))(_PLAIN_QUESTION, machine_clock().date())
    if _PLAIN_MEANING not in heard.names:
        raise UnwellError("did not understand a plain question. Run: redningskrans nlu train")
    stands_in = ", and stands in when Rasa does not answer" if settings.nlu == "rasa" else ""
    return f"embedded, understands a plain question{stands_in}"


def _languages(settings: Settings) -> str:
    """Which languages are on beside the complete ones, and which of them no speaker is noted to have read."""
    db = Database(settings.database_url)
    try:
        with db.read() as session:
            rows = session.execute(select(Organisation.slug, Organisation.settings).order_by(Organisation.slug)).all()
    except SQLAlchemyError as error:
        raise untold(error) from error
    finally:
        db.close()
    said = [_said_of(slug, read_settings(stored).languages) for slug, stored in rows]
    return "; ".join([", ".join(COMPLETE), *filter(None, said)])


def _said_of(slug: str, languages: tuple[str, ...]) -> str:
    more, unread = [code for code in languages if code not in COMPLETE], unreviewed(languages)
    if not more:
        return ""
    return f"{slug} also {', '.join(more)}" + (f" (no speaker noted: {', '.join(unread)})" if unread else "")


def _mail(settings: Settings) -> str:
    """Connects and logs in; nothing is sent."""
    if settings.demo:
        return "the demo mails nobody; /simulator/mail shows what would be"
    named = settings.mail_server()
    if named is None:
        return "no SMTP_URL and MAIL_FROM: nothing is mailed, and a crisis rings in the inbox alone"
    server, (_, address) = named
    try:
        SmtpMailer(server, named[1]).check()
    except (OSError, SMTPException) as error:
        code = getattr(error, "smtp_code", "")
        raise UnwellError(f"{server.host}:{server.port} does not let us in ({type(error).__name__} {code})") from error
    return f"{server.host}:{server.port} lets us in; mails are from {address}"


def _search(settings: Settings) -> str:
    """Whether all that is stored can be found with the key that is set."""
    index = index_of(settings.data_key)
    if index is None:
        raise UnwellError("finds nothing new: DATA_KEY is missing. Set it, and run: redningskrans search rebuild")
    db = Database(settings.database_url)
    try:
        with db.read() as session:
            build = session.get(SearchBuild, 1)
            is_done = is_finished(session, index)
    except SQLAlchemyError as error:
        raise untold(error) from error
    finally:
        db.close()
    if build is not None and build.key_mark != index.mark:
        raise UnwellError("was indexed under another DATA_KEY and finds nothing old. Run: redningskrans search rebuild")
    return "finds all that is stored" if is_done else "the scheduler is indexing; meanwhile something may be missing"


def _rasa(settings: Settings) -> str:
    from bot.nlu.rasa import Rasa, RasaError  # every command would load them
    from bot.nlu.understand import SURE

    rasa = Rasa(settings.rasa_url, settings.rasa_secret)
    try:
        model = rasa.model()
        meant = dict(rasa.classify_many([_PLAIN_QUESTION])[0])
    except RasaError as error:
        hint = "Run: make rasa (in this checkout it keeps the token; elsewhere set RASA_URL and RASA_TOKEN)"
        raise UnwellError(f"{settings.rasa_url} {error}. The embedded engine answers meanwhile. {hint}") from error
    if meant.get(_PLAIN_MEANING, 0) < SURE:
        raise UnwellError(f"did not understand a plain question with {model}. Train it anew: make rasa")
    return f"{settings.rasa_url} answers with {model}"

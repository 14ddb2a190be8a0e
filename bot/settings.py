"""One frozen ``Settings``, read from the environment (and one ``.env`` file) once.

In demo mode the secrets are invented once and kept beside the data, so that every other command finds them.
Outside it a missing secret stops the start with its name.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url

from bot.mailing.server import Server, ServerError, read_sender, read_server

_CHECKOUT = Path(__file__).parent.parent
HOME = _CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() else Path.cwd()
TWILIO = "https://api.twilio.com"


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


class Settings(BaseSettings):
    """What the environment decides. Names are the environment's, in lower case."""

    model_config = SettingsConfigDict(env_file=HOME / ".env", extra="ignore", frozen=True)

    database_url: str = f"sqlite:///{HOME / 'var' / 'redningskrans.db'}"
    secret_key: str = ""
    data_key: str = ""
    public_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_api_url: str = TWILIO
    nlu: Literal["embedded", "rasa"] = "embedded"
    rasa_url: str = "http://127.0.0.1:5005"
    rasa_token: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)
    oidc_name: str = ""
    sentry_dsn: str = ""
    port: int = Field(default=8000, ge=1, le=65535)
    trusted_proxies: int = Field(default=0, ge=0, le=9)
    health_port: int = Field(default=0, ge=0, le=65535)
    dispatch_threads: int = Field(default=16, ge=2, le=128)
    lease_seconds: int = Field(default=45, ge=3, le=300)
    demo: bool = Field(default=False, validation_alias="REDNINGSKRANS_DEMO")

    @property
    def var(self) -> Path:
        """The folder of the data: beside the SQLite file, else ``var/`` in the checkout."""
        url = make_url(self.database_url)
        is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return Path(str(url.database)).resolve().parent if is_file else HOME / "var"

    @property
    def models(self) -> Path:
        """The folder of trained models: they hold nobody's data, and every database of a checkout shares them."""
        return HOME / "var" / "nlu"

    def rasa_secret(self) -> str:
        """The token that Rasa demands: the setting, else what ``make rasa`` keeps in this checkout. Read each time,
        because Rasa may be set up while we run.
        """
        file = HOME / "var" / "rasa" / "token"
        if self.rasa_token or not file.exists():
            return self.rasa_token
        return file.read_text(encoding="utf-8").strip()

    @classmethod
    def from_env(cls) -> Settings:
        """Read the environment; where a demo was set up beside the data, its invented secrets fill the gaps."""
        settings = cls()
        kept = _read(_demo_file(settings))
        given = settings.model_fields_set
        gaps = {k: v for k, v in kept.items() if k not in given and k in cls.model_fields}
        return settings.model_copy(update=gaps | {"demo": True}) if kept else settings

    def with_demo(self, port: int) -> Settings:
        """The same with demo mode's invented secrets and addresses, kept beside the data."""
        file = _demo_file(self)
        invented = {
            "secret_key": secrets.token_urlsafe(32),
            "data_key": secrets.token_urlsafe(32),
            "twilio_account_sid": "AC" + secrets.token_hex(16),
            "twilio_auth_token": secrets.token_hex(16),
        }
        kept = invented | {k: v for k, v in _read(file).items() if k in invented}
        kept |= {"public_url": f"http://localhost:{port}"}
        kept |= {"twilio_api_url": f"http://localhost:{port}/simulator/twilio"}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text("".join(f"{k.upper()}={v}\n" for k, v in kept.items()), encoding="utf-8")
        return self.model_copy(update={**kept, "demo": True, "port": port})

    def check(self) -> None:
        """Stop the start when a setting that the service cannot do without is missing."""
        needed = ("secret_key", "data_key", "public_url", "twilio_account_sid", "twilio_auth_token")
        missing = [name.upper() for name in needed if not getattr(self, name)]
        if missing:
            raise SettingsError(f"Missing setting: {', '.join(missing)}. Set it in the environment or in .env.")
        self.mail_server()
        if self.sentry_dsn and not _is_dsn(self.sentry_dsn):
            raise SettingsError("SENTRY_DSN is none: it looks like https://key@sentry.example.dk/1.")

    def mail_server(self) -> tuple[Server, tuple[str, str]] | None:
        """The mail server and who mails are from; None: nothing is mailed. Raises SettingsError."""
        if not self.smtp_url and not self.mail_from:
            return None
        if not self.smtp_url or not self.mail_from:
            raise SettingsError("SMTP_URL and MAIL_FROM go together: set both, or neither (then nothing is mailed).")
        try:
            return read_server(self.smtp_url), read_sender(self.mail_from)
        except ServerError as error:
            raise SettingsError(f"SMTP_URL or MAIL_FROM cannot be used. {error}.") from error


def _demo_file(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    name = Path(str(url.database)).name if url.get_backend_name() == "sqlite" else str(url.database)
    return settings.var / f"{name}.demo.env"


def _is_dsn(text: str) -> bool:
    parts = urlsplit(text)
    project = parts.path.rpartition("/")[2]
    return parts.scheme in ("http", "https") and bool(parts.username and parts.hostname) and project.isdecimal()


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    pairs = (line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {key.lower(): value for key, value in pairs}

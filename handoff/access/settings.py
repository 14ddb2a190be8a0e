"""The settings as the log-in knows them. OIDC is on when issuer, client and secret are given; not only some."""

from __future__ import annotations

from bot.settings import Settings, SettingsError
from handoff.access.ways import Provider, Ways


def ways_of(settings: Settings) -> Ways:
    """How people may come in. In the demo admins need no second step: its log-ins are printed for whoever looks at it,
    it listens on this machine alone, and its people are invented. Nothing else turns it off.
    """
    return Ways(
        data_key=settings.data_key,
        two_steps_for_admins=not settings.demo,
        provider=provider_of(settings),
        public_url=settings.public_url,
        sends_mail=bool(settings.smtp_url and settings.mail_from),
    )


def provider_of(settings: Settings) -> Provider | None:
    """The OpenID provider; None when none is set. Raises SettingsError."""
    told = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if not any(told):
        return None
    if not all(told):
        raise SettingsError("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: set all three, or none.")
    return Provider(*told, settings.oidc_name or "jeres arbejdskonto")

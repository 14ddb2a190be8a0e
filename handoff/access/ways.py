"""How people may come in here: what the settings decide for the log-in, given to the app when it is made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.clock import Clock, machine_clock
from handoff.passwords import HASHER


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody else who says who an adviser is, by OpenID Connect (Entra ID or another)."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, slots=True)
class Ways:
    """What holds for every log-in of an app.

    The clock is the machine's also in the demo: the phone that shows the codes knows no other, and a log-in that ends
    because somebody moved the demo's clock would only be in the way.
    """

    data_key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    two_steps_for_admins: bool = True
    provider: Provider | None = None
    public_url: str = ""
    sends_mail: bool = False
    clock: Clock = machine_clock
    hasher: PasswordHasher = HASHER

    def fingerprint(self, *parts: str) -> str:
        """What stands for an address or a code where neither may be stored."""
        return hmac.new(self._key("fingerprint"), "\n".join(parts).encode(), hashlib.sha256).hexdigest()

    def first_run_code(self) -> str:
        """What proves, on the first day, that somebody can read what the service printed: four groups of five."""
        drawn = base64.b32encode(self._key("first run")).decode().lower()
        return "-".join(drawn[i : i + 5] for i in range(0, 20, 5))

    def seal(self, text: str) -> str:
        """Encrypted with a key of our own."""
        return Fernet(base64.urlsafe_b64encode(self._key("seal"))).encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str | None:
        """What was sealed; None when it was not sealed with this key."""
        try:
            return Fernet(base64.urlsafe_b64encode(self._key("seal"))).decrypt(sealed.encode()).decode()
        except (InvalidToken, ValueError):
            return None

    def _key(self, purpose: str) -> bytes:
        """One key a purpose, all from ``DATA_KEY``: what one of them does tells nothing of the others."""
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"redningskrans access {purpose}".encode())
        return derive.derive(self.data_key.encode())

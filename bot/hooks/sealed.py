"""The secrets that calls are signed with, encrypted where they lie: who reads the table cannot speak in our name."""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARK = "1."
_NONCE = 12


class Vault:
    """Seals with a key of its own, derived from ``DATA_KEY``."""

    def __init__(self, data_key: str) -> None:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"redningskrans webhook secret 1")
        self._box = AESGCM(derive.derive(data_key.encode()))

    def seal(self, secret: str) -> str:
        """The secret as it is stored."""
        nonce = secrets.token_bytes(_NONCE)
        return _MARK + base64.b64encode(nonce + self._box.encrypt(nonce, secret.encode(), None)).decode()

    def open(self, kept: str) -> str | None:
        """The secret again; None when it was sealed with another key. One that was never sealed is as it is."""
        if not kept.startswith(_MARK):
            return kept
        try:
            raw = base64.b64decode(kept.removeprefix(_MARK), validate=True)
            return self._box.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
        except (InvalidTag, binascii.Error, ValueError):
            return None

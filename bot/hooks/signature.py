"""How a call is signed, as the Standard Webhooks specification says (version 1, HMAC-SHA256). Pure.

https://github.com/standard-webhooks/standard-webhooks: a receiver has a library for it in most languages.
"""

from __future__ import annotations

import base64
import hmac

_PREFIX = "whsec_"


def as_secret(raw: bytes) -> str:
    """A secret as the receiver keeps it; the specification wants 24 to 64 bytes."""
    return _PREFIX + base64.b64encode(raw).decode()


def sign(secret: str, call_id: str, seconds: int, body: bytes) -> str:
    """What stands in the header ``webhook-signature`` of this call at this time (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{call_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()

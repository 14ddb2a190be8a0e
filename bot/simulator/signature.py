"""How Twilio signs a webhook, from its documentation and on purpose without its SDK: the product checks with that."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(token: str, url: str, params: Mapping[str, str]) -> str:
    """The value of ``X-Twilio-Signature``: the exact URL, then each name and value in the order of the names."""
    signed = url + "".join(name + params[name] for name in sorted(params))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()

"""The only file that imports twilio: send, look up, signature. The SDK is Twilio's own; only the host can differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import BaseAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from urllib3.exceptions import NewConnectionError

from bot.delivery import error_class, status_of
from bot.gateway import Accepted, Answer, Arrived, GatewayDownError, NotTaken, Outgoing, Refused, Unclear

TIMEOUT_SECONDS = 10
_TWILIO = "https://api.twilio.com"
#: Twilio's clock and ours may differ a little.
_SLACK = timedelta(minutes=2)
_PAGE = 500
#: Twilio's code for a log-in that it does not take.
_NOT_LET_IN = "20003"


class _Http:
    """Twilio's own HTTP client, sent to another host when the settings say so."""

    is_async = False

    def __init__(self, api_url: str, transport: BaseAdapter | None) -> None:
        self._inner = TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._api_url = api_url.rstrip("/")
        if transport is not None:
            for scheme in ("https://", "http://"):  # wherever the SDK would go, nothing leaves by another way
                self._inner.session.mount(scheme, transport)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        if self._api_url != _TWILIO:  # whichever of Twilio's hosts it is: TWILIO_REGION and TWILIO_EDGE choose others
            url = self._api_url + urlunsplit(("", "", parts.path, parts.query, ""))
        return self._inner.request(method, url, *args, **kwargs)


class TwilioGateway:
    """SMS by Twilio's REST API. ``transport`` carries the requests, where they do not go over the network."""

    def __init__(
        self, account_sid: str, auth_token: str, api_url: str = _TWILIO, transport: BaseAdapter | None = None
    ) -> None:
        self._client = Client(account_sid, auth_token, http_client=_Http(api_url, transport))
        self._validator = RequestValidator(auth_token)

    def send(self, outgoing: Outgoing) -> Answer:
        """Create the message. There is no idempotency key, so a lost answer is Unclear, never a licence to resend."""
        try:
            made = self._client.messages.create(
                to=outgoing.to,
                from_=outgoing.sender,
                body=outgoing.body,
                status_callback=outgoing.receipt_url,
                **({"validity_period": outgoing.valid_seconds} if outgoing.valid_seconds else {}),
            )
        except TwilioRestException as error:
            return _judge(error)
        except (requests.ConnectTimeout, requests.ConnectionError) as error:
            return NotTaken("no_connection") if _never_left(error) else Unclear("connection_lost")
        except requests.RequestException as error:
            return Unclear(type(error).__name__)
        return _accepted(made)

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        """Find what an unclear attempt made: same numbers and text, not before it, and no message we know."""
        try:
            # No date filter: a message that is still queued has no DateSent, and would be missed.
            listed = self._client.messages.list(to=outgoing.to, from_=outgoing.sender, limit=50)
        except (TwilioRestException, requests.RequestException) as error:
            raise GatewayDownError(type(error).__name__) from error
        same = [
            m for m in listed if m.body == outgoing.body and m.sid not in known and m.date_created >= since - _SLACK
        ]
        return _accepted(same[-1]) if same else None

    def fetch(self, sid: str) -> Accepted | None:
        """What Twilio knows of one message."""
        try:
            return _accepted(self._client.messages(sid).fetch())
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise GatewayDownError(str(error.code)) from error
        except requests.RequestException as error:
            raise GatewayDownError(type(error).__name__) from error

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        """What came in for the number, whatever the webhooks told us. Twilio may read ``since`` as its whole day."""
        try:  # in UTC: the SDK writes the time as it stands, with a Z behind it
            listed = self._client.messages.list(to=number, date_sent_after=since.astimezone(UTC), page_size=_PAGE)
        except (TwilioRestException, requests.RequestException) as error:
            raise GatewayDownError(type(error).__name__) from error
        arrived = [_arrived(m) for m in reversed(listed) if m.direction == "inbound"]  # newest first, to the second
        return sorted((a for a in arrived if a.at >= since), key=lambda a: a.at.timestamp())

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """Check X-Twilio-Signature over the public URL and every field, untrimmed."""
        return bool(self._validator.validate(url, form, signature))


def _accepted(message: MessageInstance) -> Accepted:
    code = message.error_code
    return Accepted(
        str(message.sid), status_of(str(message.status or "queued")) or "sending", str(code) if code else None
    )


def _arrived(message: MessageInstance) -> Arrived:
    return Arrived(
        sid=str(message.sid),
        sender=str(message.from_),
        to=str(message.to),
        body=str(message.body or ""),
        at=message.date_sent or message.date_created,
        media=int(message.num_media or 0),
    )


def _judge(error: TwilioRestException) -> Answer:
    if error.status == 429 or error_class(error.code) == "rate":
        return NotTaken("rate")
    if error.status >= 500:
        return Unclear(str(error.status))
    if error.status in (401, 403) and error_class(error.code) == "unseen":
        return Refused(_NOT_LET_IN)  # there are many codes for it, and new ones
    return Refused(str(error.code or error.status))


def _never_left(error: requests.RequestException) -> bool:
    """True when no connection was made, so the request cannot have arrived."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)

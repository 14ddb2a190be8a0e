"""The only file that imports twilio: send, look up, signature. The SDK is Twilio's own; only the host can differ.

What is not Twilio's own answer says nothing: between us stand proxies that answer with pages of theirs, and the SDK
then fails in many ways. Such an attempt is Unclear, such a question GatewayDownError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance
from urllib3.exceptions import NewConnectionError

from bot.delivery import error_class, status_of
from bot.gateway import Accepted, Answer, Arrived, GatewayDownError, Left, NotTaken, Outgoing, Refused, Unclear

TIMEOUT_SECONDS = 10
#: Kept open at most: the SDK keeps four more than there are cores, and each thread beyond made a new one for each SMS.
_CONNECTIONS = 64
_TWILIO = "https://api.twilio.com"
#: Twilio's clock and ours may differ a little.
_SLACK = timedelta(minutes=2)
_PAGE = 500
#: Twilio's code for a log-in that it does not take.
_NOT_LET_IN = "20003"
#: Twilio's code for a message that it does not have.
_UNKNOWN = 20404
#: However long we are told to stay away: a resident waits.
_LONGEST_REST = 60.0
#: What the SDK raises over an answer that is not Twilio's.
_NO_ANSWER = (TwilioException, requests.RequestException, ValueError, TypeError, KeyError, AttributeError)


class _TooManyError(Exception):
    """Told to slow down; ``after`` so many seconds, 0 where that was not said."""

    def __init__(self, after: float) -> None:
        super().__init__()
        self.after = after


class _Session(requests.Session):
    """Reads the environment's proxies and certificates once a host: at each request they are a third of its cost."""

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(pool_maxsize=_CONNECTIONS))
        self._known: dict[str, Any] = {}

    def merge_environment_settings(self, url: Any, *given: Any) -> Any:
        host = "://".join(urlsplit(url)[:2])
        if host not in self._known:
            self._known[host] = super().merge_environment_settings(url, *given)
        return self._known[host]


class _Http:
    """Twilio's own HTTP client, sent to another host when the settings say so."""

    is_async = False

    def __init__(self, api_url: str, transport: BaseAdapter | None, seconds: float) -> None:
        self._inner = TwilioHttpClient(timeout=seconds)
        self._inner.session = _Session()
        self._api_url = api_url.rstrip("/")
        if transport is not None:
            for scheme in ("https://", "http://"):  # wherever the SDK would go, nothing leaves by another way
                self._inner.session.mount(scheme, transport)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(url)
        if self._api_url != _TWILIO:  # whichever of Twilio's hosts it is: TWILIO_REGION and TWILIO_EDGE choose others
            url = self._api_url + urlunsplit(("", "", parts.path, parts.query, ""))
        response = self._inner.request(method, url, *args, **kwargs)
        if response.status_code == requests.codes.too_many_requests:  # the SDK would lose the header
            raise _TooManyError(_seconds((response.headers or {}).get("Retry-After", "")))
        return response


class TwilioGateway:
    """SMS by Twilio's REST API. ``transport`` carries the requests, where they do not go over the network."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_url: str = _TWILIO,
        transport: BaseAdapter | None = None,
        seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._client = Client(account_sid, auth_token, http_client=_Http(api_url, transport, seconds))
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
            return _accepted(made)
        except _TooManyError as error:
            return NotTaken("rate", error.after)
        except TwilioRestException as error:
            return _judge(error)
        except (requests.ConnectTimeout, requests.ConnectionError) as error:
            return NotTaken("no_connection") if _never_left(error) else Unclear("connection_lost")
        except _NO_ANSWER as error:
            return Unclear(type(error).__name__)

    def look_up(self, outgoing: Outgoing, since: datetime, known: frozenset[str]) -> Accepted | None:
        """Find what an unclear attempt made: same numbers and text, not before it, and no message we know."""
        with _asking():
            # No date filter: a message that is still queued has no DateSent, and would be missed.
            listed = self._client.messages.list(to=outgoing.to, from_=outgoing.sender, limit=50)
            same = [
                m for m in listed if m.body == outgoing.body and m.sid not in known and m.date_created >= since - _SLACK
            ]
            return _accepted(same[-1]) if same else None

    def fetch(self, sid: str) -> Accepted | None:
        """What Twilio knows of one message."""
        with _asking():
            try:
                return _accepted(self._client.messages(sid).fetch())
            except TwilioRestException as error:
                if error.code != _UNKNOWN:  # a page of somebody else's is a 404 too
                    raise
                return None

    def list_inbound(self, number: str, since: datetime) -> Sequence[Arrived]:
        """What came in for the number, whatever the webhooks told us. Twilio may read ``since`` as its whole day."""
        with _asking():  # in UTC: the SDK writes the time as it stands, with a Z behind it
            listed = self._client.messages.list(to=number, date_sent_after=since.astimezone(UTC), page_size=_PAGE)
            arrived = [_arrived(m) for m in reversed(listed) if m.direction == "inbound"]  # newest first, to the second
        return sorted((a for a in arrived if a.at >= since), key=lambda a: a.at.timestamp())

    def list_outbound(self, number: str, since: datetime) -> Sequence[Left]:
        """What Twilio took from the number. No date filter: what is still queued there has no DateSent."""
        with _asking():
            newest_first = self._client.messages.stream(from_=number, page_size=_PAGE)
            lately = takewhile(lambda m: m.date_created >= since - _SLACK, newest_first)
            return [_left(m) for m in lately if m.direction != "inbound"][::-1]

    def is_genuine(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """Check X-Twilio-Signature over the public URL and every field, untrimmed."""
        return bool(self._validator.validate(url, form, signature))


@contextmanager
def _asking() -> Iterator[None]:
    """Whatever comes instead of an answer is GatewayDownError, and names nobody."""
    try:
        yield
    except _TooManyError as error:
        raise GatewayDownError("rate") from error
    except _NO_ANSWER as error:
        code = error.code if isinstance(error, TwilioRestException) else type(error).__name__
        raise GatewayDownError(str(code)) from error


def _accepted(message: MessageInstance) -> Accepted:
    if not message.sid:
        raise ValueError("a message without its id is not Twilio's")
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


def _left(message: MessageInstance) -> Left:
    known = _accepted(message)
    to, body, at = str(message.to), str(message.body or ""), message.date_created
    return Left(known.sid, to, body, at, known.status, known.error)


def _judge(error: TwilioRestException) -> Answer:
    if error_class(error.code) == "rate":
        return NotTaken("rate")
    if error.status >= 500:
        return Unclear(str(error.status))
    if error.status in (401, 403) and error_class(error.code) == "unseen":
        return Refused(_NOT_LET_IN)  # there are many codes for it, and new ones
    if error.code == error.status:
        return Unclear(str(error.status))  # no code of Twilio's: somebody else said so
    return Refused(str(error.code))


def _seconds(said: str) -> float:
    """What Retry-After says, where that is a number; 0: nothing that we can use."""
    return min(float(said), _LONGEST_REST) if said.isascii() and said.isdigit() else 0.0


def _never_left(error: requests.RequestException) -> bool:
    """True when no connection was made, so the request cannot have arrived."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)

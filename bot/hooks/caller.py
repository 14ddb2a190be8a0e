"""One HTTP call to an address that somebody else has chosen: never into our own house, and never to where it sends us.

Each address that a name leads to is judged before it is asked for a connection, so that nobody learns by us which doors
of our house are open; and the connection goes to the very address that was judged, whatever the name server says then.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NameResolutionError
from urllib3.poolmanager import PoolManager

from bot.hooks.hourglass import at_most, held
from bot.hooks.port import Answered

#: To connect, and to answer; and for all of it, however it drips: others wait to be told.
_TIMES = (5.0, 10.0)
_WHOLE = 20.0
_LONGEST = 500
_TRANSLATED = IPv6Network("64:ff9b::/96")


class AddressError(ValueError):
    """Calls may not go to this address; the message says why."""


class _OwnHouseError(OSError):
    """The connection led into our own network."""


def is_public(address: str) -> bool:
    """True for an address of the open internet, of either family."""
    found = ip_address(address)
    return all(each.is_global and not each.is_multicast for each in _meant(found))


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address, and those of the older kind that a gateway makes of it (RFC 4291, 6052, 3056, 4380)."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in _TRANSLATED else None
    return [address, *(each for each in (address.sixtofour, translated, *(address.teredo or ())) if each is not None)]


def checked_url(url: str, *, is_demo: bool = False) -> str:
    """The address, when it may be called. Raises ``AddressError``. In the demo also http, and this machine."""
    parts = urlsplit(url.strip())
    if len(url) > _LONGEST or any(c.isspace() or ord(c) < 32 for c in url.strip()):
        raise AddressError("The address is too long or has spaces in it.")
    if parts.scheme not in (("https", "http") if is_demo else ("https",)) or not parts.hostname:
        raise AddressError("The address must begin with https://.")
    if parts.username or parts.password or parts.fragment:
        raise AddressError("The address may hold neither a user name, a password nor a #.")
    return url.strip()


class Caller:
    """Posts, each time on a new connection, and says what came of it. No proxy, no redirect, no cookie; the answer's
    body is not read.
    """

    def __init__(self, is_allowed: Callable[[str], bool] = is_public, seconds: float = _WHOLE) -> None:
        self._is_allowed, self._seconds = is_allowed, seconds

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Adapter(self._is_allowed))
        return session

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """One call. Nothing is raised: an address that cannot be reached is an answer too."""
        try:
            with at_most(self._seconds), self._session() as session:
                told = session.post(url, data=body, headers=headers, timeout=_TIMES, allow_redirects=False, stream=True)
                code = told.status_code
                told.close()
        except requests.RequestException as error:
            return Answered("OwnHouse" if _led_home(error) else type(error).__name__)
        return Answered("" if 200 <= code < 300 else f"HTTP {code}", is_gone=code == 410)


def _led_home(error: BaseException) -> bool:
    seen: Any = error
    while seen is not None:
        if isinstance(seen, _OwnHouseError):
            return True
        reason = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = reason if isinstance(reason, BaseException) else seen.__cause__ or seen.__context__
    return False


class _Adapter(HTTPAdapter):
    def __init__(self, is_allowed: Callable[[str], bool]) -> None:
        self._is_allowed = is_allowed
        super().__init__(pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _pools(self._is_allowed)


def _pools(is_allowed: Callable[[str], bool]) -> dict[str, type[HTTPConnectionPool]]:
    """Pools whose connections go only where they may."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, super()._new_conn, is_allowed)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, super()._new_conn, is_allowed)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _connected(
    connection: HTTPConnection, connect: Callable[[], socket.socket], is_allowed: Callable[[str], bool]
) -> socket.socket:
    """A connection to an address that was judged. The certificate and the Host header are still asked for by name."""
    name = connection.host
    addresses = _addresses(connection)
    if not all(is_allowed(address.partition("%")[0]) for address in addresses):
        raise _OwnHouseError
    failed: HTTPError = NameResolutionError(name, connection, socket.gaierror("no address"))
    try:
        for connection.host in addresses:
            try:
                return held(connect())
            except HTTPError as error:  # perhaps another of them is there
                failed = error
    finally:
        connection.host = name
    raise failed


def _addresses(connection: HTTPConnection) -> list[str]:
    """What the name leads to, each once, in the order in which they are to be tried."""
    try:
        told = socket.getaddrinfo(connection.host, connection.port or 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameResolutionError(connection.host, connection, socket.gaierror(str(error))) from error
    return list(dict.fromkeys(str(each[4][0]) for each in told))

"""Reads ``SMTP_URL`` and ``MAIL_FROM``: where the server is, how it is spoken to, and in whose name."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

_HOW = "Write it like this: smtp://name:password@mail.example.dk:587, or smtps://… for TLS from the first byte"
_PORTS = {"smtp": 587, "smtps": 465}


class ServerError(ValueError):
    """The address of the server, or of the sender, cannot be used; the message says why. It never holds a password."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. ``tls``: from the first byte, by STARTTLS, or none, which only an own network may do without."""

    host: str
    port: int
    tls: str  #: first, starttls or none
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password: this may end in a log."""
        return f"Server({self.host}:{self.port}, {self.tls})"


def read_server(url: str) -> Server:
    """The server of an ``SMTP_URL``. Raises ServerError."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise ServerError(_HOW) from error
    if not port or not parts.hostname:
        raise ServerError(_HOW)
    wanted = parse_qs(parts.query).get("starttls", ["on"])[0]
    tls = "first" if parts.scheme == "smtps" else "none" if wanted == "off" else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ServerError(f"It takes both a name and a password, or neither. {_HOW}")
    if tls == "none" and password:
        raise ServerError("A password is never sent without TLS: leave starttls=off out, or the password")
    return Server(parts.hostname, port, tls, user, password)


def read_sender(text: str) -> tuple[str, str]:
    """Name and address of ``MAIL_FROM``; the name is the product's where none is given. Raises ServerError."""
    name, address = parseaddr(text)
    local, at, domain = address.rpartition("@")
    if not (at and local and "." in domain and address.isascii()) or any(c in text for c in "\r\n"):
        raise ServerError("Write it like this: redningskrans@bolig.example.dk, or Redningskrans <…@…>")
    return name or "Redningskrans", address

"""A real mail server on this machine, for tests: aiosmtpd with STARTTLS and log-in, or one that behaves badly."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "redningskrans", "et kodeord: med @ og /"


@dataclass
class Post:
    """What came, and how the server answers: ``says`` by verb (MAIL, RCPT, DATA), in turn; then 250."""

    letters: list[EmailMessage] = field(default_factory=list)
    says: dict[str, list[str]] = field(default_factory=dict)
    logged_in: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    before_answer: Any = None  #: called when a letter is there and the answer is not

    def _answer(self, verb: str) -> str:
        waiting = self.says.get(verb, [])
        return waiting.pop(0) if waiting else "250 OK"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  the library's name
        self.encrypted.append(session.ssl is not None)
        envelope.mail_from = address
        return self._answer("MAIL")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  the library's name
        answer = self._answer("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  the library's name
        answer = self._answer("DATA")
        if answer.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.before_answer is not None:
            self.before_answer()
        return answer


@dataclass
class Certificate:
    """For this machine, signed by itself."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certificate(folder: Path) -> Certificate:
    """Made anew: none is kept in the tree."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return Certificate(server, ssl.create_default_context(cafile=str(file)))


@contextmanager
def serving(
    post: Post, tls: ssl.SSLContext | None = None, *, first: bool = False, login: bool = False
) -> Iterator[int]:
    """The server on a port of its own. ``tls`` is demanded, by STARTTLS or from the ``first`` byte."""

    def allowed(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        if (data.login, data.password) == (USER.encode(), PASSWORD.encode()):
            post.logged_in.append(data.login.decode())
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False)

    more: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "ready_timeout": 10}
    if tls is not None and first:
        more["ssl_context"] = tls
    elif tls is not None:
        more |= {"tls_context": tls, "require_starttls": True}
    if login:
        more |= {"authenticator": allowed, "auth_required": True, "auth_require_tls": not first}
    server = _OnAFreePort(post, **more)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


class _OnAFreePort(Controller):
    """The library asks a server of port 0 for it before it knows which port that became."""

    def __init__(self, handler: Any, **more: Any) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            more["port"] = probe.getsockname()[1]
        super().__init__(handler, **more)


@contextmanager
def rude(*lines: bytes, then_hang: bool = False) -> Iterator[int]:
    """A server that says one line at each of ours, whatever it was, and then hangs up or falls silent."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def answer() -> None:
        with listening.accept()[0] as wire:
            wire.settimeout(10)
            for number, line in enumerate(lines):
                if number and not wire.recv(65536):
                    return
                wire.sendall(line + b"\r\n")
            wire.recv(65536)
            if then_hang:
                over.wait(10)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        thread.join(10)
        listening.close()

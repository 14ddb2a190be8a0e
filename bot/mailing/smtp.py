"""Carries e-mails by SMTP. The only file that speaks to a mail server. Never an address or a text in a log.

4xx and a server that cannot be reached: later. 5xx to the recipient or the letter: never. 5xx to our log-in or our
sender: later, for that is mended by a human and then holds for all. After the letter has been handed over and before
the answer: unclear, and never sent again.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from bot.mailing.port import Later, Letter, Never, Outcome, Taken, Unclear
from bot.mailing.server import Server

#: To connect, and for each answer; the time that a server takes for a letter is within it.
_SECONDS = 20.0


class NoTlsError(smtplib.SMTPException):
    """The server offers no STARTTLS."""


class SmtpMailer:
    """One connection a letter: there are few."""

    def __init__(
        self, server: Server, sender: tuple[str, str], tls: ssl.SSLContext | None = None, seconds: float = _SECONDS
    ) -> None:
        self._server, self._sender, self._seconds = server, sender, seconds
        self._tls = tls or ssl.create_default_context()

    def send(self, letter: Letter, handing_over: Callable[[], None]) -> Outcome:
        """Hand one letter over."""
        try:
            message = written(letter, self._sender).as_bytes()
            letter.to.encode("ascii")
        except ValueError:
            return Never("address")
        try:
            smtp = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return Later(_code(error))
        try:
            return self._hand_over(smtp, letter, message, handing_over)
        finally:
            smtp.close()  # without a word: what is taken is taken, and a farewell may hang

    def check(self) -> None:
        """Connect and log in. Raises OSError or SMTPException."""
        self._connect().close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "first":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=self._seconds, context=self._tls)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        try:
            self._greet(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self._server.tls == "starttls":
            if not smtp.has_extn("starttls"):
                raise NoTlsError
            smtp.starttls(context=self._tls)
            smtp.ehlo()
        if self._server.password:
            smtp.login(self._server.user, self._server.password)

    def _hand_over(
        self, smtp: smtplib.SMTP, letter: Letter, message: bytes, handing_over: Callable[[], None]
    ) -> Outcome:
        try:
            code, _ = smtp.mail(self._sender[1])
            if code != 250:
                return Later(f"from {code}")
            code, _ = smtp.rcpt(letter.to)
        except (OSError, smtplib.SMTPException) as error:
            return Later(_code(error))
        if code not in (250, 251):
            return _refused(code)
        handing_over()
        try:
            code, _ = smtp.data(message)
        except smtplib.SMTPDataError as error:  # it was told not to begin
            return _refused(error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            return Unclear(_code(error))
        return Taken() if 200 <= code < 300 else _refused(code)


def written(letter: Letter, sender: tuple[str, str]) -> EmailMessage:
    """The letter as it leaves. Raises ValueError for an address that cannot stand in a header."""
    domain = sender[1].rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr(sender)
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<mail.{letter.number}.{int(letter.at.timestamp())}@{domain}>"  # the same at each try
    message["Auto-Submitted"] = "auto-generated"  # no holiday reply comes back
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.body)
    return message


def _refused(code: int) -> Outcome:
    return Never(str(code)) if code >= 500 else Later(str(code))


def _code(error: BaseException) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__

"""Sends the mails of the outbox: one sender at a time by a lease, each mail never twice.

Before the first word of a letter leaves it is written down as given up for being unclear, and the server's answer takes
that back. So who dies in between leaves a mail that nobody sends again, and the notices say so; who dies before that
leaves one that is sent when the lease has run out.
"""

from __future__ import annotations

import os
import platform
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never
from uuid import uuid4

import structlog
from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session, joinedload

from bot import lease
from bot.backoff import pause
from bot.clock import Clock, in_utc, machine_clock
from bot.db import Database
from bot.incidents import end, report
from bot.mailing.letters import written_out
from bot.mailing.port import KeepingMailer, Later, Letter, Mailer, Never, Outcome, Taken, Unclear
from bot.models import Mail
from bot.models.desk import UNSENT

log = structlog.get_logger()

_LEASE_NAME = "mail"
#: What stands on a mail from its first word on until the server has answered, and for good when it never does.
UNCLEAR = "unclear"
#: Longer than one letter can take, from the first connection on.
LEASE = timedelta(minutes=4)
_FIRST, _LONGEST = timedelta(seconds=5), timedelta(minutes=10)
#: For so long the server may be away before a human is told.
_PATIENCE = timedelta(minutes=5)
#: How old a mail may grow before it is no use any more.
_USE = {
    "waiting": timedelta(hours=1),
    "digest": timedelta(hours=4),
    "crisis": timedelta(hours=12),
}
_USE_ELSE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taking:
    """A mail in hand, at its ``tries``-th try."""

    mail_id: int
    tries: int
    letter: Letter


class OvertakenError(Exception):
    """Another process has the mail in hand: this one was away for too long."""


class Postman:
    """Sends what is due, one mail at a time. Without a ``mailer`` nothing is mailed, and each mail says so."""

    def __init__(
        self, db: Database, clock: Clock, mailer: Mailer | None, public_url: str, machine: Clock = machine_clock
    ) -> None:
        self._db, self._clock, self._mailer, self._public_url = db, clock, mailer, public_url
        self._machine, self._hand = in_utc(machine), threading.Lock()
        self.name = f"{platform.node()[:24]}:{os.getpid()}:{uuid4().hex[:8]}"

    def send_next(self) -> bool:
        """Deal with the next mail that is due; True when there was one and this process is the sender."""
        with self._db.read() as session:  # a look that finds nothing must not keep others from writing
            if session.scalar(_due(self._clock())) is None:
                return False
        if not self._hand.acquire(blocking=False):
            return False
        try:
            return self._leads() and self._deal()
        finally:
            self._hand.release()

    def stop(self) -> None:
        """Let another process be the sender at once."""
        lease.give_up(self._db, _LEASE_NAME, self.name)

    def _leads(self) -> bool:
        now = self._machine()
        return lease.take(self._db, _LEASE_NAME, self.name, now, now + LEASE)

    def _deal(self) -> bool:
        found = self._take()
        if isinstance(found, Taking) and self._mailer is not None:
            try:
                self._settle(found, self._mailer.send(found.letter, lambda: self._handing_over(found)))
            except OvertakenError:
                log.warning("A mail was taken over by another process", action="mail_overtaken", mail=found.mail_id)
        return found is not None

    def _take(self) -> Taking | Literal["dropped"] | None:
        with self._db.write() as session:
            now = self._clock()
            mail = session.scalar(_due(now).options(joinedload(Mail.adviser)))
            if mail is None:
                return None
            why = self._no_use(mail, now)
            if why:
                _give_up(mail, why, now)
                return "dropped"
            mail.tries += 1
            mail.due_at = now + pause(mail.id, mail.tries, _FIRST, _LONGEST)  # should we die now, it goes then
            body = written_out(mail.kind, mail.adviser.name.split(" ")[0], mail.body, self._public_url)
            return Taking(mail.id, mail.tries, Letter(mail.id, mail.adviser.email, mail.subject, body, mail.at))

    def _no_use(self, mail: Mail, now: datetime) -> str:
        if self._mailer is None:
            return "no_server"
        if not mail.adviser.is_active:
            return "left"
        if isinstance(self._mailer, KeepingMailer):  # the demo's clock jumps
            return ""
        return "too_late" if now - mail.at > _USE.get(mail.kind, _USE_ELSE) else ""

    def _handing_over(self, taking: Taking) -> None:
        with self._db.write() as session:
            mail = session.get(Mail, taking.mail_id, with_for_update=True)
            if mail is None or mail.tries != taking.tries or mail.given_up_at or mail.sent_at:
                raise OvertakenError
            mail.given_up_at, mail.error = self._clock(), UNCLEAR

    def _settle(self, taking: Taking, outcome: Outcome) -> None:
        with self._db.write() as session:
            mail = session.get(Mail, taking.mail_id, with_for_update=True)
            if mail is None or mail.tries != taking.tries:  # the adviser was removed, or another has it in hand
                return
            self._write_down(session, mail, outcome, self._clock())
        log.info("A mail was dealt with", action="mailed", mail=taking.mail_id, outcome=type(outcome).__name__)

    def _write_down(self, session: Session, mail: Mail, outcome: Outcome, now: datetime) -> None:
        match outcome:
            case Taken():
                mail.sent_at, mail.given_up_at, mail.error = now, None, None
                if not isinstance(self._mailer, KeepingMailer):
                    mail.body = ""  # a link in it opens a door
                end(session, "mail_down", now)
            case Later(why):
                mail.given_up_at, mail.error = None, why[:80]
                if now - mail.at > _PATIENCE:
                    report(session, "mail_down", now, code=why[:40])
            case Never(why):
                _give_up(mail, why, now)
            case Unclear():
                _give_up(mail, UNCLEAR, now)
            case _:
                assert_never(outcome)


def _due(now: datetime) -> Select[Mail]:
    """The next one: a crisis goes first, however many others wait for a slow server."""
    others = case((Mail.kind == "crisis", 0), else_=1)
    return select(Mail).where(UNSENT, Mail.due_at <= now).order_by(others, Mail.due_at, Mail.id).limit(1)


def _give_up(mail: Mail, why: str, now: datetime) -> None:
    mail.given_up_at, mail.error, mail.body = now, why[:80], ""

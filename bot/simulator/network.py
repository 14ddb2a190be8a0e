"""The phone network: takes SMS from the service and from the handsets, and tells the service by signed webhooks.

The network is instantaneous: what is accepted has arrived (or has not) in the same transaction, which also leaves the
receipts for the postman. Only the words about an SMS travel, and only they can be late, lost or repeated.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Clock, machine_clock
from bot.db import Database
from bot.simulator import faults, webhooks
from bot.simulator.directory import Directory
from bot.simulator.errors import NEVER_LEFT, AnswerLostError, RefusedError
from bot.simulator.journal import note
from bot.simulator.postman import Post, Postman, post
from bot.simulator.tables import SimCallback, SimMessage, create_tables
from bot.sms import segments

#: How long the answer to a create call is held back when it is to be lost: longer than any client waits.
HOLD = 12.0
_FLAWED = {"500": 20500, "429": 20429}


@dataclass(frozen=True, slots=True)
class Submission:
    """An SMS as the service hands it in."""

    to: str
    sender: str
    body: str
    status_callback: str | None = None
    media: tuple[str, ...] = ()


class Network:
    """One account at the gateway, and all handsets.

    ``db`` holds the network's own tables; ``directory`` knows whose handset a number is (the same database by
    default). ``hold`` is in seconds: 0 cuts the connection at once.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        account_sid: str,
        auth_token: str,
        public_url: str,
        *,
        directory: Directory | None = None,
        hold: float = HOLD,
        machine: Clock = machine_clock,
        post: Post = post,
    ) -> None:
        self.db = db
        self.clock = clock
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.public_url = public_url.rstrip("/")
        self.directory = directory or Directory(db)
        self.hold = hold
        self.machine = machine
        self.stopping = threading.Event()
        self.postman = Postman(db, auth_token, machine, self._ended, post)
        create_tables(db)

    def start(self) -> None:
        """Begin to deliver webhooks: in one process, and after any fork."""
        self.stopping.clear()
        self.postman.start()

    def stop(self) -> None:
        """Stop delivering; what waits is delivered after the next start."""
        self.stopping.set()
        self.postman.stop()

    def idle(self) -> bool:
        """True when no webhook waits to be delivered."""
        return self.postman.idle()

    def drain(self, timeout: float) -> bool:
        """Wait until no webhook waits any more; False when that took longer than ``timeout`` seconds."""
        return self.postman.drain(timeout)

    def accept(self, sms: Submission) -> SimMessage:
        """Take an SMS from the service. Raises RefusedError, or AnswerLostError when it was taken all the same."""
        now = self.clock()
        with self.db.write() as session:
            fault = faults.take(session, "create", sms.to) or ""
            refusal = _FLAWED.get(fault) or (int(fault) if fault.startswith("2") else None)
            if fault in _FLAWED:
                note(session, now, "provider_error", sms.to, fault)
            else:
                message = self._carry(session, sms, fault, now)
        if refusal:
            raise RefusedError(refusal)
        self.postman.wake()
        if fault == "timeout":
            raise AnswerLostError(AnswerLostError.__doc__)
        return message

    def _carry(self, session: Session, sms: Submission, fault: str, now: datetime) -> SimMessage:
        code = int(fault) if fault[:1] in ("2", "3", "6") else None
        status = _fate(code)
        message = _message("outbound-api", sms.to, sms.sender, sms.body, sms.media, now)
        message.status, message.error_code, message.status_callback = status, code, sms.status_callback
        message.is_resource = status != "refused"
        session.add(message)
        session.flush()
        note(session, now, fault if fault in ("timeout", "lost_receipt") else status, sms.to, str(code or ""))
        if sms.status_callback and status != "refused" and fault != "lost_receipt":
            for step in (status,) if status == "failed" else ("sent", status):
                form = webhooks.receipt(message, step, self.account_sid)
                webhooks.leave(session, message, sms.status_callback, form, self.machine())
        return message

    def send_from_phone(self, phone: str, to: str, body: str, media: tuple[str, ...] = ()) -> SimMessage:
        """Somebody writes on the handset: stored at once, and the service gets its webhook."""
        now = self.clock()
        message = _message("inbound", phone, to, body, media, now)
        with self.db.write() as session:
            session.add(message)
            session.flush()
            repeats = faults.take(session, "inbound", phone) == "duplicate"
            note(session, now, "duplicate" if repeats else "wrote", phone)
            form = webhooks.inbound(message, self.account_sid)
            url = f"{self.public_url}/sms/inbound"
            webhooks.leave(session, message, url, form, self.machine(), times=3 if repeats else 1)
        self.postman.wake()
        return message

    def _ended(self, session: Session, callback: SimCallback, status: int | None) -> None:
        message = session.get(SimMessage, callback.message_id)
        if message and message.status == "receiving":
            message.status = "received"
        if status is None or status >= 300:
            note(session, self.clock(), "webhook_failed", callback.phone, str(status or ""))


def _fate(code: int | None) -> str:
    """What becomes of an SMS: Twilio's 2xxxx refuse it at once, the others take it and tell later."""
    if code is None:
        return "delivered"
    if code in NEVER_LEFT:
        return "failed"
    return "refused" if 20000 <= code < 30000 else "undelivered"


def _message(direction: str, phone: str, service: str, body: str, media: tuple[str, ...], now: datetime) -> SimMessage:
    return SimMessage(
        sid=("MM" if media else "SM") + secrets.token_hex(16),
        direction=direction,
        phone=phone,
        service=service,
        body=body,
        media=list(media),
        status="receiving",
        segments=max(1, segments(body)),
        is_resource=True,
        is_redacted=False,
        at=now,
        updated_at=now,
    )

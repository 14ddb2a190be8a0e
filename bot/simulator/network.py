"""The phone network: takes SMS from the service and from the handsets, and tells the service by signed webhooks.

The network is instantaneous: what is accepted has arrived (or has not) in the same transaction, which also leaves the
receipts for the postman. Only the words about an SMS travel, and only they can be late, lost or repeated.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import Clock, machine_clock
from bot.db import Database
from bot.simulator import faults, webhooks
from bot.simulator.directory import Directory
from bot.simulator.errors import NEVER_LEFT, AnswerLostError, CutOffError, NetworkError, PageError, RefusedError
from bot.simulator.journal import note
from bot.simulator.postman import Post, Postman, post
from bot.simulator.tables import SimCallback, SimMessage, create_tables
from bot.sms import segments

#: How long the answer to a create call is held back when it is to be lost: longer than any client waits.
HOLD = 12.0
#: How long a webhook is on its way when it is to be late: others of the same handset overtake it.
LATE = timedelta(seconds=1)
#: How long the answer to a create call waits for the receipts that are to come before it.
_EARLY = 5.0
_RETRY_AFTER = 2  # seconds
_PAGES = {"502": 502, "503": 503, "504": 504, "html": 200}
_LOOKS: dict[str, NetworkError] = {
    "look_503": PageError(503),
    "look_html": PageError(200),
    "look_reset": CutOffError(CutOffError.__doc__),
}


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
        """Take an SMS from the service. Raises a NetworkError where that is not the answer; it may be taken still."""
        now, message = self.clock(), None
        with self.db.write() as session:
            fault = faults.take(session, "create", sms.to) or ""
            if fault in faults.NOT_TAKEN:
                note(session, now, "provider_error", sms.to, fault)
            else:
                message = self._carry(session, sms, fault, now)
        self.postman.wake()
        trouble = _trouble(fault)
        if trouble is not None or message is None:
            raise trouble or RefusedError(20500)
        if fault == "slow":
            self.stopping.wait(self.hold)
        if fault == "early_receipt":
            self.postman.drain(_EARLY, message.id)
        return message

    def look(self, phone: str) -> None:
        """Somebody asks the API what it has. Raises the NetworkError that is planned for it."""
        with self.db.read() as session:
            if not faults.is_planned(session, "look"):
                return
        with self.db.write() as session:
            trouble = _LOOKS.get(faults.take(session, "look", phone) or "")
            if trouble is not None:
                note(session, self.clock(), "provider_error", phone, "look")
        if trouble is not None:
            raise trouble

    def _carry(self, session: Session, sms: Submission, fault: str, now: datetime) -> SimMessage:
        code = int(fault) if len(fault) == 5 and fault.isdigit() else None
        status = _fate(code)
        message = _message("outbound-api", sms.to, sms.sender, sms.body, sms.media, now)
        message.status, message.error_code, message.status_callback = status, code, sms.status_callback
        message.is_resource = status != "refused"
        session.add(message)
        session.flush()
        note(session, now, fault if fault in faults.TAKEN else status, sms.to, str(code or ""))
        if sms.status_callback and status != "refused" and fault != "lost_receipt":
            steps = [status] if status == "failed" else ["sent", status]
            for step in reversed(steps) if fault == "swapped_receipt" else steps:
                form = webhooks.receipt(message, step, self.account_sid)
                times = 2 if fault == "double_receipt" else 1
                webhooks.leave(session, message, sms.status_callback, form, self.machine(), times)
        return message

    def send_from_phone(self, phone: str, to: str, body: str, media: tuple[str, ...] = ()) -> SimMessage:
        """Somebody writes on the handset: stored at once, and the service gets its webhook."""
        now = self.clock()
        message = _message("inbound", phone, to, body, media, now)
        with self.db.write() as session:
            session.add(message)
            session.flush()
            fault = faults.take(session, "inbound", phone) or ""
            note(session, now, fault or "wrote", phone)
            self._tell(session, message, fault)
        self.postman.wake()
        return message

    def _tell(self, session: Session, message: SimMessage, fault: str) -> None:
        if fault == "lost_inbound":
            message.status = "received"
            return
        form, url = webhooks.inbound(message, self.account_sid), f"{self.public_url}/sms/inbound"
        is_late, times = fault == "late_inbound", 3 if fault == "duplicate" else 1
        due = self.machine() + (LATE if is_late else timedelta(0))
        webhooks.leave(session, message, url, form, due, times, is_late=is_late)

    def _ended(self, session: Session, callback: SimCallback, status: int | None) -> None:
        message = session.get(SimMessage, callback.message_id)
        if message and message.status == "receiving":
            message.status = "received"
        if status is None or status >= 300:
            note(session, self.clock(), "webhook_failed", callback.phone.lstrip(webhooks.BY_ITSELF), str(status or ""))


def _trouble(fault: str) -> NetworkError | None:
    """What the API answers instead of the message."""
    if fault in _PAGES:
        return PageError(_PAGES[fault])
    if fault.startswith("429"):
        return RefusedError(20429, _RETRY_AFTER if fault == "429_later" else None)
    if fault == "500" or (fault.startswith("2") and fault.isdigit()):
        return RefusedError(20500 if fault == "500" else int(fault))
    if fault == "reset":
        return CutOffError(CutOffError.__doc__)
    return AnswerLostError(AnswerLostError.__doc__) if fault == "timeout" else None


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

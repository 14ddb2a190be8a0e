"""What the network tells the service, as Twilio's forms: a receipt for each step, and an SMS from a handset."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from bot.simulator.tables import SimCallback, SimMessage

API_VERSION = "2010-04-01"
#: Before the number of a handset: a line of its own, beside which the others go on.
BY_ITSELF = "~"


def receipt(message: SimMessage, status: str, account_sid: str) -> dict[str, str]:
    """One step of an SMS that the service sent; the error belongs to the last one."""
    failed = {"ErrorCode": str(message.error_code)} if message.error_code and status == message.status else {}
    return {
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.phone,
        "From": message.service,
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
    } | failed


def inbound(message: SimMessage, account_sid: str) -> dict[str, str]:
    """An SMS that somebody wrote on a handset, with its pictures."""
    pictures = {f"MediaUrl{i}": url for i, url in enumerate(message.media)}
    kinds = {f"MediaContentType{i}": "image/jpeg" for i in range(len(message.media))}
    return {
        "MessageSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "AccountSid": account_sid,
        "From": message.phone,
        "To": message.service,
        "Body": message.body,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(message.segments),
        "ApiVersion": API_VERSION,
    } | (pictures | kinds)


def leave(
    session: Session,
    message: SimMessage,
    url: str,
    form: dict[str, str],
    due: datetime,
    times: int = 1,
    *,
    is_late: bool = False,
) -> None:
    """Leave a webhook for the postman, in the transaction that made it true. A late one keeps no other waiting."""
    token, line = str(uuid.uuid4()), (BY_ITSELF if is_late else "") + message.phone
    for _ in range(times):
        callback = SimCallback(phone=line, message_id=message.id, url=url, params=form, token=token, due=due, tries=0)
        session.add(callback)
        session.flush()  # one by one: the ids are the order

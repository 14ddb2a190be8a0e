"""What the network says when it does not take an SMS, in Twilio's own numbers.

NetworkError
├── RefusedError      the API answers with an error and has taken nothing
├── PageError         something that stands before the API answers in its place, with a page
├── CutOffError       the connection breaks before the API has understood what was asked
└── AnswerLostError   the SMS is on its way, but the answer never arrives
"""

from __future__ import annotations

from typing import Any

_TEXTS = {
    20003: "Authenticate",
    20006: "Access Denied",
    20400: "Bad request",
    20404: "The requested resource was not found",
    20429: "Too many requests",
    20500: "Internal server error",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21217: "Phone number does not appear to be valid",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number",
    21609: "Invalid 'StatusCallback' URL",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21635: "'To' number cannot be a landline",
    21659: "'From' is not a Twilio phone number or Short Code country mismatch",
    21660: "Mismatch between the 'From' number and the account",
    21661: "'From' number is not SMS-capable",
    21703: "The Messaging Service does not have a phone number available to send a message",
    21704: "The Messaging Service contains no phone numbers",
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30017: "Carrier network congestion",
    30036: "Validity Period Expired",
    30409: "This message cannot be canceled",
    30410: "Provider timeout error",
    63018: "Rate limit exceeded for Channel",
}
_STATUSES = {20003: 401, 20006: 403, 20404: 404, 20429: 429, 20500: 500}
#: What only Twilio's own words for some errors have beside the message.
_DETAILS = {20003: "Your AccountSid or AuthToken was incorrect."}
#: Taken by the API, and never handed to an operator: these end as failed. The other 3xxxx end as undelivered.
NEVER_LEFT = frozenset({30001, 30002, 30036, 63018})


class NetworkError(Exception):
    """The phone network did not answer as hoped."""


class RefusedError(NetworkError):
    """The API answers with an error and has taken nothing."""

    def __init__(self, code: int, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.status = _STATUSES.get(code, 400)
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}

    def as_json(self) -> dict[str, Any]:
        """Twilio's error document."""
        detail = {"detail": _DETAILS[self.code]} if self.code in _DETAILS else {}
        return detail | {
            "code": self.code,
            "message": text_of(self.code),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


class PageError(NetworkError):
    """Something that stands before the API answers in its place, with a page; its status may be 200."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
        self.page = f"<!doctype html><title>{status}</title><h1>We will be right back</h1>"


class CutOffError(NetworkError):
    """The connection breaks before the API has understood what was asked."""


class AnswerLostError(NetworkError):
    """The SMS is on its way, but the answer never arrives."""


def text_of(code: int) -> str:
    """Twilio's words for a code."""
    return _TEXTS.get(code, f"Error {code}")

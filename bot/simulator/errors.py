"""What the network says when it does not take an SMS, in Twilio's own numbers.

NetworkError
├── RefusedError      the API answers with an error and has taken nothing
└── AnswerLostError   the SMS is on its way, but the answer never arrives
"""

from __future__ import annotations

from typing import Any

_TEXTS = {
    20003: "Authenticate",
    20400: "Bad request",
    20404: "The requested resource was not found",
    20429: "Too many requests",
    20500: "Internal server error",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21609: "Invalid 'StatusCallback' URL",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30409: "This message cannot be canceled",
}
_STATUSES = {20003: 401, 20404: 404, 20429: 429, 20500: 500}


class NetworkError(Exception):
    """The phone network did not answer as hoped."""


class RefusedError(NetworkError):
    """The API answers with an error and has taken nothing."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = _STATUSES.get(code, 400)

    def as_json(self) -> dict[str, Any]:
        """Twilio's error document."""
        return {
            "code": self.code,
            "message": text_of(self.code),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


class AnswerLostError(NetworkError):
    """The SMS is on its way, but the answer never arrives."""


def text_of(code: int) -> str:
    """Twilio's words for a code."""
    return _TEXTS.get(code, f"Error {code}")

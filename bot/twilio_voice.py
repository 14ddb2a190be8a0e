"""Answers to a call as Twilio reads them (TwiML), written by its own library."""

from __future__ import annotations

from twilio.twiml.voice_response import Dial, VoiceResponse

LANGUAGE = "da-DK"
_VOICE = "Polly.Naja"
_RINGS_SECONDS = 20


def forward(number: str, then: str) -> str:
    """Let a number ring; what came of it is told to the address ``then``."""
    response, dial = VoiceResponse(), Dial(action=then, method="POST", timeout=_RINGS_SECONDS)
    dial.number(number)
    response.append(dial)
    return str(response)


def tell(text: str) -> str:
    """Say a text in Danish, and hang up."""
    response = VoiceResponse()
    response.say(text, language=LANGUAGE, voice=_VOICE)
    response.hangup()
    return str(response)


def hang_up() -> str:
    """End the call."""
    response = VoiceResponse()
    response.hangup()
    return str(response)

"""What a caller hears when nobody takes the phone: who we are and when somebody calls. Never a word on any case."""

from __future__ import annotations

from bot.dialogs.effects import Say
from bot.dialogs.texts import render


def away(organisation: str, answer_by: str) -> str:
    """Nobody can take the call now, and we can call back."""
    return render([Say("voice.away", {"organisation": organisation, "answer_by": answer_by})])


def away_hidden(organisation: str) -> str:
    """The same to a number that is hidden: we cannot call it."""
    return render([Say("voice.away_hidden", {"organisation": organisation})])

"""The row of chips under a resident's message, and the editor in which an adviser corrects it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.corrections import corrections_of
from bot.models import Conversation, Correction, Message
from bot.nlu import intents
from handoff.bubbles import heard_chips
from handoff.corrections import find_message, may_correct, meant
from handoff.formats import clock, first_name, moment
from handoff.saying import said
from handoff.wording import word

#: As the list of intents is parted; what stands alone stands last.
GROUPS = {
    "conversation": intents.CONVERSATION,
    "arrears": intents.ARREARS,
    "money": intents.MONEY,
    "situation": intents.SITUATION,
    "wellbeing": intents.WELLBEING,
    "other": intents.OTHER,
}


@dataclass(frozen=True, slots=True)
class HeardRow:
    """What was heard in one message; ``corrected_by`` is a first name once somebody has corrected it."""

    message_id: int
    chips: tuple[str, ...]
    corrected_by: str
    may_correct: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a message can say."""

    name: str
    words: str
    is_ticked: bool
    stands_alone: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """The form under one message. ``history`` tells what was heard and corrected before, oldest first."""

    message_id: int
    time: str
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    history: tuple[str, ...]
    problem: str


def heard_row(message: Message, correction: Correction | None) -> HeardRow | None:
    """The row; none for what we wrote ourselves, and none before the bot has read the message."""
    corrected = correction.intents if correction else None
    chips = heard_chips(message.heard, message.at.date(), corrected)
    if message.direction != "in" or not (chips or may_correct(message)):
        return None
    by = first_name(correction.adviser.name) if correction else ""
    return HeardRow(message.id, chips, by, may_correct(message))


def read_editor(
    session: Session,
    conversation: Conversation,
    message_id: int,
    now: datetime,
    ticked: Collection[str] | None = None,
    problem: str = "",
) -> Editor | None:
    """The editor as it is opened, or with what was ticked when that could not be kept; None: no such message."""
    message = find_message(session, conversation, message_id)
    if message is None:
        return None
    corrections = corrections_of(session, message.id)
    chosen = meant(message, corrections[-1] if corrections else None) if ticked is None else ticked
    return Editor(
        message_id=message.id,
        time=clock(message.at),
        groups=tuple((word("heard_groups", key), _choices(names, chosen)) for key, names in GROUPS.items()),
        history=(
            said("Botten hørte: {in_words}", in_words=_in_words(meant(message, None))),
            *(_corrected(one, now) for one in corrections),
        ),
        problem=problem,
    )


def _choices(names: tuple[str, ...], chosen: Collection[str]) -> tuple[Choice, ...]:
    return tuple(Choice(name, word("heard", name), name in chosen, name == intents.OUT_OF_SCOPE) for name in names)


def _corrected(correction: Correction, now: datetime) -> str:
    return f"{correction.adviser.name}, {moment(correction.at, now)}: {_in_words(correction.intents)}"


def _in_words(names: Collection[str]) -> str:
    return ", ".join(word("heard", name) for name in names) or said("ikke noget bestemt")

"""What the composer is made of beside the field: drafts, suggested answers, times to send later, whom a note can name.

And what is told of an SMS before it goes, in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.models import Conversation
from bot.planned import goes_at
from bot.sms import downgrade, length, segments
from bot.workdays import is_public_holiday
from handoff.drafts import read_drafts
from handoff.formats import clock, full_day, weekday
from handoff.handoffs import Acting
from handoff.mentions import Colleague, colleagues
from handoff.reply_signs import Found, asks_twice, look
from handoff.saying import later
from handoff.saying import said as say
from handoff.send_times import Problem, presets
from handoff.suggested import Suggestion, read_suggestions
from handoff.wording import word


@dataclass(frozen=True, slots=True)
class Choice:
    """A time to send at, in words."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to know before it goes. ``must`` is to be mended."""

    words: str
    must: bool


@dataclass(frozen=True, slots=True)
class Signs:
    """All of them; ``asks`` when the adviser is asked once more, ``key`` names what they have seen then."""

    signs: tuple[Sign, ...] = ()
    asks: bool = False
    must: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """Beside the field."""

    drafts: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()
    times: tuple[Choice, ...] = ()
    first_day: str = ""
    colleagues: tuple[Colleague, ...] = ()


def read_writing(session: Session, acting: Acting, conversation: Conversation, now: datetime) -> Writing:
    """What this adviser has before them when they write here."""
    return Writing(
        drafts=read_drafts(session, acting.adviser_id, conversation.id),
        suggestions=read_suggestions(session, acting, conversation, now),
        times=tuple(Choice(it.key, f"{say(_PRESETS[it.key])} · {weekday(it.at.date())}") for it in presets(now)),
        first_day=now.date().isoformat(),
        colleagues=colleagues(session, conversation.organisation_id, acting.adviser_id),
    )


_PRESETS = {"tomorrow": later("I morgen kl. 9"), "monday": later("På mandag kl. 9")}


def time_words(wanted: datetime | Problem) -> str:
    """When an SMS for that time really goes; or why the time is none."""
    if isinstance(wanted, str):
        return word("writing", wanted)
    goes = goes_at(wanted)
    when = say("{day} kl. {clock}", day=full_day(goes.date()), clock=clock(goes))
    if goes != wanted:
        return word("writing", "goes_after_night", when=when)
    if is_public_holiday(goes.date()) or goes.weekday() > 4:
        kind = word("writing", "holiday" if is_public_holiday(goes.date()) else "weekend")
        return word("writing", "goes_day_off", when=when, day=kind)
    return word("writing", "goes", when=when)


def read_signs(text: str) -> Signs:
    """What is told of these words before they go."""
    found = look(text)
    key = ",".join(f"{each.name}:{each.about}" for each in found if each.name in ("link", "account"))
    signs = tuple(Sign(_sign_words(each), each.must) for each in found)
    return Signs(signs, asks_twice(found), any(each.must for each in found), key)


def _sign_words(found: Found) -> str:
    if found.name == "changed_sign":
        return word("reply_signs", found.name, about=f"{found.about}", more=found.more)
    said = word("reply_signs", found.name, about=found.about)
    if found.name == "odd_sign" and found.more:
        cheap = int(found.more.split("/")[0])
        return said + word(
            "reply_signs", "odd_sign_costs", cheap=f"{cheap} SMS", dear=f"{found.more.split('/')[1]} SMS"
        )
    return said


def count_words(text: str) -> str:
    """ "135 tegn · 1 SMS": what a text costs, where no script counts."""
    ready = downgrade(text).strip()
    return f"{length(ready)} tegn · {segments(ready)} SMS" if ready else ""

"""What happens next in the case, by its stage, and what is asked around it: the deadline, more time, news.

True to the letter: the law is told only while a deadline runs; after it, or with a lawyer or a bailiff in it, a human
speaks the same day. Sources in ``texts/sources.toml``.
"""

from __future__ import annotations

import re

from bot.dialogs.asked_words import asks_more_time
from bot.dialogs.limits import agreed_on, may_name, may_tell, past_deadline
from bot.dialogs.state import Heard
from bot.dialogs.told import promises
from bot.dialogs.triage import TERMINATED
from bot.dialogs.turn import Turn

_COURT = re.compile(r"\b(foged\w*|i retten|retsmøde\w*|bailiff\w*|court)\b", re.IGNORECASE)
_ENDED = re.compile(r"\b(ophæv\w*|opsagt|opsig\w*|terminat\w*)\b", re.IGNORECASE)
_PAAKRAV = re.compile(r"\b(påkrav\w*|paakrav\w*)\b", re.IGNORECASE)
_MEANING = re.compile(
    r"\b(?:hvad|hva) (?:er|betyder|vil)\b.*\bp(?:å|aa)krav|\bp(?:å|aa)krav\b.*\b(?:hvad|hva) (?:er|betyder|vil)\b"
    r"|\bforklar\w* .*p(?:å|aa)krav"
    r"|what (?:is|does) .*p(?:å|aa)krav",
    re.IGNORECASE | re.DOTALL,
)
_OF_WHAT = re.compile(
    r"\b(består|bestå|hvad (?:er det|er beløbet|dækker|betaler jeg)|hvilke måneder|hvilken måned|hvad for|hvorfor"
    r"|gebyr\w*|specifi\w*|regnskab|consist\w*|what (?:is it|is this) for|which months?|why)\b",
    re.IGNORECASE,
)
_APPLIED = re.compile(
    r"\b(kommune\w*|udbetaling danmark|boligstøtte|enkeltydelse|ansøg\w*|søgt|borgerservice|municipality|appl\w+)\b",
    re.IGNORECASE,
)


def eviction(turn: Turn) -> None:
    """Whether and how the home can be lost: told of a reminder or a påkrav that still runs; else a human."""
    if not may_tell(turn.case) and _asks_what_it_is(turn.heard.text):
        turn.answer("paakrav")
        turn.rests = True
        return
    if not may_tell(turn.case):
        turn.hand_over("eviction")
        return
    told, day = _told(turn), turn.case.eviction_date
    if told:
        turn.say(told)
        turn.rests = True
    elif _is_in_court(turn) and day and day >= turn.today:
        turn.say("eviction.court_day", day=day.isoformat())
        turn.hand_over("eviction", silently=True)
    else:
        turn.hand_over("eviction", text=_left_to_human(turn))


def _asks_what_it_is(text: str) -> bool:
    """What the word means: that may be told to anybody."""
    return bool(_MEANING.search(text)) and not (_COURT.search(text) or _ENDED.search(text))


def _told(turn: Turn) -> str | None:
    """What the bot may say by itself; None where a letter that was named has overtaken our stage."""
    case, text = turn.case, turn.heard.text
    if past_deadline(case, turn.today) or _COURT.search(text) or _ENDED.search(text):
        return None
    if case.stage == "rykker":
        return "eviction.reminder"
    if case.stage != "paakrav" or case.deadline is None:
        return None
    return "eviction.paakrav" if _PAAKRAV.search(text) else "eviction.before_deadline"


def _left_to_human(turn: Turn) -> str:
    case = turn.case
    if _is_in_court(turn):
        return "eviction.court"
    if past_deadline(case, turn.today) or _ENDED.search(turn.heard.text):
        return "eviction.late"
    return "eviction.lawyer" if case.stage == "advokat" and case.deadline else ""


def _is_in_court(turn: Turn) -> bool:
    return turn.case.stage == "foged" or bool(_COURT.search(turn.heard.text))


def deadline(turn: Turn) -> None:
    """Until when, and what is to be paid by then. For who may hear it, and not past the deadline."""
    if asks_more_time(turn.heard) and agreed_on(turn.case):
        more_time(turn)
    elif agreed_on(turn.case):
        _tell_agreement(turn)
    elif past_deadline(turn.case, turn.today):
        turn.hand_over("after_deadline")
    elif asks_more_time(turn.heard):
        more_time(turn)
    elif not turn.tells("deadline"):
        turn.say(_deadline_text(turn))


def _deadline_text(turn: Turn) -> str:
    case = turn.case
    if case.deadline is None:
        return "deadline.none"
    if case.deadline == turn.today:
        return "deadline.today"
    return "deadline.paakrav" if case.stage == "paakrav" else "deadline.told"


def more_time(turn: Turn) -> None:
    """Only a human can give it; until then the deadline stands, and that is said where it may be."""
    case = turn.case
    if agreed_on(case):
        too_hard(turn)
    elif past_deadline(case, turn.today):
        turn.hand_over("after_deadline")
    elif may_tell(case):
        text = "deadline.more_time" if case.deadline else "deadline.more_time_none"
        turn.hand_over("more_time", text=text)
    else:
        turn.hand_over("more_time")


def asks_what_for(heard: Heard) -> bool:
    """What the sum consists of; "hvad er det jeg mangler at betale" asks how much."""
    return bool(_OF_WHAT.search(heard.text)) and not re.search(r"hvor meget|how much", heard.text, re.IGNORECASE)


def case_status(turn: Turn) -> None:
    """News: an application elsewhere we cannot see; an agreed plan, a proposal that waits; all else a human's."""
    case = turn.case
    if _APPLIED.search(turn.heard.text):
        turn.answer("applied")
        turn.rests = True
    elif case.stage in TERMINATED:
        turn.hand_over("case_status")
    elif may_tell(case) and case.next_instalment and not case.proposed_plan:
        _tell_agreement(turn)
    elif may_tell(case) and case.proposed_plan:
        turn.say("plan.waiting")
    elif may_tell(case) and case.arrears_ore <= 0:
        turn.say("amount.settled")
    else:
        turn.hand_over("case_status")


def _tell_agreement(turn: Turn) -> None:
    if turn.case.next_instalment:
        ore, day = turn.case.next_instalment
        turn.say("plan.agreed", monthly=ore, day=day.isoformat())


def keeps_agreement(turn: Turn) -> bool:
    """A word on paying, of who has an agreement and knows it: in time is fine, later is for a human to agree to."""
    case = turn.case
    if not (may_tell(case) and agreed_on(case) and case.next_instalment):
        return False
    given = promises(turn.heard, case, turn.today)
    last = max((promise.day for promise in given if promise.day), default=None)
    turn.do(*(promise for promise in given if promise.day))
    if last and last > case.next_instalment[1]:
        too_hard(turn)
    else:
        _tell_agreement(turn)
    return True


def too_hard(turn: Turn) -> bool:
    """Somebody who has an agreement cannot keep it, and said so: a human looks at it; never a threat."""
    if turn.case.next_instalment is None:
        return False
    turn.hand_over("agreement_hard", text="plan.too_hard" if may_name(turn.case) else "")
    return True

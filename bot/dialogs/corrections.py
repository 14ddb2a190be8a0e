"""A bare day, time or sum right after a promise or a call was written down corrects it, once, in the next SMS.

Only where one thing was written down: of two promises nobody knows which is meant.
"""

from __future__ import annotations

import re
from datetime import date

from bot.dialogs.effects import CreateTask, RecordPromise, Say
from bot.dialogs.limits import may_tell, past_deadline
from bot.dialogs.readers import amount_ore
from bot.dialogs.state import Slot
from bot.dialogs.told import callback, promised, promises
from bot.dialogs.turn import Turn

_MOVES = re.compile(
    r"\b(nej|i stedet|istedet|hellere|alligevel|bliver|flytte\w*|no|instead|rather|make it)\b",
    re.IGNORECASE,
)
_REST = re.compile(r"\b(resten|den anden del|the rest)\b", re.IGNORECASE)
#: So much less or more than before: nobody knows what comes out.
_BY_SO_MUCH = re.compile(r"\d\s*(?:kr\w*\.?)?\s*(?:mindre|færre|mere|less|more)\b", re.IGNORECASE)
LEAST_BARE_ORE = 10_000


def keep_for_next(turn: Turn) -> None:
    """What was written down in this turn, and may be corrected in the next."""
    if CreateTask("check_payment") in turn.effects and not (turn.step or turn.handed_over):
        turn.remember(kept="paid")
    given = [effect for effect in turn.effects if isinstance(effect, RecordPromise)]
    calls = [effect for effect in turn.effects if isinstance(effect, CreateTask) and effect.type == "call"]
    if turn.step or turn.handed_over or len(given) + len(calls) != 1:
        return
    kept: dict[str, Slot] = {"kept": "promise" if given else "call"}
    day = given[0].day if given else calls[0].due
    if day:
        kept["kept_day"] = day.isoformat()
    if given and given[0].amount_ore:
        kept["kept_ore"] = given[0].amount_ore
    turn.remember(**kept)


def corrects(turn: Turn) -> bool:
    """Whether the message is such a correction; then it is written down and said back."""
    if turn.step or past_deadline(turn.case, turn.today):
        return False
    if turn.kept.get("kept") == "call":
        return _call(turn)
    return turn.kept.get("kept") == "promise" and _promise(turn)


def changes_day(turn: Turn) -> bool:
    """ "Nej, det bliver lørdag" right after a promise moves that one, with its sum."""
    moves = _MOVES.search(turn.heard.text) and not _REST.search(turn.heard.text)
    return bool(moves) and turn.kept.get("kept") == "promise" and corrects(turn)


def adds_the_rest(turn: Turn) -> bool:
    """ "Resten kommer på fredag" right after "3.000 på torsdag": both stand."""
    ore, first = int(turn.kept.get("kept_ore") or 0), kept_day(turn)
    if turn.step or past_deadline(turn.case, turn.today) or not (ore and first and _REST.search(turn.heard.text)):
        return False
    given = promises(turn.heard, turn.case, turn.today)
    left = turn.case.arrears_ore - ore
    if len(given) != 1 or given[0].day is None or left <= 0:
        return False
    rest = RecordPromise(given[0].amount_ore or left, given[0].day)
    days = {"day": first.isoformat(), "other_day": given[0].day.isoformat()}
    both = Say("promise.noted_rest", {"amount": ore, **days})
    done = promised((RecordPromise(ore, first), rest), turn.heard, turn.case)
    turn.do(*(both if isinstance(effect, Say) and effect.text == "promise.noted_more" else effect for effect in done))
    return True


def _call(turn: Turn) -> bool:
    if not (turn.heard.all("date") or turn.heard.all("time")):
        return False
    done = callback(turn.heard, turn.today, kept_day(turn))
    bare_time = Say("callback.time", {"time": str((turn.heard.all("time") or ("",))[0])})
    turn.do(*(bare_time if isinstance(effect, Say) and effect.text == "callback.any" else effect for effect in done))
    return True


def _promise(turn: Turn) -> bool:
    if _REST.search(turn.heard.text) and not turn.heard.values:
        return _asks_when(turn)
    if _BY_SO_MUCH.search(turn.heard.text):
        return False
    given = promises(turn.heard, turn.case, turn.today) or (RecordPromise(_bare_sum(turn), None),)
    said = given[0]
    if len(given) > 1 or not (said.day or said.amount_ore):
        return False
    own = int(turn.kept.get("kept_ore") or 0) or None
    whole = RecordPromise(said.amount_ore or own, said.day or kept_day(turn))
    if whole.day is None:
        return False
    kept = promised((whole,), turn.heard, turn.case)
    turn.do(*(effect for effect in kept if effect != Say("promise.part")))  # said once is enough
    return True


def _asks_when(turn: Turn) -> bool:
    """ "Og resten måneden efter" names no day yet."""
    left = turn.case.arrears_ore - int(turn.kept.get("kept_ore") or 0)
    if left <= 0 or left == turn.case.arrears_ore:
        return False
    if may_tell(turn.case):  # else saying it back would tell what is owed
        turn.remember(promise_ore=left)
    turn.start("promise", "day")
    return True


def _bare_sum(turn: Turn) -> int | None:
    """A number alone; a small one is rather a choice among some that are no longer open."""
    ore = amount_ore(turn.heard)
    return ore if ore and ore >= LEAST_BARE_ORE else None


def kept_day(turn: Turn) -> date | None:
    """The day of what was written down just before."""
    day = turn.kept.get("kept_day")
    return date.fromisoformat(str(day)) if day else None

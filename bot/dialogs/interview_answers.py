"""How each answer of the interview about the situation is read: into facts, and at the end a time to phone.

A reader gives "on", "skip" where the question is passed over, or None; "day" and "time" tell when to phone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from bot.dialogs.circumstances import says_a_month
from bot.dialogs.effects import CreateTask, Effect, RecordFact, Say
from bot.dialogs.flow import Scene, Way, say
from bot.dialogs.household import reads_household, reads_income, reads_income_kind
from bot.dialogs.interview import HAPPENED, Reads, question
from bot.dialogs.letters import COURT, has_come, letter_day, sender
from bot.dialogs.readers import YES, amount_ore, is_bare, yes_or_no
from bot.dialogs.skipping import skips
from bot.dialogs.told import callback
from bot.dialogs.triage import CHANGES, QUESTIONS
from bot.nlu.folding import fold
from bot.nlu.numbers import digits_for_words

_ANY_TIME = re.compile(
    r"(?<!\w)(?:naar som helst|altid|hele dagen|hvornaar som helst|lige meget|"
    r"any ?time|whenever|naar du (?:vil|kan))(?!\w)"
)
#: "Bare skriv" wishes no call.
_IN_WRITING = re.compile(
    r"(?<!\w)(?:bare|hellere|helst|kun|vil|over|paa|rather|just|by|please) "
    r"(?:du )?(?:skrive?r?|sms|beskeder?|write|text)"
    r"(?!\w)|^\W*(?:skriv|sms|ikke ringe|no calls?)\W*$|(?<!\w)(?:ikke|helst ikke) ringe(?!\w)|(?<!\w)no calls?(?!\w)"
)
#: A question without its mark.
_ASKS = re.compile(
    r"^\W*(?:(?:men|og|but|and) )?"
    r"(?:hvad|hvordan|hvornaar|hvem|hvor|kan|maa|skal|what|how|when|who|where|can|do|is)(?!\w)"
)


def _told(*effects: Effect) -> Way:
    return Way("on", effects=effects)


def _on(reads: Reads) -> Reads:
    """What the common readers call "told" leads on here."""

    def read(scene: Scene) -> Way | None:
        found = reads(scene)
        return replace(found, name="on") if found and found.name == "told" else found

    return read


def what_happened(scene: Scene) -> Way | None:
    """The resident's own words; they stay in the thread. A question or a bare yes tells nothing."""
    heard, text = scene.heard, scene.heard.text.strip()
    if HAPPENED & set(heard.names):
        return _told()
    asks = (
        text.endswith("?")
        or _ASKS.search(fold(text))
        or set(heard.names) & {*CHANGES, *QUESTIONS, "abuse", "concern_for_neighbour"}
    )
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text.lower()) if word not in YES]
    return None if asks or is_bare(text) or skips(heard) or not words else _told()


def _adults(scene: Scene) -> Way | None:
    """How many adults; "2" and "vi er to" are enough here."""
    found = reads_household(scene)
    if found and any(isinstance(effect, RecordFact) and effect.name == "adults" for effect in found.effects):
        return found
    text = digits_for_words(fold(scene.heard.text))
    counted = re.fullmatch(r"\W*(?:ja |nej )?\W*(?:vi er |we are |kun |bare )?([1-6])(?: i alt| stk)?\W*", text)
    if counted:
        return Way("told", effects=(RecordFact("adults", int(counted[1])),))
    return found if found and found.name == "skip" else None


def _children(scene: Scene) -> Way | None:
    """How many children; a no is none."""
    heard = scene.heard
    text = digits_for_words(fold(heard.text))
    said = [int(value) for value in heard.all("children")] or [
        int(number) for number in re.findall(r"^\W*(?:ja\W+)?(\d)(?:\W|$)", text)
    ]
    if said:
        return _told(RecordFact("children", said[0]))
    return _told(RecordFact("children", 0)) if yes_or_no(heard) == "no" else None


def _letter(scene: Scene) -> Way | None:
    come = has_come(scene.heard)
    if come is None:
        return None
    told = (RecordFact("knows_letter", come), *(_from_and_when(scene) if come else ()))
    return Way("court" if RecordFact("letter_from", COURT) in told else "on", effects=told)


def _letter_day(scene: Scene) -> Way | None:
    told = _from_and_when(scene)
    way = "court" if RecordFact("letter_from", COURT) in told else "on"
    return Way(way, effects=told) if told else None


def _from_and_when(scene: Scene) -> tuple[RecordFact, ...]:
    day, who = letter_day(scene.heard, scene.today), sender(scene.heard)
    dated = (RecordFact("letter_date", day.isoformat()),) if day else ()
    return (*dated, *((RecordFact("letter_from", who),) if who else ()))


_NOTHING = re.compile(
    r"^\W*(?:0|nul|intet|ingenting|nothing|none|zero|ikk?e? (?:noget|nu|penge|lige nu)|ingen (?:penge|ting))(?!\w)"
    r"|(?<!\w)(?:kan|har) (?:jeg )?(?:desvaerre |slet )?(?:ikk?e?|ingen)(?!\w)|(?<!\w)(?:cannot|can't|no money)(?!\w)"
)


def _sum(name: str) -> Reads:
    """A sum in kroner, of a month where it says so; a no is none, and a bare yes is asked how much."""

    def read(scene: Scene) -> Way | None:
        ore = amount_ore(scene.heard)
        if ore:
            of_a_month = says_a_month(scene.heard)
            return _told(RecordFact("can_pay_monthly" if of_a_month else name, ore // 100))
        if yes_or_no(scene.heard) == "yes" and is_bare(scene.heard.text):
            return Way("sum")
        nothing = yes_or_no(scene.heard) == "no" or _NOTHING.search(fold(scene.heard.text))
        return _told(RecordFact(name, 0)) if nothing and not skips(scene.heard) else None

    return read


def _best_time(scene: Scene) -> Way | None:
    """When to phone, as a task; "any time" is a time too."""
    heard = scene.heard
    names_time = heard.all("date") or heard.all("time")
    if _IN_WRITING.search(fold(heard.text)) or (yes_or_no(heard) == "no" and not names_time):
        return Way("skip")
    if _ANY_TIME.search(fold(heard.text)):
        return Way("time", effects=(CreateTask("call"), RecordFact("best_time", "anytime"), _said_back("")))
    days = [day for day in map(str, heard.all("date")) if date.fromisoformat(day) >= scene.today]
    time = str((heard.all("time") or ("",))[0])
    if not (days or time):
        return None
    done = tuple(effect for effect in callback(heard, scene.today) if days or not isinstance(effect, Say))
    dated = () if time else (RecordFact("best_time", days[0]),)
    return Way("day" if days else "time", effects=(*done, *dated, *(() if days else (_said_back(time),))))


def _said_back(time: str) -> Say:
    return say("callback.time", time=time) if time else say("situation.any_time")


ASKS: Mapping[str, Reads] = MappingProxyType(
    {
        "what_happened": question("what_happened", what_happened),
        "household": question("household", _on(reads_household)),
        "adults": question("adults", _on(_adults)),
        "children": question("children", _children),
        "income_kind": question("income_kind", _on(reads_income_kind)),
        "income": question("income", _on(reads_income)),
        "letter": question("letter", _letter),
        "letter_day": question("letter_day", _letter_day),
        "pay_now": question("pay_now", _sum("can_pay_now")),
        "pay_monthly": question("pay_monthly", _sum("can_pay_monthly")),
        "best_time": question("best_time", _best_time),
    }
)

"""What an answer tells, where it does not answer the question: "1 voksen" to what is lived on. Nothing told is lost.

Only plain words are read so, each of its own kind; a sum is read as what was asked, and never as something else.
"""

from __future__ import annotations

import re

from bot.dialogs.circumstances import circumstances, says_a_month
from bot.dialogs.effects import RecordFact
from bot.dialogs.flow import Scene
from bot.dialogs.household import facts_of, household
from bot.dialogs.income import AFTER_TAX, INCOME, income_kind, income_kroner
from bot.dialogs.people_words import names_only_people
from bot.dialogs.readers import amount_ore, is_bare
from bot.dialogs.state import Heard
from bot.nlu.folding import fold

#: A longer answer is read as ``circumstances`` does: by what stands around the words.
_WORDS_AT_MOST = 4
_LIVES_ON_AT_LEAST = 3_000
_ASKS = re.compile(r"\?|(?<!\w)(?:hvad|hvornaar|hvordan|hvor|hvorfor|kan jeg|what|when|how|why)(?!\w)")
_COUNTS = re.compile(r"(?<!\w)(?:voks(?:en|ne)|adults?|grown ?ups?)(?!\w)")


def told_instead(scene: Scene) -> tuple[RecordFact, ...]:
    """The facts of an answer that is none: household, what is lived on, a letter, what can be paid a month."""
    heard = scene.heard
    if (is_bare(heard.text) and not _income(scene)) or _ASKS.search(fold(heard.text)):
        return ()
    children = [RecordFact("children", value) for value in heard.all("children")[:1]]
    told = [*circumstances(heard), *children, *_household(heard), *_kind(heard), *_monthly(heard), *_income(scene)]
    return tuple({fact.name: fact for fact in told}.values())


def _household(heard: Heard) -> tuple[RecordFact, ...]:
    told = household(heard)
    is_plain = names_only_people(heard.text) or _COUNTS.search(fold(heard.text))
    return facts_of(told) if told and is_plain else ()


def _kind(heard: Heard) -> tuple[RecordFact, ...]:
    kind = income_kind(heard) if len(heard.text.split()) <= _WORDS_AT_MOST else None
    return (RecordFact("income_kind", kind),) if kind and kind not in ("ingen", "andet") else ()


def _monthly(heard: Heard) -> tuple[RecordFact, ...]:
    """ "200 kr om måneden" is too little to live on: it is what can be paid."""
    ore = amount_ore(heard)
    is_offer = ore is not None and ore // 100 < INCOME.start and says_a_month(heard)
    return (RecordFact("can_pay_monthly", ore // 100),) if ore and is_offer else ()


def _income(scene: Scene) -> tuple[RecordFact, ...]:
    """A sum after tax; or a sum alone that is enough to live on, of who has told on what, and not yet how much."""
    if AFTER_TAX.search(fold(scene.heard.text)):
        kroner = income_kroner(scene.heard)
        return (RecordFact("income", kroner),) if kroner else ()
    ore, known = amount_ore(scene.heard), scene.case.known
    lives_on = ore is not None and ore // 100 >= _LIVES_ON_AT_LEAST and is_bare(scene.heard.text)
    is_open = "income_kind" in known and "income" not in known
    return (RecordFact("income", ore // 100),) if ore and lives_on and is_open else ()

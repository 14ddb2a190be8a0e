"""The help worth asking about, beside the thread: why, by which law, and the day its source was last checked.

Not a decision: kommunen or Udbetaling Danmark decides. What speaks for itself is shown, what only may be folded away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogs.help_matcher import Kind, Worth, for_adviser, kinds
from bot.dialogs.sources import HOLDS
from bot.facts import case_facts
from bot.models import Conversation
from handoff.formats import day
from handoff.wording import word

#: Kinds of help that are refused where it was paid first.
BEFORE_PAYING = frozenset({"huslejehjaelp", "enkeltydelse", "medicin", "personligt_tillaeg"})
#: So many are read at a glance.
AT_A_GLANCE = 4


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One kind: its name and law, why it is shown, what to mind, and its source."""

    name: str
    law: str
    why: str
    mind: str
    source: str


@dataclass(frozen=True, slots=True)
class HelpCard:
    """All of them; ``warning`` stands first, ``checked`` last, and ``is_old`` when the sources are due."""

    rows: tuple[HelpRow, ...]
    more: tuple[HelpRow, ...]
    warning: str
    checked: str
    is_old: bool


def read_help(session: Session, conversation: Conversation, now: datetime) -> HelpCard | None:
    """What is worth asking about in this case; None where nothing that we know speaks for any of it."""
    facts = case_facts(session, conversation, now)
    worths = for_adviser(facts, now.date())
    if not worths:
        return None
    shown = [worth for worth in worths if worth.is_strong][:AT_A_GLANCE]
    oldest = min(kinds()[worth.kind].checked for worth in worths)
    return HelpCard(
        rows=tuple(_row(worth) for worth in shown),
        more=tuple(_row(worth) for worth in worths if worth not in shown),
        warning=_warning(worths, borrows=facts.known.get("borrows_to_pay") is True),
        checked=day(oldest, now.date()),
        is_old=now.date() - oldest > HOLDS,
    )


def _row(worth: Worth) -> HelpRow:
    kind: Kind = kinds()[worth.kind]
    why = "; ".join(worth.reasons)
    source = f"{word('help_sure', kind.sure)}: {kind.source}"
    return HelpRow(kind.name, kind.law, f"{why[:1].upper()}{why[1:]}", kind.mind, source)


def _warning(worths: tuple[Worth, ...], *, borrows: bool) -> str:
    """That help is asked for before anything is paid; first of all where the resident means to borrow."""
    if borrows:
        return word("help_warnings", "borrows")
    asks_first = any(worth.kind in BEFORE_PAYING for worth in worths)
    return word("help_warnings", "before_paying") if asks_first else ""

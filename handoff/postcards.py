"""The postcard with the lifebuoy: who gets one and what stands on it, and the PDF, both sides of each card on A6.

The template is ours and fixed; what is in the database goes in as data. Every card says only what a neighbour may read.
"""

from __future__ import annotations

import json
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import segno
import typst
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Contact, Organisation, Task, Wave
from bot.organisations import read_settings
from bot.sms import national
from handoff.senders import signed_by

_HERE = Path(__file__).parent
_LETTERS = _HERE / "letters"
_FONTS = _HERE / "static" / "vendor" / "plex"
_BUOY = _HERE / "static" / "lifebuoy.svg"
#: The letters that the shipped fonts can draw.
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC"})
#: More at once is a printer's job for another day.
MOST = 500

Missing = Literal["no_case", "no_address", "letters"]


@dataclass(frozen=True, slots=True)
class Card:
    """Every word on one card."""

    language: str
    greeting: str
    intro: str
    signature: str
    ask: str
    number: str
    camera: str
    check: str
    other_language: str
    sender: str
    address: tuple[str, ...]
    qr: str
    alt: str


@dataclass(frozen=True, slots=True)
class Post:
    """One postcard task: its card, or why there can be none."""

    task: Task
    case: Case | None
    card: Card | None
    missing: Missing | None = None


def open_posts(session: Session, organisation: Organisation, month: str = "") -> list[Post]:
    """The postcards that an organisation is to send, the oldest first; of one wave when its month is given."""
    wanted = select(Task).where(Task.organisation_id == organisation.id, Task.type == "postcard", Task.status == "open")
    if month:
        contacts = select(Contact.id).join(Wave, Wave.id == Contact.wave_id)
        contacts = contacts.where(Wave.organisation_id == organisation.id, Wave.month == month)
        origins = [f"contact:{contact_id}" for contact_id in session.scalars(contacts)]
        wanted = wanted.where(Task.origin.in_(origins))
    tasks = session.scalars(wanted.order_by(Task.due, Task.id).limit(MOST)).all()
    return [read_post(session, task, organisation) for task in tasks]


def read_post(session: Session, task: Task, organisation: Organisation) -> Post:
    """What stands on the card of one task."""
    case = session.get(Case, task.case_id) if task.case_id is not None else None
    if case is None:
        return Post(task, None, None, "no_case")
    resident = case.resident
    town = f"{resident.postal_code} {resident.city}".strip()
    if not resident.address.strip() or not town:
        return Post(task, case, None, "no_address")
    if not _can_be_drawn(resident.name + resident.address + town):
        return Post(task, case, None, "letters")
    return Post(task, case, _card(session, case, organisation, (resident.name, resident.address, town)))


def print_cards(cards: Sequence[Card], title: str) -> bytes:
    """The PDF: two pages a card, front and back."""
    inputs = {
        "cards": json.dumps([asdict(card) for card in cards]),
        "buoy": _BUOY.read_text(encoding="utf-8"),
        "title": title,
    }
    made = typst.compile(
        str(_LETTERS / "postcard.typ"),
        root=str(_LETTERS),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs=inputs,
    )
    return made if isinstance(made, bytes) else b""


@cache
def sms_code(number: str, words: str) -> str:
    """A code, as SVG, with which a phone's camera opens an SMS: the form that most phones read."""
    code = segno.make(f"SMSTO:{number}:{words}", error="m", micro=False)
    drawn: str = code.svg_inline(border=0, dark="#17292c")
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _card(session: Session, case: Case, organisation: Organisation, address: tuple[str, ...]) -> Card:
    language = "en" if case.resident.language == "en" else "da"
    words = _texts()[language]
    adviser, main = signed_by(session, case, organisation), read_settings(organisation.settings).main_number
    values = {
        "name": case.resident.first_name,
        "adviser": adviser,
        "organisation": organisation.name,
        "main_number": national(main),
    }
    said = {key: text.format_map(values).strip() for key, text in words.items()}
    return Card(
        language=language,
        greeting=said["greeting"],
        intro=said["intro" if adviser else "intro_no_name"],
        signature=said["signature"] if adviser else "",
        ask=said["ask"],
        number=national(organisation.number),
        camera=said["camera"],
        check=said["check"] if main else "",
        other_language="" if case.resident.language in ("da", "en") else _texts()["other"]["language"],
        sender=said["sender"],
        address=address,
        qr=sms_code(organisation.number, words["answer"]),
        alt=said["alt"],
    )


def _can_be_drawn(text: str) -> bool:
    letters = (sign for sign in text if unicodedata.category(sign).startswith(("L", "M")))
    return all(unicodedata.name(sign, "").split(" ")[0] in {*_SCRIPTS, "COMBINING"} for sign in letters)


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((_LETTERS / "texts.toml").read_text(encoding="utf-8"))

"""What the demo's advisers often write: a handful of canned replies, one of them in English."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.models import CannedReply, Organisation

REPLIES = (
    (
        "Jeg ringer i dag",
        "da",
        "Hej {name}. Det er {adviser} fra {organisation}. Jeg vil gerne ringe til dig i dag. Hvornår passer det dig?",
    ),
    (
        "Det er skrevet ned",
        "da",
        "Tak, {name}. Det er skrevet ned. Du hører fra mig senest {answer_by}. Skriv gerne, hvis der er mere. Hilsen"
        " {adviser}",
    ),
    (
        "Ingen svarede",
        "da",
        "Hej {name}. Jeg prøvede at ringe, men jeg fik ikke fat i dig. Skriv her, hvornår det passer, eller ring på"
        " {main_number}. Hilsen {adviser}",
    ),
    (
        "Papirer til kommunen",
        "da",
        "Hej {name}. Find gerne brevet, lønseddel eller brev om ydelse og udskrift fra banken for 3 måneder, til vi"
        " ses. Send det ikke her på sms. Mangler noget, så kom alligevel. Hilsen {adviser}",
    ),
    (
        "Søg, før du betaler",
        "da",
        "Hej {name}. Vent med at låne eller betale, til kommunen har svaret. De hjælper sjældent med en regning, der er"
        " betalt. Kommunen bestemmer. Skal jeg hjælpe dig med at søge? Hilsen {adviser}",
    ),
    (
        "Frist og beløb",
        "da",
        "Hej {name}. Du mangler at betale {arrears}. Fristen er {deadline}. Skriv til mig, hvis det bliver svært at nå,"
        " så ser vi på det sammen. Hilsen {adviser}",
    ),
    (
        "I will call you today",
        "en",
        "Hi {name}. This is {adviser} from {organisation}. I would like to call you today. What time is best for you?",
    ),
)


def add_replies(session: Session, organisations: Iterable[Organisation], now: datetime) -> None:
    """The same ones for each organisation."""
    session.add_all(
        CannedReply(organisation_id=organisation.id, name=name, language=language, body=body, at=now)
        for organisation in organisations
        for name, language, body in REPLIES
    )

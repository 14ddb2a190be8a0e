"""A housing organisation with many invented cases on a wave day, for measuring its wave."""

from datetime import date, datetime, timedelta

from bench import bulk
from bot.db import Database
from bot.models import COPENHAGEN, Case, Organisation, Resident

#: A Tuesday and wave day, in the send window.
NOW = datetime(2026, 10, 27, 9, 5, tzinfo=COPENHAGEN)
_FIRST_PHONE = 10_000_000  # +45 1x xx xx xx: nobody's
_SETTINGS = {"messages_per_second": 1000}  #: as fast as we can; Twilio asks for less


def fill(db: Database, cases: int) -> int:
    """Make the organisation; gives its id."""
    with db.write() as session:
        made = Organisation(slug="maalt", name="Målt Bolig", number="+4511110010", settings=_SETTINGS, created_at=NOW)
        session.add(made)
        session.flush()
        connection, numbers = session.connection(), range(cases)
        bulk.write(connection, Resident, (_resident(made.id, number) for number in numbers))
        bulk.write(connection, Case, (_case(made.id, number) for number in numbers))
        bulk.settle(connection, (Resident, Case))
    return made.id


def _resident(organisation_id: int, number: int) -> dict[str, object]:
    return {
        "id": number + 1,
        "organisation_id": organisation_id,
        "name": f"Line Bek {number}",
        "phone": f"+45{_FIRST_PHONE + number}",
        "birth_day": "14-03",
        "created_at": NOW,
    }


def _case(organisation_id: int, number: int) -> dict[str, object]:
    opened = NOW - timedelta(hours=1)
    return {
        "id": number + 1,
        "organisation_id": organisation_id,
        "resident_id": number + 1,
        "case_ref": f"M-{number}",
        "arrears_ore": 845_050,
        "received": NOW.date(),
        "deadline": date(2026, 11, 4),
        "opened_at": opened,
        "updated_at": opened,
    }

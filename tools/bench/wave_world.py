"""A housing organisation with many invented cases on a wave day, for measuring its wave."""

from datetime import date, datetime, timedelta

from sqlalchemy import insert

from bot.db import Database
from bot.models import COPENHAGEN, Case, Organisation, Resident

#: A Tuesday and wave day, in the send window.
NOW = datetime(2026, 10, 27, 9, 5, tzinfo=COPENHAGEN)
_FIRST_PHONE = 10_000_000  # +45 1x xx xx xx: nobody's
_AT_ONCE = 1000


def fill(db: Database, cases: int) -> int:
    """Make the organisation; gives its id."""
    with db.write() as session:
        made = Organisation(slug="maalt", name="Målt Bolig", number="+4511110010", settings={}, created_at=NOW)
        session.add(made)
        session.flush()
        organisation_id = made.id
        for start in range(0, cases, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, cases))
            residents = session.scalars(
                insert(Resident).returning(Resident.id, sort_by_parameter_order=True),
                [_resident(organisation_id, number) for number in numbers],
            ).all()
            rows = zip(numbers, residents, strict=True)
            session.execute(insert(Case), [_case(organisation_id, number, resident) for number, resident in rows])
    return organisation_id


def _resident(organisation_id: int, number: int) -> dict[str, object]:
    return {
        "organisation_id": organisation_id,
        "name": f"Line Bek {number}",
        "phone": f"+45{_FIRST_PHONE + number}",
        "birth_day": "14-03",
        "created_at": NOW,
    }


def _case(organisation_id: int, number: int, resident_id: int) -> dict[str, object]:
    opened = NOW - timedelta(hours=1)
    return {
        "organisation_id": organisation_id,
        "resident_id": resident_id,
        "case_ref": f"M-{number}",
        "arrears_ore": 845_050,
        "received": NOW.date(),
        "deadline": date(2026, 11, 4),
        "opened_at": opened,
        "updated_at": opened,
    }

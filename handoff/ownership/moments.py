"""Until when a conversation can be put off: four choices, or a day. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handoff.saying import later, said

_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_MORNING = time(9)
_DAY = timedelta(days=1)
_NAMES = (
    *(later("mandag"), later("tirsdag"), later("onsdag"), later("torsdag"), later("fredag")),
    *(later("lørdag"), later("søndag")),
)
_MONTHS = (
    *(later("januar"), later("februar"), later("marts"), later("april"), later("maj"), later("juni"), later("juli")),
    *(later("august"), later("september"), later("oktober"), later("november"), later("december")),
)
#: Nobody means a day further off than this.
FURTHEST = timedelta(days=366)


def choices(now: datetime) -> dict[str, datetime]:
    """By the name that the form sends, in order. On a Sunday "tomorrow" is Monday, and is offered once."""
    today = now.astimezone(_COPENHAGEN).date()
    monday = today + _DAY * (7 - today.weekday())
    found = {"hour": _in_an_hour(now), "tomorrow": _at_nine(today + _DAY), "monday": _at_nine(monday)}
    if found["monday"] == found["tomorrow"]:
        del found["monday"]
    return found


def until(choice: str, day: date | None, now: datetime) -> datetime | None:
    """The moment that was chosen; ``day`` is at nine that morning. None for no choice at all."""
    if choice == "day":
        return _at_nine(day) if day is not None else None
    return choices(now).get(choice)


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Later than now, and not further off than anybody means."""
    return now.timestamp() < moment.timestamp() <= (now + FURTHEST).timestamp()


def _in_an_hour(now: datetime) -> datetime:
    """By the clock that does not jump: in the night that has an hour twice, too."""
    return (now.astimezone(UTC) + timedelta(hours=1)).astimezone(_COPENHAGEN)


def _at_nine(day: date) -> datetime:
    return datetime.combine(day, _MORNING, _COPENHAGEN)


def ahead(moment: datetime, now: datetime) -> str:
    """When, as a colleague says it: "kl. 14.30", "i morgen kl. 9", "mandag kl. 9", "d. 8. januar kl. 9"."""
    local = moment.astimezone(_COPENHAGEN)
    clock = f"kl. {local.hour}" + (f".{local.minute:02}" if local.minute else "")
    days = (local.date() - now.astimezone(_COPENHAGEN).date()).days
    if days == 0:
        return clock
    if days == 1:
        return said("i morgen {clock}", clock=clock)
    far = said("d. {day}. {month}", day=local.day, month=said(_MONTHS[local.month - 1]))
    day = said(_NAMES[local.weekday()]) if days < 7 else far
    return f"{day} {clock}"

"""Writes one row onto its case: made, updated, opened again, settled, or left. Part of the caller's transaction.

What a row does not tell stays as it was. ``received`` is today for a case that is new or was paid; a closed case is
opened again only by a later day that the row itself tells, so that the same file twice troubles nobody. A number that
an adviser has put another one in place of is not taken back: somebody else may have answered on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from bot.case_ends import keep_end
from bot.case_ledger import Ledger
from bot.case_rows import DEADLINE_DAYS, CaseRow, RowError, deadline_too_early
from bot.models import COPENHAGEN, Case, Resident

What = Literal["created", "updated", "unchanged", "reopened", "settled"]

_OF_CASE = ("arrears_ore", "stage", "eviction_date", "municipality", "department", "tenancy_ref", "rent_ore")
_OF_RESIDENT = ("name", "phone", "language", "birth_day", "address", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one row's case."""

    what: What
    row: CaseRow
    case: Case
    number_changed: bool = False  #: it has a number now that it did not have before
    was_taken_off: bool = False  #: and somebody else had answered on the old one
    stays_closed: bool = False  #: there are arrears, and yet it was not opened again


@dataclass(frozen=True, slots=True)
class _Days:
    received: date
    deadline: date


def write_row(ledger: Ledger, row: CaseRow) -> Written | RowError:
    """Take one row; a RowError leaves everything as it was."""
    case = ledger.cases.get(row.case_ref)
    if row.phone and ledger.has_left(row, case):
        row = replace(row, phone=None, phone_problem="replaced")
    days = _days(ledger, row, case)
    if row.arrears_ore and row.received and days.deadline < days.received:
        return row.error("deadline", deadline_too_early(days.deadline, days.received))
    return _create(ledger, row, days) if case is None else _update(ledger, row, case, days)


def _days(ledger: Ledger, row: CaseRow, case: Case | None) -> _Days:
    """The row's own days; else those known, as long as the case has not come again."""
    today = ledger.now.astimezone(COPENHAGEN).date()
    starts = case is None or _comes_again(ledger, row, case, today)
    received = row.received or (today if case is None or starts else case.received)
    keeps = case is not None and received == case.received
    deadline = case.deadline if case is not None and keeps else received + timedelta(days=DEADLINE_DAYS)
    return _Days(received, row.deadline or deadline)


def _comes_again(ledger: Ledger, row: CaseRow, case: Case, today: date) -> bool:
    """An open case does so only when its deadline is over and the row names a later day, and nothing is agreed.

    Nobody may have closed it, and the resident must not go unheard in every wave from then on.
    """
    if row.arrears_ore == 0:
        return False
    if case.status == "open":
        return row.received is not None and row.received > case.deadline and not ledger.is_agreed(case)
    if row.received is None and case.status == "closed" and case.arrears_ore > 0:
        return False
    return (row.received or today) > case.received


def _create(ledger: Ledger, row: CaseRow, days: _Days) -> Written:
    now, is_open = ledger.now, row.arrears_ore > 0
    resident = ledger.resident_of(row)
    if resident is None or (_is_another(resident, row) and ledger.has_open_case(resident)):
        resident = _new_resident(ledger, row)
    before = resident.phone
    _put(resident, _told(row, _OF_RESIDENT))
    case = Case(
        organisation_id=ledger.organisation_id,
        case_ref=row.case_ref,
        status="open" if is_open else "settled",
        received=days.received,
        deadline=days.deadline,
        opened_at=now,
        updated_at=now,
        closed_at=None if is_open else now,
        number_taken_off=resident.phone == before and ledger.is_taken_off(resident),
        **_told(row, _OF_CASE),
    )
    ledger.session.add(case)
    ledger.assign(case, resident)
    ledger.cases[row.case_ref] = case
    return Written("created" if is_open else "settled", row, case)


def _new_resident(ledger: Ledger, row: CaseRow) -> Resident:
    told = _told(row, _OF_RESIDENT)
    resident = Resident(organisation_id=ledger.organisation_id, created_at=ledger.now, **told)
    ledger.session.add(resident)
    return resident


def _update(ledger: Ledger, row: CaseRow, case: Case, days: _Days) -> Written:
    today = ledger.now.astimezone(COPENHAGEN).date()
    again, phone = _comes_again(ledger, row, case, today), case.resident.phone
    settles = case.status == "open" and row.arrears_ore == 0
    stays_closed = case.status != "open" and row.arrears_ore > 0 and not again
    if again:
        keep_end(ledger.session, case, ledger.now)
    changed = _put_resident(ledger, row, case)
    changed |= _put(case, _told(row, _OF_CASE))
    if not stays_closed:
        changed |= _put(case, {"received": days.received, "deadline": days.deadline})
    number_changed = case.resident.phone != phone
    was_taken_off, case.number_taken_off = case.number_taken_off, case.number_taken_off and not number_changed
    case.updated_at = ledger.now
    what: What = "updated" if changed else "unchanged"
    if again:
        what, case.status, case.outcome, case.closed_at = "reopened", "open", None, None
        case.opened_at = ledger.now
    elif settles:
        what, case.status, case.closed_at = "settled", "settled", ledger.now
    return Written(what, row, case, number_changed, was_taken_off, stays_closed)


def _put_resident(ledger: Ledger, row: CaseRow, case: Case) -> bool:
    """Write what is told of the person. Whoever has another open case keeps name and number there."""
    told = _told(row, _OF_RESIDENT)
    if _is_another(case.resident, row) and ledger.has_open_case(case.resident, besides=case):
        old = case.resident
        resident = ledger.resident_by_phone(row) or _new_resident(ledger, row)
        _put(resident, {field: getattr(old, field) for field in _OF_RESIDENT if not getattr(resident, field)})
        ledger.assign(case, resident)
        _put(resident, told)
        return True
    changed = _put(case.resident, told)
    ledger.assign(case, case.resident)
    return changed


def _is_another(resident: Resident, row: CaseRow) -> bool:
    """True when the row gives another name, or another number than the one known."""
    return resident.name != row.name or (resident.phone or row.phone) != (row.phone or resident.phone)


def _told(row: CaseRow, fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: value for field in fields if (value := getattr(row, field)) is not None}


def _put(thing: Case | Resident, values: dict[str, Any]) -> bool:
    """Set what differs; True when something did."""
    differing = {field: value for field, value in values.items() if getattr(thing, field) != value}
    for field, value in differing.items():
        setattr(thing, field, value)
    return bool(differing)

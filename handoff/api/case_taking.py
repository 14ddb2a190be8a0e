"""A case in by the API: the same intake as a file's, with its mistakes told in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

from bot.case_rows import CaseRow, RowError, column_of, row_from_mapping
from bot.intake import take
from handoff.api import asked, shapes
from handoff.api.call import Call, Made
from handoff.api.case_reading import case_named, show_cases
from handoff.api.refusal import NOT_FOUND, ApiError

_WRONG: Mapping[str, str] = {
    "case_ref": "must have a sign that can be seen",
    "name": "must be a name, with letters",
    "received": "lies in the future",
    "deadline": "lies before received",
}


def take_case(call: Call, told: asked.CaseInput) -> shapes.Case | Made:
    """Create a case, or update the one with this case_ref."""
    now = call.house.clock()
    row = row_from_mapping(told.model_dump(exclude_none=True), now.date())
    if not isinstance(row, CaseRow):
        _reject(row)
    with call.db.read() as session:
        is_new = case_named(session, call.caller, row.case_ref) is None
    report = take(call.db, call.caller.organisation_id, [row], now)
    if report.errors:
        _reject(report.errors)
    with call.db.read() as session:
        case = case_named(session, call.caller, row.case_ref)
        if case is None:  # erased in the moment between
            raise ApiError(*NOT_FOUND)
        shown = show_cases(session, call.caller, [case])[0]
    return Made(shown) if is_new else shown


def _reject(errors: Iterable[RowError]) -> NoReturn:
    fields = dict.fromkeys(column_of(error.column) or error.column for error in errors)
    raise ApiError(422, " ".join(f"{field}: {_WRONG.get(field, 'cannot be read')}." for field in fields))

"""What the store already knows about a handful of rows: loaded in a few queries, never one a row.

Conversations are locked first, in order of id, as every other writer locks them; cases are read after that. Rows that
are only tried out lock none: nobody's reply waits for a look at a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, union_all
from sqlalchemy.orm import Session

from bot.case_rows import CaseRow
from bot.models import Case, Conversation, Fact, Marker, Plan, Promise, Resident, Task


class Ledger:
    """The cases, residents, threads and tasks that rows of one organisation may touch."""

    def __init__(
        self, session: Session, organisation_id: int, rows: Sequence[CaseRow], now: datetime, *, locks: bool = True
    ) -> None:
        self.session, self.organisation_id, self.now = session, organisation_id, now
        threads = _threads(session, organisation_id, rows, locks)
        self.thread_of_phone = {thread.phone: thread for thread in threads}
        self.threads_of_case: dict[int, list[Conversation]] = defaultdict(list)
        for thread in threads:
            if thread.case_id is not None:
                self.threads_of_case[thread.case_id].append(thread)
        self.cases = {case.case_ref: case for case in _cases(session, organisation_id, rows)}
        self._by_phone: dict[tuple[str, str], Resident] = {}
        self._by_tenancy: dict[tuple[str, str], Resident] = {}
        self._cases_of: dict[Resident, set[Case]] = defaultdict(set)
        self._remember(rows)
        self.searches = _searches(session, self.cases.values())
        self._left = _left(session, threads)
        self._agreed = _agreed(session, [case.id for case in self.cases.values()])

    def _remember(self, rows: Sequence[CaseRow]) -> None:
        for resident in _residents_by_phone(self.session, self.organisation_id, rows):
            self._by_phone.setdefault((resident.phone or "", resident.name), resident)
        for case in _neighbours(self.session, self.organisation_id, rows):
            self._by_tenancy.setdefault((case.tenancy_ref, case.resident.name), case.resident)
        known = {*self._by_phone.values(), *self._by_tenancy.values()}
        known |= {case.resident for case in self.cases.values()}
        ids = [resident.id for resident in known]
        for case in self.session.scalars(select(Case).where(Case.resident_id.in_(ids))):
            self._cases_of[case.resident].add(case)

    def resident_of(self, row: CaseRow) -> Resident | None:
        """The person whom the organisation already knows: the same tenancy and name, else the same number and name."""
        by_tenancy = self._by_tenancy.get((row.tenancy_ref or "", row.name)) if row.tenancy_ref else None
        by_phone = self._by_phone.get((row.phone or "", row.name)) if row.phone else None
        return by_tenancy or by_phone

    def resident_by_phone(self, row: CaseRow) -> Resident | None:
        """The person with this number and name."""
        return self._by_phone.get((row.phone or "", row.name)) if row.phone else None

    def assign(self, case: Case, resident: Resident) -> None:
        """Let the case be this resident's, and find them again for the next row."""
        if case.resident is not None:
            self._cases_of[case.resident].discard(case)
        case.resident = resident
        self._cases_of[resident].add(case)
        if resident.phone:
            self._by_phone.setdefault((resident.phone, resident.name), resident)
        if case.tenancy_ref:
            self._by_tenancy.setdefault((case.tenancy_ref, resident.name), resident)

    def has_open_case(self, resident: Resident, besides: Case | None = None) -> bool:
        """True when an open case (another one) is about this resident."""
        return any(case is not besides and case.status == "open" for case in self._cases_of[resident])

    def is_agreed(self, case: Case) -> bool:
        """True while a promise, a plan, a dispute or an unchecked payment stands: a human has the case in hand."""
        return case.id in self._agreed

    def has_left(self, row: CaseRow, case: Case | None) -> bool:
        """True when an adviser has written down another number than the row's for this resident since."""
        resident = case.resident if case is not None else self.resident_of(row)
        if resident is None or resident.phone == row.phone:
            return False
        return any((known.id, row.phone) in self._left for known in self._cases_of[resident])

    def is_taken_off(self, resident: Resident) -> bool:
        """True when somebody else answered on the resident's number."""
        return any(case.number_taken_off for case in self._cases_of[resident])


def _agreed(session: Session, ids: Sequence[int]) -> frozenset[int]:
    mine = Case.id.in_(ids)
    standing = (
        select(Promise.case_id).join(Case).where(mine, Promise.status == "open", Promise.at >= Case.opened_at),
        select(Plan.case_id)
        .join(Case)
        .where(mine, Plan.status.in_(("proposed", "approved")), Plan.at >= Case.opened_at),
        select(Fact.case_id).join(Case).where(mine, Fact.name == "dispute_arrears", Fact.at >= Case.opened_at),
        select(Task.case_id).join(Case).where(mine, Task.type == "check_payment", Task.status == "open"),
    )
    return frozenset(case_id for case_id in session.scalars(union_all(*standing)) if case_id is not None)


def _threads(session: Session, organisation_id: int, rows: Sequence[CaseRow], locks: bool) -> Sequence[Conversation]:
    refs, phones = [row.case_ref for row in rows], [row.phone for row in rows if row.phone]
    ours = select(Case.id).where(Case.organisation_id == organisation_id, Case.case_ref.in_(refs))
    wanted = and_(
        Conversation.organisation_id == organisation_id,
        or_(Conversation.phone.in_(phones), Conversation.case_id.in_(ours)),
    )
    found = select(Conversation).where(wanted).order_by(Conversation.id)
    return session.scalars(found.with_for_update(of=Conversation, key_share=True) if locks else found).all()


def _cases(session: Session, organisation_id: int, rows: Sequence[CaseRow]) -> Sequence[Case]:
    refs = [row.case_ref for row in rows]
    return session.scalars(select(Case).where(Case.organisation_id == organisation_id, Case.case_ref.in_(refs))).all()


def _residents_by_phone(session: Session, organisation_id: int, rows: Sequence[CaseRow]) -> Sequence[Resident]:
    phones = [row.phone for row in rows if row.phone]
    return session.scalars(
        select(Resident)
        .where(Resident.organisation_id == organisation_id, Resident.phone.in_(phones))
        .order_by(Resident.id.desc())
    ).all()


def _neighbours(session: Session, organisation_id: int, rows: Sequence[CaseRow]) -> Sequence[Case]:
    """Cases of the same tenancies, the newest first."""
    tenancies = [row.tenancy_ref for row in rows if row.tenancy_ref]
    return session.scalars(
        select(Case)
        .where(Case.organisation_id == organisation_id, Case.tenancy_ref.in_(tenancies))
        .order_by(Case.id.desc())
    ).all()


def _left(session: Session, threads: Iterable[Conversation]) -> set[tuple[int, str | None]]:
    """The case and the old number of each new one that an adviser wrote down: the marker stands in both threads."""
    phones = {thread.id: thread.phone for thread in threads}
    found = select(Marker).where(Marker.kind == "number_found", Marker.conversation_id.in_(phones))
    return {(marker.detail.get("case", 0), phones[marker.conversation_id]) for marker in session.scalars(found)}


def _searches(session: Session, cases: Iterable[Case]) -> dict[int, list[Task]]:
    """The tasks "find a number" of each case, whatever became of them."""
    found: dict[int, list[Task]] = defaultdict(list)
    ids = [case.id for case in cases]
    for task in session.scalars(select(Task).where(Task.case_id.in_(ids), Task.type == "find_number")):
        if task.case_id is not None:
            found[task.case_id].append(task)
    return found

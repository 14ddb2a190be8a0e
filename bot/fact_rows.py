"""What the tables know that a text may need, for many conversations in a handful of queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from bot.dialogs.state import Slot
from bot.models import Adviser, Consent, Conversation, Fact, Handoff, Message, Plan, Wording, membership
from bot.store import own_words

#: Ids in one query: below what SQLite and PostgreSQL take as parameters.
CHUNK = 1000
Id = TypeVar("Id", int, str)


def chunks(ids: Iterable[Id], size: int = CHUNK) -> Iterator[list[Id]]:
    """The ids, so many at a time."""
    left = iter(ids)
    while chunk := list(islice(left, size)):
        yield chunk


class FactRows:
    """Consent, facts, plans and SMS of these conversations, and what their organisations say of themselves."""

    def __init__(
        self, session: Session, conversations: Sequence[Conversation], lately: datetime, crisis_since: datetime
    ) -> None:
        if session.new or session.dirty or session.deleted:
            session.flush()  # what is asked past the session's own rows must see them
        ids = {each.id for each in conversations if each.id is not None}
        organisations = {each.organisation.id for each in conversations}
        cases = {each.case.id for each in conversations if each.case is not None}
        self._session = session
        threads = list(_ask(session, ids, _THREADS, {"lately": lately, "since": crisis_since}))
        unknown = {each.phone for each in conversations if each.id is None}
        homes = organisations if unknown else {each.organisation_id for each in threads if each.has_words}
        self.opted_out = frozenset(each.phone for each in threads if each.opted_out) | _opted_out(session, unknown)
        self.inbound: dict[int, int] = {each.id: each.inbound for each in threads}
        self.after_crisis = frozenset(each.id for each in threads if each.after_crisis)
        self.facts = _facts(session, {each.id for each in threads if each.has_facts})
        planned = cases if unknown else cases & {each.case_id for each in threads if each.has_plans}
        self.proposed, self.approved = _plans(session, planned)
        self.own = {each: own_words(session, each) if each in homes else {} for each in organisations}
        self._first_adviser: dict[int, str] = {}

    def first_adviser(self, organisation_id: int) -> str:
        """Whole name; empty when there is none. Asked only where nobody else's name will do."""
        if organisation_id not in self._first_adviser:
            found = self._session.connection().execute(_FIRST_ADVISER, {"home": organisation_id}).scalar()
            self._first_adviser[organisation_id] = found or ""
        return self._first_adviser[organisation_id]


_THREAD, _CONSENT, _MESSAGE = Conversation.__table__.c, Consent.__table__.c, Message.__table__.c
_FACT, _HANDOFF, _PLAN, _ADVISER = Fact.__table__.c, Handoff.__table__.c, Plan.__table__.c, Adviser.__table__.c
_WORDING = Wording.__table__.c
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def _threads() -> Select[Any]:
    """Each conversation: is the newest word of its number stop, how many SMS came lately, is a crisis just over?

    And whether there is anything to ask about: facts, plans, the organisation's own words. Mostly there is not.
    """
    newest = select(_CONSENT.opted_out).where(_CONSENT.phone == _THREAD.phone).order_by(_CONSENT.id.desc()).limit(1)
    recent = select(func.count(_MESSAGE.id)).where(
        _MESSAGE.conversation_id == _THREAD.id, _MESSAGE.direction == "in", _MESSAGE.at >= bindparam("lately")
    )
    ended = select(_HANDOFF.id).where(
        _HANDOFF.conversation_id == _THREAD.id,
        _HANDOFF.priority == "crisis",
        _HANDOFF.ended_at >= bindparam("since"),
    )
    facts = select(_FACT.id).where(_FACT.conversation_id == _THREAD.id)
    plans = select(_PLAN.id).where(_PLAN.case_id == _THREAD.case_id)
    words = select(_WORDING.id).where(_WORDING.organisation_id == _THREAD.organisation_id, _WORDING.status == "live")
    return select(
        *(_THREAD.id, _THREAD.phone, _THREAD.organisation_id, _THREAD.case_id),
        *(newest.scalar_subquery().label("opted_out"), recent.scalar_subquery().label("inbound")),
        *(ended.exists().label("after_crisis"), facts.exists().label("has_facts")),
        *(plans.exists().label("has_plans"), words.exists().label("has_words")),
    ).where(_THREAD.id.in_(_IDS))


# Built once: building a statement costs more than asking it, and this is asked at every turn.
_THREADS = _threads()
_WORDS = select(_CONSENT.phone, _CONSENT.opted_out).where(_CONSENT.phone.in_(_IDS)).order_by(_CONSENT.id)
_TOLD = (
    select(_FACT.conversation_id, _FACT.case_id, _FACT.name, _FACT.value)
    .where(_FACT.conversation_id.in_(_IDS))
    .order_by(_FACT.id)
)
_PLANS = (
    select(*(_PLAN[name] for name in ("case_id", "status", "monthly_ore", "instalments", "first_date")))
    .add_columns(_PLAN.total_ore, _PLAN.at)
    .where(_PLAN.status.in_(("proposed", "approved")), _PLAN.case_id.in_(_IDS))
    .order_by(_PLAN.id)
)
_FIRST_ADVISER = (
    select(_ADVISER.name)
    .join(membership, membership.c.adviser_id == _ADVISER.id)
    .where(membership.c.organisation_id == bindparam("home"), _ADVISER.is_active)
    .order_by(_ADVISER.role != "adviser", _ADVISER.id)
    .limit(1)
)


def _ask(
    session: Session, ids: Collection[Id], query: Select[Any], given: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[Row[Any]]:
    for chunk in chunks(sorted(ids)):
        yield from session.connection().execute(query, {**given, "ids": chunk})


def _opted_out(session: Session, phones: set[str]) -> frozenset[str]:
    """The numbers whose newest word was stop."""
    newest = {row.phone: row.opted_out for row in _ask(session, phones, _WORDS)}
    return frozenset(phone for phone, opted_out in newest.items() if opted_out)


def _facts(session: Session, ids: set[int]) -> dict[int, list[tuple[int | None, str, Slot]]]:
    """By conversation, the oldest first: of which case, its name, its value."""
    found: dict[int, list[tuple[int | None, str, Slot]]] = defaultdict(list)
    for row in _ask(session, ids, _TOLD):
        found[row.conversation_id].append((row.case_id, row.name, row.value))
    return found


def _plans(session: Session, cases: set[int]) -> tuple[dict[int, Row[Any]], dict[int, list[Row[Any]]]]:
    """By case: the newest proposed plan; the approved ones, the newest last."""
    proposed: dict[int, Row[Any]] = {}
    approved: dict[int, list[Row[Any]]] = defaultdict(list)
    for plan in _ask(session, cases, _PLANS):
        if plan.status == "proposed":
            proposed[plan.case_id] = plan
        else:
            approved[plan.case_id].append(plan)
    return proposed, approved

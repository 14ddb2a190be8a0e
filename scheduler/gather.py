"""From rows to candidates: what planning knows of an organisation's cases, in a handful of queries however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from bot.models import (
    COPENHAGEN,
    Case,
    Consent,
    Contact,
    Conversation,
    Fact,
    Ladder,
    Message,
    Organisation,
    Plan,
    Promise,
    Resident,
    Skip,
    Task,
    Wave,
)
from bot.organisations import read_settings
from scheduler.calendar import WaveDay
from scheduler.ladder import steps_of
from scheduler.waves import Candidate, Rules, Why

#: A talk this young with an open question is not interrupted by a first SMS.
_TALKING = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A candidate with what only writing needs: its round and wave, the skips that are already written."""

    candidate: Candidate
    organisation_id: int
    round: int
    wave_id: int | None
    skipped: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class _Thread:
    """What a conversation says about the resident being busy with us."""

    held_by: str
    bot_paused: bool
    asks: bool  #: a question is open
    last_in: datetime | None


def rules_of(session: Session, organisation: Organisation) -> Rules:
    """The organisation's settings, and which of its waves run."""
    settings = read_settings(organisation.settings)
    waves = session.execute(
        select(Wave.month, Wave.started_at, Wave.released_at).where(Wave.organisation_id == organisation.id)
    ).all()
    hours = settings.feed_max_age_hours
    return Rules(
        steps=steps_of(settings.ladder),
        window=settings.window,
        wave_day=WaveDay(settings.wave_day, settings.wave_day_moves),
        started=frozenset(month for month, started_at, _ in waves if started_at is not None),
        needs_release=settings.release == "second_person",
        released_at=max((released for _, _, released in waves if released is not None), default=None),
        feed_max_age=timedelta(hours=hours) if hours is not None else None,
    )


def gather(
    session: Session,
    organisation_id: int,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    ended_since: datetime | None = None,
) -> list[Gathered]:
    """The open cases, ordered by id; ``ended_since``: also those that came later than that and have ended."""
    chosen = _chosen(organisation_id, only, ended_since)
    against = _against(session, organisation_id, chosen)
    threads = _threads(session, organisation_id, chosen)
    ladders, contacts, skips = _ladders(session, chosen), _contacts(session, chosen), _skips(session, chosen)
    gathered = []
    for row in session.execute(_cases(chosen)):
        round_, ladder = _place(row, ladders[row.id])
        mine = [c for c in contacts[row.id] if ladder is not None and c.round == round_ and c.wave_id == ladder.wave_id]
        reasons = against[row.id] | _busy(threads.get(row.phone), ladder, now)
        candidate = _candidate(row, ladder, mine, reasons)
        wave_id = ladder.wave_id if ladder is not None else None
        gathered.append(Gathered(candidate, organisation_id, round_, wave_id, frozenset(skips[row.id])))
    return gathered


def _candidate(row: Any, ladder: Ladder | None, contacts: list[Any], against: set[Why]) -> Candidate:
    return Candidate(
        case_id=row.id,
        arrived=max(row.received, row.opened_at.astimezone(COPENHAGEN).date()),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        deadline=row.deadline,
        status=row.status,
        against=frozenset(against),
        starts_at=ladder.starts_at if ladder is not None else None,
        done=frozenset(contact.step for contact in contacts),
        sms_sent=any(contact.told for contact in contacts),
    )


def _chosen(organisation_id: int, only: Collection[int] | None, ended_since: datetime | None) -> Select[int]:
    listed = Case.status == "open"
    if ended_since is not None:
        listed = or_(listed, Case.opened_at >= ended_since)
    chosen = select(Case.id).where(Case.organisation_id == organisation_id, listed)
    return chosen if only is None else chosen.where(Case.id.in_(only))


def _cases(chosen: Select[int]) -> Any:
    return (
        select(Case.id, Case.status, Case.received, Case.deadline, Case.opened_at, Case.updated_at, Resident.phone)
        .join(Case.resident)
        .where(Case.id.in_(chosen))
        .order_by(Case.id)
    )


def _against(session: Session, organisation_id: int, chosen: Select[int]) -> dict[int, set[Why]]:
    """By case: what its own rows say against contacting it."""
    found: dict[int, set[Why]] = defaultdict(set)

    def mark(why: Why, cases: Iterable[int]) -> None:
        for case_id in cases:
            found[case_id].add(why)

    phones = select(Case.id).join(Case.resident).where(Case.id.in_(chosen))
    newest = select(func.max(Consent.id)).group_by(Consent.phone)
    opted_out = select(Consent.phone).where(Consent.id.in_(newest), Consent.opted_out)
    disputed = (
        select(Fact.case_id)
        .join(Case, Case.id == Fact.case_id)
        .where(Fact.case_id.in_(chosen), Fact.name == "dispute_arrears", Fact.at >= Case.opened_at)
    )
    looked_for = (
        select(Task.case_id)
        .join(Case, Case.id == Task.case_id)
        .where(Task.case_id.in_(chosen), Task.type == "check_payment", Task.status == "open")
        .where(Task.origin.startswith("message:"), Task.at >= Case.opened_at)
    )
    mark("no_number", session.scalars(phones.where(Resident.phone.is_(None))))
    mark("opted_out", session.scalars(phones.where(Resident.phone.in_(opted_out))))
    mark("wrong_person", session.scalars(select(Case.id).where(Case.id.in_(chosen), Case.number_taken_off)))
    mark("promise_open", session.scalars(_of_open(Promise, chosen, ("open",))))
    mark("plan_open", session.scalars(_of_open(Plan, chosen, ("proposed", "approved"))))
    mark("disputed", (case_id for case_id in session.scalars(disputed) if case_id is not None))
    mark("paid_said", (case_id for case_id in session.scalars(looked_for) if case_id is not None))
    mark("shared_phone", _second_on_a_phone(session, organisation_id, chosen))
    return found


def _of_open(table: type[Promise] | type[Plan], chosen: Select[int], statuses: tuple[str, ...]) -> Select[int]:
    """Those of the case's present opening: what was agreed before it came again does not stop a new ladder."""
    mine = select(table.case_id).join(Case, Case.id == table.case_id).where(table.case_id.in_(chosen))
    return mine.where(table.status.in_(statuses), table.at >= Case.opened_at)


def _second_on_a_phone(session: Session, organisation_id: int, chosen: Select[int]) -> set[int]:
    """Open cases whose number belongs to a newer open one: a thread is about one case, and nobody gets two SMS."""
    phones = select(Resident.phone).join(Case).where(Case.id.in_(chosen), Resident.phone.is_not(None))
    rows = session.execute(
        select(Case.id, Resident.phone)
        .join(Case.resident)
        .where(Case.organisation_id == organisation_id, Case.status == "open", ~Case.number_taken_off)
        .where(Resident.phone.in_(phones))
        .order_by(Case.opened_at, Case.id)
    ).all()
    newest = {phone: case_id for case_id, phone in rows}
    return {case_id for case_id, phone in rows if newest[phone] != case_id}


def _threads(session: Session, organisation_id: int, chosen: Select[int]) -> dict[str | None, _Thread]:
    phones = select(Resident.phone).join(Case).where(Case.id.in_(chosen))
    mine = (Conversation.organisation_id == organisation_id, Conversation.phone.in_(phones))
    last_in = (
        select(Message.conversation_id, func.max(Message.at).label("at"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.direction == "in", ~Message.automatic, *mine)
        .group_by(Message.conversation_id)
        .subquery()
    )
    rows = session.execute(
        select(Conversation.phone, Conversation.held_by, Conversation.bot_paused, Conversation.state, last_in.c.at)
        .outerjoin(last_in, last_in.c.conversation_id == Conversation.id)
        .where(*mine)
    )
    return {phone: _Thread(held, paused, bool(state.get("flow")), at) for phone, held, paused, state, at in rows}


def _busy(thread: _Thread | None, ladder: Ladder | None, now: datetime) -> set[Why]:
    if thread is None:
        return set()
    found: set[Why] = {"held"} if thread.held_by != "bot" else set()
    if thread.bot_paused:
        found.add("bot_paused")
    if thread.last_in is not None and _answers(thread, thread.last_in, ladder, now):
        found.add("replied")
    return found


def _answers(thread: _Thread, last_in: datetime, ladder: Ladder | None, now: datetime) -> bool:
    """Whether the resident's last SMS is a reply to the ladder, or part of a talk that a first SMS would cut off."""
    if ladder is not None:
        return last_in >= ladder.at
    return thread.asks and now - last_in < _TALKING


def _ladders(session: Session, chosen: Select[int]) -> dict[int, list[Ladder]]:
    found: dict[int, list[Ladder]] = defaultdict(list)
    for ladder in session.scalars(select(Ladder).where(Ladder.case_id.in_(chosen)).order_by(Ladder.round)):
        found[ladder.case_id].append(ladder)
    return found


def _place(case: Any, ladders: list[Ladder]) -> tuple[int, Ladder | None]:
    """The round of the case's newest opening, and its ladder if that has begun."""
    if ladders and ladders[-1].at >= case.opened_at:
        return ladders[-1].round, ladders[-1]
    return len(ladders), None


def _contacts(session: Session, chosen: Select[int]) -> dict[int, list[Any]]:
    """By case: every contact, and whether its SMS was (or is to be) sent."""
    told = (Message.id.is_not(None) & (Message.status != "refused")).label("told")
    rows = session.execute(
        select(Contact.case_id, Contact.wave_id, Contact.round, Contact.step, told)
        .outerjoin(Message, Message.contact_id == Contact.id)
        .where(Contact.case_id.in_(chosen))
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _skips(session: Session, chosen: Select[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for case_id, step, why in session.execute(
        select(Skip.case_id, Skip.step, Skip.why).where(Skip.case_id.in_(chosen))
    ):
        found[case_id].append((step, why))
    return found

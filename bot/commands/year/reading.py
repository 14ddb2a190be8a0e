"""Makes the record of a year from the tables, from the handsets, and from what the driver saw. Reads only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import String, Text, cast, select
from sqlalchemy.orm import Session

from bot.commands.year.driver import Year
from bot.commands.year.people import is_quiet
from bot.commands.year.record import Agreed, Arrived, Due, Ended, Held, Record, Stuck, Told, Wrote
from bot.instalments import instalments
from bot.models import (
    COPENHAGEN,
    Base,
    Case,
    CheckIn,
    Contact,
    Conversation,
    Ladder,
    Marker,
    Message,
    Organisation,
    Plan,
    PlanStep,
    Promise,
    Skip,
    Task,
)
from bot.organisations import read_settings
from bot.simulator.tables import SimMessage
from bot.workdays import Window
from scheduler.gather import rules_of
from scheduler.ladder import Timed, timetable, with_silence

#: A look may take so many days more: it needs the rent system's next file, and a human who looks.
_GRACE = timedelta(days=7)
_STUCK = timedelta(days=2)
_THANKS = "thanks."


def read_record(year: Year, failed: list[tuple[datetime, str]]) -> Record:
    """All that happened so far."""
    now = year.world.clock()
    with year.world.looking.read() as session:
        cases = {case.id: case for case in session.scalars(select(Case))}
        places = {(case.organisation_id, case.case_ref): case.id for case in cases.values()}
        slugs = {each.id: each.slug for each in session.scalars(select(Organisation))}
        ids = {slug: number for number, slug in slugs.items()}
        return Record(
            now=now,
            windows={each.slug: read_settings(each.settings).window for each in session.scalars(select(Organisation))},
            arrived=list(_arrived(year, session, slugs)),
            wrote=list(_wrote(year, session, {case.case_ref: case.id for case in cases.values()})),
            told=[Told(at, places[ids[s], r], ore) for at, s, r, ore in year.told if (ids[s], r) in places],
            held=list(_held(session, slugs)),
            ended=list(_ended(session, cases)),
            agreed=[*_promises(session, cases, now), *_instalments(session, cases, now)],
            due=list(_due(session, cases, now)),
            stuck=list(_stuck(session, now)),
            leaked=_leaked(year, session),
            failed=failed,
            unknown_refs=sorted({ref for _, s, ref, _ in year.told if (ids[s], ref) not in places}),
        )


def _arrived(year: Year, session: Session, slugs: dict[int, str]) -> Iterator[Arrived]:
    rows = session.execute(
        select(Message, Conversation, Contact)
        .join(Message.conversation)
        .outerjoin(Contact, Contact.id == Message.contact_id)
        .where(Message.direction == "out")
    )
    known = {message.id: (message, conversation, contact) for message, conversation, contact in rows}
    kinds = _kinds(session)
    with year.world.network.db.read() as phones:
        wanted = select(SimMessage).where(SimMessage.direction == "outbound-api", SimMessage.status == "delivered")
        for sms in phones.scalars(wanted.order_by(SimMessage.id)):
            message_id = _message_of(sms)
            if message_id not in known:
                yield Arrived(sms.at, sms.phone, sms.body, None)
                continue
            message, conversation, contact = known[message_id]
            yield Arrived(
                at=sms.at,
                phone=sms.phone,
                body=sms.body,
                message_id=message.id,
                organisation=slugs[conversation.organisation_id],
                author=message.author,
                kind=_kind(message, kinds) if message.bulk else "",
                case_id=contact.case_id if contact else conversation.case_id,
                wave_id=contact.wave_id if contact else None,
                round=contact.round if contact else 0,
                step=contact.step if contact else None,
                expires_at=message.expires_at,
                tells_decision=message.must_go and message.answers_id is None,
            )


def _message_of(sms: SimMessage) -> int:
    """Our own id stands in the address that receipts are asked to."""
    return int(parse_qs(urlsplit(sms.status_callback or "").query).get("message", ["0"])[0])


def _kinds(session: Session) -> dict[int, str]:
    steps = session.execute(select(PlanStep.message_id, PlanStep.kind).where(PlanStep.message_id.is_not(None)))
    check_ins = session.scalars(select(CheckIn.message_id).where(CheckIn.message_id.is_not(None)))
    found = {message_id: kind for message_id, kind in steps if message_id is not None}
    return found | {message_id: "check_in" for message_id in check_ins if message_id is not None}


def _kind(message: Message, kinds: dict[int, str]) -> str:
    if message.author == "wave":
        return "wave"
    for beginning, kind in ((_THANKS, "thanks"), ("check_in.", "check_in"), ("plan.", "reminder")):
        if message.text_key.startswith(beginning):
            return kind
    return kinds.get(message.id, "other")


def _wrote(year: Year, session: Session, by_ref: dict[str, int]) -> Iterator[Wrote]:
    inbound = session.execute(select(Message, Conversation).join(Message.conversation).where(Message.direction == "in"))
    stored = {message.provider_sid: (message, conversation) for message, conversation in inbound}
    answered = set(session.scalars(select(Message.answers_id).where(Message.answers_id.is_not(None))))
    replies = _times(session, select(Message.conversation_id, Message.at).where(Message.author == "adviser"))
    human = _with_human(session)
    for one in year.written:
        message, conversation = stored.get(one.sid, (None, None))
        case_id = by_ref.get(one.case_ref)
        if message is None or conversation is None:
            yield Wrote(one.at, one.phone, one.text, case_id, is_quiet(one.text), None)
            continue
        spans = human.get(conversation.id, [])
        yield Wrote(
            one.at,
            one.phone,
            one.text,
            case_id,
            is_quiet(one.text),
            message.at,
            is_processed=message.status == "processed",
            is_answered=message.id in answered or any(at >= message.at for at in replies.get(conversation.id, [])),
            is_with_human=any(_within(message.at, *span) for span in spans),
        )


def _times(session: Session, wanted: Any) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    for conversation_id, at in session.execute(wanted):
        found[conversation_id].append(at)
    return found


def _within(at: datetime, since: datetime, until: datetime | None) -> bool:
    """A turn that hands over does so some moments after the SMS came."""
    return since <= at + timedelta(minutes=30) and (until is None or at <= until)


_BEGINS, _ENDS = ("handoff_opened", "claimed"), ("released", "closed")


def _spans(session: Session, begins: tuple[str, ...]) -> Iterator[tuple[int, datetime, datetime | None]]:
    """From a marker that begins something to the next that ends it."""
    open_since: dict[int, datetime] = {}
    for marker in session.scalars(select(Marker).where(Marker.kind.in_((*begins, *_ENDS))).order_by(Marker.id)):
        if marker.kind in begins:
            open_since.setdefault(marker.conversation_id, marker.at)
        elif marker.conversation_id in open_since:
            yield marker.conversation_id, open_since.pop(marker.conversation_id), marker.at
    for conversation_id, since in open_since.items():
        yield conversation_id, since, None


def _with_human(session: Session) -> dict[int, list[tuple[datetime, datetime | None]]]:
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for conversation_id, since, until in _spans(session, _BEGINS):
        found[conversation_id].append((since, until))
    return found


def _held(session: Session, slugs: dict[int, str]) -> Iterator[Held]:
    threads = {each.id: each for each in session.scalars(select(Conversation))}
    for conversation_id, since, until in _spans(session, ("claimed",)):
        thread = threads[conversation_id]
        yield Held(thread.phone, slugs[thread.organisation_id], since, until)


def _ended(session: Session, cases: dict[int, Case]) -> Iterator[Ended]:
    tasks: dict[int, int] = defaultdict(int)
    for case_id in session.scalars(select(Task.case_id).where(Task.status == "open", Task.case_id.is_not(None))):
        tasks[case_id or 0] += 1
    human = set(session.scalars(select(Conversation.case_id).where(Conversation.held_by != "bot")))
    agreed = set(session.scalars(select(Plan.case_id).where(Plan.status.in_(("proposed", "approved")))))
    agreed |= set(session.scalars(select(Promise.case_id).where(Promise.status == "open")))
    for case in cases.values():
        yield Ended(
            case_id=case.id,
            case_ref=case.case_ref,
            status=case.status,
            outcome=case.outcome,
            deadline=case.deadline,
            opened_at=case.opened_at,
            closed_at=case.closed_at,
            received=case.received,
            open_tasks=tasks[case.id],
            is_with_human=case.id in human,
            is_agreed=case.id in agreed,
        )


def _promises(session: Session, cases: dict[int, Case], now: datetime) -> Iterator[Agreed]:
    checked = set(session.scalars(select(Task.origin).where(Task.type == "check_promise")))
    for promise in session.scalars(select(Promise).where(Promise.day.is_not(None))):
        day = promise.day or date.max
        if _is_over(day, now) and cases[promise.case_id].opened_at <= promise.at:
            seen = promise.status != "open" or f"promise:{promise.id}:check_promise" in checked
            yield Agreed("promise", promise.case_id, day, seen)


def _instalments(session: Session, cases: dict[int, Case], now: datetime) -> Iterator[Agreed]:
    looked = session.execute(select(PlanStep.plan_id, PlanStep.number).where(PlanStep.kind == "look"))
    looks = {(plan_id, number) for plan_id, number in looked}
    for plan in session.scalars(select(Plan).where(Plan.status == "approved")):
        case = cases[plan.case_id]
        if case.opened_at > plan.at or not (case.status == "open" or case.outcome == "plan_agreed"):
            continue
        for one in instalments(plan.monthly_ore, plan.instalments, plan.first_date, plan.total_ore):
            if _is_over(one.day, now) and plan.decided_at is not None and one.day >= plan.decided_at.date():
                yield Agreed("instalment", plan.case_id, one.day, (plan.id, one.number) in looks)


def _is_over(day: date, now: datetime) -> bool:
    return datetime.combine(day, time(), COPENHAGEN) + _GRACE < now


def _due(session: Session, cases: dict[int, Case], now: datetime) -> Iterator[Due]:
    """The steps of every ladder, as it stands, whose time came while its case was open."""
    rules = {each.id: rules_of(session, each) for each in session.scalars(select(Organisation))}
    done = {(c.wave_id, c.case_id, c.round, c.step) for c in session.scalars(select(Contact))}
    skipped = {(s.wave_id, s.case_id, s.step) for s in session.scalars(select(Skip))}
    # Who writes after the end is taken care of and closed again: the case ended the first time.
    markers = select(Conversation.case_id, Marker.at).join(Conversation, Conversation.id == Marker.conversation_id)
    closings = _times(session, markers.where(Marker.kind == "closed"))
    came_in = select(Conversation.case_id, Message.at).join(Message.conversation)
    written = _times(session, came_in.where(Message.direction == "in", ~Message.automatic))
    newest = {ladder.case_id: ladder for ladder in session.scalars(select(Ladder).order_by(Ladder.round))}
    for ladder in newest.values():
        case = cases[ladder.case_id]
        if ladder.at < case.opened_at:
            continue  # it came again, and its new ladder has not begun
        ends = [case.closed_at or now, now, *(at for at in closings.get(case.id, []) if at >= case.opened_at)]
        until = min(ends) - timedelta(days=1)
        mine = rules[case.organisation_id]
        times = timetable(mine.steps, ladder.starts_at, case.deadline, mine.window)
        for timed in with_patience(times, ladder.at, written.get(case.id, []), mine.window):
            if timed.at < until:
                number = timed.step.number
                known = (ladder.wave_id, case.id, ladder.round, number) in done
                known |= (ladder.wave_id, case.id, number) in skipped
                yield Due(case.id, ladder.wave_id, ladder.round, number, timed.step.kind, timed.at, known)


def with_patience(times: Sequence[Timed], began: datetime, written: Sequence[datetime], window: Window) -> list[Timed]:
    """The steps at their times: the call waits for who has answered the ladder and may still be writing."""
    newest = max((at for at in written if at >= began), default=None)
    return list(times if newest is None else with_silence(times, newest, window))


def _stuck(session: Session, now: datetime) -> Iterator[Stuck]:
    waiting = select(Message, Conversation.case_id).join(Message.conversation)
    waiting = waiting.where(Message.status.in_(("received", "queued", "sending")), Message.provider_sid.is_(None))
    for message, case_id in session.execute(waiting.where(Message.direction == "out")):
        since = message.due_at or message.at
        if since < now - _STUCK:
            yield Stuck(message.id, case_id, since, message.status)


def _leaked(year: Year, session: Session) -> list[str]:
    """Where a CPR number that a resident wrote stands: in any text or JSON of any table."""
    written = [account.person.cpr for account in year.rent.accounts]
    numbers = re.compile("|".join(rf"{cpr[:6]}[- ]?{cpr[7:]}" for cpr in written) or "(?!)")
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String | Text) or column.type.__class__.__name__ == "JSON":
                texts = session.scalars(select(cast(column, Text)).where(column.is_not(None)))
                if any(numbers.search(text or "") for text in texts):
                    found.append(f"{table.name}.{column.name}")
    return found

"""What the demo's advisers have done before its first morning, by the same use cases as in the inbox.

One crisis that a colleague has taken, one resident who is waited for, one put off, one SMS for tomorrow, a duty list.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands.demo_talks import deliver
from bot.models import COPENHAGEN, Adviser, Case, Conversation, Duty, Mail, Task
from handoff import handoffs, sending
from handoff.handoffs import Acting, Done, Result
from handoff.ownership.moments import choices
from handoff.ownership.snoozing import snooze

_WEEK = timedelta(days=7)


def work(session: Session, now: datetime) -> None:
    """Do it all, each thing at its time."""
    mette, peter = session.scalars(select(Adviser).order_by(Adviser.id)).all()
    _write(session, mette, "SB-2026-005", "Hej Birthe. Det er Mette. Så ringer jeg til dig i morgen.", _ago(now, 1100))
    _expect(snooze(session, _acting(mette), _thread(session, "SB-2026-005").id, choices(now)["tomorrow"], now - _M))
    _write(
        session,
        mette,
        "HA-77-104",
        "Hej Oskar. Det er Mette. Jeg hjælper dig gerne. Har du fået et brev fra en advokat?",
        _ago(now, 1090),
    )
    _later(session, mette, "HA-77-104", "Hej Oskar. Ring til mig i dag, så ser vi på det sammen. Hilsen Mette", now)
    _crisis(session, peter, "HA-77-101", now)
    session.execute(update(Task).where(Task.type == "call").values(adviser_id=mette.id))
    for mail in session.scalars(select(Mail)):
        mail.sent_at = mail.due_at  # what was mailed of it was read long ago
    _duties(session, mette, peter, now)


_M = timedelta(minutes=1)


def _ago(now: datetime, minutes: int) -> datetime:
    return now - minutes * _M


def _acting(adviser: Adviser) -> Acting:
    return Acting(adviser.id, adviser.name, frozenset(each.id for each in adviser.organisations))


def _thread(session: Session, case_ref: str) -> Conversation:
    return session.scalars(select(Conversation).join(Case).where(Case.case_ref == case_ref)).one()


def _expect(result: Result) -> None:
    if not isinstance(result, Done):
        raise RuntimeError(f"The demo's desk work was refused: {result.why}")


def _write(session: Session, adviser: Adviser, case_ref: str, text: str, at: datetime) -> None:
    thread, acting = _thread(session, case_ref), _acting(adviser)
    _expect(handoffs.claim(session, acting, thread.id, at))
    _expect(sending.send_now(session, acting, thread.id, text, at + 3 * _M))
    deliver(session, thread.phone, at + 3 * _M)


def _later(session: Session, adviser: Adviser, case_ref: str, text: str, now: datetime) -> None:
    thread, tomorrow = _thread(session, case_ref), choices(now)["tomorrow"]
    _expect(sending.send_later(session, _acting(adviser), thread.id, text, tomorrow, now - 20 * _M))


def _crisis(session: Session, adviser: Adviser, case_ref: str, now: datetime) -> None:
    thread, acting = _thread(session, case_ref), _acting(adviser)
    _expect(handoffs.claim(session, acting, thread.id, _ago(now, 38)))
    note = (
        "Har talt med hende. Hun er hos sin søster nu. Politiet er ringet op. @Mette, ring til hende, hvis jeg er gået."
    )
    _expect(sending.write_note(session, acting, thread.id, note, _ago(now, 21)))


def _duties(session: Session, mette: Adviser, peter: Adviser, now: datetime) -> None:
    """This week the one, next week the other."""
    today = now.astimezone(COPENHAGEN).date()
    monday = today - timedelta(days=today.weekday())
    for organisation in mette.organisations:
        for first, adviser in ((monday, mette), (monday + _WEEK, peter)):
            session.add(
                Duty(
                    organisation_id=organisation.id,
                    adviser_id=adviser.id,
                    first_day=first,
                    last_day=first + timedelta(days=6),
                )
            )

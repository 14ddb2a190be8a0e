"""Courses of which every figure is known by hand: five kinds in November, and ten in May of which half came again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.models import (
    COPENHAGEN,
    Adviser,
    Case,
    Contact,
    Conversation,
    Fact,
    Handoff,
    Ladder,
    Marker,
    Message,
    Plan,
    Promise,
    Resident,
)
from bot.wave_state import wave_of

BEGAN = datetime(2026, 11, 27, 9, tzinfo=COPENHAGEN)
NOW = datetime(2026, 12, 9, 7, tzinfo=COPENHAGEN)


def at(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=COPENHAGEN)


class Courses:
    """Puts courses of one organisation into a database."""

    def __init__(self, session: Session, organisation_id: int, prefix: str = "S") -> None:
        self.session, self.organisation_id, self.prefix, self.count = session, organisation_id, prefix, 0

    def add(self, number: int, month: str = "2026-11", began: datetime = BEGAN, **what: Any) -> list[Conversation]:
        """So many alike; ``what``: columns of the case, and what happened (see ``_happened``)."""
        return [self._one(month, began, dict(what)) for _ in range(number)]

    def _one(self, month: str, began: datetime, what: dict[str, Any]) -> Conversation:
        self.count += 1
        phone = f"+4511{11 if self.prefix == 'S' else 12}{self.count:04}"
        resident = Resident(
            organisation_id=self.organisation_id, name=f"Bo {self.count}", phone=phone, created_at=began
        )
        self.session.add(resident)
        self.session.flush()
        happened = {key: what.pop(key) for key in list(what) if key not in Case.__table__.columns}
        case = Case(
            **{
                "organisation_id": self.organisation_id,
                "resident_id": resident.id,
                "case_ref": f"{self.prefix}-{self.count}",
                "arrears_ore": 500_000,
                "received": began.date(),
                "deadline": date(2026, 12, 5),
                "opened_at": began,
                "updated_at": began,
                "department": "Søparken",
                **what,
            }
        )
        self.session.add(case)
        self.session.flush()
        thread = Conversation(
            organisation_id=self.organisation_id, case_id=case.id, phone=phone, created_at=began, state={}
        )
        self.session.add(thread)
        self.session.flush()
        self.ladder(case, month, began)
        self._happened(thread, **happened)
        return thread

    def ladder(self, case: Case, month: str, began: datetime, round_: int = 0, **ended: Any) -> None:
        wave = wave_of(self.session, self.organisation_id, month)
        place = {"wave_id": wave.id, "case_id": case.id, "round": round_}
        self.session.add(Ladder(**place, starts_at=began, at=began, **ended))
        steps = ((0, "sms", 0), (1, "sms", 4), (2, "call", 5), (3, "knock", 6))
        for step, kind, days in steps:
            self.session.add(Contact(**place, step=step, kind=kind, send_at=began + timedelta(days=days), at=began))

    def _happened(
        self,
        thread: Conversation,
        delivered: bool = True,
        answered: datetime | None = None,
        automatic: bool = False,
        handed_over: datetime | None = None,
        adviser: datetime | None = None,
        called: datetime | None = None,
        plan: datetime | None = None,
        **more: str,
    ) -> None:
        self.sms(thread, "wave", BEGAN, status="delivered" if delivered else "undelivered")
        if answered is not None:
            self.sms(thread, "resident", answered, automatic=automatic)
            if not automatic:
                self.session.add(Marker(conversation_id=thread.id, kind="recognised", at=answered))
        if handed_over is not None:
            told = {"reason": "ask_human", "priority": "normal", "language": "da"}
            self.session.add(Handoff(conversation_id=thread.id, at=handed_over, **told))
            self.sms(thread, "bot", handed_over)
        if adviser is not None:
            self.sms(thread, "adviser", adviser - timedelta(hours=1), status="failed")
            self.sms(thread, "adviser", adviser)
        if called is not None:
            self.session.add(Marker(conversation_id=thread.id, kind="call_taken", at=called))
        if plan is not None:
            known = {"monthly_ore": 50_000, "instalments": 10, "first_date": date(2027, 1, 1)}
            self.session.add(Plan(case_id=thread.case_id, status="approved", at=plan, decided_at=plan, **known))
        self._told(thread, **more)

    def _told(self, thread: Conversation, fact: str = "", promise: str = "") -> None:
        if fact:
            self.session.add_all(
                Fact(conversation_id=thread.id, case_id=thread.case_id, name=fact, value=True, at=BEGAN) for _ in "ab"
            )
        if promise:
            self.session.add(Promise(case_id=thread.case_id, status=promise, at=BEGAN))

    def sms(self, thread: Conversation, author: str, when: datetime, **more: Any) -> None:
        is_in = author == "resident"
        told = {"direction": "in" if is_in else "out", "status": "processed" if is_in else "delivered", "body": "…"}
        self.session.add(Message(conversation_id=thread.id, author=author, at=when, **(told | more)))


def november(courses: Courses) -> None:
    """38 cases: 26 reached, 20 of them with a good end."""
    dated: dict[str, Any] = {"eviction_date": date(2026, 12, 20), "stage": "foged"}
    friday, monday = at(27, 14, 11), at(30, 10, 11)
    courses.add(
        12, **dated, status="settled", closed_at=at(4, 9), answered=at(27, 10, 11), handed_over=friday,
        adviser=monday, fact="inform_job_loss", promise="kept",
    )  # fmt: skip
    courses.add(
        8, **dated, answered=at(1, 10), handed_over=at(1, 10), adviser=at(1, 14), plan=at(2, 9), promise="broken",
        fact="boligstoette_estimate",
    )  # fmt: skip
    courses.add(6, called=at(2, 11), department="Lindegården")
    courses.add(7, delivered=False, status="closed", outcome="no_contact", stage="ophaevet", department="Lindegården")
    courses.add(5, answered=at(28, 9, 11), automatic=True, department="Lindegården")


def may(courses: Courses) -> None:
    """Ten that were paid on 1 June; five of them came again in November, and are among none of the others there."""
    began = at(27, 9, 5)
    paid: dict[str, Any] = {"status": "settled", "closed_at": at(1, 9, 6)}
    courses.add(5, "2026-05", began, **paid, delivered=False)
    for thread in courses.add(5, "2026-05", began, status="settled", closed_at=at(3, 9), delivered=False):
        case = courses.session.get_one(Case, thread.case_id)
        [first] = courses.session.query(Ladder).filter_by(case_id=case.id).all()
        first.ended_as, first.ended_at, first.stage = "paid", at(1, 9, 6), "rykker"
        courses.ladder(case, "2026-11", BEGAN, 1)


def adviser_of(session: Session, email: str) -> Adviser:
    return session.query(Adviser).filter_by(email=email).one()

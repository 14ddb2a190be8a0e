"""What is to be done outside SMS when the demo begins: one of each kind, some of it overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Case, Task


@dataclass(frozen=True, slots=True)
class DemoTask:
    """One task; ``days`` from the demo's first day until it is due."""

    case_ref: str
    kind: str
    days: int
    note: str = ""


TASKS = (
    DemoTask("SB-2026-004", "call", -1, "Har bedt om at blive ringet op efter kl. 16."),
    DemoTask("SB-2026-005", "knock", 0, "Ingen har fået fat i Birthe endnu."),
    DemoTask("SB-2026-003", "postcard", 0, "Svarer ikke på telefonen."),
    DemoTask("SB-2026-001", "postcard", 0),
    DemoTask("HA-77-103", "check_payment", 0, "Siger i telefonen, at der er betalt."),
    DemoTask("HA-77-101", "knock", 1),
    DemoTask("HA-77-104", "other", 2, "Send ansøgningen om boligstøtte med posten."),
)


def add_tasks(session: Session, now: datetime) -> None:
    """Put them beside the cases that are there."""
    cases = {case.case_ref: case for case in session.scalars(select(Case))}
    session.add_all(
        Task(
            organisation_id=cases[task.case_ref].organisation_id,
            case_id=cases[task.case_ref].id,
            type=task.kind,
            due=now.date() + timedelta(days=task.days),
            note=task.note,
            at=now,
        )
        for task in TASKS
    )

"""The SQLAlchemy tables, split by noun. ``docs/tables.md`` shows them drawn."""

from bot.models.base import COPENHAGEN, Aware, Base, NaiveTimeError
from bot.models.case import Case, Fact, Plan, PlanStep, Promise, Resident, Task
from bot.models.conversation import (
    Alarm,
    Consent,
    Conversation,
    Correction,
    Handoff,
    Marker,
    Message,
    MessageStatus,
    Note,
)
from bot.models.log import AuditEvent, ClockOffset, LiveEvent, SenderRate
from bot.models.organisation import Adviser, Organisation, Token, membership
from bot.models.wave import Contact, Ladder, Skip, Wave
from bot.models.wording import SourceCheck, Wording

__all__ = [
    "COPENHAGEN",
    "Adviser",
    "Alarm",
    "AuditEvent",
    "Aware",
    "Base",
    "Case",
    "ClockOffset",
    "Consent",
    "Contact",
    "Conversation",
    "Correction",
    "Fact",
    "Handoff",
    "Ladder",
    "LiveEvent",
    "Marker",
    "Message",
    "MessageStatus",
    "NaiveTimeError",
    "Note",
    "Organisation",
    "Plan",
    "PlanStep",
    "Promise",
    "Resident",
    "SenderRate",
    "Skip",
    "SourceCheck",
    "Task",
    "Token",
    "Wave",
    "Wording",
    "membership",
]

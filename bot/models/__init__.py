"""The SQLAlchemy tables, split by noun. ``docs/tables.md`` shows them drawn."""

from bot.models.base import COPENHAGEN, Aware, Base, NaiveTimeError
from bot.models.case import Case, CheckIn, DoorVisit, Fact, Plan, PlanStep, Promise, Resident, Task
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
from bot.models.log import AuditEvent, ClockOffset, Heartbeat, Incident, Lease, LiveEvent, SenderRate
from bot.models.organisation import Adviser, Organisation, Token, Upload, membership
from bot.models.wave import Contact, Ladder, Skip, StepKey, Wave
from bot.models.wording import SourceCheck, Wording

__all__ = [
    "COPENHAGEN",
    "Adviser",
    "Alarm",
    "AuditEvent",
    "Aware",
    "Base",
    "Case",
    "CheckIn",
    "ClockOffset",
    "Consent",
    "Contact",
    "Conversation",
    "Correction",
    "DoorVisit",
    "Fact",
    "Handoff",
    "Heartbeat",
    "Incident",
    "Ladder",
    "Lease",
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
    "StepKey",
    "Task",
    "Token",
    "Upload",
    "Wave",
    "Wording",
    "membership",
]

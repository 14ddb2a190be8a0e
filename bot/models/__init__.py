"""The SQLAlchemy tables, split by noun. ``docs/tables.md`` shows them drawn."""

from bot.models.access import Invitation, LoginSession, LoginTry, RecoveryCode, Webhook, WebhookDelivery
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
from bot.models.desk import CannedReply, Change, Draft, Duty, Mail, Mention, Presence, SavedView
from bot.models.log import AuditEvent, ClockOffset, Heartbeat, Incident, Lease, LiveEvent, SenderRate
from bot.models.organisation import Adviser, Organisation, Token, Upload, membership
from bot.models.search import CaseWord, ConversationWord, SearchBuild
from bot.models.wave import BoardMonth, Contact, Ladder, Skip, StepKey, Wave
from bot.models.wording import SourceCheck, Wording

__all__ = [
    "COPENHAGEN",
    "Adviser",
    "Alarm",
    "AuditEvent",
    "Aware",
    "Base",
    "BoardMonth",
    "CannedReply",
    "Case",
    "CaseWord",
    "Change",
    "CheckIn",
    "ClockOffset",
    "Consent",
    "Contact",
    "Conversation",
    "ConversationWord",
    "Correction",
    "DoorVisit",
    "Draft",
    "Duty",
    "Fact",
    "Handoff",
    "Heartbeat",
    "Incident",
    "Invitation",
    "Ladder",
    "Lease",
    "LiveEvent",
    "LoginSession",
    "LoginTry",
    "Mail",
    "Marker",
    "Mention",
    "Message",
    "MessageStatus",
    "NaiveTimeError",
    "Note",
    "Organisation",
    "Plan",
    "PlanStep",
    "Presence",
    "Promise",
    "RecoveryCode",
    "Resident",
    "SavedView",
    "SearchBuild",
    "SenderRate",
    "Skip",
    "SourceCheck",
    "StepKey",
    "Task",
    "Token",
    "Upload",
    "Wave",
    "Webhook",
    "WebhookDelivery",
    "Wording",
    "membership",
]

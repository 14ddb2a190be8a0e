"""Carries a decision's effects out, in the caller's transaction. An effect without a hand here does not type-check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.alarms import ring
from bot.check_ins import drop_check_ins, drop_of_number, plan_check_ins
from bot.dialogs import effects as do
from bot.dialogs.state import Decision
from bot.hooks.events import handoff_opened, tell
from bot.models import COPENHAGEN, Consent, Conversation, Fact, Handoff, Plan, Promise, Task
from bot.store import is_opted_out
from bot.thread import add_marker, announce
from bot.turn_rows import write_state
from bot.workdays import next_working_day

_RANK = {"normal": 0, "high": 1, "crisis": 2}
#: A promise without a day is looked at after a week.
_NO_DAY_SAID = timedelta(days=7)
_ONE_AT_A_TIME = frozenset({"approve_plan", "call", "check_payment", "find_number"})


@dataclass(frozen=True, slots=True)
class Turn:
    """What an effect needs to know of the turn it belongs to."""

    session: Session
    conversation: Conversation
    now: datetime
    message_id: int | None = None  #: the SMS that was heard; None when the bot begins by itself

    @property
    def origin(self) -> str:
        """A name for what made a task, unique to this turn."""
        return f"message:{self.message_id}" if self.message_id else f"conversation:{self.conversation.id}"


def apply(turn: Turn, decision: Decision) -> tuple[do.Say, ...]:
    """Write the new state and all effects but the words, which are returned in order."""
    if turn.message_id is not None:
        write_state(turn.session, turn.conversation, decision.state)
    else:  # a wave begins many at once: they are written together
        turn.conversation.state = decision.state.to_json()
    if any(isinstance(effect, do.RecordPromise) for effect in decision.effects):
        _replace_promises(turn)  # what is promised now, in one SMS, stands for what was promised before
    said = tuple(effect for effect in decision.effects if isinstance(effect, do.Say))
    for effect in decision.effects:
        if not isinstance(effect, do.Say):
            _apply_one(turn, effect)
    return said


def _apply_one(turn: Turn, effect: do.Effect) -> None:  # noqa: C901  one arm an effect, checked for completeness
    match effect:
        case do.Say():
            raise AssertionError("words are queued, not applied")
        case do.RecordFact():
            _record_fact(turn, effect)
        case do.RecordPromise():
            _record_promise(turn, effect)
        case do.ProposePlan():
            _propose_plan(turn, effect)
        case do.OpenHandoff():
            _open_handoff(turn, effect)
        case do.OptOut():
            _consent(turn, opted_out=True, words=effect.words)
        case do.OptIn():
            _consent(turn, opted_out=False, words=effect.words)
        case do.PauseBot():
            turn.conversation.bot_paused = True
            turn.conversation.crisis_told = True
        case do.MarkVerified():
            turn.conversation.verified = True
            turn.conversation.wrong_tries = 0
            _mark(turn, "recognised")
        case do.MarkUnverified():
            turn.conversation.verified = False
            _mark(turn, "somebody_else")
        case do.MarkRecognitionFailed():
            _count_wrong_try(turn)
        case do.TakeNumberOff():
            _take_number_off(turn)
        case do.CreateTask():
            _create_task(turn, effect)
        case do.SetLanguage():
            turn.conversation.language = effect.language
        case do.PlanCheckIns() | do.DropCheckIns():
            _plan_or_drop_check_ins(turn, effect)
        case _:
            assert_never(effect)


def _mark(turn: Turn, kind: str, **detail: Any) -> None:
    add_marker(turn.session, turn.conversation, kind, turn.now, **detail)


def _record_fact(turn: Turn, effect: do.RecordFact) -> None:
    turn.session.add(
        Fact(
            conversation_id=turn.conversation.id,
            case_id=None if effect.apart else turn.conversation.case_id,
            message_id=turn.message_id,
            name=effect.name,
            value=effect.value,
            at=turn.now,
        )
    )


def _record_promise(turn: Turn, effect: do.RecordPromise) -> None:
    case = turn.conversation.case
    if case is None:
        return
    owed = {"amount_ore": effect.amount_ore, "arrears_ore": case.arrears_ore}
    promise = Promise(case_id=case.id, day=effect.day, at=turn.now, **owed)
    turn.session.add(promise)
    turn.session.flush()
    # Nothing is held against the word alone: the day after, a human looks at the rent system.
    due = next_working_day(effect.day or turn.now.date() + _NO_DAY_SAID)
    _add_task(turn, "check_promise", due, origin=f"promise:{promise.id}:check_promise")
    _mark(turn, "promised")


def _replace_promises(turn: Turn) -> None:
    case_id = turn.conversation.case_id
    mine = select(Promise.id).where(Promise.case_id == case_id, Promise.status == "open")
    for promise_id in turn.session.scalars(mine).all():
        check = Task.origin == f"promise:{promise_id}:check_promise"
        turn.session.execute(
            update(Task).where(check, Task.status == "open").values(status="dropped", done_at=turn.now)
        )
    turn.session.execute(update(Promise).where(Promise.id.in_(mine)).values(status="replaced"))


def _propose_plan(turn: Turn, effect: do.ProposePlan) -> None:
    case = turn.conversation.case
    if case is None:
        return
    case_id = case.id
    turn.session.execute(
        update(Plan).where(Plan.case_id == case_id, Plan.status == "proposed").values(status="replaced")
    )
    turn.session.add(
        Plan(
            case_id=case_id,
            monthly_ore=effect.monthly_ore,
            instalments=effect.instalments,
            first_date=effect.first_date,
            total_ore=case.arrears_ore if effect.total_ore is None else effect.total_ore,
            at=turn.now,
        )
    )
    _mark(turn, "plan_proposed", monthly=effect.monthly_ore // 100, instalments=effect.instalments)


def _open_handoff(turn: Turn, effect: do.OpenHandoff) -> None:
    """Ask for a human; while somebody already holds it, only a higher priority is news."""
    conversation = turn.conversation
    if effect.priority == "crisis":
        ring(turn.session, conversation, effect.reason, turn.now)
    if conversation.held_by != "bot" and _RANK[effect.priority] <= _RANK[conversation.priority]:
        return
    if conversation.held_by == "bot":
        conversation.held_by = "queue"
        conversation.priority = effect.priority
        conversation.waiting_since = turn.now
    conversation.priority = max(conversation.priority, effect.priority, key=_RANK.__getitem__)
    conversation.reason = effect.reason
    conversation.closed_at = conversation.snoozed_until = None  # who asks for a human is seen, whatever was closed
    handoff = Handoff(
        conversation_id=conversation.id,
        reason=effect.reason,
        priority=effect.priority,
        language=conversation.language,
        at=turn.now,
    )
    turn.session.add(handoff)
    turn.session.flush()
    tell(turn.session, conversation.organisation_id, [handoff_opened(handoff, conversation.case)], turn.now)
    _mark(turn, "handoff_opened", reason=effect.reason, priority=effect.priority)


def _consent(turn: Turn, *, opted_out: bool, words: str) -> None:
    phone = turn.conversation.phone
    if is_opted_out(turn.session, phone) == opted_out:
        return
    turn.session.add(
        Consent(
            phone=phone,
            opted_out=opted_out,
            words=words[:200],
            organisation_id=turn.conversation.organisation_id,
            at=turn.now,
        )
    )
    turn.session.flush()
    if opted_out:
        drop_of_number(turn.session, phone)
    _mark(turn, "opted_out" if opted_out else "opted_in")


def _plan_or_drop_check_ins(turn: Turn, effect: do.PlanCheckIns | do.DropCheckIns) -> None:
    case = turn.conversation.case
    if case is None:
        return
    if isinstance(effect, do.DropCheckIns):
        drop_check_ins(turn.session, case)
    elif plan_check_ins(turn.session, case, turn.now):
        _mark(turn, "check_ins_planned")


def _count_wrong_try(turn: Turn) -> None:
    conversation, today = turn.conversation, turn.now.date()
    same_day = conversation.wrong_tries_day == today
    conversation.wrong_tries = conversation.wrong_tries + 1 if same_day else 1
    conversation.wrong_tries_day = today
    _mark(turn, "recognition_failed")


def _take_number_off(turn: Turn) -> None:
    if turn.conversation.case is not None:
        turn.conversation.case.number_taken_off = True
        turn.conversation.verified = False
        _mark(turn, "number_taken_off")


def _create_task(turn: Turn, effect: do.CreateTask) -> None:
    due = effect.due or turn.now.date()
    at = datetime.combine(due, effect.at, COPENHAGEN) if effect.at else None
    if effect.type in _ONE_AT_A_TIME:
        _drop_open(turn, effect.type)
    _add_task(turn, effect.type, due, origin=f"{turn.origin}:{effect.type}", at=at, note=effect.note)


def _drop_open(turn: Turn, kind: do.TaskType) -> None:
    """A newer task of this kind takes the place of an open one that the same talk made; the ladder's own stay."""
    same = (Task.conversation_id == turn.conversation.id, Task.type == kind, Task.status == "open")
    turn.session.execute(
        update(Task).where(*same, Task.origin.startswith("message:")).values(status="dropped", done_at=turn.now)
    )


def _add_task(
    turn: Turn, kind: do.TaskType, due: date, *, origin: str, at: datetime | None = None, note: str = ""
) -> None:
    if turn.session.scalar(select(Task.id).where(Task.origin == origin)) is not None:
        return
    turn.session.add(
        Task(
            organisation_id=turn.conversation.organisation_id,
            case_id=turn.conversation.case_id,
            conversation_id=turn.conversation.id,
            type=kind,
            due=due,
            due_at=at,
            note=note,
            origin=origin,
            at=turn.now,
        )
    )
    announce(turn.session, turn.conversation, "task", turn.now)

"""What the resident says against the arrears: it is paid, or it is not right. A human looks, and the ladder waits."""

from __future__ import annotations

from bot.dialogs.effects import CreateTask
from bot.dialogs.limits import agreed_on, may_tell, past_deadline
from bot.dialogs.told import paid
from bot.dialogs.turn import Turn

#: So much of the resident's own words stands on the task; the rest is in the thread.
_WORDS = 160


def already_paid(turn: Turn) -> None:
    """A human looks for it. That it was not all leaves the deadline as it was, and is said where it may be."""
    turn.do(CreateTask("check_payment"))
    if past_deadline(turn.case, turn.today) and not agreed_on(turn.case):
        turn.hand_over("after_deadline", text="paid.late")
        return
    if "dispute_arrears" in turn.names:  # a human looks at both, and says so once
        return
    if turn.kept.get("kept") == "paid" and not _is_part(turn):
        turn.say("paid.short")
    else:
        turn.answer("paid_part" if _is_part(turn) else "paid")
    turn.set_aside()


def _is_part(turn: Turn) -> bool:
    case, (ore, _) = turn.case, paid(turn.heard, turn.today)
    known = ore is not None and ore // 100 < case.arrears_ore // 100 and not agreed_on(case)
    return known and may_tell(case) and case.deadline is not None and "promise_to_pay" not in turn.names


def dispute(turn: Turn) -> None:
    """A human finds out what is right, with the resident's own words; the deadline does not wait for it."""
    case = turn.case
    if case.case_ref is not None:
        turn.do(CreateTask("other", note=f"Beløbet bestrides: {_own_words(turn)}"))
    stands = may_tell(case) and case.deadline is not None and not past_deadline(case, turn.today)
    turn.hand_over("dispute", text="dispute.deadline" if stands else "")


def _own_words(turn: Turn) -> str:
    words = " ".join(turn.heard.text.split())
    return words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"

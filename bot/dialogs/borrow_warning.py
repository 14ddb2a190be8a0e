"""Who borrows to pay is warned first: apply to the kommune before. Once a talk; what was promised stands as told."""

from __future__ import annotations

from bot.dialogs.borrowing import borrows_to_pay
from bot.dialogs.limits import past_deadline
from bot.dialogs.turn import Turn

_TEXTS = {"will": "borrow.warning", "has": "borrow.already"}


def warns(turn: Turn) -> bool:
    """Whether the message says that money is borrowed; the warning then stands before all else that is said."""
    found = borrows_to_pay(turn.heard)
    if found is None or turn.case.status != "open":
        return False
    if not turn.state.slots.get("warned_of_borrowing"):
        turn.draft.before.append(turn.filled(_TEXTS[found]))  # where no other text crowds it out
        turn.remember(warned_of_borrowing=True)
    return True


def warned(turn: Turn) -> bool:
    """The warning is in this SMS."""
    return any(said.text in _TEXTS.values() for said in turn.draft.before)


def lead_on(turn: Turn) -> None:
    """Nothing else was said: what happened is asked after. Who says it again, or too late, needs a human."""
    if past_deadline(turn.case, turn.today):
        turn.hand_over("after_deadline", text="handoff.any")
    elif not warned(turn):
        turn.hand_over("kommune", text="handoff.any")
    elif turn.step is None:
        turn.start("enkeltydelse")

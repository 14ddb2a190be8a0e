"""How a case that is closed ended, mended afterwards, with the reason in own words that the resident never sees."""

from __future__ import annotations

from collections.abc import Mapping

from bot.hooks.events import case_closed, tell
from handoff.case_work.changes import keep_all
from handoff.case_work.forms import Button, Editing, Field, Why, Work, seal, text_problem
from handoff.closing import CASE_OUTCOMES, settle
from handoff.saying import said
from handoff.wording import word


def read(work: Work, key: str) -> Editing | None:
    """The form of a closed case."""
    case = work.case
    if case is None or key != "all" or case.status != "closed":
        return None
    choices = tuple((outcome, word("outcomes", outcome)) for outcome in CASE_OUTCOMES)
    fields = (
        Field("outcome", said("Hvordan endte det?"), "choice", case.outcome or "", choices, required=True),
        Field("note", said("Hvorfor? Kun for os"), "area", case.outcome_note),
    )
    stands = seal(case.status, case.outcome, case.outcome_note)
    return Editing(
        "outcome-all", said("Ret udfaldet"), fields, (Button("save", said("Gem udfaldet"), filled=True),), stands
    )


def save(work: Work, key: str, do: str, form: Mapping[str, str]) -> Why | None:
    """Gem udfaldet: what stands open in the case follows, and nobody is written to."""
    case = work.case
    if case is None or case.status != "closed":
        return "gone"
    outcome, note = form.get("outcome", ""), form.get("note", "").replace("\r\n", "\n").strip()
    if outcome not in CASE_OUTCOMES:
        return "outcome"
    if problem := text_problem(note):
        return problem
    before = {"outcome": case.outcome, "outcome_note": case.outcome_note}
    if not keep_all(work, "case", before, {"outcome": outcome, "outcome_note": note}):
        return "no_change"
    case.outcome, case.outcome_note = outcome, note
    settle(work.session, case, outcome)
    tell(work.session, work.organisation_id, [case_closed(case, work.now)], work.now)
    work.audit("case_outcome_mended", f"case:{case.id}")
    return None

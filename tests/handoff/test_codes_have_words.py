"""Every code that our modules write or answer has its Danish words, and no words stand there for a code of nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args, get_type_hints

import pytest

from bot import incidents
from handoff import (
    canned,
    corrections,
    doors,
    handoffs,
    numbers,
    own_texts,
    passwords,
    plans,
    saved_views,
    send_times,
    task_work,
)
from handoff import tasks as done_tasks
from handoff.access import first_run, users
from handoff.alerts import duty_plan
from handoff.api import refusal
from handoff.case_work import forms
from handoff.setup import keep_settings
from handoff.wording import catalogue
from tests.handoff.written_codes import UNKNOWN, codes

#: What stands where the source alone does not tell: the columns that an f-string is made of.
OPEN_ENDS = {
    "door_*": [f"door_{result}" for result in doors.RESULTS],
    "plan_*": ["plan_approved", "plan_declined", "plan_broken"],
    "promise_*": ["promise_kept", "promise_broken", "promise_replaced"],
    "token_added_*": ["token_added_read", "token_added_write"],
}
#: Markers of threads that were written by an earlier version.
OLD_MARKERS = {"reopened", "fallback"}


def written(called: str, **at: Any) -> set[str]:
    found: set[str] = set()
    for code in codes(called, **at):
        found |= set(OPEN_ENDS[code]) if UNKNOWN in code else {code}
    return found


def test_the_log_has_words_for_every_action_and_for_no_other():
    assert written("AuditEvent", named="action") == set(catalogue("da")["audit"])


def test_the_log_names_every_kind_of_subject():
    kinds = {code.partition(":")[0] for code in codes("AuditEvent", named="subject")} - {""}
    assert kinds - set(catalogue("da")["audit_subjects"]) == set()


def test_every_marker_has_its_line_and_every_line_its_marker():
    found = written("add_marker", at=2, named="kind")
    assert found ^ set(catalogue("da")["markers"]) == OLD_MARKERS


def why(cls: Any) -> tuple[str, ...]:
    """The codes of a refusal's field ``why``."""
    return tuple(_flat(get_type_hints(cls)["why"]))


def _flat(kind: Any) -> list[str]:
    """The members of a Literal, or of a union of them."""
    return [each for part in get_args(kind) for each in (_flat(part) or [part])]


def but(known: Iterable[str], *elsewhere: str) -> set[str]:
    """Without the codes that the page meets in another way: it is not there (404), not allowed (403), or shown."""
    return set(known) - set(elsewhere)


@pytest.mark.parametrize(
    ("section", "known"),
    [
        ("refused", but(get_args(handoffs.Why))),
        ("refused", but(why(plans.PlanRefused))),
        ("refused", but(why(corrections.CorrectionRefused))),
        ("refused", but(why(done_tasks.TaskRefused))),
        ("refused", but(why(canned.CannedRefused), "no_reply")),
        ("refused", but(get_args(own_texts.Why), "text_not_found", "not_admin")),
        ("task_refused", but(get_args(task_work.Why), "not_found")),
        ("task_refused", but(why(numbers.NumberRefused), "not_found")),
        ("task_refused", but(why(doors.DoorRefused), "not_found")),
        ("edit_refused", but(get_args(forms.Why), "not_found", "no_change")),  # no change is as good as kept
        ("view_refused", but(get_args(saved_views.Why))),
        ("users", but(get_args(users.Why))),
        ("first_run", but(_flat(first_run.Why), "taken", *get_args(passwords.Fault))),
        ("password", but(get_args(passwords.Fault))),
        ("setup_wrong", but(get_args(keep_settings.Why), "not_admin", "not_found")),
        ("duty_refused", but(get_args(duty_plan.Problem))),
        ("writing", but(get_args(send_times.Problem))),
        ("incidents", but(get_args(incidents.Kind))),
        ("incidents_short", but(get_args(incidents.Kind))),
    ],
)
def test_whoever_is_refused_is_told_why(section: str, known: set[str]):
    assert known - set(catalogue("da")[section]) == set()
    assert known


def test_the_api_has_a_status_for_every_refusal_of_an_inbox():
    mapped = set(refusal._WHY) | {"not_proposed", "not_approved", "word_too_long"}  # the API takes no word of one's own
    assert {*get_args(handoffs.Why), *why(plans.PlanRefused), *why(done_tasks.TaskRefused)} - mapped == set()

"""The routes of the API, once: Flask's rules and the OpenAPI description are both made from this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handoff.api import asked, reads, shapes, writes
from handoff.api.case_taking import take_case
from handoff.tokens import Scope


@dataclass(frozen=True, slots=True)
class Route:
    """One route: ``takes`` is read from the query of a GET and from the body of a POST."""

    method: str
    rule: str
    view: Callable[..., Any]
    takes: type[asked.Query] | type[asked.Body]
    gives: type[shapes.Shape]
    is_list: bool = False
    may_conflict: bool = False
    takes_key: bool = False
    may_create: bool = False

    @property
    def name(self) -> str:
        """What the route is called."""
        return self.view.__name__

    @property
    def scope(self) -> Scope:
        """Which token may ask."""
        return "read" if self.method == "GET" else "write"


def _in_conversation(verb: str, view: Callable[..., Any], takes: type[asked.Body], *, takes_key: bool = False) -> Route:
    rule = f"/conversations/<int:conversation_id>/{verb}"
    return Route("POST", rule, view, takes, shapes.Conversation, may_conflict=True, takes_key=takes_key)


ROUTES = (
    Route("GET", "/cases", reads.cases, asked.CasePage, shapes.Case, is_list=True),
    Route("POST", "/cases", take_case, asked.CaseInput, shapes.Case, may_create=True),
    Route("GET", "/cases/<case_ref:case_ref>", reads.case, asked.Nothing, shapes.Case),
    Route("GET", "/conversations", reads.conversations, asked.ConversationPage, shapes.Conversation, is_list=True),
    Route("GET", "/conversations/<int:conversation_id>", reads.conversation, asked.Nothing, shapes.Conversation),
    Route("GET", "/waves", reads.waves, asked.Page, shapes.Wave, is_list=True),
    Route("GET", "/handoffs", reads.handoffs, asked.Page, shapes.Handoff, is_list=True),
    _in_conversation("claim", writes.claim, asked.ByAdviser),
    _in_conversation("reply", writes.reply, asked.Reply, takes_key=True),
    _in_conversation("release", writes.release, asked.ByAdviser),
    _in_conversation("close", writes.close, asked.Closing),
    _in_conversation("note", writes.note, asked.Note),
    _in_conversation("acknowledge", writes.acknowledge, asked.ByAdviser),
    Route("POST", "/plans/<int:plan_id>/approve", writes.approve_plan, asked.ByAdviser, shapes.Plan, may_conflict=True),
    Route("POST", "/plans/<int:plan_id>/decline", writes.decline_plan, asked.ByAdviser, shapes.Plan, may_conflict=True),
    Route("POST", "/plans/<int:plan_id>/break", writes.break_plan, asked.ByAdviser, shapes.Plan, may_conflict=True),
    Route("POST", "/tasks/<int:task_id>/done", writes.finish_task, asked.ByAdviser, shapes.Task, may_conflict=True),
)

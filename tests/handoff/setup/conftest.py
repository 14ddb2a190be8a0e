"""Presses a form as a browser would: with all that stands in it, and what somebody has changed."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.handoff.conftest import AdviserAtWork


class _Forms(HTMLParser):
    """What every form of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, list[str]]] = {}
        self._form: dict[str, list[str]] | None = None
        self._text = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = dict(attrs)
        if tag == "form":
            self._form = self.forms.setdefault(have.get("action") or "", {})
        if self._form is None:
            return
        name, value = have.get("name") or "", have.get("value") or ""
        if tag == "textarea":
            self._text = name
            self._form[name] = [""]
        if tag == "select":
            self._select = name
        if tag == "option" and (name := self._select) and ("selected" in have or name not in self._form):
            self._form[name] = [value]
        is_chosen = have.get("type") not in ("checkbox", "radio") or "checked" in have
        if tag == "input" and name and "disabled" not in have and is_chosen:
            self._form.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text and self._form is not None:
            self._form[self._text] = [data]

    def handle_endtag(self, tag: str) -> None:
        self._text = "" if tag == "textarea" else self._text
        self._select = "" if tag == "select" else self._select
        self._form = None if tag == "form" else self._form


Press = Callable[..., TestResponse]


@pytest.fixture
def press() -> Press:
    """``press(who, page, action, name=value…)``: send the form with this action as the page shows it, but for these."""

    def send(who: AdviserAtWork, page: str, action: str, form: dict[str, Any] | None = None) -> TestResponse:
        parsed = _Forms()
        parsed.feed(who.open(page).text)
        filled = parsed.forms.get(action)
        if filled is None:  # the page does not offer it: try all the same
            filled = {"csrf_token": next(f["csrf_token"] for f in parsed.forms.values() if "csrf_token" in f)}
        return who.client.post(action, data={**filled, **(form or {})})

    return send

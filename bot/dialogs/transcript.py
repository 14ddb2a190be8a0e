"""A talk written down as a transcript, a TOML file that tests replay and an adviser can read; and read back."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts, Heard, Intent, Policy, Value


def replay(text: str) -> str:
    """Play what a transcript's resident wrote once more, and write down how it goes now."""
    script = tomllib.loads(text)
    return to_toml(script["title"], read_case(script["case"]), script["today"], play(script).exchanges)


def play(script: Mapping[str, Any]) -> Rehearsal:
    """What a transcript's resident wrote, answered as we answer now."""
    rehearsal = Rehearsal(read_case(script["case"]), script["today"])
    for turn in script["turn"]:
        if "wave" in turn:
            rehearsal.begin(ladder=turn["wave"])
        elif "unasked" in turn:
            rehearsal.follow_up(turn["unasked"])
        else:
            rehearsal.hear(read_heard(turn))
    return rehearsal


def read_case(table: Mapping[str, Any]) -> CaseFacts:
    """The facts that a transcript begins with."""
    languages = {"languages": tuple(table["languages"])} if "languages" in table else {}
    return CaseFacts(**{**table, **languages, "policy": Policy(**table.get("policy", {}))})


def read_heard(turn: Mapping[str, Any]) -> Heard:
    """What the resident wrote and was heard to say: values as "amount 500"."""
    return Heard(
        text=turn["resident"],
        intents=tuple(Intent(name, 1.0) for name in turn.get("heard", ())),
        values=tuple(_value(*line.split(" ", 1)) for line in turn.get("values", ())),
        language=turn.get("language", "da"),
        cpr_removed=turn.get("cpr_removed", False),
        media=turn.get("media", 0),
    )


def _value(entity: str, value: str) -> Value:
    return Value(entity, int(value) if value.isdigit() else value)


def to_toml(title: str, case: CaseFacts, today: date, exchanges: Iterable[Exchange]) -> str:
    """A talk as a transcript: the file that tests replay, and that an adviser can read."""
    lines = [f"title = {_quoted(title)}", f"today = {today.isoformat()}", "", "[case]", *_case_lines(case)]
    for exchange in exchanges:
        lines += ["", "[[turn]]", *_turn_lines(exchange)]
    return "\n".join(lines) + "\n"


def _case_lines(case: CaseFacts) -> list[str]:
    defaults = CaseFacts(organisation="", adviser="")
    lines = []
    for f in fields(CaseFacts):
        value = getattr(case, f.name)
        if value == getattr(defaults, f.name) or value is None:
            continue
        if f.name == "policy":
            lines += [f"policy.{name} = {_toml(value)}" for name, value in _policy_changes(case)]
        elif f.name == "known":
            lines += [f"known.{name} = {_toml(told)}" for name, told in value.items()]
        else:
            lines.append(f"{f.name} = {_toml(value)}")
    return lines


def _policy_changes(case: CaseFacts) -> list[tuple[str, Any]]:
    return [
        (f.name, getattr(case.policy, f.name)) for f in fields(case.policy) if getattr(case.policy, f.name) != f.default
    ]


def _turn_lines(exchange: Exchange) -> list[str]:
    heard, lines = exchange.heard, []
    if exchange.unasked:
        lines.append(f"unasked = {_quoted(exchange.unasked)}")
    elif heard is None:
        lines.append(f"wave = {exchange.ladder}")
    else:
        lines += [f"resident = {_quoted(heard.text)}", f"heard = {_toml(list(heard.names))}"]
        if heard.values:
            lines.append(f"values = {_toml([f'{value.entity} {value.value}' for value in heard.values])}")
        lines += [f"{name} = {_toml(value)}" for name, value in _oddities(heard)]
    lines.append(f"we = {_quoted(exchange.answer)}")
    if exchange.done:
        lines += ["does = [", *(f"    {_quoted(line)}," for line in exchange.done), "]"]
    return lines


def _oddities(heard: Heard) -> list[tuple[str, Any]]:
    plain = Heard("")
    return [
        (name, getattr(heard, name))
        for name in ("language", "cpr_removed", "media")
        if getattr(heard, name) != getattr(plain, name)
    ]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return str(value) if isinstance(value, int) else _quoted(str(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

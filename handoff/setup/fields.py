"""An organisation's settings as a form, and back into words. bot.organisations decides what a value may be."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.dialogs.languages import COMPLETE, KNOWN
from bot.organisations import OrganisationSettingError, OrganisationSettings, change
from bot.sms import national
from handoff.saying import reader_language
from handoff.wording import translated

_FILE = Path(__file__).parent.parent / "texts" / "settings.toml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: What of a setting is read by people; the rest is for the form.
SPOKEN = ("label", "wrong", "help", "unit", "options")

#: What a form holds: several values for boxes that are ticked.
Form = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: how it is asked, in Danish."""

    key: str
    kind: str
    label: str
    wrong: str
    help: str = ""
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    title: str
    fields: tuple[Field, ...]


def groups() -> tuple[Group, ...]:
    """All settings that an admin changes here, in order. The ladder has a page of its own."""
    return _groups(reader_language())


@cache
def _groups(language: str) -> tuple[Group, ...]:
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))["groups"]
    return tuple(
        Group(translated(group["title"], language), tuple(_field(row, language) for row in group["fields"]))
        for group in read
    )


def fields() -> tuple[Field, ...]:
    """The same, without their groups."""
    return tuple(field for group in groups() for field in group.fields)


def _field(row: dict[str, Any], language: str) -> Field:
    spoken = {part: translated(row[part], language) for part in SPOKEN if part in row}
    return Field(**{**row, **spoken, "options": tuple(spoken.get("options", {}).items())})


def shown(settings: OrganisationSettings) -> dict[str, list[str]]:
    """The form as the settings stand."""
    plain = settings.model_dump(mode="json")
    form: dict[str, list[str]] = {}
    for field in fields():
        form |= _SHOW.get(field.kind, _show_plain)(field.key, plain[field.key])
    return form


def read(form: Form) -> dict[str, str]:
    """Each setting's value as a word, as ``organisation set`` takes it; nothing is judged yet."""
    return {field.key: _READ.get(field.kind, _read_plain)(field.key, form) for field in fields()}


def check(stored: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by the setting; empty when all can be stored."""
    wrong = {}
    for field in fields():
        try:
            change(stored, [f"{field.key}={words[field.key]}"])
        except OrganisationSettingError as error:
            if str(error).startswith(f"{field.key}:"):
                wrong[field.key] = field.wrong
    if not wrong:
        try:
            change(stored, [f"{key}={word}" for key, word in words.items()])
        except OrganisationSettingError as error:
            key = str(error).partition(" ")[0].rstrip(":")
            wrong[key] = next((field.wrong for field in fields() if field.key == key), str(error))
    return wrong


def _show_plain(key: str, value: Any) -> dict[str, list[str]]:
    return {key: ["" if value is None else str(value)]}


def _show_phone(key: str, value: str) -> dict[str, list[str]]:
    return {key: [national(value) if value else ""]}


def _show_yes(key: str, value: bool) -> dict[str, list[str]]:
    return {key: ["yes" if value else "no"]}


def _show_price(key: str, value: str) -> dict[str, list[str]]:
    return {key: [str(value).replace(".", ",")]}


def _show_rate(key: str, value: float) -> dict[str, list[str]]:
    return {key: [f"{value:g}".replace(".", ",")]}


def _show_days(key: str, value: str) -> dict[str, list[str]]:
    return {key: list(DAYS[:5]) if value == "weekdays" else value.split(",")}


def _show_hours(key: str, value: str) -> dict[str, list[str]]:
    days, _, times = value.partition(" ")
    opens, _, closes = times.partition("-")
    return {**_show_days(f"{key}.days", days), f"{key}.from": [opens], f"{key}.to": [closes]}


def _show_lines(key: str, value: Mapping[str, str]) -> dict[str, list[str]]:
    return {key: ["\n".join(f"{name}: {national(number)}" for name, number in value.items())]}


def _show_languages(key: str, value: str) -> dict[str, list[str]]:
    return {key: value.split(",")}


def _read_plain(key: str, form: Form) -> str:
    return " ".join(form.get(key, [""])[:1]).strip()


def _read_decimal(key: str, form: Form) -> str:
    return _read_plain(key, form).replace(",", ".")


def _read_off(key: str, form: Form) -> str:
    return _read_plain(key, form) or "off"


def _read_days(key: str, form: Form) -> str:
    return ",".join(day for day in DAYS if day in form.get(key, []))


def _read_hours(key: str, form: Form) -> str:
    opens, closes = _read_plain(f"{key}.from", form), _read_plain(f"{key}.to", form)
    return f"{_read_days(f'{key}.days', form)} {opens}-{closes}"


def _read_lines(key: str, form: Form) -> str:
    lines = [line.strip() for line in _raw(key, form).splitlines() if line.strip()]
    pairs = [(name.strip(), re.sub(r"\s", "", number)) for name, _, number in (line.partition(":") for line in lines)]
    if len(dict(pairs)) < len(pairs):
        return "twice"  # no JSON: a kommune that stands twice would silently lose a number
    return json.dumps(dict(pairs), ensure_ascii=False)


def _read_languages(key: str, form: Form) -> str:
    ticked = form.get(key, [])
    return ",".join(dict.fromkeys([*COMPLETE, *(code for code in KNOWN if code in ticked)]))


def _raw(key: str, form: Form) -> str:
    return form.get(key, [""])[0] if form.get(key) else ""


_SHOW: Mapping[str, Callable[[str, Any], dict[str, list[str]]]] = {
    "phone": _show_phone,
    "yes": _show_yes,
    "price": _show_price,
    "rate": _show_rate,
    "days": _show_days,
    "hours": _show_hours,
    "lines": _show_lines,
    "languages": _show_languages,
}
_READ: Mapping[str, Callable[[str, Form], str]] = {
    "off_number": _read_off,
    "price": _read_decimal,
    "rate": _read_decimal,
    "days": _read_days,
    "hours": _read_hours,
    "lines": _read_lines,
    "languages": _read_languages,
}

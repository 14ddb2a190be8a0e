"""An organisation's settings: typed, with their defaults; only what differs is stored.

They come as KEY=VALUE words; a wrong one is refused with a sentence that says what is allowed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)

from bot.dialogs.contacts import kommune_key
from bot.dialogs.languages import COMPLETE, KNOWN, SHORT
from bot.sms import is_e164
from bot.workdays import Window

Kind = Literal["sms", "call", "knock", "postcard", "other"]
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_HOW_LADDER = 'say it as JSON, such as [{"day": 0, "kinds": ["sms"]}]'
_HOW_KOMMUNE_NUMBERS = 'say it as JSON, such as {"Aarhus": "+4570000000"}'
_LONGEST_KOMMUNE = 80
_YES = {"yes": True, "ja": True, "true": True, "1": True, "no": False, "nej": False, "false": False, "0": False}


class OrganisationSettingError(ValueError):
    """A setting of an organisation does not exist, or its value cannot be read."""


class LadderStep(BaseModel):
    """One step of the ladder: working days after its start, or before the deadline, and what is done then."""

    model_config = ConfigDict(frozen=True)

    day: int | None = Field(default=None, ge=0, le=60)
    before_deadline: int | None = Field(default=None, ge=1, le=30)
    kinds: tuple[Kind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_place(self) -> Self:
        if (self.day is None) == (self.before_deadline is None):
            raise ValueError("each step has either day or before_deadline")
        return self

    @model_serializer(mode="wrap")
    def _without_the_other(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in dump(self).items() if value is not None}


DEFAULT_LADDER = (
    LadderStep(day=0, kinds=("sms",)),
    LadderStep(day=2, kinds=("sms",)),
    LadderStep(day=3, kinds=("call",)),
    LadderStep(day=4, kinds=("knock",)),
    LadderStep(day=5, kinds=("postcard", "sms")),
)


def _read_days(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.strip().lower() in ("weekdays", "hverdage"):
        return frozenset(range(5))
    names = [part.strip().lower()[:3] for part in value.split(",")]
    if not all(name in _DAYS for name in names):
        raise ValueError("say weekdays, or days such as mon,tue,wed,thu,fri,sat")
    return frozenset(_DAYS[name] for name in names)


def _write_days(days: frozenset[int]) -> str:
    names = list(_DAYS)
    return "weekdays" if days == frozenset(range(5)) else ",".join(names[day] for day in sorted(days))


def _read_hours(value: Any) -> Any:
    if isinstance(value, Window):
        return value
    found = re.fullmatch(r"\s*(.+?)\s+(\d{1,2})(?:[.:](\d\d))?\s*-\s*(\d{1,2})(?:[.:](\d\d))?\s*", str(value))
    if not found:
        raise ValueError("say it like this: weekdays 9-15")
    days, h1, m1, h2, m2 = found.groups()
    opens, closes = time(int(h1), int(m1 or 0)), time(int(h2), int(m2 or 0))
    if opens >= closes:
        raise ValueError("the first hour must be before the last one")
    return Window(opens, closes, _read_days(days))


def _write_hours(hours: Window) -> str:
    return f"{_write_days(hours.days)} {hours.opens:%H:%M}-{hours.closes:%H:%M}"


def _read_clock(value: Any) -> Any:
    """Hours and minutes of the day in Denmark, and nothing else: a zone or seconds would never match the clock."""
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"\s*(\d{1,2})(?:[.:](\d\d))?\s*", str(value))
    if not found:
        raise ValueError("say it like this: 09:00")
    return time(int(found[1]), int(found[2] or 0))


def _read_yes(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() not in _YES:
        raise ValueError("say yes or no")
    return _YES[value.strip().lower()] if isinstance(value, str) else value


def _read_off(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip().lower() in ("off", "fra", "") else value


def _read_price(value: Any) -> Any:
    return value.strip().replace(",", ".") if isinstance(value, str) else value


def _read_ladder(value: Any) -> Any:
    try:
        steps = json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        steps = None
    if not isinstance(steps, list | tuple):
        raise ValueError(_HOW_LADDER)
    return steps


def _read_number(value: str) -> str:
    packed = re.sub(r"[\s.-]", "", value)
    if re.fullmatch(r"\d{8}", packed):
        packed = f"+45{packed}"  # as it stands in a Danish lease
    if packed and not is_e164(packed):
        raise ValueError("write it with its country, such as +4570000000")
    return packed


def _read_kommune_numbers(value: Any) -> Any:
    try:
        numbers = json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        numbers = None
    if not isinstance(numbers, dict):
        raise ValueError(_HOW_KOMMUNE_NUMBERS)
    read = {str(name).strip(): _read_number(str(number)) for name, number in numbers.items()}
    if not all(0 < len(name) <= _LONGEST_KOMMUNE and number for name, number in read.items()):
        raise ValueError(_HOW_KOMMUNE_NUMBERS)
    if len({kommune_key(name) for name in read}) < len(read):
        raise ValueError("name each kommune once")
    return read


def _read_languages(value: Any) -> Any:
    """The complete ones are always on; a short one is switched on by an organisation whose speaker has read it."""
    codes = value.split(",") if isinstance(value, str) else list(value)
    asked = dict.fromkeys(str(code).strip().lower() for code in codes)
    if not set(COMPLETE) <= set(asked) <= set(KNOWN):
        always, more = ",".join(COMPLETE), ", ".join(SHORT)
        raise ValueError(f"{always} are always on; {more} can be added. Say it like this: {always},{SHORT[0]}")
    return tuple(asked)


Days = Annotated[frozenset[int], BeforeValidator(_read_days), PlainSerializer(_write_days)]
Hours = Annotated[Window, BeforeValidator(_read_hours), PlainSerializer(_write_hours)]
Languages = Annotated[tuple[str, ...], BeforeValidator(_read_languages), PlainSerializer(",".join)]
Clock = Annotated[time, BeforeValidator(_read_clock), PlainSerializer(lambda moment: f"{moment:%H:%M}")]


class OrganisationSettings(BaseModel):
    """What an organisation decides; see the README for each."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    adviser_name: str = Field(default="", max_length=40)
    main_number: Annotated[str, BeforeValidator(_read_number)] = ""
    kommune_numbers: Annotated[dict[str, str], BeforeValidator(_read_kommune_numbers)] = Field(default_factory=dict)
    wave_day: int = Field(default=27, ge=1, le=31)
    wave_day_moves: Literal["before", "after"] = "before"
    send_from: Clock = time(9)
    send_to: Clock = time(18)
    send_days: Days = frozenset(range(5))
    ladder: Annotated[tuple[LadderStep, ...], BeforeValidator(_read_ladder)] = DEFAULT_LADDER
    release: Literal["automatic", "second_person"] = "automatic"
    sms_detail: Literal["neutral", "recognised"] = "recognised"
    accepts_plan: Annotated[bool, BeforeValidator(_read_yes)] = True
    max_months: int = Field(default=12, ge=1, le=120)
    min_monthly: int = Field(default=200, ge=0, le=100_000)
    plan_first_within_days: int = Field(default=45, ge=7, le=365)
    plan_decided_by: Literal["adviser", "organisation"] = "adviser"
    plan_reminder_days: int = Field(default=3, ge=0, le=14)
    languages: Languages = COMPLETE
    office_hours: Hours = Window(time(9), time(15))
    release_after_minutes: Annotated[int | None, BeforeValidator(_read_off)] = Field(default=120, ge=15, le=10_000)
    feed_max_age_hours: Annotated[int | None, BeforeValidator(_read_off)] = None
    close_after_days: int = Field(default=14, ge=1, le=365)
    retention_months: int = Field(default=12, ge=1, le=120)
    #: Kroner that one eviction costs, for the board (article on Domea.dk's counselling, 2021: 50.000 kr. on average).
    eviction_cost: int = Field(default=50_000, ge=0, le=1_000_000)
    segment_price: Annotated[Decimal, BeforeValidator(_read_price)] = Field(default=Decimal("0.40"), ge=0, le=10)
    messages_per_second: float = Field(default=10, gt=0, le=1000)

    @property
    def window(self) -> Window:
        """When we may start something by SMS."""
        return Window(self.send_from, self.send_to, self.send_days)


def read_settings(stored: Mapping[str, Any]) -> OrganisationSettings:
    """The settings of an organisation's row. They are asked for at every SMS and hardly ever change."""
    return _read(json.dumps(stored))


@lru_cache(maxsize=1024)
def _read(stored: str) -> OrganisationSettings:
    """Known by all that is stored, so that a change is seen at once, whichever process made it."""
    return OrganisationSettings.model_validate(json.loads(stored))


def change(stored: Mapping[str, Any], words: list[str]) -> dict[str, Any]:
    """The stored settings with ``KEY=VALUE`` words put in; defaults are left out. Raises OrganisationSettingError."""
    wanted = dict(stored)
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in OrganisationSettings.model_fields:
            known = ", ".join(OrganisationSettings.model_fields)
            raise OrganisationSettingError(f"{word!r} is no setting. Write KEY=VALUE, where KEY is one of: {known}.")
        wanted[key] = value
    try:
        settings = OrganisationSettings.model_validate(wanted)
    except ValidationError as error:
        raise OrganisationSettingError(_explain(error)) from error
    if settings.send_from >= settings.send_to:
        raise OrganisationSettingError("send_from must be before send_to.")
    return settings.model_dump(mode="json", exclude_defaults=True)


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}."

"""What the API takes: query parameters and JSON bodies, read strictly. A mistake is a sentence that names the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.case_cells import read_birth_day, read_language
from bot.case_rows import MOST_ORE
from bot.sms import is_e164, read_phone
from handoff.api.refusal import ApiError
from handoff.closing import Outcome

#: A page holds no more, and as many when nothing is asked for.
MOST = 1000
#: The largest id that a database column holds.
LARGEST_ID = 2**63 - 1

_NAME = re.compile(r"\w{1,40}", re.ASCII)


def _plain(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain a NUL character")
    return text


def _number(text: str) -> str:
    """A number as E.164; a + that was not encoded arrives as a space."""
    plain = text.strip()
    e164 = plain if plain.startswith("+") else f"+{plain}" if text.startswith(" ") else read_phone(plain).number
    if e164 is None or not is_e164(e164):
        raise ValueError("must be a phone number such as %2B4511114027")
    return e164


def _birth_day(text: str) -> str:
    if read_birth_day(text) is None:
        raise ValueError("must be a day and a month such as 14-03")
    return text


def _language(text: str) -> str:
    if read_language(text) != text:
        raise ValueError("must be the two small letters of a language such as da or en")
    return text


Text = Annotated[str, AfterValidator(_plain)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
Email = Annotated[
    Text, Field(description="The adviser's e-mail address, as in the inbox", examples=["mette@example.org"])
]


class Query(BaseModel):
    """Parameters behind the question mark; an unknown one is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CasePage(Query):
    """A page of cases."""

    limit: int = Field(MOST, ge=1, le=MOST, description="At most so many")
    after: Text | None = Field(None, description="The case_ref of the last case that you have")


class Page(Query):
    """A page of anything that has an id."""

    limit: int = Field(MOST, ge=1, le=MOST, description="At most so many")
    after: int = Field(0, ge=0, le=LARGEST_ID, description="The id of the last one that you have")


class ConversationPage(Page):
    """A page of conversations, or the one with a number."""

    phone: Annotated[str, AfterValidator(_number)] | None = Field(None, description="E.164, its + encoded as %2B")


class Nothing(Query):
    """No parameters."""


class Body(BaseModel):
    """A JSON object; unknown fields and wrong types are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ByAdviser(Body):
    """Who acts."""

    adviser: Email


class Reply(ByAdviser):
    """An SMS in the adviser's name."""

    text: Text = Field(description="At most 1600 characters", examples=["Hej Line. Jeg ringer i morgen kl. 10."])


class Note(ByAdviser):
    """What only colleagues read."""

    text: Text = Field(max_length=5000, examples=["Har talt med hende i telefon."])


class Closing(ByAdviser):
    """How the case ended."""

    outcome: Outcome = Field(description="not_in_a_case only where there is no case")
    keep_in_touch: bool = Field(False, description="The resident has said yes to be asked later how it goes")
    note: Text = Field("", description="Why it ended so, for colleagues; never sent. At most 1000 characters")
    follow_up: Day | None = Field(None, description="A day to look again: a task for the adviser")


class CaseInput(Body):
    """One case, as the rent system knows it. What is left out or null stays as it was."""

    case_ref: Annotated[Text, Field(min_length=1, max_length=80, description="The key: the same one again updates")]
    name: Annotated[Text, Field(min_length=1, max_length=200, examples=["Line Bek"])]
    arrears: float = Field(ge=0, le=MOST_ORE / 100, allow_inf_nan=False, description="Kroner; 0 settles the case")
    phone: Annotated[Text, Field(max_length=200)] | None = Field(
        None, description="Without one that takes SMS the case is taken, with a task to find one"
    )
    received: Day | None = Field(None, description="The day the case came; today for a new one")
    deadline: Day | None = Field(None, description="The last day for an answer; else 8 days after received")
    stage: Literal["rykker", "paakrav", "advokat", "ophaevet", "foged"] | None = None
    eviction_date: Day | None = None
    address: Annotated[Text, Field(max_length=200)] | None = None
    postal_code: Annotated[Text, Field(max_length=10)] | None = None
    city: Annotated[Text, Field(max_length=80)] | None = None
    municipality: Annotated[Text, Field(max_length=80)] | None = None
    department: Annotated[Text, Field(max_length=120)] | None = None
    tenancy_ref: Annotated[Text, Field(max_length=80)] | None = None
    birth_day: Annotated[Text, AfterValidator(_birth_day)] | None = Field(
        None, description="For the identity check; a year is not kept", examples=["14-03"]
    )
    language: Annotated[Text, AfterValidator(_language)] | None = Field(None, description="ISO 639-1", examples=["da"])
    rent: float | None = Field(
        None, ge=0, le=MOST_ORE / 100, allow_inf_nan=False, description="A month's rent in kroner"
    )


_Query = TypeVar("_Query", bound=Query)
_Body = TypeVar("_Body", bound=Body)


def read_query(wanted: type[_Query], parameters: Mapping[str, str]) -> _Query:
    """The parameters, or 422."""
    try:
        return wanted.model_validate(dict(parameters))
    except ValidationError as error:
        raise ApiError(422, in_words(error)) from error


def read_body(wanted: type[_Body], raw: bytes) -> _Body:
    """The body: 400 when it is no JSON, 422 when it is not the JSON that was asked for."""
    try:
        return wanted.model_validate_json(raw)
    except ValidationError as error:
        is_json = all(mistake["type"] != "json_invalid" for mistake in error.errors(include_input=False))
        raise ApiError(422 if is_json else 400, in_words(error)) from error


def in_words(error: ValidationError) -> str:
    """Every mistake in a sentence; the values themselves are never repeated."""
    return " ".join(_sentence(mistake) for mistake in error.errors(include_input=False, include_url=False)[:5])


def _sentence(mistake: Any) -> str:
    text = str(mistake["msg"]).removeprefix("Value error, ").rstrip(".")
    if mistake["type"] == "json_invalid":
        return "The body is not JSON."
    if mistake["type"] == "extra_forbidden":
        text = "there is no such field"
    if mistake["type"] == "missing":
        text = "is missing"
    field = ".".join(_field(part) for part in mistake["loc"])
    return f"{field}: {text}." if field else f"The body: {text}."


def _field(part: int | str) -> str:
    """A field's name; what can be no name of ours is not repeated, somebody may have put a person into it."""
    return str(part) if isinstance(part, int) or _NAME.fullmatch(part) else "(a name that is none of ours)"

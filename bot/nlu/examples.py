"""Labelled messages in Rasa's YAML format, read and checked. Several intents on one message stand as ``a+b``.

The training set has plain lists. An evaluation set may say more of a message in Rasa's ``metadata``: the day it came,
its language and the values in it; what is not said is not judged. The file a message stands in is its style.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.dialogs.state import Value
from bot.nlu.folding import fold
from bot.nlu.intents import INTENTS

DATA = Path(__file__).parent / "data"
SPLITTER = "+"


class ExamplesError(ValueError):
    """A file of examples cannot be read."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message and what it says, in the order said. None: nobody said."""

    text: str
    intents: tuple[str, ...]
    now: date | None = None
    language: str | None = None
    values: tuple[Value, ...] | None = None
    style: str = ""


def training_files() -> list[Path]:
    """The files of the training set, in a fixed order."""
    return sorted(DATA.glob("*.yml"))


def training_examples() -> list[Example]:
    """The whole training set."""
    return [example for path in training_files() for example in load(path)]


def load(path: Path) -> list[Example]:
    """The examples of one file, or of all files of a folder; ExamplesError names what is wrong."""
    if path.is_dir():
        return [example for file in sorted(path.glob("*.yml")) for example in load(file)]
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506  # the C twin of SafeLoader
        return [example for block in content["nlu"] for example in _block(block, path.stem)]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ExamplesError(f"{path.name} is not in Rasa's NLU format: {error}") from error
    except ExamplesError as error:
        raise ExamplesError(f"{path.name}: {error}") from error


#: Six times as fast where libyaml is built in, as it is in the wheels.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _block(block: Mapping[str, Any], style: str) -> Iterable[Example]:
    intents = tuple(block["intent"].split(SPLITTER))
    unknown = [name for name in intents if name not in INTENTS]
    if unknown:
        raise ExamplesError(f"unknown intent {', '.join(unknown)}")
    if isinstance(block["examples"], str):
        lines = (line.strip().removeprefix("-").strip() for line in block["examples"].splitlines())
        return [Example(text, intents, style=style) for text in lines if text]
    return [_described(entry, intents, style) for entry in block["examples"]]


def _described(entry: Mapping[str, Any], intents: tuple[str, ...], style: str) -> Example:
    """An example in Rasa's longer form."""
    told = entry.get("metadata") or {}
    values = told.get("values")
    return Example(
        entry["text"].strip(),
        intents,
        now=told.get("now"),
        language=told.get("language"),
        values=None if values is None else tuple(Value(name, v) for one in values for name, v in one.items()),
        style=style,
    )


def in_both(some: Iterable[Example], others: Iterable[Example]) -> list[str]:
    """Texts that stand in both sets, however they are spelled."""
    known = {fold(example.text) for example in others}
    return [example.text for example in some if fold(example.text) in known]

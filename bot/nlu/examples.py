"""Labelled messages in Rasa's YAML format, read and checked. Several intents on one message stand as ``a+b``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.nlu.folding import fold
from bot.nlu.intents import INTENTS

DATA = Path(__file__).parent / "data"
SPLITTER = "+"


class ExamplesError(ValueError):
    """A file of examples cannot be read."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message and what it says, in the order said."""

    text: str
    intents: tuple[str, ...]


def training_files() -> list[Path]:
    """The files of the training set, in a fixed order."""
    return sorted(DATA.glob("*.yml"))


def training_examples() -> list[Example]:
    """The whole training set."""
    return [example for path in training_files() for example in load(path)]


def load(path: Path) -> list[Example]:
    """The examples of one file; ExamplesError names what is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        blocks = content["nlu"]
        return [example for block in blocks for example in _block(block)]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ExamplesError(f"{path.name} is not in Rasa's NLU format: {error}") from error
    except ExamplesError as error:
        raise ExamplesError(f"{path.name}: {error}") from error


def _block(block: dict[str, str]) -> Iterable[Example]:
    intents = tuple(block["intent"].split(SPLITTER))
    unknown = [name for name in intents if name not in INTENTS]
    if unknown:
        raise ExamplesError(f"unknown intent {', '.join(unknown)}")
    for line in block["examples"].splitlines():
        text = line.strip().removeprefix("-").strip()
        if text:
            yield Example(text, intents)


def in_both(some: Iterable[Example], others: Iterable[Example]) -> list[str]:
    """Texts that stand in both sets, however they are spelled."""
    known = {fold(example.text) for example in others}
    return [example.text for example in some if fold(example.text) in known]

"""Labelled messages written down in Rasa's YAML format, as ``bot.nlu.examples`` reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bot.nlu.examples import SPLITTER
from bot.nlu.intents import INTENTS

_ABOUT = """\
# Corrected by advisers in the inbox. TO REVIEW BEFORE USE: these are real people's messages.
# Names, addresses, numbers and dates of birth that we know of were taken out by machine; the rest was not.
# Read each line. Invent other words for anything that points at a person, and leave out what you are not sure of.
# docs/labelling.md says how messages are labelled. Then move the lines to the training set, and delete this file.
"""


def in_rasa_yaml(messages: Iterable[tuple[tuple[str, ...], str]]) -> str:
    """A file to review: a block for every set of intents, each text once in a line of its own."""
    blocks: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for intents, text in messages:
        blocks[intents].add(text)
    lines = [_ABOUT + 'version: "3.1"', "nlu:" if blocks else "nlu: []"]
    for intents in sorted(blocks, key=lambda names: [INTENTS.index(name) for name in names]):
        lines += [f"- intent: {SPLITTER.join(intents)}", "  examples: |"]
        lines += [f"    - {text}" for text in sorted(blocks[intents])]
    return "\n".join([*lines, ""])

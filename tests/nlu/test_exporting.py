"""What is exported can be read again by the loader, whatever somebody wrote in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.disguise import Known, disguise
from bot.nlu.examples import load
from bot.nlu.exporting import in_rasa_yaml

Messages = list[tuple[tuple[str, ...], str]]


def read_again(messages: Messages) -> Messages:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "corrected.yml"
        file.write_text(in_rasa_yaml(messages), encoding="utf-8")
        return [(example.intents, example.text) for example in load(file)]


def test_a_block_for_every_set_of_intents_in_the_order_of_the_list_and_each_text_once():
    said: Messages = [
        (("ask_amount", "thank"), "hvor meget er det, tak"),
        (("greet",), "hej"),
        (("greet",), "dav"),
        (("greet",), "hej"),
    ]
    written = in_rasa_yaml(said)
    assert written.partition('version: "3.1"\n')[2] == (
        "nlu:\n"
        "- intent: greet\n  examples: |\n    - dav\n    - hej\n"
        "- intent: ask_amount+thank\n  examples: |\n    - hvor meget er det, tak\n"
    )
    assert yaml.safe_load(written)["version"] == "3.1"


def test_the_file_says_first_that_each_line_is_to_be_read():
    head = [line for line in in_rasa_yaml([]).splitlines() if line.startswith("#")]
    assert "TO REVIEW BEFORE USE" in head[0]
    assert any("Read each line. Invent other words for anything that points at a person" in line for line in head)


@given(st.lists(st.text(), max_size=5))
def test_whatever_was_written_is_read_again_as_it_was_disguised(texts: list[str]):
    shown = {text for text in (disguise(text, Known()) for text in texts) if text}
    assert sorted(text for _, text in read_again([(("distress",), text) for text in shown])) == sorted(shown)


def test_what_looks_like_yaml_is_text():
    texts = [
        "- hej",
        "-",
        "a: b",
        "# ikke en kommentar",
        "'citat\"",
        "|",
        "- intent: opt_out",
        "500 kr. - ok?",
        "😢 ja",
    ]
    assert sorted(text for _, text in read_again([(("greet",), text) for text in texts])) == sorted(texts)

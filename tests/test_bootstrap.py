"""What a person is told when the machine is not ready. The scripts stand in tools/, which is no package."""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from bot.nlu.examples import load, training_examples
from bot.nlu.intents import INTENTS
from bot.nlu.rasa import neutral

ROOT = Path(__file__).parent.parent


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("found", "asked", "told"),
    [
        ([("python3", (3, 9), True), ("python3.12", (0, 0), False)], None, "3.12 or 3.13; here is 3.9. Install one,"),
        ([("python3", (3, 9), True), ("python3.14", (3, 14), True)], None, "here is 3.14 and 3.9."),
        ([("/opt/py/python", (3, 8), True)], "/opt/py/python", "PYTHON=/opt/py/python is 3.8."),
        (
            [("python3", (3, 9), True), ("python3.11", (3, 11), False)],
            None,
            "Python 3.11 is here without its venv module",
        ),
    ],
)
def test_an_unfit_python_is_told_in_one_sentence(found, asked, told):
    sentence = script("bootstrap").sentence(found, asked)
    assert told in sentence
    assert "\n" not in sentence


def test_a_program_that_is_no_python_does_not_fit():
    """pyenv leaves a python3.13 that only says that there is none."""
    probe = script("bootstrap").probe
    assert probe("/bin/false") == ("/bin/false", (0, 0), False)
    assert probe("/nowhere/python3") == ("/nowhere/python3", (0, 0), False)


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (
            "new connection: [Errno -3] Temporary failure in name resolution')': /x/",
            "Temporary failure in name resolution",
        ),
        ("broken by 'X: Failed to establish: [Errno 111] Connection refused')': /simple/uv/", "Connection refused"),
        ("broken by 'ProxyError('Cannot connect to proxy.', NewConnectionError(", "Cannot connect to proxy."),
        ('broken by "X("Pool(host=\'h\', port=443): Read timed out. (read timeout=15)")', "Read timed out."),
    ],
)
def test_no_network_is_recognised_in_what_pip_says(output, told):
    assert script("house").NO_NETWORK.search(output)[0].strip() == told


def test_other_trouble_is_not_called_the_network():
    mismatch = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."
    assert script("house").NO_NETWORK.search(mismatch) is None


def test_a_python_that_is_no_310_is_not_taken_for_rasa():
    """pyenv leaves a python3.10 on the path that only says that there is none; uv then fetches one."""
    house = script("rasa_house")
    assert not house.is_310("/bin/false")
    assert not house.is_310(sys.executable)
    assert house.python310() == "3.10" or house.is_310(house.python310())


def test_rasa_is_trained_in_the_spelling_it_is_asked_in_and_sees_no_entities():
    house = script("rasa_house")
    assert house.plain("Kan JEG få [cpr fjernet](x) æøå") == neutral("Kan JEG få [cpr fjernet] (x) æøå")


def trained_on(folder: Path) -> list[tuple[str, str]]:
    return sorted((example.text, "+".join(example.intents)) for example in load(folder / "data.yml"))


def test_rasa_is_trained_on_every_message_of_our_data_under_each_of_its_intents(tmp_path):
    script("rasa_house").write_training(tmp_path, quick=False)
    ours = [(neutral(example.text), name) for example in training_examples() for name in example.intents]
    assert trained_on(tmp_path) == sorted(ours)


def test_for_the_tests_rasa_is_trained_on_some_of_each_intent(tmp_path):
    script("rasa_house").write_training(tmp_path, quick=True)
    counts = Counter(intents for _, intents in trained_on(tmp_path))
    assert sorted(counts) == sorted(INTENTS)
    assert max(counts.values()) <= 40
    assert "epochs: 12" in (tmp_path / "config.yml").read_text()


def test_starting_over_keeps_only_the_trained_models(tmp_path):
    (tmp_path / "nlu").mkdir()
    (tmp_path / "rasa").mkdir()
    (tmp_path / "nlu" / "model.npz").touch()
    (tmp_path / "redningskrans.db").touch()
    (tmp_path / "letters").mkdir()

    script("house").start_over(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["nlu", "rasa"]

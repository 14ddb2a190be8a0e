"""The real engine, trained once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.embedded import EmbeddedClassifier


@pytest.fixture(scope="session")
def nlu_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose ``nlu`` holds the trained model."""
    home = tmp_path_factory.mktemp("home")
    EmbeddedClassifier.load(home / "nlu")
    return home


@pytest.fixture(scope="session")
def classifier(nlu_home: Path) -> EmbeddedClassifier:
    """The trained engine, read from its cache."""
    return EmbeddedClassifier.load(nlu_home / "nlu")

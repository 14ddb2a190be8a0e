"""The real engine, trained once for all tests: where ``make run`` keeps it too, for this data and code."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.embedded import EmbeddedClassifier
from bot.settings import Settings


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder that holds the trained model."""
    folder = Settings.from_env().models
    EmbeddedClassifier.load(folder)
    return folder


@pytest.fixture(scope="session")
def classifier(models: Path) -> EmbeddedClassifier:
    """The trained engine, read from its cache."""
    return EmbeddedClassifier.load(models)

"""Whole talks with the real ears, over the phone network: what people who never saw our tests would write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import load_understanding
from bot.db import Database
from bot.settings import Settings
from tests.talk_player import FOLDER, WRONG, Player, Talk

TALKS = [Talk.read(path) for path in sorted(FOLDER.glob("*.toml"))]


@pytest.fixture(scope="module")
def player(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """One service for all talks: each has a handset and a case of its own, as in a wave."""
    file = tmp_path_factory.mktemp("talks") / "talks.db"
    shutil.copy(migrated_sqlite, file)
    db = Database(f"sqlite:///{file}")
    player = Player.start(db, load_understanding(Settings.from_env()), TALKS)
    yield player
    player.rig.stop()
    db.close()


@pytest.mark.parametrize("talk", TALKS, ids=[talk.name for talk in TALKS])
def test_the_talk_holds(player: Player, talk: Talk):
    went = "\n".join([talk.title, *player.play(talk)])
    assert WRONG not in went, went


def test_there_are_enough_talks():
    assert len(TALKS) >= 25

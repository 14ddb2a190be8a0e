"""A process killed at any commit and around any call, and started again: the evening ends as if nothing had been.

``KILLS=all pytest tests/faults/test_kills.py`` walks every point that differs on both databases, some 300 on each;
without it some of each scene's, spread over it, and on PostgreSQL those of the scenes in which it may do otherwise.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.db import Database
from tests.faults import clock_scenes, command_scenes, web_scenes, worker_scenes
from tests.faults.stage import Scene
from tests.faults.walking import walk

SCENES = [*worker_scenes.SCENES, *clock_scenes.SCENES, *web_scenes.SCENES, *command_scenes.SCENES]
_ALL = os.environ.get("KILLS") == "all"
#: A point on PostgreSQL costs a database made anew.
_ON_SQLITE, _ON_POSTGRES = (None, None) if _ALL else (4, 2)


def name(scene: Scene) -> str:
    """What the scene is about."""
    return scene.name


def walk_and_compare(scene: Scene, db: Database, folder: Path, most: int | None) -> None:
    """Nothing is otherwise than it would have been."""
    walked = walk(scene, db, folder / "walk", most)
    assert walked.faults == []
    assert walked.walked, "a scene without a point proves nothing"


@pytest.mark.parametrize("scene", SCENES, ids=name)
def test_a_kill_at_any_point_changes_nothing(scene: Scene, sqlite_db: Database, tmp_path: Path):
    walk_and_compare(scene, sqlite_db, tmp_path, _ON_SQLITE)


@pytest.mark.postgres
@pytest.mark.parametrize("scene", [scene for scene in SCENES if _ALL or scene.on_postgres], ids=name)
def test_a_kill_at_any_point_changes_nothing_on_postgres(scene: Scene, postgres_db: Database, tmp_path: Path):
    walk_and_compare(scene, postgres_db, tmp_path, _ON_POSTGRES)

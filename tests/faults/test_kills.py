"""A process killed at any commit and around any call, and started again: the evening ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.db import Database
from tests.faults import clock_scenes, command_scenes, web_scenes, worker_scenes
from tests.faults.stage import Scene
from tests.faults.walking import walk

SCENES = [*worker_scenes.SCENES, *clock_scenes.SCENES, *web_scenes.SCENES, *command_scenes.SCENES]
#: On PostgreSQL, where each evening costs a database made anew, every so many points.
_ON_POSTGRES = 4


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_kill_at_any_point_changes_nothing(
    scene: Scene, db: Database, tmp_path: Path, record_property: Callable[[str, object], None]
):
    walked = walk(scene, db, tmp_path / "walk", every=scene.every * (1 if db.is_sqlite else _ON_POSTGRES))

    record_property("points", len(walked.points))
    record_property("walked", walked.walked)
    assert walked.faults == []
    assert walked.walked, "a scene without a point proves nothing"

"""Plays a scene once as it should go, then once for each crash point: killed there, played again, compared.

A warm process of its own forks for each evening, so that a kill costs milliseconds and no test's thread is copied. The
database is copied for each: SQLite's file, PostgreSQL by a template.
"""

from __future__ import annotations

import gc
import json
import logging
import multiprocessing
import os
import resource
import shutil
import signal
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
from sqlalchemy import event

from bot.db import Database
from bot.search_index import index_of
from tests.faults.picture import Picture, differences, is_sanctioned
from tests.faults.places import Place, place_of
from tests.faults.points import Points
from tests.faults.stage import Scene, Stage

#: Told of a point at most: one fault shows itself in many rows.
_MOST = 8


@dataclass(frozen=True, slots=True)
class Walk:
    """What came of it: the points that the scene has, how many were walked, and what was not as it should be."""

    points: list[str]
    walked: int
    faults: list[str] = field(default_factory=list)
    cpu_seconds: float = 0.0


def walk(scene: Scene, db: Database, folder: Path, most: int | None = None) -> Walk:
    """Walk the points of a scene, all or so many of them, in a process of its own. ``db`` is empty and migrated."""
    url = db.url.render_as_string(hide_password=False)
    db.close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.walking", "bot.app"])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_walk_here, args=(scene, url, folder, most, there))
    process.start()
    there.close()
    try:
        told = here.recv()
    except EOFError:
        told = Walk([], 0, ["the walker died"])
    process.join(60)
    assert isinstance(told, Walk)
    return told


def _walk_here(scene: Scene, url: str, folder: Path, most: int | None, told: Connection) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    place = place_of(url)
    try:
        told.send(_Walker(scene, place, folder, most).walk())
    except BaseException:
        told.send(Walk([], 0, [traceback.format_exc()]))
    finally:
        place.forget()


def _worth_walking(points: Sequence[str]) -> list[int]:
    """Of a line that is passed again and again the first time, and the last, when most has been done."""
    first = {where: number for number, where in reversed([*enumerate(points, 1)])}
    last = {where: number for number, where in enumerate(points, 1)}
    return sorted({*first.values(), *last.values()})


def _spread(numbers: list[int], most: int | None) -> list[int]:
    """So many of them, the last one always: there most has been done."""
    if most is None or len(numbers) <= most:
        return numbers
    return [numbers[(each * len(numbers)) // most - 1] for each in range(1, most + 1)]


class _Walker:
    """The warm process: it plays each scene once itself, so that what forks has compiled every statement already."""

    def __init__(self, scene: Scene, place: Place, folder: Path, most: int | None) -> None:
        self._scene, self._place, self._folder, self._most = scene, place, folder, most
        self._outside, self._kept, self._points = folder / "outside", folder / "kept", folder / "points"
        self._point, self._db = Points(), Database(place.url)
        self._db.index = index_of("invented")
        self._point.watch()
        if self._db.is_sqlite:  # nobody pulls the plug of the machine: what is written need not be on its disk
            event.listen(self._db.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA synchronous=OFF"))

    def walk(self) -> Walk:
        self._prepare()
        points, expected = self._as_it_should_be()
        numbers = _spread(_worth_walking(points), self._most)
        gc.freeze()  # what is shared with those who fork is not to be copied for being counted
        faults: list[str] = []
        for number in numbers:
            where = points[number - 1]
            found = [each for each in self._killed(number, expected) if not is_sanctioned(where, each)]
            faults += [f"killed at {number}, {where}: {each}" for each in found[:_MOST]]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return Walk(points, len(numbers), faults, used.ru_utime + used.ru_stime)

    def _prepare(self) -> None:
        self._clear()
        self._scene.prepare(self._stage(0))
        self._db.close()
        self._place.keep()
        shutil.copytree(self._outside, self._kept)

    def _as_it_should_be(self) -> tuple[list[str], Picture]:
        self._clear()
        if self._scene.leaves_open:
            self._in_a_fork(0, self._play_whole)
        else:
            self._play_whole(self._stage(0))
            self._db.close()
        points: list[str] = json.loads(self._points.read_text())
        return points, self._seen()

    def _play_whole(self, stage: Stage) -> None:
        self._scene.act(stage)
        self._points.write_text(json.dumps(stage.point.where))
        self._evening_of(stage)

    def _killed(self, number: int, expected: Picture) -> list[str]:
        self._clear()
        status = self._in_a_fork(number, self._scene.act)
        if status != -signal.SIGKILL:
            return [f"nobody was killed: {status}"]
        self._place.after_a_kill()

        def again(stage: Stage) -> None:
            stage.clock.move(self._scene.later)
            self._scene.act(stage)
            self._evening_of(stage)

        try:
            self._in_a_fork(0, again)
        except RuntimeError as error:
            return [str(error)]
        return differences(expected, self._seen())

    def _evening_of(self, stage: Stage) -> None:
        if self._scene.comes_again:
            stage.clock.move(self._scene.later)
            self._scene.act(stage)
        stage.rest_of_the_evening()
        (self._folder / "picture.json").write_text(json.dumps(stage.picture()))

    def _seen(self) -> Picture:
        seen: Picture = json.loads((self._folder / "picture.json").read_text())
        return seen

    def _stage(self, fatal: int) -> Stage:
        self._point.begin(fatal)
        return Stage(self._db, self._outside, self._scene, self._point)

    def _clear(self) -> None:
        self._place.renew()
        shutil.rmtree(self._outside, ignore_errors=True)
        if self._kept.exists():
            shutil.copytree(self._kept, self._outside)
        else:
            self._outside.mkdir(parents=True)

    def _in_a_fork(self, fatal: int, play: Callable[[Stage], None]) -> int:
        """Play it in a process of its own; minus the signal that ended it, or 0. Raises RuntimeError with its words."""
        failure = self._folder / "failure"
        failure.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            self._play_and_end(fatal, play, failure)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if failure.exists():
            raise RuntimeError(failure.read_text())
        return code

    def _play_and_end(self, fatal: int, play: Callable[[Stage], None], failure: Path) -> None:
        try:
            play(self._stage(fatal))
            self._db.close()
        except BaseException:
            failure.write_text(traceback.format_exc())
        finally:
            os._exit(0)

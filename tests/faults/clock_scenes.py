"""What the one scheduler that leads does: a tick in which each job has something to do, repair, the watch, mails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.gateway import Arrived
from bot.heartbeats import beat
from bot.late_receipts import look_up_receipts
from bot.models import COPENHAGEN, Adviser, Conversation, Organisation, Upload
from bot.reconcile import catch_up
from bot.search_build import build_some
from handoff.alerts.rounds import make_round
from handoff.board.keeping import keep_months
from scheduler import jobs
from scheduler.run_waves import release_wave, start_wave
from scheduler.watching import watch
from tests.faults.stage import Scene, Stage
from tests.faults.worker_scenes import LINE, NOW, OTHER, OURS, QUICK, wrote
from tests.handoff.world import NOW as DAY
from tests.handoff.world import add_crisis, build
from tests.scheduler import test_check_ins, test_close_silent, test_keep_plans, test_keep_promises
from tests.scheduler.world import World, at


def _tick(stage: Stage) -> None:
    jobs.tick(stage.db, stage.clock())


def _cases(stage: Stage) -> None:
    """So many that they are written in two pieces; most have no number."""
    world = World(stage.db, **QUICK)
    world.add("1", "2")
    world.add(*(f"U-{number}" for number in range(40)), phone=None)
    world.add("3", phone="+4511114043")


def _begun(stage: Stage) -> None:
    """The first SMS were sent two working days ago, and one resident has answered."""
    World(stage.db, **QUICK).add("1", "2", "3")
    jobs.tick(stage.db, NOW)
    stage.clock.now = NOW
    stage.work()
    stage.receipts()
    wrote(stage, (LINE, "ja"))
    stage.work()


def _by_hand(stage: Stage) -> None:
    start_wave(stage.db, 1, stage.clock(), "command")


def _waits_for_release(stage: Stage) -> None:
    World(stage.db, release="second_person", **QUICK).add("1", "2")
    with stage.db.write() as session:
        homes = list(session.scalars(select(Organisation)))
        session.add(Adviser(email="mette@solgaarden.example", name="Mette", created_at=NOW, organisations=homes))


def _release(stage: Stage) -> None:
    release_wave(stage.db, 1, stage.clock(), "1")


def _check_in(stage: Stage) -> None:
    test_check_ins.Willing(stage.db, **QUICK)


def _kept(stage: Stage) -> None:
    test_keep_promises.Promising(stage.db, **QUICK).feed(test_keep_promises.OWED - 300_000)


def _broken(stage: Stage) -> None:
    test_keep_promises.Promising(stage.db, **QUICK).feed(test_keep_promises.OWED)


def _plan(stage: Stage) -> None:
    test_keep_plans.Home(stage.db, **QUICK)


def _paid(stage: Stage) -> None:
    home = test_keep_plans.Home(stage.db, **QUICK)
    home.change(home.case_id, arrears_ore=145_050)


def _silent(stage: Stage) -> None:
    test_close_silent.Silent(stage.db, **QUICK)


def _desk(stage: Stage) -> None:
    """One conversation was put off until now, in one the resident waits for too long, one's holder has left, and a file
    was taken by nobody."""
    world = build(stage.db)
    long_ago = DAY - timedelta(days=2)
    with stage.db.write() as session:
        home = session.scalars(select(Organisation).where(Organisation.slug == "solgaarden")).one()
        home.settings = {"release_after_minutes": 60, **QUICK}
        session.execute(update(Conversation).where(Conversation.id == world.mads).values(snoozed_until=DAY))
        session.execute(update(Conversation).where(Conversation.id == world.line).values(waiting_since=long_ago))
        session.execute(update(Adviser).where(Adviser.id == world.peter).values(is_active=False))
        session.add(
            Upload(organisation_id=home.id, adviser_id=world.mette, filename="x.csv", content=b"x", at=long_ago)
        )
    add_crisis(stage.db)


def _mornings(stage: Stage) -> None:
    build(stage.db)
    add_crisis(stage.db)


def _round(stage: Stage) -> None:
    make_round(stage.db, stage.clock())
    keep_months(stage.db, stage.clock())


_ARRIVED = [
    Arrived(f"SMmissed{n}", phone, OURS, body, NOW - timedelta(minutes=5))
    for n, (phone, body) in enumerate([(LINE, "boligstøtte?"), (OTHER, "menneske"), (LINE, "ja")])
]


def _missed(stage: Stage) -> None:
    World(stage.db, **QUICK).add("1", "2")


def _catch_up(stage: Stage) -> None:
    catch_up(stage.db, stage.gateway, stage.clock)


def _no_receipts(stage: Stage) -> None:
    World(stage.db, **QUICK).add("1", "2")
    stage.clock.now = NOW - timedelta(hours=1)
    wrote(stage, (LINE, "boligstøtte?"), (OTHER, "boligstøtte?"))
    stage.work()


def _look_up(stage: Stage) -> None:
    look_up_receipts(stage.db, stage.gateway, stage.clock)


def _silence(stage: Stage) -> None:
    """Nobody has ticked since yesterday, and no wave has begun on its day."""
    World(stage.db).add("1")
    with stage.db.write() as session:
        for name in ("tick", "poll", "watch"):
            beat(session, name, NOW - timedelta(days=1))


def _watch(stage: Stage) -> None:
    watch(stage.db, stage.clock, stage.clock)


def _unindexed(stage: Stage) -> None:
    index, stage.db.index = stage.db.index, None
    build(stage.db)
    stage.db.index = index


def _index(stage: Stage) -> None:
    build_some(stage.db, stage.clock)


def _scene(name: str, prepare: Callable[[Stage], None], act: Callable[[Stage], None], now: datetime = NOW) -> Scene:
    comes_again = act not in (_by_hand, _release)
    return Scene(name, prepare, act, now, comes_again=comes_again, on_postgres=prepare in (_cases, _kept, _desk))


_EVENING = datetime(2026, 10, 27, 14, 0, tzinfo=COPENHAGEN)
SCENES = [
    _scene("a wave begins, in pieces", _cases, _tick),
    _scene("a wave's second step", _begun, _tick, at("2026-10-29T10:00")),
    _scene("a wave started by hand", _missed, _by_hand),
    _scene("a wave released", _waits_for_release, _release),
    _scene("how is it going", _check_in, _tick, test_check_ins.FIRST),
    _scene("a promise kept", _kept, _tick, test_keep_promises.LOOK),
    _scene("a promise broken", _broken, _tick, test_keep_promises.LOOK),
    _scene("a plan's reminder", _plan, _tick, test_keep_plans.REMINDER),
    _scene("an instalment paid", _paid, _tick, test_keep_plans.LOOK),
    _scene("an instalment missed", _plan, _tick, test_keep_plans.LOOK),
    _scene("silence closes", _silent, _tick, test_close_silent.THEN),
    _scene("what waits at the desk", _desk, _tick, DAY + timedelta(minutes=16)),
    _scene("mails of a morning", _mornings, _round, DAY),
    Scene("SMS that no webhook brought", _missed, _catch_up, NOW, arrived=_ARRIVED, comes_again=True, on_postgres=True),
    _scene("receipts that never came", _no_receipts, _look_up),
    _scene("the watch", _silence, _watch, _EVENING),
    _scene("the index is built", _unindexed, _index, DAY),
]

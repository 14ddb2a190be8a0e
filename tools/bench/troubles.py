"""What goes wrong in the soak, each in its turn, in an order that is the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from threading import Event
from typing import TYPE_CHECKING, get_args

from bench.stand_in import Mood
from bot.simulator.faults import BEHAVIOURS, Wish, plan

if TYPE_CHECKING:
    from bench.soak import Town

#: At these a number leaves the gateway alone for seconds, or a thread waits for its time-out: fewer of them.
_LONG = frozenset({"429", "429_later", "slow", "timeout"})


@dataclass(frozen=True)
class Trouble:
    """One of them, and how often it is asked for."""

    name: str
    begin: Callable[[], None]
    times: int = 1


#: What is to go wrong in a town.
Plan = Callable[["Town"], Sequence[Trouble]]


@dataclass(frozen=True)
class Troubles:
    """How much of each kind: ``faults`` of the gateway, those in ``killed`` by SIGKILL, Rasa, the database."""

    faults: frozenset[str] = BEHAVIOURS
    times: int = 15
    times_long: int = 5
    killed: Sequence[str] = ()
    kills: int = 2
    moods: Sequence[Mood] = get_args(Mood)[1:]
    mood_seconds: float = 4.0
    away: Sequence[float] = (1.0, 5.0)

    def __call__(self, town: Town) -> Sequence[Trouble]:
        """All of them, mixed."""
        all_of_them = [*self._gateway(town), *self._kills(town), *self._rasa(town), *self._database(town)]
        Random(7).shuffle(all_of_them)  # noqa: S311  the same every time
        return all_of_them

    def _gateway(self, town: Town) -> Iterator[Trouble]:
        for fault in sorted(self.faults):
            times = self.times_long if fault in _LONG else self.times
            yield Trouble(fault, partial(_ask, town, fault, times), times)

    def _kills(self, town: Town) -> Iterator[Trouble]:
        for name in self.killed:
            for _ in range(self.kills):
                yield Trouble(f"kill -9 of {name}", partial(town.house.kill, name))

    def _rasa(self, town: Town) -> Iterator[Trouble]:
        for mood in self.moods:
            yield Trouble(f"Rasa: {mood}", partial(_be, town, mood, self.mood_seconds))

    def _database(self, town: Town) -> Iterator[Trouble]:
        for seconds in self.away:
            yield Trouble("the database is away", partial(town.ground.go_away, seconds))


def _ask(town: Town, fault: str, times: int) -> None:
    with town.network.db.write() as session:
        plan(session, Wish(times, fault))


def _be(town: Town, mood: Mood, seconds: float) -> None:
    town.rasa.mood = mood
    Event().wait(seconds)
    town.rasa.mood = "well"

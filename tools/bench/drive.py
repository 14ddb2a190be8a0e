"""Residents who write by signed webhooks: each waits for the answer (closed loop), or at moments of their own (open).

In the closed loop the service sets the pace: how much it can do. In the open one the world does: how long one waits.
There every time is counted from the planned moment, not from when this program got round to it, so that a service
that stands still cannot hide it by keeping its callers waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, count
from random import Random
from time import perf_counter, process_time

from bench.gateway import Gateway
from bench.processes import TOKEN, BenchError, Running
from bench.residents import OURS, Talk
from bench.timing import Times
from bench.wire import Caller
from bot.simulator.signature import sign

_INBOUND = "/sms/inbound"
_PATIENCE, _SETTLES = 10.0, 60.0
_OK = 200


@dataclass
class Measured:
    """What one run came to. Seconds; ``cpu`` is that of the service's processes, ``own`` that of this program.

    Times are of all that began while it was measured; ``done`` counts what was over while it was.
    """

    seconds: float = 0.0
    done: int = 0
    acknowledged: list[float] = field(default_factory=list)
    replied: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    own: float = 0.0
    unanswered: int = 0
    refused: int = 0

    @property
    def a_second(self) -> float:
        """Turns a second, or acknowledgements where no turn is taken."""
        return self.done / self.seconds

    @property
    def cpu_each(self) -> float:
        """Seconds of the service's processor time a turn, or an acknowledgement."""
        return sum(self.cpu.values()) / max(1, self.done)

    def times(self, what: str) -> Times:
        """``acknowledged`` or ``replied``."""
        taken: list[float] = getattr(self, what)
        return Times(taken or [0.0])


class Drive:
    """Writes to one service, whose processes are watched meanwhile."""

    def __init__(self, port: int, gateway: Gateway, talks: Iterator[Talk], processes: list[Running]) -> None:
        self.caller, self._gateway, self._talks, self._processes = Caller(port), gateway, talks, processes
        self._url, self._sids = f"http://127.0.0.1:{port}{_INBOUND}", count(1)
        self._begins, self._ends, self._run = 0.0, 0.0, Measured()

    async def first_answer(self, patience: float = 120.0) -> float:
        """Write once and wait until everything is loaded that an answer needs; gives the seconds."""
        talk, began = next(self._talks), perf_counter()
        answer = self._gateway.expect(talk.phone)
        await self._post(talk.phone, talk.texts[0])
        try:
            return await asyncio.wait_for(answer, patience) - began
        except TimeoutError as error:
            logs = "\n".join(f"{process.name}: {process.said()}" for process in self._processes)
            raise BenchError(f"No answer came within {patience:.0f} s.\n{logs}") from error

    async def write(self, phone: str, text: str) -> float:
        """One SMS; gives the moment at which it was acknowledged."""
        return await self._post(phone, text)

    async def closed(self, residents: int, warm_up: float, seconds: float, *, waits: bool = True) -> Measured:
        """So many residents, each of whom writes again when the answer (or the acknowledgement) has come."""
        with_answer = self._talk if waits else self._talk_on
        self._window(warm_up, seconds)
        watching = asyncio.create_task(self._watch())
        await asyncio.gather(*(self._as_long(with_answer) for _ in range(residents)))
        await watching
        return self._run

    async def open(self, a_second: float, warm_up: float, seconds: float, at_once: int = 500) -> Measured:
        """So many SMS a second at random moments, whatever has been answered; of ``at_once`` residents in turn."""
        self._window(warm_up, seconds)
        chance = Random(27)  # noqa: S311  the same every time
        gaps = (chance.expovariate(a_second) for _ in count())
        began, writers = perf_counter(), self._in_turn(at_once)
        watching, tasks = asyncio.create_task(self._watch()), list[asyncio.Task[None]]()
        for planned in accumulate(gaps, initial=began):
            if planned >= self._ends:
                break
            await asyncio.sleep(max(0.0, planned - perf_counter()))
            tasks.append(asyncio.create_task(self._say(*next(writers), planned)))
        await asyncio.gather(*tasks)
        await watching
        await self._settled()
        return self._run

    async def _settled(self) -> None:
        """Let what is behind be done, within reason: it is no part of the next run."""
        patience, taken = perf_counter() + _SETTLES, -1
        while taken != self._gateway.taken and perf_counter() < patience:
            taken = self._gateway.taken
            await asyncio.sleep(1.0)

    def _in_turn(self, at_once: int) -> Iterator[tuple[str, str]]:
        """The first SMS of so many residents, the second of each, …, and then the next residents."""
        while True:
            talks = [next(self._talks) for _ in range(at_once)]
            for place in range(max(len(talk.texts) for talk in talks)):
                yield from ((talk.phone, talk.texts[place]) for talk in talks if place < len(talk.texts))

    def _window(self, warm_up: float, seconds: float) -> None:
        self._begins = perf_counter() + warm_up
        self._ends, self._run = self._begins + seconds, Measured(seconds)

    async def _watch(self) -> None:
        """What it costs, from the beginning to the end of what is measured."""
        await asyncio.sleep(max(0.0, self._begins - perf_counter()))
        before, own = self._costs(), process_time()
        await asyncio.sleep(max(0.0, self._ends - perf_counter()))
        self._run.own = process_time() - own
        self._run.cpu = {name: cpu - before[name] for name, cpu in self._costs().items()}

    def _costs(self) -> dict[str, float]:
        for process in self._processes:
            process.check()
        return {process.name: process.cpu() for process in self._processes}

    async def _as_long(self, act: Callable[[Talk], Coroutine[None, None, None]]) -> None:
        while perf_counter() < self._ends:
            await act(next(self._talks))

    async def _talk(self, talk: Talk) -> None:
        for text in talk.texts:
            if perf_counter() < self._ends:
                await self._say(talk.phone, text, perf_counter())

    async def _talk_on(self, talk: Talk) -> None:
        for text in talk.texts:
            if perf_counter() < self._ends:
                began = perf_counter()
                ended = await self._post(talk.phone, text)
                self._count(self._run.acknowledged, began, ended)
                self._is_done(ended)

    async def _say(self, phone: str, text: str, began: float) -> None:
        answer = self._gateway.expect(phone)
        self._count(self._run.acknowledged, began, await self._post(phone, text))
        try:
            ended = await asyncio.wait_for(answer, _PATIENCE)
        except TimeoutError:
            self._run.unanswered += 1
            return
        self._count(self._run.replied, began, ended)
        self._is_done(ended)

    def _count(self, taken: list[float], began: float, ended: float) -> None:
        if self._begins <= began <= self._ends:
            taken.append(ended - began)

    def _is_done(self, ended: float) -> None:
        self._run.done += self._begins <= ended <= self._ends

    async def _post(self, phone: str, text: str) -> float:
        form = {
            "MessageSid": f"SM1{next(self._sids):031x}",
            "AccountSid": "AC" + "0" * 32,
            "From": phone,
            "To": OURS,
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
        }
        answer = await self.caller.post(_INBOUND, form, {"X-Twilio-Signature": sign(TOKEN, self._url, form)})
        if answer.status != _OK:
            self._run.refused += 1
        return answer.at

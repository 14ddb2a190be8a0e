"""A wave sent as fast as it goes: one worker in a process of its own, and a gateway that takes everything at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter

from bench.gateway import Gateway
from bench.processes import TOKEN, Running, environment, free_port, running

_PATIENCE = 900.0
_LOOK = 0.05


def row(name: str, url: str, cases: int) -> Sequence[str]:
    """Send the wave that was started there: how many SMS, the seconds, SMS a second, and processor time for one."""
    seconds, cpu = asyncio.run(_sent(url, cases))
    return name, str(cases), f"{seconds:.1f}", f"{cases / seconds:.0f}", f"{1000 * cpu / cases:.1f}"


async def _sent(url: str, cases: int) -> tuple[float, float]:
    """Seconds, and those of processor time, from the first SMS handed over to the last."""
    gateway = Gateway(TOKEN)
    await gateway.start()
    with running("bench.send_wave", environment(url, free_port(), gateway.port, {})) as worker:
        await _until(gateway, worker, 1)
        began, cpu = perf_counter(), worker.cpu()
        await _until(gateway, worker, cases)
        seconds, cpu = perf_counter() - began, worker.cpu() - cpu
    await gateway.stop()
    return seconds, cpu


async def _until(gateway: Gateway, worker: Running, taken: int) -> None:
    patience = perf_counter() + _PATIENCE
    while gateway.taken < taken:
        worker.check()
        if perf_counter() > patience:
            raise RuntimeError(f"{gateway.taken} of {taken} SMS were handed over")
        await asyncio.sleep(_LOOK)

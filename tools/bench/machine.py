"""What the figures were taken on: they mean nothing without it."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from bot.clock import machine_clock

_GIB = 1024**3


def machine() -> str:
    """The machine, Python, version and day in one sentence."""
    memory = psutil.virtual_memory().total / _GIB
    day = machine_clock().date()
    return (
        f"Measured on {day.day} {day:%B %Y}, version {version('redningskrans')}, on {processor()} "
        f"({os.cpu_count()} cores, {memory:.0f} GiB), {platform.system()}, Python {platform.python_version()}."
    )


def processor() -> str:
    """The processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()

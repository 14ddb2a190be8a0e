"""Port: who makes the calls, and what may come of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answered:
    """``problem`` is empty when the address took it; else a code: HTTP 500, Timeout, OwnHouse …"""

    problem: str = ""
    is_gone: bool = False  #: 410: it wants no more of them


class Posts(Protocol):
    """Makes one call and raises nothing: an address that cannot be reached is an answer too."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered: ...

"""The parts of "Opsætning", in order, under four headings. A part is shown when its page is there."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One page: ``part`` is what its template calls itself."""

    part: str
    endpoint: str
    label: str
    admin_only: bool = False
    of_organisation: bool = True  #: its address names an organisation


GROUPS: tuple[tuple[str, tuple[Part, ...]], ...] = (
    (
        "Det siger vi",
        (
            Part("texts", "admin.text_list", "Tekster"),
            Part("replies", "replies.show", "Faste svar"),
            Part("languages", "admin.languages", "Sprog"),
            Part("numbers", "setup_numbers.show", "Numre"),
        ),
    ),
    (
        "Sådan arbejder vi",
        (
            Part("settings", "setup_settings.show", "Indstillinger"),
            Part("ladder", "ladder.show", "Trappe"),
            Part("duty", "duty.show", "Vagt"),
        ),
    ),
    (
        "Adgang",
        (
            Part("users", "users.show", "Brugere", admin_only=True, of_organisation=False),
            Part("connections", "setup_connections.show", "Forbindelser", admin_only=True),
        ),
    ),
    (
        "Tilsyn",
        (
            Part("log", "setup_log.show", "Log", admin_only=True),
            Part("health", "setup_health.show", "Drift", of_organisation=False),
        ),
    ),
)


def parts_for(endpoints: Container[str], *, is_admin: bool) -> tuple[tuple[str, tuple[Part, ...]], ...]:
    """What this adviser sees; a heading without parts is left out."""
    found = (
        (heading, tuple(part for part in parts if part.endpoint in endpoints and (is_admin or not part.admin_only)))
        for heading, parts in GROUPS
    )
    return tuple((heading, parts) for heading, parts in found if parts)

"""The parts of "Opsætning", in order, under four headings. A part is shown when its page is there."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from handoff.saying import later


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
        later("Det siger vi"),
        (
            Part("texts", "admin.text_list", later("Tekster")),
            Part("replies", "replies.show", later("Faste svar")),
            Part("languages", "admin.languages", later("Sprog")),
            Part("numbers", "setup_numbers.show", later("Numre")),
        ),
    ),
    (
        later("Sådan arbejder vi"),
        (
            Part("settings", "setup_settings.show", later("Indstillinger")),
            Part("ladder", "ladder.show", later("Trappe")),
            Part("duty", "duty.show", later("Vagt")),
        ),
    ),
    (
        later("Adgang"),
        (
            Part("users", "users.show", later("Brugere"), admin_only=True, of_organisation=False),
            Part("connections", "setup_connections.show", later("Forbindelser"), admin_only=True),
        ),
    ),
    (
        later("Tilsyn"),
        (
            Part("log", "setup_log.show", later("Log"), admin_only=True),
            Part("health", "setup_health.show", later("Drift"), of_organisation=False),
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

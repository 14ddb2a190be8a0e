"""The name under which a case's steps are remembered when the case itself has been erased. Pure."""

from __future__ import annotations

from hashlib import sha256


def case_key(organisation_id: int, case_ref: str) -> str:
    """The same for the same ``case_ref`` of an organisation, in whichever row; nothing of it can be read back."""
    return sha256(f"{organisation_id}:{case_ref}".encode()).hexdigest()

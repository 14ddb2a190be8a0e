"""An address as it is given away: a caretaker's link, and the code of any address for a phone's camera."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import request, url_for
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Link:
    """Shown once."""

    address: str
    code: Markup


def link_of(token: str, public_url: str) -> Link:
    """The page of this token, at the address that the service is known by."""
    base = (public_url or request.url_root).rstrip("/")
    address = base + url_for("door.door", token=token)
    return Link(address, drawn(address))


def drawn(address: str) -> Markup:
    """A code for a phone's camera, drawn into the page."""
    code = segno.make(address, error="m", micro=False).svg_inline(
        border=4, dark="#17292c", light="#ffffff", omitsize=True, svgclass="code"
    )
    return Markup(code)  # noqa: S704  drawn here; the address is within the code, not the markup

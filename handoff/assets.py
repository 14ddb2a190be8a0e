"""Static files: the styles as one file, and an address that changes with what a file says.

What is asked for by such an address is kept by browsers for good; a page of a new release names new ones. What is
asked for without (a script that another one imports) is kept, too, but asked about each time.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

STATIC = Path(__file__).parent / "static"
#: All styles; it names the others in their order.
_WHOLE = "app.css"
_IMPORT = re.compile(r'@import url\("([^"]+)"\)(?: layer\((\w+)\))?;\n?')
_ADDRESS = re.compile(r"""url\((["']?)(?!data:|#|/)([^"')]+)\1\)""")
_FILES = ("static", "styles")
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASKED_EACH_TIME = "no-cache"


@dataclass(frozen=True, slots=True)
class Sheet:
    """All styles in one file, plain and packed."""

    plain: bytes
    packed: bytes
    mark: str


class _OfPages(SecureCookieSessionInterface):
    """The session is of pages: a file that varied with its cookie would be fetched again with each of them."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in _FILES:
            super().save_session(app, session, response)


def serve_static(app: Flask) -> None:
    """Serve our files at /static, whether the app came with a folder of its own or none."""
    app.static_folder = str(STATIC)
    app.add_url_rule(f"/static/{_WHOLE}", endpoint="styles", view_func=_styles)
    if "static" not in app.view_functions:
        app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
    app.session_interface = _OfPages()
    app.url_defaults(_name_what_it_says)
    app.after_request(_say_how_long)


def mark_of(filename: str) -> str:
    """Some letters that are others when the file says something else; none for no file of ours."""
    file = STATIC / filename
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return ""
    return whole_sheet().mark if filename == _WHOLE else _mark(file, changed)


def whole_sheet() -> Sheet:
    """The styles as they are now."""
    files = [STATIC / _WHOLE, *sorted((STATIC / "css").glob("*.css"))]
    return _whole(max(file.stat().st_mtime_ns for file in files))


@cache
def _whole(_changed: int) -> Sheet:
    said = _IMPORT.sub(_taken_in, (STATIC / _WHOLE).read_text(encoding="utf-8")).encode()
    return Sheet(said, gzip.compress(said, mtime=0), _short(said))


def _taken_in(found: re.Match[str]) -> str:
    name, layer = found.groups()
    said = (STATIC / name).read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
    said = _ADDRESS.sub(lambda address: f"url({_from_the_top(name, address[2])})", said)
    return f"@layer {layer}{{{said}\n}}\n" if layer else said


def _from_the_top(sheet: str, address: str) -> str:
    """What a style sheet in a folder names, as the whole sheet names it."""
    name = normpath(join(dirname(sheet), address))
    mark = mark_of(name)
    return f"{name}?v={mark}" if mark else name


@cache
def _mark(file: Path, _changed: int) -> str:
    return _short(file.read_bytes())


def _short(said: bytes) -> str:
    return sha256(said).hexdigest()[:12]


def _styles() -> Response:
    sheet = whole_sheet()
    packs = request.accept_encodings["gzip"] > 0
    answer = current_app.response_class(sheet.packed if packs else sheet.plain, mimetype="text/css")
    answer.vary.add("Accept-Encoding")
    if packs:
        answer.content_encoding = "gzip"
    answer.set_etag(f"{sheet.mark}-gzip" if packs else sheet.mark)
    answer.make_conditional(request)
    return answer


def _name_what_it_says(endpoint: str, values: dict[str, Any]) -> None:
    name = _WHOLE if endpoint == "styles" else values.get("filename", "") if endpoint == "static" else ""
    if name and (mark := mark_of(name)):
        values.setdefault("v", mark)


def _say_how_long(response: Response) -> Response:
    if request.endpoint in _FILES and response.status_code in (200, 304):
        name = (request.view_args or {}).get("filename", _WHOLE)
        is_named = request.args.get("v") == mark_of(name) != ""
        response.headers["Cache-Control"] = _FOR_GOOD if is_named else _ASKED_EACH_TIME
    return response

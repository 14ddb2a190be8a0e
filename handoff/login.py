"""Who the adviser is and what they may see: the session behind the cookie, and the organisations of every query."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, selectinload

from bot.db import Database
from bot.models import Adviser
from handoff.access import first_run, sessions
from handoff.access.agents import named
from handoff.access.ways import Ways
from handoff.formats import initials
from handoff.handoffs import Acting
from handoff.preferences import read_preferences

login_manager = LoginManager()
limiter = Limiter(get_remote_address, storage_uri="memory://")

#: How the addresses end that a page asks for by itself: nobody is at work for that.
_BACKGROUND = ("/live", "/stream", "/alerts", "/presence")


class User(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The adviser behind this request, as they were when it came."""

    def __init__(self, adviser: Adviser, session_id: int, token: str) -> None:
        self.adviser_id = adviser.id
        self.name = adviser.name
        self.initials = initials(adviser.name)
        self.session_id = session_id
        self.is_admin = adviser.role == "admin"
        self.email = adviser.email
        self.locale = adviser.locale
        self.preferences = read_preferences(adviser.preferences)
        self.organisations = {organisation.id: organisation.name for organisation in adviser.organisations}
        self._token = token

    def get_id(self) -> str:
        """What the cookie keeps: a secret that says nothing by itself."""
        return self._token

    @property
    def acting(self) -> Acting:
        """The adviser as the use cases know them."""
        return Acting(self.adviser_id, self.name, frozenset(self.organisations), self.is_admin)


def me() -> User:
    """The adviser who is logged in; only behind the login."""
    return cast(User, current_user)


def database() -> Database:
    """The database that this app was registered with."""
    return cast(Database, current_app.extensions["handoff_db"])


def ways() -> Ways:
    """How people may come in here."""
    return cast(Ways, current_app.extensions["handoff_ways"])


def enter(adviser: Adviser, target: str, *, waits_for: sessions.Waits | None = None) -> ResponseReturnValue:
    """Begin a session in this browser, under a new secret; go on to ``target``, or to the second step before it.

    ``waits_for`` says what is still to be done; None lets the adviser's account decide.
    """
    now, agent = ways().clock(), named(request.user_agent.string)
    with database().write() as rows:
        row = rows.get_one(Adviser, adviser.id, options=[selectinload(Adviser.organisations)])
        waits = _still_missing(row) if waits_for is None else waits_for
        _end_this(rows)
        token = sessions.begin(rows, row.id, agent, now, waits)
        if not waits:
            row.last_login_at = now
    session.clear()
    session.permanent = True
    if waits:
        session.update(step=token, next=target)
        return redirect(url_for(f"second_step.{waits}"), 303)
    login_user(User(row, 0, token))
    return redirect(target, 303)


def pending(waits_for: sessions.Waits) -> Adviser | None:
    """Whose password was right in this browser, while this is what their session waits for."""
    with database().read() as rows:
        found = sessions.find(rows, str(session.get("step", "")), ways().clock())
    return found[1] if found and found[0].waits_for == waits_for else None


def leave() -> None:
    """End this browser's session."""
    with database().write() as rows:
        _end_this(rows)
    session.clear()


def watch() -> Callable[[], bool]:
    """Asks, also after this request, whether its session still stands and its adviser sees the same organisations."""
    rows_of, clock, token, seen = database(), ways().clock, me().get_id(), me().acting.organisations

    def stands() -> bool:
        try:
            with rows_of.read() as rows:
                found = sessions.find(rows, token, clock())
                return found is not None and {organisation.id for organisation in found[1].organisations} == seen
        except SQLAlchemyError:  # the database is away for a moment: the next time
            return True

    return stands


def note_presence(response: Response) -> Response:
    """After a request that a person made: they were here just now. At most once a minute, for it is a write."""
    session_id = g.pop("seen_session", None)
    if session_id is not None and not request.path.endswith(_BACKGROUND):
        with database().write() as rows:
            sessions.touch(rows, session_id, ways().clock())
    return response


def safe_next(target: str | None) -> str:
    """Where to go after the login: a path of our own, else the inbox."""
    home = url_for("inbox.queue_page")
    if not target or not target.startswith("/") or "\\" in target or target.startswith("//"):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target) else target


def _still_missing(adviser: Adviser) -> sessions.Waits:
    if adviser.totp_secret is not None:
        return "code"
    return "setup" if adviser.role == "admin" and ways().two_steps_for_admins else ""


def _end_this(rows: Session) -> None:
    """Whatever session this browser had."""
    for token in (session.get("_user_id"), session.get("step")):
        found = sessions.find(rows, str(token), ways().clock()) if token else None
        if found:
            found[0].ended_at = ways().clock()


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> User | None:
    now = ways().clock()
    with database().read() as rows:
        found = sessions.find(rows, token, now)
    if found is None or found[0].waits_for:
        return None
    row, adviser = found
    if now - row.seen_at >= sessions.TOUCH:
        g.seen_session = row.id
    return User(adviser, row.id, token)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def _ask_to_log_in() -> ResponseReturnValue:
    """Ask a page's reader to log in; tell a script or a stream only that the session is over."""
    if "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": url_for("login.form")}
    if request.accept_mimetypes.best == "text/event-stream":
        return "", 401
    with database().read() as rows:
        if first_run.is_first(rows):
            return redirect(url_for("first_run.form"), 303)
    target = url_for("login.form", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    return redirect(target, 303)

"""Who the adviser is and what they may see: log in, log out, and the organisations every query is bound to."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.db import Database
from bot.models import Adviser
from handoff.formats import initials
from handoff.handoffs import Acting
from handoff.passwords import is_password
from handoff.preferences import read_preferences

WRONG = "E-mail eller kodeord passer ikke"

blueprint = Blueprint("login", __name__, template_folder="templates")
login_manager = LoginManager()
limiter = Limiter(get_remote_address, storage_uri="memory://")


class User(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """The adviser behind this request, as they were when it came."""

    def __init__(self, adviser: Adviser) -> None:
        self.adviser_id = adviser.id
        self.name = adviser.name
        self.initials = initials(adviser.name)
        self.epoch = adviser.session_epoch
        self.is_admin = adviser.role == "admin"
        self.email = adviser.email
        self.locale = adviser.locale
        self.preferences = read_preferences(adviser.preferences)
        self.organisations = {organisation.id: organisation.name for organisation in adviser.organisations}

    def get_id(self) -> str:
        """What the session keeps: the adviser and the epoch in which they logged in."""
        return f"{self.adviser_id}.{self.epoch}"

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


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(session_id: str) -> User | None:
    adviser_id, _, epoch = session_id.partition(".")
    if not (adviser_id.isdecimal() and epoch.isdecimal()):
        return None
    with database().read() as rows:
        adviser = rows.get(Adviser, int(adviser_id), options=[selectinload(Adviser.organisations)])
    if adviser is None or not adviser.is_active or adviser.session_epoch != int(epoch):
        return None
    return User(adviser)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def _ask_to_log_in() -> ResponseReturnValue:
    """Ask a page's reader to log in; tell a script or a stream only that the session is over."""
    target = url_for("login.form", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    if "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": url_for("login.form")}
    if request.accept_mimetypes.best == "text/event-stream":
        return "", 401
    return redirect(target, 303)


@blueprint.get("/login")
def form() -> ResponseReturnValue:
    """The page to log in on; somebody who is in goes on."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")))
    return render_template("handoff/login.html", email="", wrong="")


def _failed(response: Any) -> bool:
    return bool(response.status_code == 401)


def _email_key() -> str:
    return "email:" + request.form.get("email", "").strip().lower()[:200]


@blueprint.post("/login")
@limiter.limit("30 per 5 minutes", deduct_when=_failed)
@limiter.limit("10 per 5 minutes", key_func=_email_key, deduct_when=_failed)
def log_in() -> ResponseReturnValue:
    """Begin a session. Only wrong attempts count against the limits."""
    email = request.form.get("email", "").strip().lower()
    adviser = _adviser_with(email)
    known_hash = adviser.password_hash if adviser and adviser.is_active else None
    if not is_password(known_hash, request.form.get("password", "")) or adviser is None:
        return render_template("handoff/login.html", email=email, wrong=WRONG), 401
    session.clear()
    session.permanent = True
    login_user(User(adviser))
    return redirect(safe_next(request.args.get("next")), 303)


@blueprint.post("/logout")
@login_required  # type: ignore[untyped-decorator]
def log_out() -> ResponseReturnValue:
    """End this session."""
    logout_user()
    session.clear()
    return redirect(url_for("login.form"), 303)


def safe_next(target: str | None) -> str:
    """Where to go after the login: a path of our own, else the inbox."""
    home = url_for("inbox.queue_page")
    if not target or not target.startswith("/") or "\\" in target or target.startswith("//"):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc or any(ord(c) < 32 for c in target) else target


def _adviser_with(email: str) -> Adviser | None:
    with database().read() as rows:
        return rows.scalar(select(Adviser).where(Adviser.email == email).options(selectinload(Adviser.organisations)))

"""What every page is sent with: a strict content policy, CSRF tokens, and errors in plain Danish."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from bot.request_log import note_fault, spoken_code
from handoff.saying import later, said

#: Webhooks and the API, which carry their own proof, are taken out with ``csrf.exempt(blueprint)``.
csrf = CSRFProtect()

#: Of one request: a file of cases is the largest that a page sends.
_MOST_BYTES = 10 * 1024 * 1024

CONTENT_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

_ERRORS = {
    400: (later("Siden var blevet for gammel"), later("Gå tilbage, genindlæs siden, og prøv igen. Intet blev sendt.")),
    403: (later("Det har du ikke adgang til"), later("Spørg den, der styrer jeres brugere, hvis du mangler adgang.")),
    404: (
        later("Det findes ikke"),
        later("Måske er det slettet, eller også hører det til en anden boligorganisation."),
    ),
    405: (later("Det kan man ikke her"), later("Gå tilbage til indbakken, og prøv derfra.")),
    413: (later("Det fylder for meget"), later("Gør teksten kortere, eller del filen i flere, og prøv igen.")),
    429: (later("For mange forsøg"), later("Vent fem minutter, og prøv igen.")),
    500: (later("Noget gik galt hos os"), later("Det er ikke din fejl. Prøv igen om lidt. Intet er gået tabt.")),
}


def csrf_field() -> Markup:
    """What every form of a page begins with: the proof that the page, and no other site, sent it."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def protect(app: Flask, *, secure: bool) -> None:
    """Set headers, cookies, CSRF and error pages up; ``secure`` when the public address is https."""
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
    )
    if app.config["MAX_CONTENT_LENGTH"] is None:  # Flask's own default: any size
        app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    csrf.init_app(app)
    app.jinja_env.globals["csrf_field"] = csrf_field
    app.after_request(_tell_nobody)  # before Talisman's, so that it has the last word
    app.after_request(_keep_nothing)
    Talisman(
        app,
        force_https=False,  # the proxy that ends TLS redirects; to us Twilio's webhooks come as plain HTTP
        strict_transport_security=secure,
        strict_transport_security_include_subdomains=False,
        session_cookie_secure=secure,
        session_cookie_http_only=True,
        frame_options="DENY",
        referrer_policy="same-origin",
        content_security_policy=CONTENT_POLICY,
    )
    app.after_request(_close_unsent)
    app.register_error_handler(CSRFError, _show)
    for code in _ERRORS:
        app.register_error_handler(code, _show)
    app.log_exception = note_fault  # type: ignore[method-assign]  # Flask's own tells the address and the error's words


def _tell_nobody(response: Response) -> Response:
    """The address of a caretaker's page, or of a link to choose a password by, is a secret: no page that it leads to
    learns of it, not even one of ours.
    """
    if request.blueprint in ("door", "links"):
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _keep_nothing(response: Response) -> Response:
    """No browser and no proxy keeps what we answer, refusals included, but for what says itself how long it lasts."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _close_unsent(response: Response) -> Response:
    """Close the file that werkzeug opened for an answer that has no body; it leaves it to the garbage collector."""
    if response.status_code == 304 or request.method == "HEAD":
        response.close()
    return response


def _show(error: Exception) -> ResponseReturnValue:
    """One sentence of what happened and one of what to do; machines get the code alone."""
    code = error.code if isinstance(error, HTTPException) and error.code in _ERRORS else 500
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return {"error": code}, code
    title, advice = (said(words) for words in _ERRORS[code])
    return render_template("handoff/error.html", title=title, advice=advice, code=spoken_code()), code

"""The page ``/simulator``: phones in the browser. It has nothing of its own to say; its script asks the JSON API."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

#: What can go wrong, in the words of the page; the second half is folded away.
FAULTS = (
    ("30003", "Telefonen er slukket"),
    ("30005", "Nummeret findes ikke"),
    ("21610", "Har meldt sig fra"),
    ("timeout", "Intet svar, men sms'en kommer frem"),
    ("500", "Fejl hos udbyderen"),
    ("duplicate", "Beboerens sms kommer tre gange"),
    ("lost_receipt", "Kvitteringen bliver væk"),
)
MORE_FAULTS = (
    ("429", "Udbyderen har for travlt"),
    ("30006", "Fastnet, kan ikke få sms"),
    ("30008", "Ukendt fejl på vejen"),
    ("21211", "Nummeret bliver afvist"),
    ("21614", "Ikke et mobilnummer"),
    ("30007", "Teleselskabet stopper teksten"),
    ("30001", "Køen hos udbyderen er fuld"),
    ("20003", "Udbyderen afviser vores konto"),
    ("429_later", "Udbyderen har for travlt og siger, hvornår den er ledig"),
    ("slow", "Svaret kommer for sent, men sms'en kommer frem"),
    ("502", "Et led på vejen er nede"),
    ("503", "Udbyderen holder pause"),
    ("504", "Et led på vejen svarer ikke, men sms'en kommer frem"),
    ("html", "En webside i stedet for et svar"),
    ("reset", "Forbindelsen bliver brudt"),
    ("look_503", "Udbyderen kan ikke spørges, hvad den har"),
    ("look_html", "En webside, når udbyderen bliver spurgt"),
    ("look_reset", "Forbindelsen bliver brudt, når udbyderen bliver spurgt"),
    ("double_receipt", "Kvitteringerne kommer to gange"),
    ("swapped_receipt", "Kvitteringerne kommer i forkert rækkefølge"),
    ("early_receipt", "Kvitteringerne kommer før svaret"),
    ("lost_inbound", "Beboerens sms når ikke frem til os"),
    ("late_inbound", "Beboerens sms kommer sent, den næste kommer først"),
)


def blueprint() -> Blueprint:
    """The blueprint under ``/simulator``."""
    pages = Blueprint(
        "simulator", __name__, url_prefix="/simulator", template_folder="templates", static_folder="static"
    )
    pages.add_url_rule("", "phones", _show, strict_slashes=False)
    return pages


def _show() -> Response:
    response = make_response(render_template("simulator/phones.html", faults=FAULTS, more_faults=MORE_FAULTS))
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    return response

"""A phone network on your own machine: Twilio's API and webhooks, and phones in the browser. For the demo and tests.

The product does not know that it is not Twilio: only its base URL differs. So nothing here imports the product's side
of the wire; only the clock, the database and the residents' names are shared.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Flask, abort, request

from bot.simulator import page, phones_api, twilio_api
from bot.simulator.network import Network
from bot.simulator.phones_api import Advance, NextStep

__all__ = ["Network", "register"]


def register(
    app: Flask,
    network: Network,
    advance: Advance,
    next_step: NextStep,
    *,
    loopback_only: bool = True,
    beside: tuple[Blueprint, ...] = (),
) -> None:
    """Put the page, its JSON API and Twilio's API on the app, for callers on this machine; and what the demo has
    ``beside`` them, behind the same door.

    CSRF protection that is already on the app is lifted for them: the API serves scripts too, and a browser that
    comes from another site is turned away.
    """
    for blueprint in (
        twilio_api.blueprint(network),
        phones_api.blueprint(network, advance, next_step),
        page.blueprint(),
        *beside,
    ):
        if loopback_only:
            blueprint.before_request(_from_this_machine)
        blueprint.before_request(_from_this_site)
        _lift_csrf(app, blueprint)
        app.register_blueprint(blueprint)


def _lift_csrf(app: Flask, blueprint: Blueprint) -> None:
    protection = app.extensions.get("csrf")
    if protection is not None:
        protection.exempt(blueprint)


def _from_this_machine() -> None:
    caller = ip_address(request.remote_addr) if request.remote_addr else None
    if isinstance(caller, IPv6Address) and caller.ipv4_mapped:
        caller = caller.ipv4_mapped
    if caller is not None and not caller.is_loopback:
        abort(403, "The simulator only serves this machine.")


def _from_this_site() -> None:
    if request.method != "GET" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        abort(403, "The simulator does not take requests from other sites.")

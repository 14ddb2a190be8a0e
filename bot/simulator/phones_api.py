"""The simulator's JSON API (``/simulator/api``): read and write on handsets, move the clock, let things go wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from bot.simulator import asked, calls, faults, phones
from bot.simulator.asked import AskedError
from bot.simulator.network import Network
from bot.sms import is_e164

#: Moves the product's clock to a time, runs in order what falls due on the way, and returns when all is sent.
Advance = Callable[[datetime], None]
#: When something falls due next, if anything does.
NextStep = Callable[[], datetime | None]

#: How long a move of the clock waits for webhooks that are still on their way, in seconds.
_DRAIN = 20.0


def blueprint(network: Network, advance: Advance, next_step: NextStep) -> Blueprint:
    """The blueprint under ``/simulator/api``."""
    api = Blueprint("simulator_api", __name__, url_prefix="/simulator/api")
    clock = _ClockRoutes(network, advance, next_step)
    handsets = _PhoneRoutes(network)
    api.add_url_rule("/clock", "clock", clock.show)
    api.add_url_rule("/clock", "move_clock", clock.move, methods=["POST"])
    api.add_url_rule("/phones/<phone>/messages", "messages", handsets.read)
    api.add_url_rule("/phones/<phone>/messages", "write", handsets.write, methods=["POST"])
    api.add_url_rule("/phones/<phone>/calls", "call", handsets.call, methods=["POST"])
    api.add_url_rule("/overview", "overview", handsets.overview)
    api.add_url_rule("/faults", "faults", handsets.faults)
    api.add_url_rule("/faults", "plan_faults", handsets.plan_faults, methods=["POST"])
    api.register_error_handler(AskedError, _not_understood)
    return api


def _not_understood(error: AskedError) -> ResponseReturnValue:
    return jsonify({"error": str(error)}), 400


class _ClockRoutes:
    """One move at a time: a second one waits, and is then judged by the time it finds."""

    def __init__(self, network: Network, advance: Advance, next_step: NextStep) -> None:
        self.network = network
        self.advance = advance
        self.next_step = next_step
        self._moving = threading.Lock()

    def show(self) -> ResponseReturnValue:
        """What the clock shows, and when something falls due next."""
        due = self.next_step()
        now = self.network.clock().isoformat(timespec="milliseconds")
        return jsonify({"now": now, "next_step": due.isoformat(timespec="seconds") if due else None})

    def move(self) -> ResponseReturnValue:
        """Forward only. What is on its way arrives at the old time first."""
        with self._moving:
            later = asked.new_time(self.network.clock())
            self.network.drain(_DRAIN)
            self.advance(later)
            self.network.drain(_DRAIN)
        return self.show()


class _PhoneRoutes:
    """Handsets and faults."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def read(self, phone: str) -> ResponseReturnValue:
        """All SMS of a handset; none for one never heard of."""
        number = asked.phone_number(phone)
        with self.network.db.read() as session:
            return jsonify(phones.messages(session, number))

    def write(self, phone: str) -> ResponseReturnValue:
        """The handset writes to ``to``, or to whom it has been talking with."""
        number, form = asked.phone_number(phone), asked.document()
        body, media = asked.sms_text(form)
        to = form.get("to") or phones.number_to_write_to(self.network, number)
        if to is None:
            raise AskedError('"to" is missing, and nobody has written to this phone yet.')
        message = self.network.send_from_phone(number, asked.phone_number(to, "to"), body, media)
        return jsonify(phones.as_seen(message)), 201

    def call(self, phone: str) -> ResponseReturnValue:
        """The handset calls ``to``, or whom it has been talking with; ``taken`` says that somebody takes it there."""
        number, form = asked.phone_number(phone), asked.document()
        to = form.get("to") or phones.number_to_write_to(self.network, number)
        if to is None:
            raise AskedError('"to" is missing, and nobody has written to this phone yet.')
        called = asked.phone_number(to, "to")
        return jsonify(calls.call(self.network, number, called, is_taken=form.get("taken") is True)), 201

    def overview(self) -> ResponseReturnValue:
        """All that the page shows; ``?phone=`` names the opened handsets."""
        shown = [p for p in request.args.getlist("phone") if is_e164(p)]
        return jsonify(phones.overview(self.network, shown))

    def faults(self) -> ResponseReturnValue:
        """What is still to go wrong."""
        with self.network.db.read() as session:
            return jsonify(faults.listed(session))

    def plan_faults(self) -> ResponseReturnValue:
        """Let something go wrong, or clear it; answers what is now to go wrong."""
        wish = asked.wish()
        with self.network.db.write() as session:
            faults.plan(session, wish)
            session.flush()
            return jsonify(faults.listed(session))

"""A worker that speaks to the phone network as it would to Twilio, and dies at its n-th crash point."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

from bot.clock import database_clock, machine_clock
from bot.db import Database
from bot.dispatch import Dispatch
from bot.settings import Settings
from bot.turns import Turns
from bot.twilio_gateway import TwilioGateway
from tests.faults.points import Pierced, Points
from tests.rig import understand


def work(settings: Settings, receipts: str, fatal: int, minutes_later: int) -> None:
    """Do all there is to do, as a process started ``minutes_later`` would: leases have run out by then.

    ``receipts`` is the address that delivery receipts are asked to; nobody need listen there.
    """
    db, point = Database(settings.database_url), Points(fatal)
    point.watch()
    clock = database_clock(db)
    twilio = TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
    gateway: Any = Pierced(twilio, point, "send", "look_up")

    def machine() -> datetime:
        return machine_clock() + timedelta(minutes=minutes_later)

    turns = Turns(db, clock, understand, leases=machine)
    dispatch = Dispatch(db, clock, gateway, receipts, machine=machine)
    while turns.take_next() or dispatch.send_next():
        pass
    os._exit(0)

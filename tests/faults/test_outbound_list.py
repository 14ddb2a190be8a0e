"""What was sent since a backup, asked of the phone network through Twilio's own SDK."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import set_clock
from bot.db import Database
from bot.gateway import Outgoing
from bot.simulator.network import Submission
from bot.twilio_gateway import TwilioGateway
from tests.rig import LINE, NOW, OURS, Rig


def test_the_list_has_what_left_since_then_with_its_fate_the_oldest_first_and_nothing_that_came_in(db: Database):
    rig = Rig(db).start(worker=False)
    settings = rig.service.settings
    gateway = TwilioGateway(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
    network = rig.service.network
    assert network is not None
    try:
        network.accept(Submission(LINE, OURS, "for gammel"))
        set_clock(db, NOW + timedelta(hours=1))
        first = gateway.send(Outgoing(OURS, LINE, "et", f"{rig.url}/sms/status"))
        rig.fault(30003)
        gateway.send(Outgoing(OURS, LINE, "to", f"{rig.url}/sms/status"))
        network.send_from_phone(LINE, OURS, "ja")
        network.accept(Submission(LINE, "+4511110020", "af en anden"))

        listed = gateway.list_outbound(OURS, NOW + timedelta(minutes=30))
    finally:
        rig.stop()

    assert [(each.body, each.to, each.status, each.error) for each in listed] == [
        ("et", LINE, "delivered", None),
        ("to", LINE, "undelivered", "30003"),
    ]
    assert listed[0].sid == getattr(first, "sid", None)
    assert all(abs(each.at - NOW - timedelta(hours=1)) < timedelta(minutes=1) for each in listed)

"""What ``/metrics`` tells of SMS that did not arrive: counts by class."""

from bot.db import Database
from bot.delivery_counts import failed_by_class, held_by_class
from bot.gateway import Refused
from tests.bot.test_dispatch import LINE, MADS, Outbox


def test_failures_are_counted_by_what_they_ask_of_us_and_what_waits_apart(db: Database):
    outbox = Outbox(db, Refused("30005"), Refused("21614"), Refused("30007"), Refused("20003"))
    for n, phone in enumerate((LINE, MADS, "+4511114029", "+4511114030", "+4511114031")):
        outbox.queue(f"{n}", phone)
    outbox.send_all(tries=5)

    with db.read() as session:
        assert failed_by_class(session) == {"wrong_number": 2, "filtered": 1}
        assert held_by_class(session) == {"our_settings": 1}

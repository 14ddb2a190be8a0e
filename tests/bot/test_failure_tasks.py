"""The task of an SMS that did not arrive is dropped when it arrives after all; not while it stands for another, too."""

import pytest

from bot.db import Database
from tests.bot.test_dispatch import Outbox
from tests.bot.test_error_classes import fail, receipt, tasks


@pytest.mark.parametrize("late", ["the older", "the newer"])
def test_the_task_stays_while_another_sms_has_failed_whichever_is_older(db: Database, late: str):
    """Two that are on their way; one fails and makes the task, then the other fails, then the first has arrived."""
    outbox = Outbox(db)
    ids = []
    for body in ("en", "to"):
        ids.append(outbox.queue(body))
        outbox.send_all(tries=1)
    first, then = ids if late == "the older" else ids[::-1]
    for message_id in (first, then):
        receipt(outbox, message_id, "undelivered", "30004")
        outbox.clock.move(minutes=1)
    assert tasks(db) == ["call"]
    receipt(outbox, first, "delivered")
    assert tasks(db) == ["call"], "the other one has still not arrived"


def test_the_task_of_the_only_one_that_failed_goes_when_it_has_arrived(db: Database):
    outbox = Outbox(db)
    message_id = fail(outbox, "30004", at_creation=False)
    assert tasks(db) == ["call"]
    receipt(outbox, message_id, "delivered")
    assert tasks(db) == []

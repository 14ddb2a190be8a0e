"""The words in which a wave is told to advisers: why somebody is not contacted, what a step is. Pure."""

from __future__ import annotations

from scheduler.waves import Why

IN_WORDS: dict[Why, str] = {
    "opted_out": "har skrevet STOP",
    "no_number": "intet nummer, der kan få sms",
    "wrong_person": "nummeret er en andens eller findes ikke mere",
    "shared_phone": "nummeret hører til en nyere sag",
    "settled": "har betalt",
    "closed": "sagen er lukket",
    "held": "en rådgiver har samtalen",
    "bot_paused": "botten er sat på pause",
    "promise_open": "har lovet at betale",
    "plan_open": "har en afdragsordning eller et forslag",
    "disputed": "er uenig i beløbet",
    "paid_said": "siger, der er betalt, og det er ikke tjekket endnu",
    "replied": "har svaret",
    "feed_too_old": "tallene fra huslejesystemet er for gamle",
    "waits_for_release": "venter på frigivelse",
    "paused": "bølgen er sat på pause",
    "cancelled": "bølgen er stoppet",
    "expired": "tiden for dette trin er gået",
    "already_contacted": "er allerede kontaktet",
    "not_due": "det er ikke tid endnu",
}
KINDS = {"sms": "sms", "call": "ring", "knock": "bank på", "postcard": "postkort", "other": "til rådgiver"}

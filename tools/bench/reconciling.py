"""Whether our tables and the phone network's own log tell the same: every SMS once, in order, none invented.

What does not agree is said in words with ids, never with a number or a text. An empty list is what is hoped for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from sqlalchemy import select

from bot.db import Database
from bot.dialogs.birthdays import without_year
from bot.models import Conversation, Message
from bot.nlu.masking import mask_cpr
from bot.simulator.tables import SimCallback, SimMessage

#: A message of ours with the phone it is with.
Ours = tuple[Message, str]


def reconciled(db: Database, phones: Database, *, told: bool = True) -> list[str]:
    """What does not agree. ``told``: all receipts came home, so the statuses agree too."""
    with phones.read() as session:
        theirs = list(session.scalars(select(SimMessage).order_by(SimMessage.id)))
        waiting = list(session.scalars(select(SimCallback.message_id)))
    with db.read() as session:
        joined = select(Message, Conversation.phone).join(Conversation, Conversation.id == Message.conversation_id)
        ours = [(message, phone) for message, phone in session.execute(joined.order_by(Message.id))]
    taken = [sms for sms in theirs if sms.direction != "inbound" and sms.status != "refused"]
    written = [sms for sms in theirs if sms.direction == "inbound"]
    out, into = ([each for each in ours if each[0].direction == way] for way in ("out", "in"))
    return [
        *(f"a webhook on SMS {message_id} of the network is still under way" for message_id in waiting),
        *_carried(out, taken),
        *_repeated(taken),
        *(_statuses(out, taken) if told else ()),
        *_stored(into, written),
        *_in_order(out, taken),
        *_answered_in_order(out, into),
    ]


def _carried(out: Sequence[Ours], taken: Sequence[SimMessage]) -> Iterator[str]:
    """Every SMS that the network took is one of ours, to that phone, in those words; and the other way round."""
    by_sid = {message.provider_sid: (message, phone) for message, phone in out if message.provider_sid}
    for sms in taken:
        message, phone = by_sid.pop(sms.sid, (None, ""))
        if message is None:
            yield f"SMS {sms.id} of the network is none of ours"
        elif (message.body, phone, message.sender) != (sms.body, sms.phone, sms.service):
            yield f"message {message.id} is another one at the network"
    yield from (f"message {message.id} has an id that the network does not know" for message, _ in by_sid.values())
    for message, _ in out:
        if message.status in ("queued", "sending") and message.provider_sid is None:
            yield f"message {message.id} has not left"


def _repeated(taken: Sequence[SimMessage]) -> Iterator[str]:
    """A receipt's address names the message: the network has at most one SMS of each."""
    counted = Counter(sms.status_callback for sms in taken if sms.status_callback)
    yield from (f"sent {count} times: …{str(url)[-24:]}" for url, count in counted.items() if count > 1)


def _statuses(out: Sequence[Ours], taken: Sequence[SimMessage]) -> Iterator[str]:
    fates = {sms.sid: sms.status for sms in taken}
    for message, _ in out:
        fate = fates.get(message.provider_sid or "", message.status)
        if fate != message.status:
            yield f"message {message.id} is {message.status} with us and {fate} at the network"


def _stored(into: Sequence[Ours], written: Sequence[SimMessage]) -> Iterator[str]:
    """Every SMS that somebody wrote is stored once, by its words, and has had its turn."""
    counted = Counter(message.provider_sid for message, _ in into)
    yield from (f"stored {count} times: {sid}" for sid, count in counted.items() if count > 1)
    by_sid = {message.provider_sid: (message, phone) for message, phone in into}
    for sms in written:
        message, phone = by_sid.pop(sms.sid, (None, ""))
        if message is None:
            yield f"SMS {sms.id} from a phone was never stored"
            continue
        body = mask_cpr(sms.body)[0]
        if phone != sms.phone or message.body not in (body, without_year(body)):
            yield f"message {message.id} is another one at the network"
        if message.status != "processed":
            yield f"message {message.id} has had no turn"
    yield from (f"message {message.id} was written by nobody" for message, _ in by_sid.values())


def _in_order(out: Sequence[Ours], taken: Sequence[SimMessage]) -> Iterator[str]:
    """Answers reached each phone in the order in which they were said; a later try of one is a thing of its own."""
    place = {sms.sid: sms.id for sms in taken}
    for conversation, messages in _by_conversation(out).items():
        first = [m for m in messages if not m.bulk and m.first_try_id is None and m.provider_sid in place]
        if any(place[str(a.provider_sid)] > place[str(b.provider_sid)] for a, b in pairwise(first)):
            yield f"conversation {conversation} was answered out of order"


def _answered_in_order(out: Sequence[Ours], into: Sequence[Ours]) -> Iterator[str]:
    """Of two SMS of a resident the one that was written first was answered first, unless it was found later."""
    written = {message.id: message for message, _ in into}
    for conversation, messages in _by_conversation(out).items():
        answered = [written[m.answers_id] for m in messages if m.answers_id in written]
        if any(b.id <= a.id and b.at.timestamp() <= a.at.timestamp() for a, b in combinations(answered, 2)):
            yield f"the turns of conversation {conversation} were taken out of order"


def _by_conversation(messages: Iterable[Ours]) -> dict[int, list[Message]]:
    found = defaultdict[int, list[Message]](list)
    for message, _ in messages:
        found[message.conversation_id].append(message)
    return found

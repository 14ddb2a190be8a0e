"""What each thing that was said leads to, when no open question has taken it: a table of short functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.dialogs import kommune_topics
from bot.dialogs.anger import abuse
from bot.dialogs.answers import ACKNOWLEDGED, ANSWERS, LETS_REST
from bot.dialogs.asked_language import asked_for
from bot.dialogs.asked_words import asks_more_time, asks_what_about
from bot.dialogs.boligstoette_answers import answer_to
from bot.dialogs.claims import already_paid, dispute
from bot.dialogs.corrections import adds_the_rest, changes_day, kept_day
from bot.dialogs.down_payment import has_other_rhythm, is_by_the_month, read_down
from bot.dialogs.effects import HandoffReason, RecordFact, SetLanguage
from bot.dialogs.kommune_answers import IN_TURN
from bot.dialogs.limits import agreed_on, may_tell, past_deadline
from bot.dialogs.other_people import asks_where_from
from bot.dialogs.readers import amount_ore
from bot.dialogs.texts import LANGUAGES
from bot.dialogs.told import callback
from bot.dialogs.turn import Turn
from bot.dialogs.whats_next import asks_what_for, case_status, deadline, eviction, keeps_agreement, more_time, too_hard

Topic = Callable[[Turn], None]

#: What instalments are spoken of with.
_PARTS = re.compile(
    r"afdrag|\bdele?\b|delt|\brate|ordning|aftale|\bplan|henstand|måned|\bmdr?\b|ad gangen|lidt|hver |instal|month"
    r"|resten|bid for",
    re.IGNORECASE,
)


def _answered(intent: str) -> Topic:
    def topic(turn: Turn) -> None:
        turn.answer(ANSWERS[intent])
        turn.rests |= intent in LETS_REST

    return topic


def _boligstoette(turn: Turn) -> None:
    turn.answer(answer_to(turn.heard, turn.case))
    turn.offer("ask_boligstoette")


def _identity(turn: Turn) -> None:
    """Who we are; asked where we have the number from, that; asked what it is about, as much as a lock screen may."""
    if asks_what_about(turn.heard.text, turn.case):
        turn.answer("about")
        return
    turn.answer("number_source" if asks_where_from(turn.heard.text) else ANSWERS["ask_identity"])


def _acknowledged(intent: str) -> Topic:
    return lambda turn: turn.warm(ACKNOWLEDGED[intent])


def _handed_over(reason: HandoffReason) -> Topic:
    return lambda turn: turn.hand_over(reason)


def _callback(turn: Turn) -> None:
    agreed = kept_day(turn) if turn.kept.get("kept") == "call" else None
    turn.do(*callback(turn.heard, turn.today, agreed))
    turn.set_aside()


def _how_to_pay(turn: Turn) -> None:
    """After the deadline a payment may no longer help; a human says so."""
    if past_deadline(turn.case, turn.today) and not agreed_on(turn.case):
        turn.hand_over("after_deadline")
    else:
        turn.answer(ANSWERS["ask_how_to_pay"])


def _amount(turn: Turn) -> None:
    """Said to who may hear it; else the resident is recognised first, or phoned."""
    if turn.case.policy.sms_detail == "neutral":
        turn.say("amount.neutral")
        turn.rests = True
    elif not may_tell(turn.case):
        turn.start("first_contact", "agreed")
    elif _is_owed_in_time(turn) and asks_what_for(turn.heard):
        turn.say("amount.of_what")
        turn.rests = True
    elif turn.step and turn.state.flow != "first_contact" and _is_owed_in_time(turn):
        turn.say("amount.told" if turn.case.deadline else "amount.told_no_deadline")
    else:
        turn.start("first_contact", "tell")


def _is_owed_in_time(turn: Turn) -> bool:
    return turn.case.arrears_ore > 0 and not past_deadline(turn.case, turn.today)


def _deadline(turn: Turn) -> None:
    if may_tell(turn.case):
        deadline(turn)
    elif asks_more_time(turn.heard):
        more_time(turn)
    else:
        _amount(turn)


def _payment_plan(turn: Turn) -> None:
    if asks_more_time(turn.heard):
        more_time(turn)
    elif past_deadline(turn.case, turn.today) and agreed_on(turn.case):
        ore = amount_ore(turn.heard)
        turn.do(*([RecordFact("can_pay_monthly", ore // 100)] if ore else []))
        too_hard(turn)
    elif not ("promise_to_pay" in turn.names and (_is_plan(turn) or _is_one_payment(turn))):  # else it has begun
        _starts("payment_plan", "ask_payment_plan")(turn)


def _promise(turn: Turn) -> None:
    """A sum a month is a plan, with or without a sum at once; a word on an earlier promise is about that one."""
    if _is_plan(turn):
        turn.start("payment_plan")
    elif not (keeps_agreement(turn) or adds_the_rest(turn) or changes_day(turn)):
        _starts("promise", "promise_to_pay")(turn)


def _is_plan(turn: Turn) -> bool:
    heard = turn.heard
    return is_by_the_month(heard) or has_other_rhythm(heard) or read_down(heard, turn.today) is not None


def _is_one_payment(turn: Turn) -> bool:
    """ "Kan jeg betale i morgen?" is no wish for instalments, whatever else was heard in it."""
    return bool(turn.heard.all("date")) and not _PARTS.search(turn.heard.text)


def _cannot_pay(turn: Turn) -> None:
    if not too_hard(turn):
        _acknowledged("cannot_pay")(turn)


def _language(turn: Turn) -> None:
    """English and Danish we have; for the others a human is asked, in both."""
    wanted, refused = asked_for(turn.heard.text)
    own = turn.heard.language
    asked = wanted or (own if own != "da" and own not in refused else "")
    if asked in LANGUAGES:
        turn.do(SetLanguage(asked))
        turn.remember(language=asked)
        turn.say("other.language")
        return
    if asked:
        turn.remember(language=asked)
        turn.do(SetLanguage(asked))
    turn.hand_over("language")


def _starts(flow: str, intent: str) -> Topic:
    """At most one flow is started; what would have started another is kept for the adviser."""

    def topic(turn: Turn) -> None:
        if turn.draft.question:
            turn.do(RecordFact(intent, True))
        turn.start(flow)

    return topic


TOPICS: Mapping[str, Topic] = MappingProxyType(
    {
        **{intent: _answered(intent) for intent in ANSWERS},
        **{intent: _acknowledged(intent) for intent in ACKNOWLEDGED},
        "ask_boligstoette": _boligstoette,
        "ask_how_to_pay": _how_to_pay,
        "already_paid": already_paid,
        "promise_to_pay": _promise,
        "ask_payment_plan": _payment_plan,
        "dispute_arrears": dispute,
        "cannot_pay": _cannot_pay,
        "ask_menu": kommune_topics.which_help(_starts("menu", "ask_menu")),
        **{intent: kommune_topics.answered(intent) for intent in IN_TURN},
        "inform_debt": kommune_topics.debt,
        "ask_callback": _callback,
        "ask_amount": _amount,
        "ask_deadline": _deadline,
        "ask_eviction": eviction,
        "ask_case_status": case_status,
        "change_language": _language,
        "distress": _handed_over("distress"),
        "concern_for_neighbour": _handed_over("neighbour"),
        "ask_identity": _identity,
        "abuse": abuse,
    }
)

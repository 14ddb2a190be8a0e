"""Invented cases and short ways to say what was heard."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialogs.effects import Effect, Say
from bot.dialogs.engine import decide
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts, Decision, Heard, Intent, Policy, State, Value

TODAY = date(2026, 11, 24)
AMINA = CaseFacts(
    organisation="Solgården Bolig",
    adviser="Mette",
    case_ref="2026-118",
    first_name="Amina",
    arrears_ore=845_050,
    deadline=date(2026, 12, 3),
    stage="paakrav",
    birth_day="14-03",
    house_number="12B",
    main_number="+4570111111",
    answer_by="i dag kl. 15",
)
RECOGNISED = replace(AMINA, verified=True)
NEUTRAL = replace(AMINA, policy=Policy(sms_detail="neutral"))
UNKNOWN = CaseFacts(organisation="Solgården Bolig", adviser="Mette", answer_by="i dag kl. 15")


def heard(text: str, *names: str, **more: Any) -> Heard:
    """``heard("500 om måneden", "ask_payment_plan", amount=500)``; language, media and cpr_removed as they are."""
    plain = {name: more.pop(name) for name in ("language", "media", "cpr_removed") if name in more}
    values = tuple(
        Value(entity, value)
        for entity, given in more.items()
        for value in (given if isinstance(given, list) else [given])
    )
    return Heard(text, tuple(Intent(name, 0.9) for name in names), values, **plain)


def said(decision: Decision) -> list[str]:
    return [effect.text for effect in decision.effects if isinstance(effect, Say)]


def kinds(decision: Decision) -> list[str]:
    return [type(effect).__name__ for effect in decision.effects if not isinstance(effect, Say)]


def done(decision: Decision) -> set[Effect]:
    """The effects beside the words."""
    return {effect for effect in decision.effects if not isinstance(effect, Say)}


def alone(message: Heard, case: CaseFacts = RECOGNISED, state: State | None = None) -> Decision:
    """One message, with no question open."""
    return decide(state or State(), message, case, TODAY)


def talk(case: CaseFacts, *messages: Heard, today: date = TODAY) -> Exchange:
    """The last exchange of a talk that the bot began with the first SMS."""
    rehearsal = Rehearsal(case, today)
    exchange = rehearsal.begin()
    for message in messages:
        exchange = rehearsal.hear(message)
    return exchange

"""``make chat``: you are the resident, in the terminal. Everything is invented and in memory; nothing is sent.

The caller brings the ears (``parse``) and the terminal, so that this knows no engine and no screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from bot.clock import machine_clock
from bot.dialogs.rehearsal import Exchange, Rehearsal
from bot.dialogs.state import CaseFacts, Heard
from bot.dialogs.transcript import to_toml
from bot.dialogs.wording import kroner, long_day

TITLE = "Fra make chat"
DIM, PLAIN = "\x1b[2m", "\x1b[0m"
GREETING = """Du er Amina Hassan. Skriv som på en telefon.
/fri   giver samtalen tilbage til botten    /ud    skriver samtalen ud som en test    /slut  slutter
/tak   botten takker for en betaling og spørger, om den må skrive igen    /senere   botten hører, hvordan det går"""


def invented_case(today: date) -> CaseFacts:
    """A resident who does not exist, eight days before her deadline."""
    return CaseFacts(
        organisation="Solgården Bolig",
        adviser="Mette",
        case_ref="DEMO-1",
        first_name="Amina",
        arrears_ore=845_050,
        deadline=today + timedelta(days=8),
        stage="paakrav",
        birth_day="14-03",
        house_number="12B",
        main_number="+4570111111",
        answer_by="næste hverdag kl. 15",
    )


def talk(
    parse: Callable[[str], Heard],
    say: Callable[[str], None],
    ask: Callable[[], str],
    today: date | None = None,
    case: CaseFacts | None = None,
) -> str:
    """Talk until ``/slut`` or the end of input, which ``ask`` tells by EOFError; gives the talk as a transcript."""
    today = today or machine_clock().date()
    first = case or invented_case(today)
    rehearsal = Rehearsal(first, today)
    say(GREETING)
    _show(rehearsal.begin(), say)
    while (line := _next(ask)) is not None:
        match line.strip():
            case "/slut":
                break
            case "/ud":
                say(to_toml(TITLE, first, today, rehearsal.exchanges))
            case "/tak":
                _show(rehearsal.follow_up("thanks_asks"), say)
            case "/senere":
                _show(rehearsal.follow_up("check_in"), say)
            case "/fri":
                rehearsal.case = released(rehearsal.case)
                say(f"{DIM}Botten har samtalen igen.{PLAIN}")
            case _:
                _show(rehearsal.hear(parse(line)), say)
    return to_toml(TITLE, first, today, rehearsal.exchanges)


def show_talk(title: str, case: CaseFacts, exchanges: Iterable[Exchange], say: Callable[[str], None]) -> None:
    """A talk turn by turn, as an adviser reads it in the inbox."""
    say(title)
    say(f"{DIM}{_begins(case)}{PLAIN}")
    for exchange in exchanges:
        say("")
        if exchange.heard is not None:
            say(f"{case.first_name or 'Ukendt'}: {exchange.heard.text}{' [billede]' * exchange.heard.media}")
        _show(exchange, lambda line: say(line if line.startswith(DIM) else f"Vi: {line}"))


def _begins(case: CaseFacts) -> str:
    if case.case_ref is None:
        return f"Et ukendt nummer skriver til {case.organisation}."
    deadline = f", frist {long_day(case.deadline.isoformat())}" if case.deadline else ""
    known = "genkendt" if case.verified else "ikke genkendt"
    return f"{case.organisation}: {kroner(case.arrears_ore)}{deadline}, {case.stage}, {known}"


def released(case: CaseFacts) -> CaseFacts:
    """The case after an adviser gave the conversation back."""
    return replace(case, held_by="bot", bot_paused=False, crisis_told=False)


def _next(ask: Callable[[], str]) -> str | None:
    try:
        return ask()
    except EOFError:
        return None


def _show(exchange: Exchange, say: Callable[[str], None]) -> None:
    if exchange.heard is not None and exchange.heard.names:
        say(f"{DIM}hørt: {', '.join(exchange.heard.names)}{PLAIN}")
    for line in exchange.done:
        say(f"{DIM}  {line}{PLAIN}")
    say(exchange.answer or f"{DIM}(ingen sms){PLAIN}")

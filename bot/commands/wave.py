"""``redningskrans wave``: see who this month's wave would write to, with what and when; start it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands.common import SlugOption, found, open_database
from bot.contacts import preview_text
from bot.models import Case, Organisation
from bot.organisations import read_settings
from bot.sms import national, segments
from bot.workdays import is_open, next_opening
from scheduler import run_waves
from scheduler.ladder import DEADLINE_STEP
from scheduler.waves import Contact, Skip, Why

app = typer.Typer(help="The monthly wave.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]

#: For the adviser who reads the preview.
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
    "expired": "tiden for dette trin er gået",
    "already_contacted": "er allerede kontaktet",
    "not_due": "det er ikke tid endnu",
}
_KINDS = {"sms": "sms", "call": "ring", "knock": "bank på", "postcard": "postkort", "other": "til rådgiver"}


@dataclass(frozen=True, slots=True)
class Preview:
    """The wave as it would go, with the texts."""

    organisation: Organisation
    now: datetime
    contacts: list[tuple[Case, Contact, str]]
    skips: list[tuple[Case, Skip]]

    @property
    def waits_until(self) -> datetime | None:
        """When the send window opens; None when it is open."""
        window = read_settings(self.organisation.settings).window
        return None if is_open(window, self.now) else next_opening(window, self.now)

    @property
    def totals(self) -> dict[str, int]:
        """What the wave amounts to."""
        texts = [text for _, contact, text in self.contacts if contact.sms is not None]
        return {
            "cases": len({case.id for case, _, _ in self.contacts} | {case.id for case, _ in self.skips}),
            "sms": len(texts),
            "segments": sum(segments(text) for text in texts),
            "tasks": len(self.contacts) - len(texts),
            "skipped": len(self.skips),
        }


@app.command()
def preview(organisation: SlugOption, as_json: Json = False) -> None:
    """Show who would be contacted, who is skipped and why, and the texts. Nothing is sent or written."""
    db, clock = open_database()
    try:
        with db.read() as session:
            shown = look_ahead(session, found(session, organisation), clock())
            if as_json:
                typer.echo(json.dumps(to_json(shown), ensure_ascii=False, indent=2))
            else:
                _print(shown)
    finally:
        db.close()


@app.command()
def start(organisation: SlugOption) -> None:
    """Start this month's wave now, as the scheduler does by itself on its day; starting twice sends once."""
    db, clock = open_database()
    try:
        with db.read() as session:
            known = found(session, organisation)
        report = run_waves.start_wave(db, known.id, clock(), "command")
    finally:
        db.close()
    typer.echo(f"{known.name}, {report.month}: {_count(report.sms, 'sms')} og {_count(report.tasks, 'opgave', 'r')}.")
    for why, count in _by_reason(report.skipped):
        typer.echo(f"  {count} springes over: {why}")
    if report.waits_until is not None:
        typer.echo(f"Sms'erne venter til {_moment(report.waits_until)}.")


def look_ahead(session: Session, organisation: Organisation, now: datetime) -> Preview:
    """Plan this month's wave and render every text, without writing anything."""
    items = run_waves.planned(session, organisation, now)
    cases = _cases(session, organisation.id, {item.case_id for item in items})
    contacts = [
        (cases[i.case_id], i, _text(session, cases[i.case_id], i, now)) for i in items if isinstance(i, Contact)
    ]
    skips = [(cases[item.case_id], item) for item in items if isinstance(item, Skip)]
    return Preview(organisation, now, contacts, skips)


def to_json(shown: Preview) -> dict[str, Any]:
    """The preview for other programs."""
    settings = read_settings(shown.organisation.settings)
    return {
        "organisation": shown.organisation.slug,
        "now": shown.now.isoformat(),
        "waits_until": shown.waits_until.isoformat() if shown.waits_until else None,
        "release": settings.release,
        "contacts": [
            {
                "case_ref": case.case_ref,
                "name": case.resident.name,
                "phone": case.resident.phone,
                "step": contact.step,
                "kind": contact.kind,
                "send_at": contact.send_at.isoformat(),
                "text": text,
                "segments": segments(text) if contact.sms is not None else 0,
            }
            for case, contact, text in shown.contacts
        ],
        "skipped": [
            {
                "case_ref": case.case_ref,
                "name": case.resident.name,
                "step": skip.step,
                "why": skip.why,
                "in_words": IN_WORDS[skip.why],
                "next_at": skip.at.isoformat() if skip.at else None,
            }
            for case, skip in shown.skips
        ],
        "totals": shown.totals,
    }


def _cases(session: Session, organisation_id: int, wanted: set[int]) -> dict[int, Case]:
    mine = select(Case).where(Case.organisation_id == organisation_id)
    is_open_case = Case.status == "open"
    cases = {case.id: case for case in session.scalars(mine.where(is_open_case))}
    ended = wanted - set(cases)
    return cases | {case.id: case for case in session.scalars(mine.where(Case.id.in_(ended)))}


def _text(session: Session, case: Case, contact: Contact, now: datetime) -> str:
    return preview_text(session, case, contact.sms, now) if contact.sms is not None else ""


def _print(shown: Preview) -> None:
    out = Console(highlight=False)
    out.print(f"[bold]{escape(shown.organisation.name)}[/bold], {_moment(shown.now)}\n")
    for case, contact, text in shown.contacts:
        _print_contact(out, case, contact, text)
    for case, skip in shown.skips:
        _print_skip(out, case, skip)
    totals = shown.totals
    out.print(
        f"\n{_count(totals['sms'], 'sms')} ({_count(totals['segments'], 'segment', 'er')}), "
        f"{_count(totals['tasks'], 'opgave', 'r')}, {totals['skipped']} springes over."
    )
    if read_settings(shown.organisation.settings).release == "second_person":
        out.print("Bølgen venter, til en anden end den, der lagde filen ind, frigiver den (wave start).")
    if shown.waits_until is not None:
        out.print(f"Uden for sendetiden: sms'er venter til {_moment(shown.waits_until)}.")


def _print_contact(out: Console, case: Case, contact: Contact, text: str) -> None:
    step = _KINDS[contact.kind] if contact.step == DEADLINE_STEP else f"{contact.step + 1}. {_KINDS[contact.kind]}"
    phone = national(case.resident.phone) if case.resident.phone else "intet nummer"
    size = f", {_count(segments(text), 'segment', 'er')}" if contact.sms is not None else ""
    who = f"{escape(case.case_ref)}  [bold]{escape(case.resident.name)}[/bold], {phone}"
    out.print(f"{who}: {step}, {_moment(contact.send_at)}{size}")
    if text:
        out.print(Padding(escape(text), (0, 0, 0, 4)))


def _print_skip(out: Console, case: Case, skip: Skip) -> None:
    later = f", næste trin {_moment(skip.at)}" if skip.at else ""
    out.print(f"{escape(case.case_ref)}  {escape(case.resident.name)}: springes over, {IN_WORDS[skip.why]}{later}")


def _by_reason(skipped: Counter[Why]) -> list[tuple[str, int]]:
    return [(IN_WORDS[why], count) for why, count in skipped.most_common()]


def _moment(moment: datetime) -> str:
    return f"{moment:%d-%m-%Y} kl. {moment:%H.%M}"


def _count(number: int, word: str, plural: str = "") -> str:
    return f"{number} {word}{'' if number == 1 else plural}"
